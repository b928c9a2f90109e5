"""Staged checks of a way out: one proxy asked for one registry, or the daemon asked to ask."""
