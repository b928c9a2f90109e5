"""Which hosts a program on Linux can find an address for at all: glibc's getaddrinfo."""

from __future__ import annotations

import re

from dockproxy.core.model.light import pattern

_NAME = pattern(r"(?!-)(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?\Z")
_NUMBER = pattern(r"0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*")
_LARGEST = (0xFFFFFFFF, 0xFFFFFF, 0xFFFF, 0xFF)
_GROUP = pattern(r"[0-9A-Fa-f]{1,4}\Z")
_LONGEST = 254
_ESCAPE = pattern(r"\\([0-9]{3}|[^0-9])")


def can_be_looked_up(host: str) -> bool:
    """Whether a host, without brackets, is an address, or a name that a DNS server can be asked
    for and whose answer is taken (glibc 2.36 resolv/res-name-checking.c res_hnok).

    ``*`` is this machine itself. A backslash is left out: it makes an ordinary letter of the next.
    """
    if "\\" in host:
        host = _ESCAPE.sub(_escaped, host)
    if host == "*" or (len(host) <= _LONGEST and _NAME.match(host)):
        return True
    return ":" in host and is_ipv6(host.partition("%")[0])


def _escaped(found: re.Match[str]) -> str:
    r"""The letter of ``\x`` or ``\120``; for a dot, which ends no label then, one of no name."""
    what = found.group(1)
    letter = chr(int(what)) if len(what) == 3 else what
    return "!" if letter in ".*:" else letter


def in_ascii(host: str) -> str:
    """A host as it is asked for: a name beyond ASCII as IDNA; as it is where it has none."""
    if host.isascii() or len(host) > _LONGEST:
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def port_taken(port: int) -> int | None:
    """The port that a connection goes to: glibc's getaddrinfo takes 16 bits of a number that Python
    hands it, 34463 for 99999; None where it can't.
    """
    return port & 0xFFFF if 0 <= port < 1 << 63 else None


def inet_aton(text: str) -> int | None:
    """An IPv4 address in any of C's spellings (``10.1``, ``0x0a000001``, ``012.0.0.1``); what
    follows a blank is ignored. None if it is none (glibc 2.36 resolv/inet_addr.c).
    """
    value, parts, at = 0, 0, 0
    while found := _NUMBER.match(text, at):
        number, at = _number(found.group()), found.end()
        ends = text[at : at + 1]
        if ends != ".":
            if (ends and ends not in " \t\n\v\f\r") or number > _LARGEST[parts]:
                return None
            return value | number
        if parts == 3 or number > 0xFF:
            return None
        value |= number << 8 * (3 - parts)
        parts, at = parts + 1, at + 1
    return None


def _number(digits: str) -> int:
    if len(digits) > 20:
        return _LARGEST[0] + 1
    if digits[:2] in ("0x", "0X"):
        return int(digits, 16)
    return int(digits, 8 if digits[0] == "0" else 10)


def is_ipv6(text: str) -> bool:
    """Whether this is an IPv6 address, without brackets and zone (inet_pton)."""
    head, double, tail = text.partition("::")
    groups = [*head.split(":")] if head else []
    after = [*tail.split(":")] if tail else []
    if "::" in tail or not (head or double):
        return False
    all_groups = groups + after
    count = len(all_groups)
    if all_groups and "." in all_groups[-1] and (after or not double):
        if not is_ipv4(all_groups.pop()):
            return False
        count += 1
    if not all(_GROUP.match(group) for group in all_groups):
        return False
    return count < 8 if double else count == 8


def is_ipv4(text: str) -> bool:
    """Whether these are four numbers up to 255 without leading zeros (inet_pton)."""
    parts = text.split(".")
    return len(parts) == 4 and all(
        part.isascii()
        and part.isdigit()
        and len(part) <= 3
        and int(part) < 256
        and str(int(part)) == part
        for part in parts
    )
