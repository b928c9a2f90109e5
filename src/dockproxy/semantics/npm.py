"""npm: its configuration first, then the environment's variables, in the environment's order.

@npmcli/config lib/index.js loadEnv, lib/parse-field.js, lib/env-replace.js; npm-registry-fetch
lib/index.js; @npmcli/agent lib/proxy.js, lib/index.js and lib/agents.js (npm 10 to 12);
make-fetch-happen lib/agent.js (npm 9). On Node 24, which ends at its start if it is asked to read
proxies and can't. Only npm_config_* are looked at, no npmrc.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics import whatwg_url
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
from dockproxy.semantics.javascript import trimmed
from dockproxy.semantics.node_startup import dies_at_start
from dockproxy.semantics.whatwg_url import Url

VERSIONS = ("9", "10", "10.2", "10.2.5")
"""10, until 10.2: HTTPS_PROXY and NO_PROXY are not read. 10.2: both cases count, the last wins.
10.2.5: a SOCKS proxy needs no port.
"""

_CONFIG = pattern(r"npm_config_", re.I)
_REFERENCE = pattern(r"(?<!\\)(\\*)\$\{([^${}?]+)(\?)?\}")
_SOCKS = {
    "socks": "socks5h",
    "socks4": "socks4",
    "socks4a": "socks4a",
    "socks5": "socks5",
    "socks5h": "socks5h",
}


class _Value(NamedTuple):
    """A setting: the variable that it comes from, and its value; "" is none."""

    variable: str = ""
    value: str = ""


class _Settings(NamedTuple):
    """What npm knows: the configured proxy and list, and the environment's own."""

    configured: _Value
    noproxy: _Value
    environ: dict[str, _Value]


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    dead = dies_at_start(environ)
    route = _route(_settings(environ, version), version)

    def decide(target: Target) -> Decision:
        if dead is not None:
            return dead
        url = whatwg_url.parse(target.url)
        if url is None or url.scheme not in ("http", "https"):
            return refused("", message(N_("the address is none of http or https that npm can ask")))
        decision = route(url)
        if decision.kind == "direct" and url.hostname.startswith("["):
            said = N_("npm reaches an IPv6 address through a proxy only")
            return refused(decision.variable, message(said))
        return decision

    return decide


def _route(settings: _Settings, version: str) -> Callable[[Url], Decision]:
    """Choose the proxy and read the lists as this version does; as it connects, npm asks NO_PROXY
    once more, but for npm 9.
    """
    environ = settings.environ
    noproxy, no_proxy = settings.noproxy, environ["no_proxy"]
    first = _no_proxy(noproxy if noproxy.value or version == "10" else no_proxy)
    second = _no_proxy(_Value() if version == "9" else no_proxy)
    names = {"https": ("https_proxy",), "http": ("https_proxy", "http_proxy", "proxy")}
    if version == "10":
        names = {"https": (), "http": ("http_proxy", "proxy")}
    chosen = {scheme: _chosen(settings, of, version) for scheme, of in names.items()}
    ways = {scheme: _way(proxy, version) for scheme, proxy in chosen.items()}

    def route(url: Url) -> Decision:
        proxy, way = chosen[url.scheme], ways[url.scheme]
        if not proxy.value:
            return not_set("https_proxy" if url.scheme == "https" else "http_proxy")
        if way.early and version == "9":
            return way.decision
        bypassed = first(url, proxy) or (None if way.early else second(url, proxy))
        looks_up = way.decision.proxy.startswith(("socks4:", "socks5:"))
        if looks_up and not bypassed and url.hostname.startswith("["):
            said = message(N_("npm looks the name up itself, and finds no IPv6 address so"))
            return refused(proxy.variable, said)
        return bypassed or way.decision

    return route


def _chosen(settings: _Settings, names: tuple[str, ...], version: str) -> _Value:
    """The configured proxy, or the first of the environment's. npm 9: a lower-case name that is set
    to "" hides what comes behind it.
    """
    if settings.configured.value:
        return settings.configured
    for name in names:
        found = settings.environ[name]
        if found.value or (version == "9" and found.variable == name):
            return found
    return _Value()


class _Way(NamedTuple):
    """early: whether it is an error of the address as such, before the lists are asked."""

    decision: Decision
    early: bool = False


