"""A registry asked directly, as a daemon without a proxy asks it: whether it answers as one."""

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
from dockproxy.core.agent.probe.http_connect import read_head
from dockproxy.core.model.light import pattern
from dockproxy.core.model.probe import RegistryAnswer

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from typing import Tuple

_URL = pattern(r"(https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(?:/.*)?\Z")


def probe_registry(scheme: str, host: str, port: int, timeout: float) -> RegistryAnswer:
    """Resolve, connect, TLS for https, GET /v2/. What answers HTTP below 500 is there."""
    shown = f"[{host}]" if ":" in host else host
    url = f"{scheme}://{shown}:{port}"
    try:
        status = _ask(scheme, host, port, Deadline(timeout))
    except StageFailed as failure:
        return RegistryAnswer(url, failure.code, failure.status, failure.detail)
    problem = "http-status" if status >= 500 else ""
    return RegistryAnswer(url, problem, status, f"HTTP {status}" if problem else "")


def _ask(scheme: str, host: str, port: int, deadline: Deadline) -> int:
    stages = Stages()
    with stages.stage("resolve"):
        places = resolve(host, port, deadline)
    with stages.stage("connect"):
        sock = connect(places, deadline)
    with sock:
        if scheme != "https":
            return _get(sock, host, deadline, stages)
        with stages.stage("tls"):
            secure = start_tls(sock, host, deadline)
        with secure:
            return _get(secure, host, deadline, stages)


def _get(sock: socket.socket, host: str, deadline: Deadline, stages: Stages) -> int:
    wire = Wire(sock, deadline)
    with stages.stage("request"):
        head = f"GET /v2/ HTTP/1.1\r\nHost: {host}\r\nUser-Agent: dockproxy\r\n"
        wire.send(head.encode("ascii") + b"Connection: close\r\n\r\n")
        return read_head(wire).status


def parts(url: str) -> Tuple[str, str, int]:
    """Scheme, host and port of ``http://host:port`` or ``https://host``; ("", "", 0) for others."""
    found = _URL.match(url)
    if found is None:
        return "", "", 0
    scheme, host, port = found.groups(default="")
    return scheme, host.strip("[]"), int(port or (443 if scheme == "https" else 80))
