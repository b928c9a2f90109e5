"""The five proxy settings, by the names that our data uses everywhere."""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Tuple


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


class Proxies(NamedTuple):
    """What to set, as a person would type it. None leaves a setting as it is, "" takes it away."""

    http_proxy: Optional[str] = None
    https_proxy: Optional[str] = None
    ftp_proxy: Optional[str] = None
    all_proxy: Optional[str] = None
    no_proxy: Optional[str] = None


def variable_names(key: str) -> Tuple[str, str]:
    """The environment's two names of one of our keys: ``http_proxy`` → HTTP_PROXY, http_proxy."""
    return _NAMES.get(key) or (key.upper(), key)


_NAMES = {key: (key.upper(), key) for key in PROXY_KEYS}
