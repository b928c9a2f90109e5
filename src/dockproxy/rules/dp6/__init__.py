"""What probes found out over the network."""
