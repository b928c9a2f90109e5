"""Builds, images, compose."""
