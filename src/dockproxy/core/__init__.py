"""The part that travels: Python 3.9, the standard library alone, nothing of the tool."""
