"""Go's net/http: the daemon, the docker CLI, buildx, BuildKit, containerd and most of their kind.

- HTTP_PROXY for http, HTTPS_PROXY for https, NO_PROXY; each else in lower case. Empty is unset.
  No other variable, and no other scheme of a target. (Before 1.16 HTTP_PROXY served all the rest.)
- A proxy that is no URL, or has no scheme or no host, is read with ``http://`` before it; what is
  none even then is dropped without a word.
- With REQUEST_METHOD set, what HTTP_PROXY is for is an error.
- ``localhost``, so written, and loopback addresses are never proxied.
- NO_PROXY is split at commas; blanks around an entry and its case do not matter. ``*`` is for
  everything. A network or an address is for addresses, however they are written; names are not
  resolved. ``x.y`` is for x.y and all under it, ``.x.y`` and ``*.x.y`` only for what is under it.
  ``:port`` behind all but a network is for that port only.

Sources: golang.org/x/net/http/httpproxy proxy.go, vendored in Go; net/http transport.go
ProxyFromEnvironment. go_url.py, go_ip.py and go_idna.py are the packages below it.

Versions: 1.16 other schemes go direct, https no longer falls back to HTTP_PROXY; 1.17 010.0.0.1 is
no address; 1.18 non-ASCII entries become IDNA; 1.19 ``http:/p`` is written so; 1.22 proxies of any
scheme, 00001:: is no address; 1.24 (.1, and 1.23.7) zones belong to addresses, entries that are
names are not for addresses; 1.25.2 (and 1.24.8) only IPv6 between brackets; 1.26 one colon in a
host (unless GODEBUG, or the program's go.mod, has urlstrictcolons=0); 1.27 names of Unicode 17.
Before 1.27 a host that is no UTF-8 is an accident, not modelled.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import variable_names
from dockproxy.semantics import go_ip, go_url
from dockproxy.semantics.base import (
    Decision,
    Semantics,
    Target,
    ignored,
    is_loopback,
    listed,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.go_idna import NEWEST, Edition, in_ascii
from dockproxy.semantics.go_no_proxy import Index, entries_of, lowered, trimmed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.semantics.go_plain import PlainWays

VERSIONS = ("1.15", "1.16", "1.17", "1.18", "1.19", "1.22", "1.24", "1.25.2", "1.26", "1.27")
_KEYS = ("http_proxy", "https_proxy", "no_proxy")
_PORTS = {"http": "80", "https": "443", "socks5": "1080"}


class Rules(NamedTuple):
    """What differs between versions; the default is the newest."""

    http_for_the_rest: bool = False
    any_scheme: bool = True
    three_slashes: bool = False
    zones: bool = True
    names_for_addresses: bool = False
    idna_entries: bool = True
    idna: Edition = NEWEST
    zeros: go_ip.Spelling = go_ip.NEWEST
    strict: go_url.Strictness = go_url.NEWEST


_NEWEST = Rules()


def rules_of(version: str) -> Rules:
    """What this one of VERSIONS does."""
    since = VERSIONS.index(version)

    def before(changed: str) -> bool:
        return since < VERSIONS.index(changed)

    return Rules(
        http_for_the_rest=before("1.16"),
        any_scheme=not before("1.22"),
        three_slashes=before("1.19"),
        zones=not before("1.24"),
        names_for_addresses=before("1.24"),
        idna_entries=not before("1.18"),
        idna=Edition(
            transitional=before("1.18"),
            refuses_ascii=not before("1.26"),
            since_16=not before("1.27"),
        ),
        zeros=go_ip.Spelling(octets=before("1.17"), groups=before("1.22")),
        strict=go_url.Strictness(brackets=not before("1.25.2"), colons=not before("1.26")),
    )


class ProxyFunc:
    """FromEnvironment, and ProxyFunc of what it gives: a Decider.

    named: by our keys, the variables that Go reads, None for one that is not set.
    """

    def __init__(self, environ: Mapping[str, str], version: str) -> None:
        self.rules = rules_of(version)
        if _godebug(environ, "urlstrictcolons") == "0":
            self.rules = self.rules._replace(strict=self.rules.strict._replace(colons=False))
        self.named = {key: chosen_name(environ, key) for key in _KEYS}
        values = {key: environ[name] if name else "" for key, name in self.named.items()}
        self.http = _proxy(values["http_proxy"], self.rules)
        self.https = _proxy(values["https_proxy"], self.rules)
        self.in_cgi = bool(environ.get("REQUEST_METHOD"))
        edition = self.rules.idna if self.rules.idna_entries else None
        self.entries = entries_of(values["no_proxy"], self.rules.zeros, edition)
        self._index = Index(self.entries)

    def __call__(self, target: Target) -> Decision:
        """Where this target goes."""
        url = go_url.parse(target.url, self.rules.strict)
        if url is None:
            return refused("", message(N_("Go does not take it for a URL")))
        key, proxy = self._for_scheme(url.scheme)
        if not key:
            said = message(N_("Go asks no proxy for {scheme}://"), scheme=url.scheme)
            return ignored("", said)
        name = self.named[key]
        if name is None:
            return not_set(key.upper())
        if proxy is None:
            said = message(N_("Go cannot read {variable} and drops it"), variable=name)
            return ignored(name, said)
        if self.in_cgi and key == "http_proxy":
            said = message(N_("REQUEST_METHOD is set: Go refuses {variable}"), variable=name)
            return refused(name, said)
        around = _around(url, self._index, self.rules)
        if around is None:
            return through(proxy, name)
        if around == _LOOPBACK:
            return is_loopback(name)
        if around == _UNREADABLE:
            said = message(N_("Go cannot tell host and port apart and asks no proxy"))
            return ignored(name, said)
        return listed(around, self.named["no_proxy"] or "", name)

    def _for_scheme(self, scheme: str) -> tuple[str, str | None]:
        """Our key of the variable that such a target is for, and the proxy; "" for no variable."""
        if scheme == "https" and (self.https is not None or not self.rules.http_for_the_rest):
            return "https_proxy", self.https
        if scheme == "http" or self.rules.http_for_the_rest:
            return "http_proxy", self.http
        return "", None

    def plain_ways(self) -> PlainWays | None:
        """What numbers plain targets by the million; None for versions that can't be numbered."""
        if self.rules.names_for_addresses:
            return None
        from dockproxy.semantics.go_plain import PlainWays

        asks = set()
        if self.http is not None and not self.in_cgi:
            asks.add(b"")
        if self.https is not None:
            asks.add(b"s")
        return PlainWays(self.entries, frozenset(asks))


