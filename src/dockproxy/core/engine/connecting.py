"""Where an Engine listens, and the connection to it."""

from __future__ import annotations

import socket
import sys
import time

from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


_TCP_PORT = 2375
_TLS_PORT = 2376


class EngineError(DockproxyError):
    """The Engine could not be asked, or answered with an error.

    reason: ``no-engine``, ``permission``, ``timeout``, ``bad-answer``, ``unsupported`` (an
    endpoint that we do not speak) or ``status``; status: the HTTP status for the last, else 0.
    """

    def __init__(self, reason: str, text: Message, status: int = 0) -> None:
        super().__init__(text)
        self.reason = reason
        self.status = status


class Tls(NamedTuple):
    """Paths of the TLS files, "" where there is none; verify: the Engine must prove itself."""

    ca: str = ""
    cert: str = ""
    key: str = ""
    verify: bool = True


class Address(NamedTuple):
    """An endpoint taken apart. kind: ``unix``, ``tcp`` or the scheme that we do not speak."""

    kind: str
    path: str = ""
    host: str = ""
    port: int = 0


def parse_endpoint(endpoint: str, tls: bool = False) -> Address:
    """``unix:///path``, ``tcp://host:port``, ``http(s)://…`` taken apart.

    Defaults as in docker/cli 26.1 opts/hosts.go.
    """
    scheme, separator, rest = endpoint.partition("://")
    if not separator:
        return Address("unsupported")
    if scheme == "unix":
        return Address("unix", path=rest or "/var/run/docker.sock")
    if scheme not in ("tcp", "http", "https"):
        return Address(scheme)
    authority = rest.partition("/")[0].rpartition("@")[2]
    host, port = authority, ""
    if authority.startswith("["):
        host, _, after = authority[1:].partition("]")
        port = after[1:]
    elif ":" in authority:
        host, _, port = authority.rpartition(":")
    default = _TLS_PORT if tls or scheme == "https" else _TCP_PORT
    if port and not (port.isascii() and port.isdigit() and len(port) < 6 and int(port) < 65536):
        return Address("unsupported")
    return Address("tcp", host=host or "localhost", port=int(port or default))


def connect(endpoint: str, tls: Optional[Tls], deadline: float) -> socket.socket:
    """A connection to the Engine, made before the deadline (time.monotonic). Raises EngineError."""
    address = parse_endpoint(endpoint, tls is not None)
    try:
        if address.kind == "unix":
            return _connect_unix(address.path, deadline)
        if address.kind == "tcp":
            plain = socket.create_connection((address.host, address.port), time_left(deadline))
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return plain if tls is None else _wrap(plain, address.host, tls)
    except PermissionError:
        refused = message(N_("{endpoint}: no permission to connect"), endpoint=endpoint)
        raise EngineError("permission", refused) from None
    except socket.timeout:
        raise timed_out(endpoint) from None
    except OSError as error:
        raise no_engine(endpoint, error.strerror or "") from None
    except ValueError:  # a NUL in a path; a name that is none to IDNA
        pass
    unspoken = message(N_("{endpoint}: cannot be asked from here"), endpoint=endpoint)
    raise EngineError("unsupported", unspoken)


def peer_pid(connection: socket.socket) -> Optional[int]:
    """Who listens on the unix socket: its process, or 1 where systemd holds the socket."""
    option = getattr(socket, "SO_PEERCRED", None)
    if connection.family != socket.AF_UNIX or option is None:
        return None
    raw = connection.getsockopt(socket.SOL_SOCKET, option, 12)
    return int.from_bytes(raw[:4], sys.byteorder) or None


def _connect_unix(path: str, deadline: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        while True:
            connection.settimeout(time_left(deadline))
            try:
                connection.connect(path)
                return connection
            except BlockingIOError:
                # unix(7): with the listener's backlog full a socket that has a timeout gets EAGAIN.
                time.sleep(0.02)
    except BaseException:
        connection.close()
        raise


def _wrap(plain: socket.socket, host: str, tls: Tls) -> socket.socket:
    import ssl

    try:
        context = ssl.create_default_context(cafile=tls.ca or None)
        if not tls.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if tls.cert:
            context.load_cert_chain(tls.cert, tls.key or None)
        return context.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def time_left(deadline: float) -> float:
    """The seconds until then. Raises socket.timeout when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise socket.timeout
    return left


def timed_out(endpoint: str) -> EngineError:
    """The error of an Engine that does not answer in time."""
    return EngineError("timeout", message(N_("{endpoint}: no answer in time"), endpoint=endpoint))


def no_engine(endpoint: str, text: str) -> EngineError:
    """The error of an endpoint where no Engine is to be had; text: the system's own words."""
    return EngineError("no-engine", message(N_("{endpoint}: {said}"), endpoint=endpoint, said=text))
