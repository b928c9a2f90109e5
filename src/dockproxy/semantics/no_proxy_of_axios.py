"""axios's own reading of NO_PROXY, beside that of proxy-from-env.

lib/helpers/shouldBypassProxy.js (axios 1.15 to 1.21): hosts and entries are brought to one form,
which knows more from version to version.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.semantics import whatwg_url
from dockproxy.semantics.javascript import integer
from dockproxy.semantics.whatwg_url import Url

VERSIONS = (
    *("1", "1.7.7", "1.14", "1.15", "1.15.1", "1.16"),
    *("1.16.1", "1.18", "1.18.1", "1.19", "1.20", "1.21"),
)
"""1.7.7: IPv6 without a proxy. 1.14: no npm_config_*. 1.15: this reading. 1.15.1: loopback is one.
1.16: IPv4 within IPv6. 1.16.1: CONNECT for https. 1.18: 0.0.0.0 and :: are loopback. 1.18.1: Node's
own agents. 1.19: IPv4 in any spelling. 1.20: CIDR. 1.21: IPv6 in any spelling, names beyond ASCII.
"""

_DIGITS = pattern(r"[0-9]+\Z")
_MAPPED = r"(?:::|(?:0{1,4}:){1,4}:|(?:0{1,4}:){5})ffff:"
_MAPPED_DOTTED = pattern(_MAPPED + r"([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)\Z")
_MAPPED_HEX = pattern(_MAPPED + r"([0-9a-f]{1,4}):([0-9a-f]{1,4})\Z")
_LOOPBACK_MAPPED = pattern(
    r"::ffff:(?:(127(?:\.[0-9]+){3})|(7f[0-9a-f]{2}):[0-9a-f]{1,4})\Z",
)
_LOOPBACK_IPV6 = pattern(r"(?:0+:){7}0*1\Z")
_UNSPECIFIED = pattern(r"(?:0{1,4}:){7}0{1,4}\Z")
_GROUPS_OF_ZERO = pattern(r"(?:0{1,4}(?::0{1,4})*)?\Z")
_IPV4_SHAPE = pattern(r"[0-9.xa-f]+\Z")
_IPV4_NUMBER = pattern(r"0x([0-9a-f]+)\Z|(0[0-7]+)\Z|(0|[1-9][0-9]*)\Z")
_IPV4_OCTET = pattern(r"(?:0|[1-9][0-9]{0,2})\Z")
_CIDR = pattern(r"(.+)/(0|[1-9][0-9]{0,2})\Z", re.S)
_STARS = pattern(r"[*.]*")


class _Net(NamedTuple):
    bits: int
    number: int
    prefix: int

    def holds(self, address: tuple[int, int] | None) -> bool:
        """Whether an address of the same kind is in it."""
        if address is None or address[0] != self.bits:
            return False
        return (address[1] ^ self.number) >> (self.bits - self.prefix) == 0


class _Host(NamedTuple):
    host: str
    port: int


class Reading:
    """A list, read once."""

    def __init__(self, entries: Sequence[str], version: str) -> None:
        self._known = VERSIONS.index(version)
        self._entries = [(entry, self._entry(entry.lower())) for entry in entries]

    def matching(self, url: Url) -> str | None:
        """The entry that matches."""
        host = self._normal(url.hostname)
        address = _address(host)
        for shown, entry in self._entries:
            if isinstance(entry, _Net):
                if entry.holds(address):
                    return shown
            elif entry and entry.port in (0, url.number) and self._matches(entry.host, host):
                return shown
        return None

    def _matches(self, entry: str, host: str) -> bool:
        if entry.startswith("*"):
            entry = entry[1:]
        if entry.startswith("."):
            return host.endswith(entry)
        return host == entry or (self._is_loopback(host) and self._is_loopback(entry))

    def _has(self, version: str) -> bool:
        return self._known >= VERSIONS.index(version)

    def _entry(self, entry: str) -> _Net | _Host | None:
        if self._has("1.20") and "/" in entry:
            return self._net(entry)
        host, port = _host_and_port(entry)
        normal = self._normal(host)
        return _Host(normal, port) if normal else None

    def _net(self, entry: str) -> _Net | None:
        found = _CIDR.match(entry)
        if found is None:
            return None
        base, prefix = found.group(1), int(found.group(2))
        if base.startswith("[") and base.endswith("]") and ":" in base:
            base = base[1:-1]
        if not base or base.endswith(".") or "[" in base or "]" in base:
            return None
        if ":" in base:
            written = whatwg_url.host(f"[{base}]")
            base = _unmapped(written[1:-1]) if written else ""
            prefix -= 0 if ":" in base else 96
        else:
            base = _ipv4(base)
        address = _address(base)
        if address is None or not 0 <= prefix <= address[0]:
            return None
        return _Net(*address, prefix)

    def _normal(self, host: str) -> str:
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        host = host.rstrip(".")
        if self._has("1.21"):
            if ":" in host:
                written = whatwg_url.host(f"[{host}]")
                if written is None:
                    return host
                host = written[1:-1]
            elif not host.isascii():
                start = _STARS.match(host)
                stars = start.group() if start else ""
                written = whatwg_url.host(host[len(stars) :])
                if not written:
                    return ""
                host = stars + written.rstrip(".")
        if self._has("1.19"):
            host = _ipv4(host)
        return _unmapped(host) if self._has("1.16") else host

    def _is_loopback(self, host: str) -> bool:
        if not self._has("1.15.1"):
            return False
        if host == "localhost" or _is_loopback_ipv4(host):
            return True
        if self._has("1.18") and (host == "0.0.0.0" or _is_unspecified(host)):  # noqa: S104
            return True
        mapped = _LOOPBACK_MAPPED.match(host)
        if mapped:
            return not mapped.group(1) or _is_loopback_ipv4(mapped.group(1))
        return host == "::1" or _LOOPBACK_IPV6.match(host) is not None


def _host_and_port(entry: str) -> tuple[str, int]:
    if entry.startswith("[") and "]" in entry:
        host, _, rest = entry[1:].partition("]")
        return host, integer(rest[1:]) if rest[:1] == ":" and _DIGITS.match(rest[1:]) else 0
    host, colon, digits = entry.partition(":")
    if colon and _DIGITS.match(digits):
        return host, integer(digits)
    return entry, 0


def _is_loopback_ipv4(host: str) -> bool:
    first, *rest = host.split(".")
    if first != "127" or len(rest) != 3:
        return False
    return all(_DIGITS.match(part) and 0 <= integer(part) <= 255 for part in rest)


def _is_unspecified(host: str) -> bool:
    left, double, right = host.partition("::")
    if not double:
        return _UNSPECIFIED.match(host) is not None
    zeros = _GROUPS_OF_ZERO.match(left) and _GROUPS_OF_ZERO.match(right)
    groups = sum(side.count(":") + 1 for side in (left, right) if side)
    return bool(zeros) and groups < 8


def _unmapped(host: str) -> str:
    """IPv4 within IPv6 as plain IPv4."""
    dotted = _MAPPED_DOTTED.match(host)
    if dotted:
        return dotted.group(1)
    found = _MAPPED_HEX.match(host)
    if found is None:
        return host
    high, low = (int(group, 16) for group in found.groups())
    return f"{high >> 8}.{high & 255}.{low >> 8}.{low & 255}"


def _ipv4(host: str) -> str:
    """IPv4 of two to four numbers in any base, in its one spelling; anything else as it is."""
    parts = host.split(".")
    if not _IPV4_SHAPE.match(host) or not 2 <= len(parts) <= 4:
        return host
    numbers = [_ipv4_number(part) for part in parts]
    *firsts, last = numbers
    slots = 5 - len(numbers)
    if last is None or last >= 256**slots:
        return host
    whole = last
    for at, first in enumerate(firsts):
        if first is None or first > 255:
            return host
        whole += first << (8 * (3 - at))
    return ".".join(str(whole >> shift & 255) for shift in (24, 16, 8, 0))


def _ipv4_number(text: str) -> int | None:
    found = _IPV4_NUMBER.match(text)
    if found is None or len(text) > 40:
        return None
    hexadecimal, octal, decimal = found.groups()
    return int(hexadecimal or octal or decimal, 16 if hexadecimal else 8 if octal else 10)


def _address(host: str) -> tuple[int, int] | None:
    """An IP as its bits and its number."""
    if ":" in host:
        written = whatwg_url.host(f"[{host}]") if "." not in host else None
        if written is None:
            return None
        left, _, right = written[1:-1].partition("::")
        groups = [int(group, 16) for group in left.split(":") if group]
        rear = [int(group, 16) for group in right.split(":") if group]
        groups += [0] * (8 - len(groups) - len(rear)) + rear
        return 128, int("".join(f"{group:04x}" for group in groups), 16)
    parts = host.split(".")
    if len(parts) != 4 or not all(_IPV4_OCTET.match(part) and int(part) < 256 for part in parts):
        return None
    first, second, third, fourth = map(int, parts)
    return 32, first << 24 | second << 16 | third << 8 | fourth
