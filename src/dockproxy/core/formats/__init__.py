"""Formats of files: text in, positions out, and the smallest edit of a text."""