_LOOPBACK = ","
_UNREADABLE = ",,"
"""What no entry is."""


def _around(url: go_url.Url, index: Index, rules: Rules) -> str | None:
    """The entry that keeps the URL from the proxy, or why else it does; None if nothing does."""
    name = in_ascii(url.hostname(), rules.idna)
    port = url.port() or _PORTS.get(url.scheme, "")
    joined = f"[{name}]:{port}" if ":" in name or "%" in name else f"{name}:{port}"
    split = go_url.split_host_port(joined)
    if split is None:
        return _UNREADABLE
    host, port = split
    if host == "localhost":
        return _LOOPBACK
    address = go_ip.parse_address(host, rules.zeros)
    if address is not None and address.zone and not rules.zones:
        address = None
    number = None if address is None else address.number
    if number is not None and go_ip.is_loopback(number):
        return _LOOPBACK
    host = lowered(trimmed(host))
    if number is not None:
        entry = index.for_address(number, port)
        if entry is not None or not rules.names_for_addresses:
            return entry
    return index.for_name(host, port)


def _proxy(value: str, rules: Rules) -> str | None:
    """The proxy as Go writes it, None if there is none (parseProxy)."""
    url = read_proxy(value, rules)
    return None if url is None else url.shown(rules.three_slashes)


def read_proxy(value: str, rules: Rules = _NEWEST) -> go_url.Url | None:
    """The proxy in its parts, None if there is none or Go drops it (parseProxy)."""
    if not value:
        return None
    url = go_url.parse(value, rules.strict)
    if url is None or not _is_whole(url, rules):
        url = go_url.parse(f"http://{value}", rules.strict) or url
    return url


def _is_whole(url: go_url.Url, rules: Rules) -> bool:
    if rules.any_scheme:
        return bool(url.scheme and url.host)
    return url.scheme in ("http", "https", "socks5")


def _godebug(environ: Mapping[str, str], key: str) -> str:
    """A setting of GODEBUG; the last one counts (internal/godebug)."""
    found = ""
    for setting in environ.get("GODEBUG", "").split(","):
        name, _, value = setting.partition("=")
        if name == key:
            found = value
    return found


def chosen_name(environ: Mapping[str, str], key: str) -> str | None:
    """The variable that Go reads for one of our keys, None if neither has a value.

    The upper-case name, or the lower-case one where that is unset or empty (getEnvAny).
    """
    for name in variable_names(key):
        if environ.get(name):
            return name
    return None


def drops(value: str, strict: go_url.Strictness = go_url.NEWEST) -> bool:
    """Whether Go drops this proxy without a word, so that requests go direct (parseProxy)."""
    return not parses(value, strict) and not parses(f"http://{value}", strict)


def parses(value: str, strict: go_url.Strictness = go_url.NEWEST) -> bool:
    """Whether net/url Parse takes it."""
    return go_url.parse(value, strict) is not None


SEMANTICS = Semantics("go", VERSIONS, ("1.15", "1.19", "1.24", "1.26", "1.27"), ProxyFunc)
