"""Proxy addresses and NO_PROXY."""
