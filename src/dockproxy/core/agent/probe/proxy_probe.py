"""One proxy asked for one registry: the stages in order, then the verdict."""

from __future__ import annotations

from dockproxy.core.agent.probe.connect import (
    Deadline,
    StageFailed,
    Stages,
    Wire,
    connect,
    resolve,
    start_tls,
)
from dockproxy.core.agent.probe.http_connect import request_tunnel
from dockproxy.core.agent.probe.proxy_address import (
    NotAProxyAddress,
    ProxyAddress,
    parse,
    shown,
)
from dockproxy.core.agent.probe.socks import converse
from dockproxy.core.agent.probe.speaks import spoken
from dockproxy.core.agent.probe.texts import texts
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.probe import ProxyProbe

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from typing import Dict, FrozenSet, List, Optional

    from dockproxy.core.agent.probe.connect import Place

_LOOK_AGAIN = 1.25
"""Seconds kept back for finding out what a silent port speaks; never over a quarter of all."""

_ANSWERS = (
    "auth-required",
    "auth-failed",
    "denied",
    "bad-gateway",
    "http-status",
    "socks-refused",
    "closed",
    "target-timeout",
)
"""Problems in which a proxy that speaks this scheme is there all the same."""

_OWN: Dict[str, str] = {"http": "http", "https": "https", "socks5": "socks"}
_OTHERS: Dict[str, Dict[str, str]] = {
    "http": {"tls": "speaks-tls", "socks": "speaks-socks"},
    "https": {"http": "speaks-plain", "socks": "speaks-socks"},
    "socks5": {"tls": "speaks-tls", "http": "speaks-http"},
}


def probe_proxy(url: str, target: str, timeout: float) -> ProxyProbe:
    """Ask the proxy for the way to ``host:port`` (or, if "", only whether it answers), in time.

    url is a proxy variable's value, read as Go reads it. Nothing is asked of the target itself,
    and a proxy may say yes before it has reached it (Clash-like ones do): the daemon's own proof
    goes further. Nor does an answer on a bridge's address prove that containers get through to
    it: their packets pass the firewall, this machine's own do not.
    """
    asked = _Asked(shown(url), target, timeout)
    try:
        address = parse(url)
    except NotAProxyAddress as error:
        return _verdict(asked, Stages(), StageFailed("bad-url", str(error)))
    return _Check(address, asked).run()


def gave_no_answer(url: str, target: str, timeout: float) -> ProxyProbe:
    """What is said of a check that did not end in time."""
    return _verdict(_Asked(shown(url), target, timeout), Stages(), StageFailed("timeout"))


class _Asked(NamedTuple):
    proxy: str
    target: str
    timeout: float


class _Check:
    def __init__(self, address: ProxyAddress, asked: _Asked) -> None:
        self._address = address
        self._asked = asked
        self._target = asked.target
        self._all = Deadline(asked.timeout)
        self._deadline = self._all.earlier(min(_LOOK_AGAIN, asked.timeout / 4))
        self._stages = Stages()
        self._places: List[Place] = []

    def run(self) -> ProxyProbe:
        try:
            end = StageFailed("", status=self._ask())
        except StageFailed as failure:
            end = self._judged(failure)
        return _verdict(self._asked, self._stages, end, self._address)

    def _ask(self) -> int:
        address = self._address
        with self._stages.stage("resolve") as details:
            self._places = resolve(address.host, address.port, self._deadline)
            details.append(", ".join(str(place[0]) for _, place in self._places))
        with self._stages.stage("connect"):
            sock = connect(self._places, self._deadline)
        with sock:
            if address.kind != "https":
                return self._speak(sock)
            with self._stages.stage("tls") as details:
                secure = start_tls(sock, address.host, self._deadline)
                details.append(str(secure.version()))
            with secure:
                return self._speak(secure)

    def _speak(self, sock: socket.socket) -> int:
        wire = Wire(sock, self._deadline)
        if self._address.kind == "socks5":
            converse(wire, self._target, self._address.credentials, self._stages)
            return 0
        if not self._target:
            # Only whether it answers: no question that makes it open a connection.
            own = _OWN[self._address.kind]
            if own in self._spoken(own):
                return 0
            raise StageFailed("not-http", "no answer to an HTTP request")
        with self._stages.stage("connect-request") as details:
            return request_tunnel(wire, self._target, self._address.credentials, details)

    def _spoken(self, wanted: str) -> FrozenSet[str]:
        return spoken(self._places, self._address.host, self._all, wanted)

    def _judged(self, failure: StageFailed) -> StageFailed:
        """The failure, its code made more exact by what the port turns out to speak."""
        last = self._stages.done[-1]
        if last.state == "failed" and last.name in ("resolve", "connect"):
            return failure
        # TLS servers may answer plain HTTP with 400, in plain HTTP (Go, nginx).
        plain_400 = failure.code == "not-a-proxy" and failure.status == 400
        silent = ("closed", "timeout", "not-http", "not-socks", "tls-failed")
        if failure.code not in silent and not plain_400:
            return failure
        kind = self._address.kind
        own = "tls" if plain_400 else _OWN[kind]
        tongues = self._spoken(own)
        if plain_400:
            return StageFailed("speaks-tls", failure.detail) if own in tongues else failure
        others = [code for tongue, code in _OTHERS[kind].items() if tongue in tongues]
        if others and own not in tongues:
            return StageFailed(others[0], failure.detail)
        if own in tongues and last.name == "connect-request":
            code = {"timeout": "target-timeout"}.get(failure.code, failure.code)
        else:
            unknown = {"http": "not-http", "https": "tls-failed", "socks5": "not-socks"}[kind]
            code = {"closed": unknown}.get(failure.code, failure.code)
        return StageFailed(code, failure.detail, failure.status, failure.schemes)


def _verdict(
    asked: _Asked, stages: Stages, end: StageFailed, address: Optional[ProxyAddress] = None
) -> ProxyProbe:
    """The record of how it ended; an empty code means well."""
    if not end.code:
        ok = True if asked.target else None
        return ProxyProbe(asked.proxy, asked.target, ok, True, tuple(stages.done), end.status)
    target_host, _, target_port = asked.target.rpartition(":")
    params = {
        "proxy": asked.proxy,
        "scheme": "" if address is None else address.scheme,
        "host": "" if address is None else address.shown_host,
        "port": "" if address is None else str(address.port),
        "target": asked.target,
        "target_host": target_host,
        "target_port": target_port,
        "seconds": f"{asked.timeout:g}",
        "detail": end.detail,
    }
    message, hint = texts(end.code, end.schemes, params)
    return ProxyProbe(
        url=asked.proxy,
        target=asked.target,
        ok=False,
        answers=end.code in _ANSWERS,
        stages=tuple(stages.done),
        status=end.status,
        schemes=end.schemes,
        problem=end.code,
        message=message,
        hint=hint,
    )
