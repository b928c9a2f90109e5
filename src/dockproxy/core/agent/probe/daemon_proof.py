"""The daemon's own proof: it is asked to ask a registry, over the proxies that it really uses."""

from __future__ import annotations

import re
from urllib.parse import quote

from dockproxy.core.agent.probe.proxy_address import MASK
from dockproxy.core.agent.probe.texts import NO_WAY_OUT, is_public
from dockproxy.core.engine import Engine, EngineError
from dockproxy.core.model.message import N_, Message
from dockproxy.core.model.probe import DaemonProof

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Tuple


_USER_INFO = re.compile(r"://[^\s\"']*@")

_LONGEST_QUOTE = 1000
"""Characters; a proxy's whole error page may be part of what the Engine says."""

_REQUEST = re.compile(r"(Get|Head) \"?https?://")
"""How Go begins its word on a request that did not get through (net/url, Error)."""

_PATH_IS_OPEN = ("unauthorized", "not-found", "rate-limited")

_Table = tuple[tuple[str, str], ...]

_DIAL: _Table = (
    (r"lookup .*(no such host|server misbehaving|name resolution)", "proxy-dns"),
    (r"connection refused", "proxy-refused"),
    # The last is what the kernel says of a link-local address without a zone.
    (r"no route to host|network is unreachable|connect: invalid argument", "proxy-unreachable"),
)
_PROXY_DIAL: _Table = (
    *_DIAL,
    (r"first record does not look like a TLS handshake", "tls-record"),
    (r"x509:|certificate", "proxy-certificate"),
    (r"timeout|deadline exceeded", "timeout"),
    (r"EOF\Z|connection reset by peer", "closed"),
)
_SOCKS: _Table = (
    (r"no acceptable authentication", "auth-required"),
    (r"authentication failed|invalid username", "auth-failed"),
    *_DIAL,
    (r"i/o timeout|deadline exceeded", "timeout"),
    (r"", "socks-refused"),
)
_NO_WAY: _Table = (
    (r": (unexpected )?EOF\Z|connection reset by peer", "closed"),
    # The reasons of Squid 5.7, tinyproxy 1.11 and the standard, as Go quotes a refused CONNECT.
    (r"://[^\"]*\": (Forbidden|Access violation|Filtered)\Z", "denied"),
    (r"://[^\"]*\": (Proxy Authentication Required|Unauthorized)\Z", "auth-required"),
    (r"://[^\"]*\": (Internal Server Error|Bad Gateway)\Z", "bad-gateway"),
    (r"://[^\"]*\": (Service Unavailable|Gateway Time-?out)\Z", "bad-gateway"),
    (r"://[^\"]*\": (Bad Request|Not Found|Not Implemented|.*[Mm]ethod.*)\Z", "not-a-proxy"),
    (r"https://[^\"]*\": [A-Z][^:]*\Z", "http-status"),
    (r"malformed HTTP (response|status|version)", "not-http"),
    (r"no such host|server misbehaving|failure in name resolution", "no-such-host"),
    (r"dial tcp .*connection refused", "direct-refused"),
    (r"dial tcp.*(i/o timeout|deadline exceeded|request canceled)", "direct-timeout"),
    (r"server gave HTTP response to HTTPS client", "registry-plain"),
    (r"first record does not look like a TLS handshake", "registry-plain"),
    (r"x509:|certificate", "certificate"),
    (r"timeout|deadline exceeded|request canceled", "timeout"),
)
_NO_REGISTRY_S_ANSWER: _Table = (
    # To a registry in plain HTTP a proxy answers in the registry's place.
    (r"407 Proxy Authentication Required|HTTP 407 ", "auth-required"),
    (r"unexpected HTTP status: |error parsing HTTP |<html", "http-status"),
)
_REGISTRY_SAID: _Table = (
    (r"(\A|: )(toomanyrequests|too many requests)", "rate-limited"),
    (
        r"(\A|: )(unauthorized|denied|no basic auth credentials|authentication required)\b",
        "unauthorized",
    ),
    (r"(\A|: )(manifest unknown|name unknown|repository .*not found)", "not-found"),
)

