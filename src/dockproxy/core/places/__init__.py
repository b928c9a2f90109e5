"""Where each platform keeps what bears on proxies, as data."""
