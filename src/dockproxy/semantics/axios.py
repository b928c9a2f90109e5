"""axios in Node: two readings of NO_PROXY, and one of them is enough for direct.

proxy-from-env index.js getProxyForUrl and shouldProxy (1.1 until axios 1.14, then 2.1); axios
lib/helpers/shouldBypassProxy.js (no_proxy_of_axios.py); lib/adapters/http.js setProxy (axios 1.0 to
1.21), follow-redirects and https-proxy-agent 5. On Node 24: with NODE_USE_ENV_PROXY its agents read
the environment, and axios from 1.18.1 on leaves it to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics import node_http, whatwg_url
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
from dockproxy.semantics.javascript import BLANKS, integer
from dockproxy.semantics.no_proxy_of_axios import VERSIONS, Reading
from dockproxy.semantics.node_startup import dies_at_start, is_asked
from dockproxy.semantics.whatwg_url import Url

NODE = "24.16"

_SEPARATOR = pattern(f"[,{BLANKS}]")
_PORT = pattern(r"(.+):([0-9]+)\Z", re.S)


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    known = VERSIONS.index(version)
    by_node = (
        node_http.SEMANTICS.decider(environ, NODE) if is_asked(environ, NODE) is True else None
    )
    left_to_node = by_node is not None and known >= VERSIONS.index("1.18.1")
    dead = dies_at_start(environ)
    bypass = _no_proxy(environ, version)
    listing = _first(environ, *_LISTS[known < VERSIONS.index("1.14")])[0]
    ways = {scheme: _way(environ, scheme, known) for scheme in ("http", "https")}

    def decide(target: Target) -> Decision:
        if dead is not None:
            return dead
        url = whatwg_url.parse(target.url)
        if url is None or url.scheme not in ("http", "https"):
            return refused("", message(N_("the address is none of http or https that axios asks")))
        if by_node is not None and left_to_node:
            return by_node(target)
        decision = ways[url.scheme]
        entry = bypass(url) if decision.variable else None
        if entry is not None:
            decision = listed(entry, listing, decision.variable)
        if decision.kind == "direct" and url.hostname.startswith("[") and version == "1":
            said = message(N_("axios reaches an IPv6 address through a proxy only"))
            return refused(decision.variable, said)
        tunnels = url.scheme == "https" and known >= VERSIONS.index("1.16.1")
        if by_node is None or (tunnels and decision.kind == "proxy"):
            return decision
        return _once_more(decision, target, by_node)

    return decide


def _once_more(decision: Decision, target: Target, by_node: Decider) -> Decision:
    """What Node's own agent does with axios's request, be it to the target or to a proxy."""
    if decision.kind == "error":
        return decision
    if decision.kind == "direct":
        return by_node(target)
    again = by_node(target._replace(url=decision.proxy))
    if again.kind == "proxy" and decision.proxy.startswith("http://"):
        said = N_("Node's own proxy takes no request that axios has made for another one")
        return refused(again.variable, message(said))
    return decision if again.kind == "direct" else again


_LISTS = (("no_proxy",), ("npm_config_no_proxy", "no_proxy"))


def _first(environ: Mapping[str, str], *names: str) -> tuple[str, str]:
    """The first of these that has a value, each in lower case before upper case."""
    return first_set(environ, *(case for name in names for case in (name, name.upper())))


def _way(environ: Mapping[str, str], scheme: str, known: int) -> Decision:
    """Through the proxy for this scheme, if there is one; or what is wrong with it."""
    names = [f"{scheme}_proxy", "all_proxy"]
    if known < VERSIONS.index("1.14"):
        names = [f"npm_config_{scheme}_proxy", names[0], "npm_config_proxy", names[1]]
    variable, value = _first(environ, *names)
    if not value:
        return not_set(f"{scheme}_proxy")
    url = whatwg_url.parse(value if "://" in value else f"{scheme}://{value}")
    if url is None:
        return refused(variable, message(N_("the proxy is no URL")))
    if scheme == "https" and known >= VERSIONS.index("1.16.1"):
        return _tunnel(url, variable)
    if url.scheme not in ("http", "https"):
        said = N_("axios speaks to no proxy of the scheme {scheme}")
        return refused(variable, message(said, scheme=url.scheme))
    if url.hostname.startswith("["):
        return refused(variable, message(N_("axios finds no proxy by an IPv6 address")))
    return through(url.proxy(url.scheme), variable)


def _tunnel(url: Url, variable: str) -> Decision:
    """https from 1.16.1 on: CONNECT, in TLS to a proxy of https and plain to one of any other
    scheme, at port 80 if there is none.
    """
    if not url.hostname:
        return refused(variable, message(N_("the proxy has no host")))
    speech = "https" if url.scheme == "https" else "http"
    return through(url.proxy(speech, "" if url.port == "0" else url.port), variable)


def _no_proxy(environ: Mapping[str, str], version: str) -> Callable[[Url], str | None]:
    """What answers with the entry that keeps a request from the proxy."""
    known = VERSIONS.index(version)
    text = _first(environ, *_LISTS[known < VERSIONS.index("1.14")])[1]
    entries = [entry for entry in _SEPARATOR.split(text) if entry]
    rules = [(entry, *_host_and_port(entry.lower())) for entry in entries]
    reading = Reading(entries, version) if known >= VERSIONS.index("1.15") else None

    def bypass(url: Url) -> str | None:
        if text == "*":
            return text
        for entry, host, port in rules:
            if port and port != url.number:
                continue
            if host == url.hostname or (
                host.startswith((".", "*")) and url.hostname.endswith(host.removeprefix("*"))
            ):
                return entry
        return reading.matching(url) if reading else None

    return bypass


def _host_and_port(entry: str) -> tuple[str, int]:
    found = _PORT.match(entry)
    return (found.group(1), integer(found.group(2))) if found else (entry, 0)


SEMANTICS = Semantics(
    "axios",
    VERSIONS,
    (
        *("1.6.8", "1.13.6", "1.14.0", "1.15.0", "1.15.2", "1.16.0", "1.16.1"),
        *("1.18.1", "1.19.0", "1.20.0", "1.21.1"),
    ),
    _decider,
)
