"""Error texts that people see about proxies: what each means, and which rules explain it."""
