"""Snapshot to Host: the effective value of every setting, its origin, and what disagrees."""
