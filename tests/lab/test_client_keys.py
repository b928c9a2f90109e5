"""Which entry of ``proxies`` is read for a daemon's address: asked of the real docker command."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.lab.equipment import Host

pytestmark = pytest.mark.lab

KEYS = (
    "default",
    "unix://",
    "unix:///run/docker.sock",
    "unix:///var/run/docker.sock",
    "unix:///run/../run/docker.sock",
    "127.0.0.1:2375",
    "tcp://127.0.0.1",
    "tcp://127.0.0.1:2375",
    "tcp://127.0.0.1:2375/",
    "tcp://u@127.0.0.1:2375",
    "tcp://localhost:2375",
    "tcp://LOCALHOST:2375",
    "ssh://far",
    "ssh://root@far",
    "http://docker.example.com",
)
BY_DOCKER_HOST = (
    "",
    "unix://",
    "unix:///var/run/docker.sock",
    "unix:///run/docker.sock",
    "unix:///run/../run/docker.sock",
    "127.0.0.1",
    "127.0.0.1:2375",
    ":2375",
    "localhost",
    "tcp://",
    "tcp://:2375",
    "tcp://127.0.0.1",
    "tcp://127.0.0.1:2375",
    "tcp://127.0.0.1:2375/",
    " tcp://127.0.0.1:2375 ",
    "tcp://u@127.0.0.1:2375",
    "tcp://localhost:2375",
    "tcp://LOCALHOST:2375",
    "ssh://far",
    "ssh://root@far",
)
BY_CONTEXT = (
    "unix:///var/run/docker.sock",
    "unix:///run/docker.sock",
    "tcp://127.0.0.1:2375",
    "tcp://127.0.0.1:2375/",
    "tcp://localhost:2375",
    "ssh://far",
)
RELAY = """
import socket, threading
def carry(source, target):
    while piece := source.recv(65536):
        target.sendall(piece)
    target.shutdown(socket.SHUT_WR)
listener = socket.create_server(("127.0.0.1", 2375))
while True:
    client = listener.accept()[0]
    daemon = socket.socket(socket.AF_UNIX)
    daemon.connect("/run/docker.sock")
    for pair in ((client, daemon), (daemon, client)):
        threading.Thread(target=carry, args=pair, daemon=True).start()
"""
SSH = "#!/bin/sh\nexec docker -H unix:///var/run/docker.sock system dial-stdio\n"
ASK = """
while read -r name value; do
  if [ "$name" = context ]; then unset DOCKER_HOST; export DOCKER_CONTEXT="$value"
  else unset DOCKER_CONTEXT; export DOCKER_HOST="$(printf %s "$name" | base64 -d)"; fi
  id=$(docker create empty x) || exit 1
  docker inspect --format '{{json .Config.Env}}' "$id"
  python3 -m dockproxy status --json | python3 -c '
import json, sys
client = [c for c in json.load(sys.stdin)["components"] if c["component"] == "client"][0]
print(json.dumps(client["proxies"]["http_proxy"]["value"]))'
done
"""


@pytest.fixture
def reachable(host: Host) -> Iterator[None]:
    """The daemon, over TCP and by way of a program that is named ssh."""
    relay = host.start(["python3", "-c", RELAY])
    host.write("/usr/local/bin/ssh", SSH, 0o755)
    host.sh("tar c --files-from /dev/null | docker import - empty")
    yield
    relay.kill()
    relay.wait()


def test_status_reads_the_entry_that_the_docker_command_reads(host: Host, reachable: None) -> None:
    import base64

    proxies = {key: {"httpProxy": f"http://k{n}:1"} for n, key in enumerate(KEYS)}
    host.write("/root/.docker/config.json", json.dumps({"proxies": proxies}))
    for number, endpoint in enumerate(BY_CONTEXT):
        host.docker("context", "create", f"c{number}", "--docker", f"host={endpoint}")
    asked = [base64.b64encode(each.encode()).decode() + " -" for each in BY_DOCKER_HOST[1:]]
    asked += [f"context c{number}" for number in range(len(BY_CONTEXT))]

    env = {"PYTHONPATH": "/opt/dockproxy/src"}
    said = host.sh(ASK, input="".join(f"{line}\n" for line in asked), env=env).stdout

    lines = [json.loads(line) for line in said.splitlines()]
    real = [dict(word.split("=", 1) for word in words)["HTTP_PROXY"] for words in lines[::2]]
    names = [*BY_DOCKER_HOST[1:], *BY_CONTEXT]
    assert dict(zip(names, lines[1::2], strict=True)) == dict(zip(names, real, strict=True))
    chosen = {KEYS[int(value.removeprefix("http://k").removesuffix(":1"))] for value in real}
    assert "http://docker.example.com" in chosen
    assert not chosen & {"default", "ssh://far", "ssh://root@far", "unix://", "127.0.0.1:2375"}
