"""Python's requests, with PySocks installed.

requests 2.25, 2.28, 2.32, 2.34 with the urllib3 of their time (1.26.5, 1.26.12, 2.3, 2.8):
requests/utils.py should_bypass_proxies, select_proxy, prepend_scheme_if_needed; adapters.py
HTTPAdapter.send, proxy_manager_for; urllib3/poolmanager.py ProxyManager, contrib/socks.py.

Changes: a proxy without a scheme is an error with Python 3.9 before 2.27, unless it is a bare host
(``p.test:3128`` was read as scheme and path); up to 2.33 an entry ``t.com`` also matches xt.com
(text that ends alike), since 2.34 only names under it; port 0 is port 0 since urllib3 2.8. Python
is 3.9 with 2.25 and 3.11 with the others: from 3.12 on, its http.client also refuses to ask a proxy
for an https host with an empty label (``a..b``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Semantics,
    Target,
    first_set,
    listed,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.environment_proxies import (
    Entries,
    NoProxy,
    Setting,
    getproxies,
    unquote,
)
from dockproxy.semantics.host_lookup import can_be_looked_up, in_ascii, inet_aton
from dockproxy.semantics.urllib3_url import Url, parse_url

_PORTS = {"http": 80, "https": 443}
_SOCKS = ("socks4", "socks4a", "socks5", "socks5h")
_SCHEME_CHARS = pattern(r"[A-Za-z0-9+.-]+\Z")
_WRITTEN = pattern(r"(?:[A-Za-z0-9+.-]*:)?//([^/?#]*)")
_AUTHORITY = pattern(r"([^/?#]*)(.*)", re.DOTALL)


def decider(environ: Mapping[str, str], version: str) -> Decider:
    """What these variables make of a target."""
    number = tuple(int(part) for part in version.split("."))
    settings = Environment(environ, number)

    def decide(target: Target) -> Decision:
        url = prepared(target, number)
        return settings.decide(url) if url else not_taken()

    return decide


class Environment:
    """What a session with ``trust_env`` takes from the environment (sessions.py Session)."""

    def __init__(self, environ: Mapping[str, str], number: tuple[int, ...]) -> None:
        self._number = number
        self.proxies = getproxies(environ)
        self._no_proxy = NoProxy(self.proxies)
        self._listing, value = first_set(environ, "no_proxy", "NO_PROXY")
        self._own_list = own_list(value, suffixes=number < (2, 34))
        self._sent: dict[Setting, Decision] = {}

    def decide(self, url: Url, own: Mapping[str, Setting] | None = None) -> Decision:
        """own: the session's own proxies, for where the environment has none."""
        own = own or {}
        host = url.host.strip("[]")
        proxy = select_proxy({**own, **self.proxies}, url.scheme, host)
        if proxy is None:
            return direct(url, not_set(f"{url.scheme}_proxy"))
        entry, listing = self._own_list(host, url.port), self._listing
        if entry is None:
            entry, listing = self._no_proxy.match(host), self._no_proxy.variable
        if entry is not None:
            fallback = select_proxy(own, url.scheme, host)
            if fallback is None:
                return direct(url, listed(entry, listing, proxy.variable))
            proxy = fallback
        return self.sent(proxy)

    def sent(self, proxy: Setting) -> Decision:
        """Through a proxy, or the error that its value makes."""
        if proxy not in self._sent:
            self._sent[proxy] = sent(proxy, self._number)
        return self._sent[proxy]


def not_taken() -> Decision:
    """The error of a target that no request can be made of."""
    return refused("", message(N_("the target is a URL that it does not take")))


def prepared(target: Target, number: tuple[int, ...]) -> Url | None:
    """The target with its host in lower case and IDNA (models.py PreparedRequest.prepare_url)."""
    url = parse_url(target.url)
    if url is None or not url.host or url.scheme not in _PORTS:
        return None
    if not url.host.isascii():
        try:
            return url._replace(host=url.host.encode("idna").decode("ascii"))
        except UnicodeError:
            return None
    if url.host.startswith(("*", ".") if number >= (2, 27) else "*"):
        return None
    return url


def select_proxy(proxies: Mapping[str, Setting], scheme: str, host: str) -> Setting | None:
    """The proxy of the scheme, else that for all; a host of its own goes first in each."""
    for key in (f"{scheme}://{host}", scheme, f"all://{host}", "all"):
        if key in proxies:
            return proxies[key]
    return None


