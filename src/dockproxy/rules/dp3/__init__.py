"""The client and containers."""
