"""Go's IP addresses and networks, as 128-bit numbers; IPv4 is ::ffff:a.b.c.d, as in net.IP.

net/netip netip.go ParseAddr; net ip.go ParseIP, ParseCIDR, IPNet.Contains and IP.IsLoopback; Go
1.15 to 1.27.
"""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple, pattern

_OCTET = pattern(r"0|[1-9][0-9]{0,2}")
_OLD_OCTET = pattern(r"0*[0-9]{1,3}")
_GROUP = pattern(r"[0-9A-Fa-f]{1,4}")
_OLD_GROUP = pattern(r"0*[0-9A-Fa-f]{1,4}")
_PREFIX = pattern(r"[0-9]+")

FOUR = 0xFFFF << 32
"""The first address of IPv4."""

_BITS = 128
_OF_FOUR = 96


class Spelling(NamedTuple):
    """Which zeros are taken. octets: 010.0.0.1 (before Go 1.17). groups: 00001:: (before 1.22)."""

    octets: bool = False
    groups: bool = False


NEWEST = Spelling()


class Address(NamedTuple):
    """An address. is_four: it was written as IPv4 is."""

    number: int
    is_four: bool
    zone: str = ""


def parse_address(text: str, zeros: Spelling = NEWEST) -> Address | None:
    """The address, None for anything else; a zone is taken with IPv6 alone."""
    first = next((char for char in text if char in ".:%"), "")
    if first == ".":
        four = _four(text, zeros)
        return None if four is None else Address(FOUR | four, True)
    if first != ":":
        return None
    plain, percent, zone = text.partition("%")
    number = _six(plain, zeros) if bool(percent) == bool(zone) else None
    return None if number is None else Address(number, False, zone)


def parse_network(text: str, zeros: Spelling = NEWEST) -> tuple[int, int] | None:
    """A network's first number and the bits that it fixes, of 128; None for what is none."""
    written, slash, prefix = text.partition("/")
    address = parse_address(written, zeros) if slash and _PREFIX.fullmatch(prefix) else None
    if address is None or address.zone:
        return None
    bits = int(prefix.lstrip("0")[:9] or "0") + (_OF_FOUR if address.is_four else 0)
    return (masked(address.number, bits), bits) if bits <= _BITS else None


def masked(number: int, bits: int) -> int:
    """The number with all but its first bits off."""
    return number >> (_BITS - bits) << (_BITS - bits)


def covers(network: int, bits: int, number: int) -> bool:
    """Whether the address is in the network.

    An IPv4 address is in no network that is wider than all of IPv4.
    """
    return masked(number, bits) == network and (bits >= _OF_FOUR or not is_four(number))


def is_four(number: int) -> bool:
    """Whether it is IPv4, in whichever way it was written."""
    return number >> 32 == FOUR >> 32


def is_loopback(number: int) -> bool:
    """127.0.0.0/8 and ::1."""
    return number == 1 or number >> 24 == (FOUR >> 24 | 127)


def _four(text: str, zeros: Spelling) -> int | None:
    octets = text.split(".", 4)
    wanted = _OLD_OCTET if zeros.octets else _OCTET
    if len(octets) != 4 or not all(wanted.fullmatch(octet) for octet in octets):
        return None
    number = 0
    for octet in octets:
        value = int(octet.lstrip("0") or "0")
        if value > 255:
            return None
        number = number << 8 | value
    return number


def _six(text: str, zeros: Spelling) -> int | None:
    if text.count(":") > 8:
        return None
    before, gap, behind = text.partition("::")
    head, tail = _groups(before), _groups(behind)
    last = tail if gap else head
    if last and "." in last[-1]:
        four = _four(last.pop(), zeros)
        if four is None:
            return None
        last += [f"{four >> 16:x}", f"{four & 0xFFFF:x}"]
    count = len(head) + len(tail)
    if count > 7 if gap else count != 8:
        return None
    wanted = _OLD_GROUP if zeros.groups else _GROUP
    if not all(wanted.fullmatch(group) for group in (*head, *tail)):
        return None
    number = 0
    for group in (*head, *("0",) * (8 - count), *tail):
        number = number << 16 | int(group, 16)
    return number


def _groups(text: str) -> list[str]:
    return text.split(":") if text else []