def _way(proxy: _Value, version: str) -> _Way:
    """What comes of a proxy's address."""
    url = whatwg_url.parse(proxy.value)
    if url is None:
        said = message(N_("the proxy is no URL; a scheme is needed"))
        return _Way(refused(proxy.variable, said), early=True)
    if url.scheme not in ("http", "https", *_SOCKS):
        said = message(N_("npm speaks to no proxy of the scheme {scheme}"), scheme=url.scheme)
        return _Way(refused(proxy.variable, said), early=version != "9")
    if not (whatwg_url.decodes(url.user) and whatwg_url.decodes(url.password)):
        said = message(N_("the proxy's user or password has a % that is no escape"))
        return _Way(refused(proxy.variable, said))
    if url.scheme not in _SOCKS:
        port = "" if version == "9" and url.port == "0" else url.port
        return _Way(through(url.proxy(url.scheme, port), proxy.variable))
    if url.hostname.startswith("[") or "%" in url.hostname:
        said = message(N_("npm finds no SOCKS proxy by an IPv6 address or an escape"))
        return _Way(refused(proxy.variable, said))
    if version != "10.2.5" and not url.port:
        said = message(N_("npm needs to be told the port of a SOCKS proxy"))
        return _Way(refused(proxy.variable, said))
    url = url._replace(hostname=url.hostname or "localhost")
    port = "" if version == "10.2.5" and url.port == "0" else url.port
    return _Way(through(url.proxy(_SOCKS[url.scheme], port), proxy.variable))


def _settings(environ: Mapping[str, str], version: str) -> _Settings:
    config: dict[str, _Value] = {}
    for variable, value in environ.items():
        if value and _CONFIG.match(variable):
            key = re.sub(r"(?!^)_", "-", variable[len("npm_config_") :]).lower()
            config[key] = _Value(variable, value)
    proxies = [_configured(config.get(key, _Value()), environ) for key in ("https-proxy", "proxy")]
    noproxy = config.get("noproxy", _Value())
    entries = [_expanded(each, environ) for each in trimmed(noproxy.value).split("\n\n")]
    return _Settings(
        proxies[0] if proxies[0].value else proxies[1],
        noproxy._replace(value=",".join(entries)),
        _exactly(environ) if version == "9" else _in_order(environ),
    )


def _configured(setting: _Value, environ: Mapping[str, str]) -> _Value:
    """A proxy's setting; some words mean nothing, and ``true`` is no URL."""
    if trimmed(setting.value) in ("false", "null", "undefined"):
        return _Value()
    return setting._replace(value=_expanded(setting.value, environ))


def _in_order(environ: Mapping[str, str]) -> dict[str, _Value]:
    """Names in lower case, walked in the environment's order: the last one stays."""
    found = dict.fromkeys(("https_proxy", "http_proxy", "proxy", "no_proxy"), _Value())
    for variable, value in environ.items():
        if variable.lower() in found:
            found[variable.lower()] = _Value(variable, value)
    return found


def _exactly(environ: Mapping[str, str]) -> dict[str, _Value]:
    """npm 9: the name in lower case, or in upper case where that has no value."""
    found = {}
    for name in ("https_proxy", "http_proxy", "proxy", "no_proxy"):
        lower, upper = environ.get(name), environ.get(name.upper())
        if lower or (not upper and lower is not None):
            found[name] = _Value(name, lower)
        else:
            found[name] = _Value(name.upper(), upper or "")
    return found


def _expanded(text: str, environ: Mapping[str, str]) -> str:
    """A setting with ``${NAME}`` replaced, and ``${NAME?}`` if it is not set by nothing."""

    def value(found: re.Match[str]) -> str:
        escapes, name, optional = found.groups()
        if len(escapes) % 2:
            return found.group()[(len(escapes) + 1) // 2 :]
        fallback = "" if optional else f"${{{name}}}"
        return escapes[len(escapes) // 2 :] + environ.get(name, fallback)

    return _REFERENCE.sub(value, trimmed(text))


def _no_proxy(listing: _Value) -> Callable[[Url, _Value], Decision | None]:
    """What answers whether a request goes past the proxy: an entry's labels are compared from the
    end, in the case that they are written in.
    """
    entries: dict[tuple[str, ...], str] = {}
    for entry in listing.value.split(","):
        labels = tuple(label for label in trimmed(entry).split(".") if label)
        if labels:
            entries.setdefault(labels, trimmed(entry))

    lengths = {len(labels) for labels in entries}

    def bypass(url: Url, proxy: _Value) -> Decision | None:
        labels = tuple(url.hostname.split("."))
        for length in lengths:
            entry = entries.get(labels[-length:])
            if entry is not None:
                return listed(entry, listing.variable, proxy.variable)
        return None

    return bypass


SEMANTICS = Semantics("npm", VERSIONS, ("9.9.4", "10.0.0", "10.2.3", "11.21.2", "12.2.1"), _decider)
