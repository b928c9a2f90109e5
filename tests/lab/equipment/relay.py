"""Pass TCP connections on: ``relay.py HOST PORT TO_HOST TO_PORT``."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading


def pump(source: socket.socket, target: socket.socket) -> None:
    """Copy until one side ends."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def serve(client: socket.socket, target: tuple[str, int]) -> None:
    """Connect a client with the target."""
    with client:
        try:
            server = socket.create_connection(target, 10)
        except OSError:
            return
        with server:
            server.settimeout(None)
            back = threading.Thread(target=pump, args=(server, client), daemon=True)
            back.start()
            pump(client, server)
            back.join()


def main(host: str, port: str, to_host: str, to_port: str) -> None:
    """Serve until killed."""
    listener = socket.create_server((host, int(port)))
    while True:
        client, _ = listener.accept()
        target = (to_host, int(to_port))
        threading.Thread(target=serve, args=(client, target), daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
