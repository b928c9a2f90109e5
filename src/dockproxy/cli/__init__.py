"""The command line: one command a file; every decision lies in the library."""
