"""Node's ``http`` and ``https`` modules: direct, unless NODE_USE_ENV_PROXY is set.

lib/internal/http.js shouldUseProxy, lib/_http_agent.js and lib/https.js (Node 24.5 to 26.12); what
an agent is made of is in node_startup.py. https loads http too, and both read the environment then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics import whatwg_url
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Semantics,
    Target,
    first_set,
    ignored,
    listed,
    refused,
)
from dockproxy.semantics.javascript import trimmed
from dockproxy.semantics.node_startup import (
    ASKED,
    BEFORE_THE_FLAG,
    UNDICI,
    dies_at_start,
    is_asked,
    proxy_of_agent,
)
from dockproxy.semantics.whatwg_url import Url

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = pattern(rf"{_OCTET}(?:\.{_OCTET}){{3}}\Z")

ANY_SUFFIX = ("22.21", "24.5", "24.14.1", "25", "25.8", "25.8.2", "26")
"""Where ``.t.com`` matches what ends so, xt.com too: until 24.16 and 26.1."""
VERSIONS = tuple(sorted((*UNDICI, "24.16"), key=lambda each: [*map(int, each.split("."))]))


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    node = "24.14.1" if version == "24.16" else version
    dead = dies_at_start(environ, node)
    asked = version not in BEFORE_THE_FLAG and is_asked(environ, node) is True
    listing, text = first_set(environ, "no_proxy", "NO_PROXY")
    bypass = _no_proxy(text, version in ANY_SUFFIX)
    for_http, for_https = (proxy_of_agent(environ, scheme) for scheme in ("http", "https"))

    def decide(target: Target) -> Decision:
        url = whatwg_url.parse(target.url)
        if dead is not None:
            return dead
        if url is None or url.scheme not in ("http", "https"):
            return refused("", message(N_("the address is none of http or https")))
        if not asked:
            return ignored("", message(N_("{variable} does not ask for proxies"), variable=ASKED))
        proxy = for_http if url.scheme == "http" or for_http.kind == "error" else for_https
        entry = bypass(url) if proxy.kind == "proxy" else None
        return proxy if entry is None else listed(entry, listing, proxy.variable)

    return decide


def _no_proxy(text: str, any_suffix: bool) -> Callable[[Url], str | None]:
    """What answers with the entry that keeps a request from the proxy."""
    entries = (
        [(trimmed(entry).lower(), trimmed(entry)) for entry in text.split(",")] if text else []
    )

    def bypass(url: Url) -> str | None:
        host = url.name.lower()
        hosts = (host, f"{host}:{url.number}")
        is_ipv4 = _IPV4.match(host)
        for entry, shown in entries:
            if entry == "*" or entry in hosts:
                return shown
            if entry.startswith("."):
                if host.endswith(entry[1:] if any_suffix else entry) or host == entry[1:]:
                    return shown
            elif entry.startswith("*.") and host.endswith(entry[1:]):
                return shown
            if is_ipv4 and "-" in entry and _in_range(host, entry):
                return shown
        return None

    return bypass


def _in_range(host: str, entry: str) -> bool:
    """``10.0.0.1-10.0.0.9``; what a second dash leads in is dropped."""
    first, last = map(trimmed, entry.split("-")[:2])
    if not (_IPV4.match(first) and _IPV4.match(last)):
        return False
    return _number(first) <= _number(host) <= _number(last)


def _number(ipv4: str) -> tuple[int, ...]:
    return tuple(map(int, ipv4.split(".")))


SEMANTICS = Semantics(
    "node-http",
    VERSIONS,
    ("22.23.3", "24.0.0", "24.5.0", "24.21.0", "25.9.0", "26.12.1"),
    _decider,
)