_TEXTS: Dict[str, Tuple[str, str]] = {
    "": (N_("The daemon reached the registry and found {image}."), ""),
    "unauthorized": (
        N_("The daemon reached the registry, which wants a log-in for {image}: the way is open."),
        "",
    ),
    "not-found": (
        N_("The daemon reached the registry, which does not have {image}: the way is open."),
        "",
    ),
    "rate-limited": (
        N_("The daemon reached the registry, which refuses more requests now: the way is open."),
        "",
    ),
    "proxy-dns": (
        N_("The daemon can't resolve the name of its proxy."),
        N_("Check the spelling of the proxy's name, or set its IP address."),
    ),
    "proxy-refused": (
        N_("Nothing listens where the daemon looks for its proxy."),
        N_("Start the proxy, and check its address and port."),
    ),
    "proxy-unreachable": (
        N_("The daemon has no way to its proxy."),
        N_("Check this machine's network and firewall, and the proxy's address."),
    ),
    "tls-record": (
        N_("The daemon speaks TLS to a proxy that speaks plain HTTP."),
        N_("Set the proxy's address with http:// instead of https://; https registries work so."),
    ),
    "proxy-certificate": (
        N_("The daemon does not trust the certificate of its proxy."),
        N_(
            "Add the proxy's CA to the system's trust store, then restart the daemon, which reads "
            "the store when it starts; dockproxy set with this proxy says how."
        ),
    ),
    "certificate": (
        N_("The daemon does not trust the certificate that it was shown."),
        N_(
            "If the proxy opens TLS, add its CA to the system's trust store and restart the "
            "daemon; a registry's own CA goes to /etc/docker/certs.d/HOST:PORT/ca.crt."
        ),
    ),
    "denied": (
        N_("The proxy forbids the daemon the way to the registry of {image}."),
        N_("Ask whoever runs the proxy to allow CONNECT to that host and port."),
    ),
    "auth-required": (
        N_("The proxy wants a user and a password, or refuses those that the daemon has."),
        N_("dockproxy set http://USER@HOST:PORT asks for the password, or --password-stdin."),
    ),
    "auth-failed": (
        N_("The proxy refuses the user and password that the daemon has."),
        N_("Set the proxy's address with the right ones."),
    ),
    "bad-gateway": (
        N_("The daemon's proxy answers, but can't reach the registry of {image} itself."),
        N_("If the registry is inside your network, add it to no_proxy."),
    ),
    "socks-refused": (
        N_("The daemon's SOCKS proxy does not open the way to the registry of {image}."),
        N_("If the registry is inside your network, add it to no_proxy."),
    ),
    "closed": (
        N_("The connection was closed before the registry of {image} answered."),
        N_("The proxy's log says why, if a proxy was used."),
    ),
    "timeout": (
        N_("The registry of {image} did not answer the daemon in time."),
        N_("Check whether the proxy can reach it; the proxy's log tells."),
    ),
    "no-such-host": (
        N_("The daemon looked for the registry itself, without a proxy, and found no such name."),
        N_("No proxy is set, or no_proxy names this registry: see dockproxy status."),
    ),
    "direct-refused": (
        N_("The daemon went to the registry itself, without a proxy, and was refused."),
        N_("No proxy is set, or no_proxy names this registry: see dockproxy status."),
    ),
    "direct-timeout": (
        N_("The daemon went to the registry itself, without a proxy, and got no answer."),
        N_("No proxy is set, or no_proxy names this registry: see dockproxy status."),
    ),
    "not-a-proxy": (
        N_("What the daemon takes for its proxy speaks HTTP, but lets no https through."),
        N_("Check the proxy's port: it may be a web server's, or the proxy's control port."),
    ),
    "not-http": (
        N_("What the daemon takes for an HTTP proxy does not speak HTTP."),
        N_("Check the proxy's port; a SOCKS proxy is given as socks5://."),
    ),
    "http-status": (
        N_("Something answers the daemon, but not as the registry of {image} would."),
        N_("The proxy's log says whether it is the proxy; its words are quoted."),
    ),
    "registry-plain": (
        N_("The registry of {image} answered, but in plain HTTP."),
        N_("Add it to insecure-registries in daemon.json if that is meant."),
    ),
    "bad-image": (N_("{image} is no image name that the daemon takes."), N_("Check its spelling.")),
    "no-engine": (
        N_("The Engine could not be asked, so nothing is known of its way to the registry."),
        N_("See whether the daemon runs, and whether you may use its socket."),
    ),
    "unknown": (N_("The daemon could not ask the registry about {image}."), ""),
}


def prove(endpoint: str, image: str, timeout: float) -> DaemonProof:
    """Have the Engine ask the image's registry (``GET /distribution/NAME/json``): no pull.

    Engine 26.1 api/server/router/distribution: the same transport and proxies as a pull's.
    """
    with Engine(endpoint, timeout=timeout) as engine:
        try:
            engine.version()
        except EngineError as error:
            return _proof(image, "no-engine", 0, _said(error))
        try:
            engine.get(f"/distribution/{quote(image, safe='/:@')}/json")
        except EngineError as error:
            if error.reason == "status":
                said = _said(error)
                return _proof(image, problem_in(said, error.status), error.status, said)
            code = "timeout" if error.reason == "timeout" else "no-engine"
            return _proof(image, code, 0, _said(error))
        return _proof(image, "", 200, "")


def problem_in(text: str, status: int) -> str:
    """The problem that the Engine's words tell of, "unknown" if they tell of none that we know.

    Facts: Go 1.24 net/http transport.go (``proxyconnect``: the dial of the proxy and TLS with it;
    a CONNECT that is not answered with 200 gives the answer's reason alone), socks_bundle.go
    (``socks connect``); the registry's words as Engines 20.10, 26.1 and 28.5 were seen to pass
    them on.
    """
    for mark, table in (("proxyconnect tcp:", _PROXY_DIAL), ("socks connect", _SOCKS)):
        if mark in text:
            return _first(table, text.partition(mark)[2]) or "unknown"
    if status == 400:
        return "bad-image"
    return _first((*_NO_REGISTRY_S_ANSWER, *_REGISTRY_SAID, *_NO_WAY), text) or "unknown"


def _first(table: _Table, text: str) -> str:
    for pattern, code in table:
        if re.search(pattern, text):
            return code
    return ""


def _said(error: EngineError) -> str:
    text = error.message.params.get("said", "") if error.reason == "status" else str(error)
    return _USER_INFO.sub(f"://{MASK}@", text)[:_LONGEST_QUOTE]


def _proof(image: str, code: str, status: int, said: str) -> DaemonProof:
    ok: Optional[bool] = code in ("", *_PATH_IS_OPEN)
    if code in ("no-engine", "bad-image") or (code == "unknown" and not _REQUEST.search(said)):
        ok = None
    text, hint = _TEXTS[code]
    params = {"image": image}
    registry = image.partition("/")[0]
    if code in ("bad-gateway", "socks-refused") and is_public(registry):
        hint, params = NO_WAY_OUT, {**params, "target_host": registry}
    advice = Message(hint, params) if hint else None
    return DaemonProof(image, ok, status, said, code, Message(text, params), advice)
