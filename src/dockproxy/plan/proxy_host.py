"""The host in a proxy's address: a name that the name service knows, or an IPv4 or IPv6 address.

Facts: Go 1.24 net/http and curl with IDN look for a name as IDNA has it, many programs in
containers as it is typed; Go takes an IPv6 address without brackets if a port follows, curl does
not; an address without its zone, or with a bare % before it, is out of Go's reach (lab).
"""

from __future__ import annotations

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, Message, message

WRITE_IT = N_("write it as http://HOST:PORT, for example http://10.0.0.1:3128")

_HOST = pattern(r"[^\s/?#@:\\\[\]\"'<>^`{|},;%$!*()=&+]+")
_ASCII_HOST = pattern(r"[A-Za-z0-9._-]+")
_ZONED = pattern(r"[0-9A-Fa-f:.]+(%[A-Za-z0-9._~-]+)?")
_LONGEST_NAME = 253  # RFC 1035, 2.3.4, without the dot of the root
_DOTS = pattern("[.\u3002\uff0e\uff61]")  # RFC 3490, 3.1
_KEPT_BY_IDNA_2008 = frozenset("\u00df\u03c2\u200c\u200d")
"""What IDNA 2003 maps away and Go and curl do not (RFC 5891)."""
_WIDE = {"\uff1a": ":", "\uff0f": "/", "\uff20": "@"}


def host_as_written(host: str, notes: list[Message]) -> str:
    """The host as it is to be written. Raises UsageError for what can be none.

    IPv6 was looked at where its brackets were read.
    """
    written = host
    if not host.isascii() and _is_host(host):
        written = _in_ascii(host)
        if written:
            notes.append(message(N_("the host's name is written as {host}"), host=written))
    if not _is_host(written):
        shown = host if len(host) <= _LONGEST_NAME else host[:20] + "…"
        raise UsageError(
            message(N_("“{host}” is not a host's name or address"), host=shown),
            hint=message(WRITE_IT),
        )
    return written


def refuse_wide(text: str) -> None:
    """Raises UsageError where an input method has left its own colon or slash."""
    for wide, narrow in _WIDE.items():
        if wide in text:
            said = N_("“{wide}” is a full-width character: type “{narrow}” instead")
            raise UsageError(message(said, wide=wide, narrow=narrow), hint=message(WRITE_IT))


def is_ipv6(host: str) -> bool:
    """Whether it is an IPv6 address, with or without a zone."""
    from ipaddress import AddressValueError, IPv6Address

    if not _ZONED.fullmatch(host):
        return False
    try:
        IPv6Address(host.partition("%")[0])
    except AddressValueError:
        return False
    return True


def in_brackets(authority: str) -> Message:
    """How to write it: the last group is taken for the port where it can be one."""
    address, _, port = authority.rpartition(":")
    if is_ipv6(address) and port.isdigit() and 0 < int(port[:6]) < 65536:
        return message(N_("write it as http://[{address}]:{port}"), address=address, port=port)
    return message(N_("write it as http://[ADDRESS]:PORT"))


def _is_host(host: str) -> bool:
    if ":" in host:
        return True
    return host.isprintable() and len(host) <= _LONGEST_NAME and bool(_HOST.fullmatch(host))


def _in_ascii(host: str) -> str:
    """The name as IDNA has it; "" if it can have none."""
    try:
        written = ".".join(_label(label) for label in _DOTS.split(host))
    except UnicodeError:
        return ""
    return written if _ASCII_HOST.fullmatch(written) else ""


def _label(label: str) -> str:
    if _KEPT_BY_IDNA_2008.isdisjoint(label):
        return label.encode("idna").decode("ascii") if label else ""
    from unicodedata import normalize

    return f"xn--{normalize('NFC', label.lower()).encode('punycode').decode('ascii')}"
