"""From an intent to a Plan: which key of which file, in what order, what it restarts. Pure."""
