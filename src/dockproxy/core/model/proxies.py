"""The five proxy settings, by the names that our data uses everywhere."""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Tuple


PROXY_KEYS: Tuple[str, ...] = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")

DAEMON_KEYS: Tuple[str, ...] = ("http_proxy", "https_proxy", "no_proxy")
"""What the daemon reads (moby 26.1 daemon/config/config.go, type Proxies); never ALL_PROXY."""

ADDRESS_KEYS: Tuple[str, ...] = DAEMON_KEYS[:2]
"""Those of them that are a proxy's address."""

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

DAEMON_VARIABLES: Tuple[str, ...] = tuple(n for key in DAEMON_KEYS for n in variable_names(key))
"""The environment's names of all that the daemon reads."""


def entries(text: str) -> List[str]:
    """The entries of a NO_PROXY, blanks trimmed, empty ones dropped."""
    return [entry for entry in (piece.strip() for piece in text.split(",")) if entry]


_OTHER_NAMES = ("go_proxy", "goproxy", "ftps_proxy")
"""Names that are near to one of ours, and that programs read."""


def misspelt_key(name: str) -> str:
    """Which of our keys a variable's name is meant for that no program reads: ``HTTP_PORXY``,
    ``HTTPSPROXY``. "" for a name that is right but for its case and dashes, or near to none."""
    if not 6 <= len(name) <= 13 or not name.isascii():
        return ""
    lower = name.lower().replace("-", "_")
    if lower in PROXY_KEYS or lower in _OTHER_NAMES or not lower.replace("_", "").isalpha():
        return ""
    for key in PROXY_KEYS:
        if lower == key.replace("_", ""):
            return key
    for key in PROXY_KEYS:
        stem = key.partition("_")[0]
        if len(stem) < 4 and not lower.startswith(stem):
            continue
        if is_one_off(lower, key) or is_one_off(lower, key.replace("_", "")):
            return key
    return ""


def is_one_off(word: str, wanted: str) -> bool:
    """Whether one letter too many, too few, another, or two exchanged make the difference."""
    rest = next(
        (i for i, pair in enumerate(zip(word, wanted)) if pair[0] != pair[1]),
        min(len(word), len(wanted)),
    )
    one, two = word[rest:], wanted[rest:]
    return (
        one[1:] == two[1:]
        or one[1:] == two
        or one == two[1:]
        or (one[:2] == two[:2][::-1] and one[2:] == two[2:])
    )
