"""Python's httpx, with socksio installed.

httpx 0.23, 0.24, 0.27, 0.28: httpx/_utils.py get_environment_proxies, URLPattern; _config.py Proxy;
_client.py Client; _urlparse.py. A client makes a pattern of each proxy and of each entry of
NO_PROXY when it is made: one that is no URL makes every request an error. Only ``*`` among the
entries saves it: nothing else is looked at then.

Changes: 0.23 reads URLs with rfc3986 1.5, for which a host or port that can't be is none at all, so
that an entry like ``[::1]`` does nothing; there, any entry stands for what is under it too. Since
0.26 an entry with ``://`` is a URL pattern of its own (``http://t.com``: that host only, and http
only). ``socks5h://`` since 0.28.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Semantics,
    Target,
    listed,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.environment_proxies import Setting, getproxies
from dockproxy.semantics.host_lookup import (
    can_be_looked_up,
    in_ascii,
    is_ipv4,
    is_ipv6,
    port_taken,
)

_PORTS = {"ftp": 21, "http": 80, "https": 443, "ws": 80, "wss": 443}
_LONGEST = 65536
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_URL = re.compile(r"(?:((?:[a-zA-Z][a-zA-Z0-9+.-]*)?):)?(?://([^/?#]*))?([^?#]*)", re.DOTALL)
_PLACE = re.compile(r"(\[.*\]|[^:@]*):?(.*)")
_PLACE_BEFORE_0_27 = re.compile(r"(\[.*\]|[^:]*):?(.*)")
_LIKE_IPV4 = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+\Z")
_LIKE_IPV4_BEFORE_0_27 = re.compile(r"[0-9]+.[0-9]+.[0-9]+.[0-9]+\Z")
_IRI = re.compile(r"(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?://([^\\/?#]*))?")
_LIKE_SHORT_IPV4 = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}\Z")
_LETTER = r"[A-Za-z0-9._~!$&'()*+,;=\u00a0-\ud7ff\uf900-\uffef-]"
_IAUTHORITY = re.compile(
    rf"((?:{_LETTER}|:|%[0-9A-Fa-f]{{2}})+@)?"
    rf"((?:{_LETTER}|%[0-9A-Fa-f]{{2}})*|\[[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._~%-]+)?\])"
    r":?([0-9]{1,5})?\n?\Z"
)
_QUOTED = re.compile(r"%[A-Fa-f0-9]{2}|[^A-Za-z0-9._~!$&'()*+,;=\"`{}%|\\-]")


class Url(NamedTuple):
    """scheme: in lower case. user: as written, with its ``@``. host: in lower case, without
    brackets. port: None for none, and for the scheme's own.
    """

    scheme: str
    user: str
    host: str
    port: int | None


class Pattern(NamedTuple):
    """What a request must be like. host: ``*.t.com`` is what is under it, ``*t.com`` that and
    t.com, any other that alone, "" everything. proxy: none means direct, because of ``entry``.
    """

    scheme: str
    host: str
    port: int | None
    proxy: Setting | None
    through: str = ""
    entry: str = ""

    @property
    def order(self) -> tuple[bool, int, int]:
        """Those with a port first, then those with the longest host, then the longest scheme."""
        return (self.port is None, -len(self.host), -len(self.scheme))

    def is_for(self, url: Url) -> bool:
        """Whether its scheme and port are those of a request."""
        return self.scheme in ("", url.scheme) and self.port in (None, url.port)


class Patterns:
    """Patterns in their order, by host."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._by_host: dict[str, list[tuple[int, Pattern]]] = {}
        for place, pattern in enumerate(sorted(patterns, key=lambda each: each.order)):
            self._by_host.setdefault(pattern.host, []).append((place, pattern))

    def first(self, url: Url) -> Pattern | None:
        """The first that matches a request."""
        host = decoded(url.host)
        candidates = ["", host, f"*{host}"]
        at = host.find(".", 1)
        while at >= 0:
            candidates += (f"*{host[at:]}", f"*{host[at + 1 :]}")
            at = host.find(".", at + 1)
        found = [
            (place, pattern)
            for each in candidates
            for place, pattern in self._by_host.get(each, ())
            if pattern.is_for(url)
        ]
        return min(found)[1] if found else None


