"""daemon.json. An error here means exactly: dockerd will not start with this file."""
