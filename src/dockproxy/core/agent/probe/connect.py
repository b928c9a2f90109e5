"""From a name to an open connection, in time: resolve, connect, TLS, each a stage."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import contextmanager

from dockproxy.core.model.probe import Stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from typing import Any, Iterator, List, Tuple, TypeAlias

_CERTIFICATE_FAULTS = {9: "tls-expired", 10: "tls-expired", 62: "tls-name", 64: "tls-name"}
"""OpenSSL 3 x509_vfy.h, X509_V_ERR_…: not yet valid, expired, another host, another address."""

Place: TypeAlias = "Tuple[int, Any]"
"""Address family and socket address, as getaddrinfo gives them."""


class StageFailed(Exception):
    """A stage did not work. code: as ProxyProbe's problem; detail holds no secret."""

    def __init__(
        self, code: str, detail: str = "", status: int = 0, schemes: Tuple[str, ...] = ()
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.status = status
        self.schemes = schemes


class Deadline:
    """A moment by which all must be over, on the clock that nobody sets."""

    __slots__ = ("_end",)

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that remain; raises StageFailed ``timeout`` if none do."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise StageFailed("timeout", "timed out")
        return seconds

    def earlier(self, seconds: float) -> Deadline:
        """The moment that many seconds before this one."""
        return Deadline(self._end - time.monotonic() - seconds)


class Stages:
    """The record of a probe's steps, kept as they are taken."""

    def __init__(self) -> None:
        self.done: List[Stage] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[List[str]]:
        """Time the body as the stage ``name``; what it appends to the list given is the detail.

        An OSError within is mapped to StageFailed here, and nowhere else.
        """
        details: List[str] = []
        begin = time.monotonic()
        try:
            yield details
        except OSError as error:
            failure = StageFailed(_code(error), _words(error))
            self._note(name, "failed", begin, failure.detail)
            raise failure from None
        except StageFailed as failure:
            self._note(name, "failed", begin, failure.detail)
            raise
        self._note(name, "ok", begin, " ".join(details))

    def _note(self, name: str, state: str, begin: float, detail: str) -> None:
        self.done.append(Stage(name, state, round(time.monotonic() - begin, 4), detail))


class Wire:
    """A connection whose every read and write ends by the deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(data)

    def some(self, most: int = 4096) -> bytes:
        """What has come, at most that many bytes; b"" if the other side closed."""
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv(most)

    def exactly(self, count: int) -> bytes:
        """That many bytes; raises StageFailed ``closed`` if the other side closes before."""
        data = b""
        while len(data) < count:
            more = self.some(count - len(data))
            if not more:
                raise StageFailed("closed", "the connection was closed")
            data += more
        return data


def resolve(host: str, port: int, deadline: Deadline) -> List[Place]:
    """Addresses of the host, in the system's order. Raises OSError or StageFailed.

    getaddrinfo knows no time limit, so it runs in a thread that is left behind when it hangs.
    """
    found: List[Place] = []
    errors: List[Exception] = []

    def ask() -> None:
        try:
            for family, _, _, _, place in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
                found.append((family, place))
        except (OSError, UnicodeError) as error:
            errors.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(deadline.left())
    if thread.is_alive():
        raise StageFailed("resolve-failed", "no answer from the name server")
    if errors:
        raise StageFailed("resolve-failed", _words(errors[0]))
    return found


def connect(places: List[Place], deadline: Deadline) -> socket.socket:
    """A connection to the first address that takes one; raises the first address's error.

    The time left is shared out evenly among the addresses that are still to be tried, so that
    one that swallows packets does not use it up (as Go 1.24 net/dial.go, partialDeadline).
    """
    first: List[OSError] = []
    for tried, (family, place) in enumerate(places):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(deadline.left() / (len(places) - tried))
            sock.connect(place)
        except OSError as error:
            sock.close()
            first.append(error)
        except StageFailed:
            sock.close()
            raise
        else:
            return sock
    raise first[0] if first else StageFailed("resolve-failed", "no address")


def start_tls(
    sock: socket.socket, host: str, deadline: Deadline, verify: bool = True
) -> ssl.SSLSocket:
    """TLS over an open connection, the certificate checked as the daemon does; raises ssl.SSLError.

    The other side's name is the host's, without a zone; a certificate that has it only as its
    common name is refused (Go since 1.15), while one that Python 3.13 finds too loosely made is
    accepted, because Go accepts it.
    """
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if verify:
        from dockproxy.core.agent.probe.trust import load_system_certificates

        load_system_certificates(context)
        context.hostname_checks_common_name = False
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    sock.settimeout(deadline.left())
    return context.wrap_socket(sock, server_hostname=host.partition("%")[0])


def _code(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "resolve-failed"
    if isinstance(error, (socket.timeout, TimeoutError)):
        return "timeout"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, (ConnectionResetError, BrokenPipeError, ConnectionAbortedError)):
        return "closed"
    kind = type(error).__name__
    if kind == "SSLCertVerificationError":
        return _CERTIFICATE_FAULTS.get(getattr(error, "verify_code", 0), "tls-untrusted")
    return "tls-failed" if kind.startswith("SSL") else "unreachable"


def _words(error: Exception) -> str:
    if isinstance(error, (socket.timeout, TimeoutError)):
        return "timed out"
    verify_message = getattr(error, "verify_message", "")
    if verify_message:
        return str(verify_message)
    if isinstance(error, OSError) and type(error).__name__.startswith("SSL"):
        # Its errno is OpenSSL's own number, which means another thing to strerror.
        reason = getattr(error, "reason", None)
        return reason.lower().replace("_", " ") if isinstance(reason, str) else "TLS closed"
    if isinstance(error, OSError):
        number = error.errno
        if isinstance(number, int) and number > 0 and not isinstance(error, socket.gaierror):
            return os.strerror(number)
        return error.strerror or type(error).__name__
    return "not a host name"