def own_list(value: str, suffixes: bool) -> Callable[[str, int | None], str | None]:
    """requests' own reading of NO_PROXY, before that of urllib.

    Blanks are taken out, also from within entries. An IPv4 address is looked for in networks of 1
    to 32 bits, and as itself; any other host as the end of it, with its port if the URL has one.
    suffixes: whether any text that it ends with is enough.
    """
    trimmed = [part.replace(" ", "") for part in value.split(",")]
    entries = [entry for entry in trimmed if entry]
    names = Entries((entry if suffixes else entry.lstrip("."), entry) for entry in entries)
    ends = names.ends if suffixes else names.itself_and_above
    addresses = [(entry, network(entry)) for entry in entries]
    nets = Entries((f"{net[0]}/{net[1]}" if net else entry, entry) for entry, net in addresses)
    sizes = sorted({net[1] for _, net in addresses if net})

    def match(host: str, port: int | None) -> str | None:
        address = inet_aton(host)
        if address is None:
            with_port = f"{host}:{port}" if port else host
            return names.first((*ends(host), *ends(with_port)))
        return nets.first((host, *(f"{address >> 32 - bits}/{bits}" for bits in sizes)))

    return match


def network(entry: str) -> tuple[int, int] | None:
    """The bits that an IPv4 network fixes, and how many; None for what is none (is_valid_cidr)."""
    written, slash, digits = entry.partition("/")
    if not slash or "/" in digits:
        return None
    try:
        bits = int(digits)
    except ValueError:
        return None
    address = inet_aton(written)
    if not 1 <= bits <= 32 or address is None:
        return None
    return address >> 32 - bits, bits


def sent(proxy: Setting, number: tuple[int, ...]) -> Decision:
    """Through a proxy, or the error that its value makes (adapters.py HTTPAdapter.send)."""
    text: str | None = proxy.value
    if number < (2, 27):
        text = _with_scheme_by_urlparse(proxy.value)
    url = parse_url(text, before_2_8=number < (2, 34)) if text else None
    if url is None or not url.host:
        return _refused(proxy, N_("{variable} has no host that can be read"))
    scheme = url.scheme or ("http" if number >= (2, 27) else "")
    if scheme not in _PORTS and scheme not in _SOCKS:
        return _refused(proxy, N_("{variable} has a scheme that is none for a proxy"))
    written = _WRITTEN.match(proxy.value)
    if written and ("[" in written.group(1)) != ("]" in written.group(1)):
        return _refused(proxy, N_("{variable} has a bracket without its like"))
    host = in_ascii(url.host)
    if not can_be_looked_up(host.strip("[]")) or not _user_can_be_sent(url.user, scheme):
        return _refused(proxy, N_("{variable} is no address that can be connected to"))
    port_0_counts = number >= (2, 34) and scheme in _PORTS
    port = f":{url.port}" if url.port or (url.port == 0 and port_0_counts) else ""
    host = "localhost" if host == "*" else host
    return through(f"{scheme}://{url.user}{host}{port}", proxy.variable)


def _user_can_be_sent(user: str, scheme: str) -> bool:
    """Whether user and password can be written as Latin-1 (auth.py _basic_auth_str)."""
    name, colon, password = user[:-1].partition(":")
    if scheme in _SOCKS or not colon or not name:
        return True
    try:
        unquote(name).encode("latin-1")
        unquote(password).encode("latin-1")
    except UnicodeError:
        return False
    return True


def _with_scheme_by_urlparse(value: str) -> str | None:
    """The value as urlsplit and urlunsplit of Python 3.9 leave it, with what has no ``//host``
    taken for the host; None for an error.
    """
    before, colon, after = value.partition(":")
    scheme, rest = "http", value
    if colon and _SCHEME_CHARS.match(before):
        scheme, rest = before.lower(), after
    authority = ""
    if rest.startswith("//"):
        found = _AUTHORITY.match(rest[2:])
        authority, rest = (found.group(1), found.group(2)) if found else ("", "")
        if ("[" in authority) != ("]" in authority):
            return None
    path, mark, tail = _cut(rest)
    if not authority:
        authority, path = path, ""
    elif path and not path.startswith("/"):
        path = "/" + path
    return f"{scheme}://{authority}{path}{mark}{tail}"


def _cut(rest: str) -> tuple[str, str, str]:
    at = min((place for place in (rest.find("?"), rest.find("#")) if place >= 0), default=len(rest))
    return rest[:at], rest[at : at + 1], rest[at + 1 :]


def direct(url: Url, decision: Decision) -> Decision:
    """Direct, unless there can be no address for the host."""
    if can_be_looked_up(url.host.strip("[]")):
        return decision
    return refused(decision.variable, message(N_("the target has no host that can be read")))


def _refused(proxy: Setting, said: str) -> Decision:
    return refused(proxy.variable, message(said, variable=proxy.variable))


SEMANTICS = Semantics(
    "requests", ("2.25", "2.27", "2.34"), ("2.25", "2.28", "2.32", "2.34"), decider
)
