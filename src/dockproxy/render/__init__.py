"""Finished data to text and JSON; nothing is decided here."""
