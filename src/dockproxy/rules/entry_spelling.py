"""What was meant by an entry of NO_PROXY that nobody reads."""

from __future__ import annotations

import re

from dockproxy.core.model.light import pattern

_STARS = pattern(r"((?:[0-9]{1,3}\.){1,3})\*(?:\.\*)*\.?\Z")
_CUT = pattern(r"((?:[0-9]{1,3}\.){1,2}[0-9]{1,3})(\.|/[0-9]{1,2})\Z")
_MASKED = pattern(r"([0-9.]+)/([0-9.]+\.[0-9.]+)\Z")
_URL = pattern(
    r"(?i)(?:https?|tcp|socks5h?)://([A-Za-z0-9._-]+(?::[0-9]{1,5})?|\[[0-9a-f:]+\])/?\Z"
)
_STAR_DOT = pattern(r"\*([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)\Z")


def respelled(entry: str) -> str | None:
    """How it is written so that programs read it, several with commas between; None if that can't
    be told.
    """
    parts = [part for part in re.split(r"[;\s|]+", entry.strip("\"'")) if part]
    if not parts:
        return None
    written = [_one(part) for part in parts]
    if any(each is None for each in written):
        return None
    after = ",".join(each for each in written if each is not None)
    return None if after == entry else after


def _one(entry: str) -> str | None:
    """As ``respelled``, an entry that is well as it is."""
    import ipaddress

    stars = _STARS.match(entry)
    if stars is not None:
        octets = stars.group(1).strip(".").split(".")
        return _network(octets, 8 * len(octets))
    cut = _CUT.match(entry)
    if cut is not None:
        octets = cut.group(1).split(".")
        end = cut.group(2)
        return _network(octets, 8 * len(octets) if end == "." else int(end[1:]))
    masked = _MASKED.match(entry)
    if masked is not None:
        try:
            return str(ipaddress.ip_network(entry, strict=False))
        except ValueError:
            return None
    url = _URL.match(entry)
    if url is not None:
        return url.group(1).strip("[]")
    name = _STAR_DOT.match(entry)
    if name is not None:
        return f".{name.group(1)}"
    plain = re.fullmatch(r"\*?\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(:[0-9]+)?|[0-9A-Fa-f:]+", entry)
    if plain is not None:
        return entry
    try:
        ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None
    return entry


def _network(octets: list[str], bits: int) -> str | None:
    import ipaddress

    whole = [*octets, "0", "0", "0"][:4]
    if any(int(each) > 255 for each in whole) or not 0 < bits <= 32:
        return None
    plain = ".".join(str(int(each)) for each in whole)
    return str(ipaddress.ip_network(f"{plain}/{bits}", strict=False))
