"""systemd, flags, and the daemon's process."""
