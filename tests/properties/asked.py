"""Random wishes: what a person may ask ``set`` for."""

from __future__ import annotations

import string
from random import Random
from typing import NamedTuple
from urllib.parse import quote

from dockproxy.api import Proxies

_HOSTS = ("proxy.corp.test", "10.88.0.1", "[2001:db8::1]", "p", "PROXY.Corp.Test")
_SCHEMES = ("http", "http", "http", "https", "socks5", "socks5h")
_LISTS = (
    "localhost,127.0.0.1",
    ".corp.test,10.0.0.0/8,::1",
    "*",
    "registry.corp.test:5443",
    "é.test",
)
_CHARACTERS = string.ascii_letters + string.digits + string.punctuation * 3 + " äß€漢😀"


class Asked(NamedTuple):
    """typed: as a person gives it. proxies: our keys → the address that has to be in the file."""

    typed: Proxies
    proxies: dict[str, str]
    parts: tuple[str, ...]
    via: str

    def of(self, part: str) -> dict[str, str]:
        """What that part is to have."""
        others = {} if part == "client" else {"all_proxy", "ftp_proxy"}
        return {key: value for key, value in self.proxies.items() if key not in others}


def random_asked(rng: Random) -> Asked:
    """A wish that is no mistake: every address is one."""
    typed, url = _address(rng)
    texts: dict[str, str] = {"http_proxy": typed, "https_proxy": typed}
    proxies: dict[str, str] = {"http_proxy": url, "https_proxy": url}
    kind = rng.random()
    if kind < 0.15:
        del texts["http_proxy"], proxies["http_proxy"]
    elif kind < 0.35:
        texts["http_proxy"], proxies["http_proxy"] = _address(rng)
    for key in ("all_proxy", "ftp_proxy"):
        if rng.random() < 0.12:
            texts[key], proxies[key] = _address(rng)
    if rng.random() < 0.5:
        texts["no_proxy"] = proxies["no_proxy"] = rng.choice(_LISTS)
    parts = rng.choice((("daemon", "client"),) * 4 + (("daemon",), ("client",)))
    via = rng.choice(("auto", "auto", "auto", "daemon-json", "systemd"))
    return Asked(Proxies(**texts), proxies, parts, via)


def _address(rng: Random) -> tuple[str, str]:
    """As typed, and as it has to be written."""
    scheme, host, port = rng.choice(_SCHEMES), rng.choice(_HOSTS), rng.randint(1, 65535)
    if rng.random() < 0.5:
        plain = f"{scheme}://{host}:{port}"
        return plain, plain
    user = rng.choice(("ann", "corp%5Cann", "ann%40corp"))
    password = "".join(rng.choice(_CHARACTERS) for _ in range(rng.randint(1, 12)))
    encoded = quote(password, safe="")
    # A raw percent sign may begin what looks like an escape: who types one has to encode it.
    typed = password if "%" not in password and rng.random() < 0.5 else encoded
    return (
        f"{scheme}://{user}:{typed}@{host}:{port}",
        f"{scheme}://{user}:{encoded}@{host}:{port}",
    )
