"""Values of daemon.json's options as the Go code behind dockerd reads them.

Each gives "" where the text is taken, else dockerd's words. Nothing is looked up.
"""

from __future__ import annotations

import re

from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple


_FLOAT = pattern(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    r"|0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+"
    r"|(?i:inf|infinity|nan))"
)
_LAST_DIGIT = pattern(r".*[0-9. ]", re.DOTALL)
_SUFFIX = pattern(r"(?:b|[kmgtp](?:i?b)?)?", re.IGNORECASE | re.ASCII)
_OLD_SIZE = pattern(r"([0-9]+(?:\.[0-9]+)*) ?[kKmMgGtTpP]?[iI]?[bB]?")
_DURATION = pattern(r"[+-]?(?:0|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)")
_INTEGER = pattern(r"[+-]?[0-9]+")
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = pattern(rf"(:?:?{_LABEL}(?::?\.:?{_LABEL})*)\.?[\t\n\f\r ]*")
_AUTHORITY = pattern(
    r"(?:[A-Za-z0-9._:~!$&'()*+,;=%-]*@)?"
    r"(?:\[[^\]\x00-\x20\x7f]*\]|(?:[A-Za-z0-9._~!$&'()*+,;=<>\"\u0080-\U0010ffff-]"
    r"|%[89a-fA-F][0-9a-fA-F])*)(?::([0-9]*))?"
)
_CONTROL = pattern(r"[\x00-\x1f\x7f]")
_BAD_PERCENT = pattern(r"%(?![0-9a-fA-F]{2})")
_INT64 = (-(1 << 63), (1 << 63) - 1)
_PROTOCOLS = ("tcp", "unix", "npipe", "fd")


def is_integer(text: str) -> bool:
    """strconv.ParseInt(text, 10, 64)."""
    digits = text.lstrip("+-").lstrip("0")
    if not _INTEGER.fullmatch(text) or len(digits) > 19:
        return False
    return _INT64[0] <= int(text[:1].strip("+0123456789") + (digits or "0")) <= _INT64[1]


def ip_version(text: str, zone: bool = False) -> int:
    """4 or 6, 0 for what is no IP address. zone: ``%eth0`` behind it is allowed (netip.ParseAddr),
    else not (net.ParseIP)."""
    bare, percent, name = text.partition("%")
    if not bare.isascii() or (percent and not (zone and name and ":" in bare)):
        return 0
    if ":" not in bare:
        parts = bare.split(".")
        return 4 if len(parts) == 4 and all(map(_is_byte, parts)) else 0
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(bare)
    except AddressValueError:
        return 0
    return 6


def _is_byte(text: str) -> bool:
    return text.isdigit() and len(text) < 4 and str(int(text)) == text and int(text) < 256


def network_version(text: str, strict: bool) -> int:
    """4 or 6, 0 for what is no network. strict: as netip.ParsePrefix (no zeros before the bits),
    else as net.ParseCIDR."""
    address, slash, bits = text.rpartition("/") if strict else text.partition("/")
    version = ip_version(address)
    digits = bits.isascii() and bits.isdigit() and len(bits) < 9
    if not slash or not version or not digits or (strict and len(bits) > 1 and bits[0] == "0"):
        return 0
    return version if int(bits) <= (32 if version == 4 else 128) else 0


def ipv6_network_fault(text: str, strict: bool) -> str:
    """``fixed-cidr-v6``. moby 25.0 to 29.7 libnetwork/drivers/bridge ValidateFixedCIDRV6."""
    from ipaddress import IPv6Address, IPv6Network

    if not text:
        return ""
    version = network_version(text, strict)
    if not version:
        said = f'netip.ParsePrefix("{text}")' if strict else f"invalid CIDR address: {text}"
        return f"invalid fixed-cidr-v6: {said}"
    address = text.partition("/")[0]
    if version == 4 or IPv6Address(address).ipv4_mapped is not None:
        return f"invalid fixed-cidr-v6: {text} is not an IPv6 subnet"
    network = IPv6Network(text, strict=False)
    local = IPv6Network("fe80::/64")
    if strict and IPv6Address(address).is_multicast:
        return f"invalid fixed-cidr-v6: multicast subnet '{text}' is not allowed"
    clash = network.overlaps(local) if strict else network.network_address in local
    if network != local and clash:
        return "invalid fixed-cidr-v6: clash with the Link-Local prefix 'fe80::/64'"
    return ""