def decider(environ: Mapping[str, str], version: str) -> Decider:
    """What these variables make of a target."""
    number = tuple(int(part) for part in version.split("."))
    proxies = getproxies(environ)
    made = patterns(proxies, number)

    def decide(target: Target) -> Decision:
        if isinstance(made, Decision):
            return made
        url = parse(target.url, number)
        if url is None or not url.host or url.scheme not in ("http", "https"):
            return refused("", message(N_("the target is a URL that it does not take")))
        named = proxies.get(url.scheme, proxies.get("all", Setting(f"{url.scheme}_proxy", "")))
        pattern = made.first(url)
        if pattern is not None and pattern.proxy is not None:
            return sent(pattern, number)
        if pattern is None or not named.value:
            return direct(url, not_set(named.variable))
        return direct(url, listed(pattern.entry, proxies["no"].variable, named.variable))

    return decide


def patterns(proxies: Mapping[str, Setting], number: tuple[int, ...]) -> Patterns | Decision:
    """All patterns, the first that matches decides; or the error that all requests end in."""
    no_proxy = proxies.get("no", Setting("", ""))
    entries = [entry.strip() for entry in no_proxy.value.split(",")]
    if "*" in entries:
        return Patterns([Pattern("", "", None, None, entry="*")])
    made: dict[str, Pattern] = {}
    for scheme in ("http", "https", "all"):
        if scheme not in proxies:
            continue
        setting = proxies[scheme]
        text = setting.value if "://" in setting.value else f"http://{setting.value}"
        url = parse(text, number)
        if url is None:
            return _refused(setting, N_("{variable} is no URL"))
        if url.scheme not in (
            "http",
            "https",
            "socks5",
            *(("socks5h",) if number >= (0, 28) else ()),
        ):
            return _refused(setting, N_("{variable} has a scheme that is none for a proxy"))
        made[f"{scheme}://"] = Pattern("" if scheme == "all" else scheme, "", None, setting, text)
    for entry in entries:
        if not entry:
            continue
        key = _key(entry, number)
        url = parse(key, number)
        if url is None:
            said = N_("“{entry}” of {variable} is no URL pattern")
            return refused(
                no_proxy.variable, message(said, entry=entry, variable=no_proxy.variable)
            )
        host = "" if url.host == "*" else decoded(url.host)
        scheme = "" if url.scheme == "all" else url.scheme
        made[key] = Pattern(scheme, host, url.port, None, entry=entry)
    return Patterns(made.values())


def _key(entry: str, number: tuple[int, ...]) -> str:
    """The pattern that stands for an entry."""
    address = entry.partition("/")[0]
    if number < (0, 24):
        return f"all://*{entry}"
    if "://" in entry and number >= (0, 26):
        return entry
    if is_ipv4(address) or entry.lower() == "localhost":
        return f"all://{entry}"
    if is_ipv6(address.partition("%")[0]):
        return f"all://[{entry}]"
    return f"all://*{entry}"


def sent(pattern: Pattern, number: tuple[int, ...]) -> Decision:
    """Through a pattern's proxy. httpcore resolves no names for SOCKS: the proxy does."""
    setting, url = pattern.proxy, parse(pattern.through, number)
    assert setting is not None
    assert url is not None
    host = in_ascii(url.host)
    port = port_taken(url.port or 0)
    if not can_be_looked_up(host) or port is None:
        return _refused(setting, N_("{variable} is no address that can be connected to"))
    scheme = "socks5h" if url.scheme == "socks5" else url.scheme
    written = f"[{host}]" if ":" in host else "localhost" if host == "*" else host
    shown = f":{port}" if url.port else ""
    return through(f"{scheme}://{url.user}{written}{shown}", setting.variable)


