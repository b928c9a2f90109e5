"""The five proxy settings, by the names that our data uses everywhere."""

from __future__ import annotations

from typing import Dict, Tuple

PROXY_KEYS: Tuple[str, ...] = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")

DAEMON_KEYS: Tuple[str, ...] = ("http_proxy", "https_proxy", "no_proxy")
"""What the daemon reads (moby 26.1 daemon/config/config.go, type Proxies); never ALL_PROXY."""

DAEMON_JSON_NAMES: Dict[str, str] = {
    "http_proxy": "http-proxy",
    "https_proxy": "https-proxy",
    "no_proxy": "no-proxy",
}
"""Our key to the member of ``proxies`` in daemon.json."""

CLIENT_JSON_NAMES: Dict[str, str] = {
    "http_proxy": "httpProxy",
    "https_proxy": "httpsProxy",
    "ftp_proxy": "ftpProxy",
    "all_proxy": "allProxy",
    "no_proxy": "noProxy",
}
"""Our key to the member of ``proxies.default`` in config.json (docker/cli 26.1
cli/config/configfile/file.go, type ProxyConfig)."""


def variable_names(key: str) -> Tuple[str, str]:
    """The environment's two names of one of our keys: ``http_proxy`` → HTTP_PROXY, http_proxy."""
    return key.upper(), key