def size_fault(raw: str, old: bool) -> str:
    """``default-shm-size``, as spelled between its quotes: no escape is resolved. moby opts.go
    MemBytes.UnmarshalJSON with go-units 0.5 RAMInBytes; old: with 0.4 (before
    Engine 23.0, and Debian's 26.1: what that refuses is refused here too)."""
    said = f"invalid size: '{raw}'"
    if not raw:
        return 'invalid size: "\\"\\""'
    if old:
        match = _OLD_SIZE.fullmatch(raw)
        return "" if match is not None and match.group(1).count(".") < 2 else said
    match = _LAST_DIGIT.match(raw)
    if match is None:
        return said
    number = match.group()
    if number.endswith(" "):
        number = number[:-1]
    suffix = raw[match.end() :]
    if not _FLOAT.fullmatch(number) or not _SUFFIX.fullmatch(suffix):
        return said
    if number.startswith("-") and number.strip("-0.eE+"):
        return said
    huge = "x" not in number.lower() and float(number) == float("inf")
    return said if huge and "inf" not in number.lower() else ""


def duration_fault(text: str) -> str:
    """``builder.history.maxAge``. buildkit 0.13 cmd/buildkitd/config Duration.UnmarshalText."""
    plain = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if not plain or _DURATION.fullmatch(plain) or is_integer(plain):
        return ""
    return f"invalid duration {text}"


def search_domain_fault(text: str) -> str:
    """``dns-search``. moby 20.10 to 29.7 opts.go ValidateDNSSearch."""
    bare = text.strip(" ")
    match = _DOMAIN.fullmatch(bare)
    letters = any("a" <= char.lower() <= "z" and char.isascii() for char in bare)
    if bare == "." or (letters and match is not None and len(match.group(1)) < 255):
        return ""
    return f"{text} is not a valid domain"


def host_fault(text: str) -> str:
    """``hosts``. moby 20.10 to 29.7 opts/hosts.go parseDaemonHost."""
    host = text.strip()
    if not host:
        return ""
    protocol, separator, address = host.partition("://")
    if not separator:
        protocol, address = "tcp", host
    said = f"invalid bind address ({host})"
    if protocol not in _PROTOCOLS:
        return f"{said}: unsupported proto '{protocol}'"
    if protocol in ("unix", "npipe"):
        return f"{said}: invalid {protocol} address: {address}" if "://" in address else ""
    if protocol == "fd":
        return ""
    authority, port = _authority(address)
    rest = address[len(authority) :]
    if port is None or rest.startswith("/") or _CONTROL.search(address):
        return f"{said}: should not contain a path element" if rest.startswith("/") else said
    if port and not 0 < int(port.lstrip("0")[:20] or "0") <= _INT64[1]:
        return f"{said}: invalid port: {port}"
    return ""


def mirror_fault(text: str) -> str:
    """``registry-mirrors``. moby 28.3 to 29.7 registry/config.go ValidateMirror."""
    scheme, separator, rest = text.partition("://")
    if not separator or not scheme:
        said = "no scheme specified for"
        return f"invalid mirror: {said} \"{text}\": must use either 'https://' or 'http://'"
    authority, port = _authority(rest)
    path, _, fragment = rest[len(authority) :].partition("#")
    path, _, query = path.partition("?")
    bad = port is None or _CONTROL.search(text) or _BAD_PERCENT.search(path + fragment)
    if bad or not re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]*", scheme):
        return f'invalid mirror: "{text}" is not a valid URI'
    if scheme.lower() not in ("http", "https"):
        return f'invalid mirror: unsupported scheme "{scheme}" in "{text}"'
    if query or fragment:
        return f'invalid mirror: query or fragment at end of the URI "{text}"'
    if "@" in authority:
        return f'invalid mirror: username/password not allowed in URI "{text}"'
    return ""


def _authority(text: str) -> Tuple[str, Optional[str]]:
    """What stands before path and query, and its port ("" if none); None where Go refuses it."""
    authority = re.split("[/?#]", text, maxsplit=1)[0]
    match = _AUTHORITY.fullmatch(authority)
    return authority, None if match is None else match.group(1) or ""