def parse(text: str, number: tuple[int, ...]) -> Url | None:
    """A URL as httpx reads it (_urlparse.py urlparse); None if it is none."""
    if number < (0, 24):
        return parse_with_rfc3986(text)
    if len(text) > _LONGEST or _UNPRINTABLE.search(text):
        return None
    found = _URL.match(text)
    if found is None:
        return None
    scheme, authority, path = (part or "" for part in found.groups())
    if number < (0, 27):
        user, at, place = authority.partition("@")
        split = _PLACE_BEFORE_0_27.match(place if at else authority)
    else:
        user, at, place = authority.rpartition("@")
        split = _PLACE.match(place)
    if split is None:
        return None
    host = encoded(split.group(1), number)
    port = _port(split.group(2), scheme)
    if host is None or port == _NO_PORT:
        return None
    if not (user if at else "") and not host and port is None:
        if path.startswith("//") and (number < (0, 27) or not scheme):
            return None
        if path.startswith(":") and not scheme:
            return None
    return Url(scheme.lower(), user + at if at and user else "", host, port)


def parse_with_rfc3986(text: str) -> Url | None:
    """A URL as httpx 0.23 reads it (rfc3986/misc.py ISUBAUTHORITY_MATCHER; _urls.py URL)."""
    found = _IRI.match(text)
    scheme, authority = (part or "" for part in found.groups()) if found else ("", "")
    split = _IAUTHORITY.match(authority)
    if split is None:
        return Url(scheme, "", "", None)
    user, host, digits = split.groups()
    if host.startswith("["):
        if not is_ipv6(host[1:-1].partition("%")[0]):
            return Url(scheme, "", "", None)
        host = host[1:-1]
    elif _LIKE_SHORT_IPV4.match(host) and any(int(part) > 255 for part in host.split(".")):
        return Url(scheme, "", "", None)
    name = in_ascii(host)
    if not name.isascii():
        return None
    if name:
        scheme = scheme.lower()
    port = int(digits) if digits else None
    return Url(scheme, user or "", name.lower(), None if port == _PORTS.get(scheme) else port)


_NO_PORT = -(1 << 62)


def _port(digits: str, scheme: str) -> int | None:
    if not digits:
        return None
    try:
        port = int(digits)
    except ValueError:
        return _NO_PORT
    return None if port == _PORTS.get(scheme) else port


def encoded(host: str, number: tuple[int, ...]) -> str | None:
    """The host's normal form (encode_host); None if it has none."""
    like_ipv4 = _LIKE_IPV4 if number >= (0, 27) else _LIKE_IPV4_BEFORE_0_27
    if like_ipv4.match(host):
        return host if is_ipv4(host) else None
    if host.startswith("[") and host.endswith("]"):
        address, percent, zone = host[1:-1].partition("%")
        if not is_ipv6(address) or (percent and (not zone or "%" in zone)):
            return None
        return host[1:-1]
    if host.isascii():
        return _QUOTED.sub(_quote, host.lower())
    name = in_ascii(host.lower())
    return name if name.isascii() and not re.search(r"[^a-z0-9.-]", name) else None


def _quote(found: re.Match[str]) -> str:
    return found.group() if len(found.group()) > 1 else f"%{ord(found.group()):02X}"


def decoded(host: str) -> str:
    """The host that is compared: IDNA is undone where the whole begins with it (URL.host)."""
    if not host.startswith("xn--"):
        return host
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def direct(url: Url, decision: Decision) -> Decision:
    """Direct, unless there can be no address for the host."""
    if can_be_looked_up(in_ascii(url.host)):
        return decision
    return refused(decision.variable, message(N_("the target has no host that can be read")))


def _refused(setting: Setting, said: str) -> Decision:
    return refused(setting.variable, message(said, variable=setting.variable))


SEMANTICS = Semantics(
    "httpx",
    ("0.23", "0.24", "0.26", "0.27", "0.28"),
    ("0.23", "0.24", "0.27", "0.28"),
    decider,
)
