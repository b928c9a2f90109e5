"""The demonstration: a sample host, taken from broken to working and back."""
