"""What probes answer: how far one proxy was reached, what the daemon itself could reach, and how a
Snapshot keeps both.
"""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple


class Stage(NamedTuple):
    """One step of a probe. name: ``resolve``, ``connect``, ``tls``, ``greeting``, ``auth`` or
    ``connect-request``. state: ``ok`` or ``failed``. seconds: how long it took. detail: what was
    seen, in the system's or the proxy's own words, without a secret.
    """

    name: str
    state: str
    seconds: float
    detail: str = ""


class ProxyProbe(NamedTuple):
    """How one proxy answered when asked for one registry.

    url: masked. target: ``host:port``, or "" if only the proxy itself was asked.
    ok: the proxy opened the way to the target; None if no target was given and it answers.
    answers: a proxy that speaks this scheme is there, whatever it says about the target.
    status: the HTTP status of CONNECT, or 0. schemes: what a 407 offers (``Basic``, ``NTLM`` …).
    problem: "" or ``bad-url``, ``resolve-failed``, ``refused``, ``timeout``, ``unreachable``,
    ``tls-untrusted``, ``tls-name``, ``tls-expired``, ``tls-failed``, ``not-http``, ``not-socks``,
    ``not-a-proxy``, ``speaks-tls``, ``speaks-plain``, ``speaks-socks``, ``speaks-http``,
    ``auth-required``, ``auth-failed``, ``denied``, ``bad-gateway``, ``http-status``,
    ``socks-refused``, ``closed``, ``target-timeout`` (the proxy answers, but not
    about the target in time).
    """

    url: str
    target: str
    ok: Optional[bool]
    answers: bool
    stages: Tuple[Stage, ...] = ()
    status: int = 0
    schemes: Tuple[str, ...] = ()
    problem: str = ""
    message: Optional[Message] = None
    hint: Optional[Message] = None


class DaemonProof(NamedTuple):
    """What the daemon got when it asked a registry about an image, over its own proxy settings.

    ok: the registry answered (also if it said 401 or 404: the way to it is open); None if the
    Engine could not be asked, or its words do not tell. It does not say that a proxy was used:
    where the registry can be reached without one, only ``info`` and the proxy's log tell.
    status: the Engine's HTTP status, or 0. quote: the Engine's own message, never retold.
    problem: "" or ``unauthorized``, ``not-found``, ``rate-limited`` (these three: ok),
    ``proxy-dns``, ``proxy-refused``, ``proxy-unreachable``, ``tls-record``,
    ``proxy-certificate``, ``certificate``,
    ``denied``, ``auth-required``, ``auth-failed``, ``bad-gateway``, ``not-a-proxy``,
    ``not-http``, ``http-status``, ``socks-refused``, ``closed``, ``timeout``; ``no-such-host``,
    ``direct-refused``, ``direct-timeout`` (these three: no proxy was used); ``registry-plain``,
    ``bad-image``, ``no-engine``, ``unknown``.
    """

    image: str
    ok: Optional[bool]
    status: int = 0
    quote: str = ""
    problem: str = ""
    message: Optional[Message] = None
    hint: Optional[Message] = None


class ProxyAnswer(NamedTuple):
    """What came of asking a proxy for the way to one target; only where that was asked for.

    about: the values that name the proxy, ``daemon:https_proxy``, ``builder.NAME:http_proxy``.
    url: masked. target: ``host:port``, or "" where it was asked only whether it answers.
    purpose: ``registry``, or ``redirect`` for a host that Docker Hub sends on to. problem, status,
    schemes: as ProxyProbe's. detail: the words of the system, or of the proxy, at the last stage.
    addresses: what the proxy's name led to.
    """

    about: Tuple[str, ...]
    url: str
    target: str = ""
    purpose: str = "registry"
    problem: str = ""
    status: int = 0
    schemes: Tuple[str, ...] = ()
    detail: str = ""
    addresses: Tuple[str, ...] = ()


class RegistryAnswer(NamedTuple):
    """What came of asking a registry mirror itself. problem: "" or as ProxyProbe's. proxy: the
    proxy that it was asked through, masked, or "".
    """

    url: str
    problem: str = ""
    status: int = 0
    detail: str = ""
    proxy: str = ""


class DaemonAnswer(NamedTuple):
    """What the daemon got when it asked a registry about an image, as DaemonProof has it."""

    image: str
    problem: str = ""
    status: int = 0
    quote: str = ""


class Probes(NamedTuple):
    """What was found out over the network, where that was asked for (``--probe``)."""

    proxies: Tuple[ProxyAnswer, ...] = ()
    mirrors: Tuple[RegistryAnswer, ...] = ()
    daemon: Optional[DaemonAnswer] = None
