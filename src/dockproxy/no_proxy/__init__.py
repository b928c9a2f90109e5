"""What a NO_PROXY list means to whom, and which list means what is wanted: by asking programs."""
