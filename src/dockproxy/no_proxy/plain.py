"""Entries that need no asking: names, domains, addresses and networks as Go reads them all.

Of the programs that are ever in play Go is always one; so these are understood, and the programs,
which take long to load, are asked about the rest alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from dockproxy.core.model.light import pattern

_NAME = pattern(r"(?=[^A-Za-z]*[A-Za-z])\.?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\Z")
_FOUR = pattern(r"([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})(?:/([0-9]{1,2}))?\Z")
_SIX = pattern(
    r"(?!.*::.*::)(?=[^/]*::|(?:[0-9A-Fa-f]*:){7})[0-9A-Fa-f:]{2,39}(?:/([0-9]{1,3}))?\Z"
)

MOST_ASKED = 500
"""Each costs some 10 ms, and nobody has as many odd ones."""
_PATH = pattern(r"/[A-Za-z][\w./-]*\Z")


def is_plain(entry: str) -> bool:
    """Whether Go understands it for sure."""
    if _NAME.match(entry):
        return True
    four = _FOUR.match(entry)
    if four is not None:
        *octets, bits = four.groups()
        whole = all(int(octet) < 256 and str(int(octet)) == octet for octet in octets)
        return whole and int(bits or 0) <= 32
    six = _SIX.match(entry)
    return six is not None and int(six.group(1) or 0) <= 128


def unread(listed: Iterable[str], *, containers: bool) -> list[str]:
    """Those that no program in play understands: the daemon and, where containers, what commonly
    runs in them. A path is none of them: it names no host that could be missed (AWS has
    /var/run/docker.sock listed for its agent: ECS Developer Guide, "HTTP proxy configuration").
    """
    odd = [entry for entry in dict.fromkeys(listed) if not is_plain(entry)]
    odd = [entry for entry in odd[:MOST_ASKED] if not _PATH.match(entry)]
    if not odd:
        return []
    from dockproxy.no_proxy.check import not_understood
    from dockproxy.no_proxy.programs import CLIENT

    return not_understood(odd, ("daemon", *CLIENT) if containers else ("daemon",))
