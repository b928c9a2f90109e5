"""libproxy 0.5: px-manager.c px_manager_get_proxies_sync, ignore_domain, ignore_ip; config-env.c.

Read at 0.5.9 and 0.5.12. What a desktop (GNOME, KDE, a portal) or /etc/sysconfig/proxy adds isn't
looked at: in a container there is none. Nor is the script that ``wpad:`` or ``pac+http://…`` asks
for: where it can't be had all is direct.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.semantics import glib_uri
from dockproxy.semantics.glib_uri import Uri
from dockproxy.semantics.host_lookup import inet_aton, is_ipv4, is_ipv6
from dockproxy.semantics.suffixes import lowered

VARIABLES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")
FORCED = "PX_FORCE_CONFIG"
_BITS = pattern(r"[ \t\n\v\f\r]*\+?([0-9]+)\Z")


class Answer(NamedTuple):
    """proxy: as it is handed on, "" for direct. variable: that names the proxy, "" for none.
    entry: of the list that is called ``listing``, if one matches.
    """

    proxy: str
    variable: str = ""
    entry: str | None = None
    listing: str = ""


class _Entry(NamedTuple):
    """One entry, blanks and all. name: what the host may be. end: what it may end with. whole: what
    it may begin, in lower case. port: if only that one is meant. net: family, bits left free, and
    the address without these.
    """

    text: str
    name: str
    end: str
    whole: str
    port: int | None
    net: tuple[int, int, int] | None


def asks(environ: Mapping[str, str]) -> Callable[[str], Answer]:
    """What is answered for one URL after another. A variable that is set to "" counts."""
    listing = "no_proxy" if "no_proxy" in environ else "NO_PROXY"
    entries = [_entry(text) for text in dict.fromkeys(environ.get(listing, "").split(",")) if text]
    forced = environ.get(FORCED, "config-env")
    handed_on = {name: _handed_on(environ.get(name, "")) for name in VARIABLES}

    def ask(url: str) -> Answer:
        uri = glib_uri.parse(url)
        if uri is None or forced != "config-env":
            return Answer("")
        names = VARIABLES if uri.scheme == "https" else VARIABLES[2:]
        variable = next((name for name in names if name in environ), "")
        if not handed_on.get(variable):
            return Answer("", variable)
        entry = next(_matching(uri, entries), None)
        if entry is not None:
            return Answer("", variable, entry.strip(), listing)
        return Answer(handed_on[variable], variable)

    return ask


def _handed_on(value: str) -> str:
    """A proxy as it is told to the program, "" for what can't be read, ``direct://`` and a script's
    address.
    """
    proxy = glib_uri.parse(value)
    if proxy is None or proxy.scheme.startswith(("wpad", "pac+")):
        return ""
    said = glib_uri.written(proxy)
    return "" if said == "direct://" else said


def _entry(text: str) -> _Entry:
    """NAME[:PORT] is NAME and all under it, and so are .NAME and *.NAME, if they are of three
    letters or more.

    An accident: with a dot before it NAME is also any host that it begins with.
    """
    name, *ports = text.split(":")
    port = _as_c_reads(ports[0]) if len(ports) == 1 else None
    under = name[1:] if name.startswith("*.") else name
    if len(name) < 3:
        end = whole = ""
    elif under.startswith("."):
        end, whole = under, lowered(under[1:])
    else:
        end, whole = f".{name}", ""
    return _Entry(text, name, end, whole, None if port == -1 else port, _net(text))


def _matching(uri: Uri, entries: list[_Entry]) -> Iterator[str]:
    """The entries that are about a URI. Case counts; a port only if the URL writes it.
    ``<local>`` is a name without dots.
    """
    host, port = uri.host or "", uri.port
    folded, address = lowered(host), _number(host)
    is_local = ":" not in host and "." not in host
    for text, name, end, whole, only, net in entries:
        if host == name or (end and host.endswith(end)) or (whole and whole.startswith(folded)):
            if only is None or only == port:
                yield text
        elif text == "*" or (is_local and text == "<local>"):
            yield text
        if address is not None and net is not None:
            family, free, prefix = net
            if family == address[0] and address[1] >> free == prefix:
                yield text


def _net(text: str) -> tuple[int, int, int] | None:
    """ADDRESS or ADDRESS/BITS, whose other bits must be 0."""
    bare, slash, rest = text.partition("/")
    address = _number(bare)
    if address is None:
        return None
    family, value = address
    if not slash:
        return (family, 0, value) if glib_uri.is_address(bare) else None
    bits = _BITS.match(rest)
    digits = bits.group(1).lstrip("0") if bits else "129"
    free = family - int(digits or 0) if len(digits) < 4 else -1
    if free < 0 or value & ((1 << free) - 1):
        return None
    return family, free, value >> free


def _number(text: str) -> tuple[int, int] | None:
    """32 or 128 bits, and the number, of an IP."""
    if ":" in text:
        bare = text.partition("%")[0]
        if not is_ipv6(bare):
            return None
        from ipaddress import IPv6Address

        return 128, int(IPv6Address(bare))
    value = inet_aton(text) if is_ipv4(text) else None
    return None if value is None else (32, value)


def _as_c_reads(text: str) -> int:
    """As atoi reads a port: no digits are 0."""
    found = re.match(r"[ \t\n\v\f\r]*([+-]?[0-9]{1,18})", text)
    return int(found.group(1)) if found else 0
