"""Real programs, asked which way a request goes: see the README of the lab."""
