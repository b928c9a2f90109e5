"""Addresses that do not fit the proxy: each gets its own verdict, and the next step."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lab.equipment import Host, Lab, Proxy
from tests.lab.equipment.proxies import TlsSquid
from tests.lab.test_probe import probes, proof, use

pytestmark = pytest.mark.lab

REGISTRY = "registry.corp.test:5443"
PLACES = ("/etc/docker", "/etc/systemd", "/root/.docker", "/var/lib/dockproxy")

# Accepts and never says a word; accepts and resets; answers 407 with Kerberos alone.
ODD_SERVERS = """
import socket, struct, threading
def serve(port, talk):
    listener = socket.create_server(("127.0.0.1", port))
    kept = []
    while True:
        connection = listener.accept()[0]
        kept.append(connection)
        talk(connection)
def reset(connection):
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
def kerberos(connection):
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 407 No\\r\\nProxy-Authenticate: Negotiate\\r\\n\\r\\n")
for port, talk in ((9001, lambda connection: None), (9002, reset), (9003, kerberos)):
    threading.Thread(target=serve, args=(port, talk)).start()
"""


def trust(host: Host, proxy: TlsSquid) -> None:
    """What the hint for an untrusted proxy says to do on Debian."""
    host.write("/usr/local/share/ca-certificates/corp.crt", proxy.ca)
    host.run(["update-ca-certificates"])


def odd_servers(host: Host) -> None:
    host.write("/root/odd.py", ODD_SERVERS)
    host.sh("setsid python3 /root/odd.py > /root/odd.log 2>&1 &")
    host.sh("until grep -q :232B /proc/net/tcp; do sleep 0.05; done")


def test_every_wrong_address_gets_its_own_verdict_and_the_next_step(
    host: Host, squid: Proxy, auth_proxy: Proxy, socks: Proxy, tls_proxy: TlsSquid
) -> None:
    odd_servers(host)
    tls, plain = tls_proxy.address, squid.address
    expected = {
        f"http://{tls}": ("speaks-tls", f"Write https://{tls}"),
        f"socks5://{tls}": ("speaks-tls", f"Write https://{tls}"),
        f"https://{plain}": ("speaks-plain", f"Write http://{plain}"),
        f"https://{socks.address}": ("speaks-socks", f"Write socks5://{socks.address}"),
        f"http://{socks.address}": ("speaks-socks", f"Write socks5://{socks.address}"),
        f"socks5://{plain}": ("speaks-http", f"Write http://{plain}"),
        f"https://{tls}": ("tls-untrusted", "update-ca-certificates"),
        f"http://{auth_proxy.address}": ("auth-required", "http://USER@"),
        auth_proxy.url.replace("%21@", "@"): ("auth-failed", "Check both"),
        "http://127.0.0.1:9001": ("timeout", "the address and the port"),
        "https://127.0.0.1:9001": ("timeout", "the address and the port"),
        "socks5://127.0.0.1:9001": ("timeout", "the address and the port"),
        "http://127.0.0.1:9002": ("not-http", "Check the port"),
        "https://127.0.0.1:9002": ("tls-failed", "given as http://"),
        "socks5://127.0.0.1:9002": ("not-socks", "Check the port"),
        "http://u:p@127.0.0.1:9003": ("auth-required", "cntlm"),
        "http://127.0.0.1:9": ("refused", "Start the proxy"),
        "http://proxy.nowhere.test:3128": ("resolve-failed", "spelling of proxy.nowhere.test"),
        "http://[fd88::9]:3128": ("unreachable", "routes and firewall"),
    }

    found = probes(host, *expected, target=REGISTRY)

    said = {
        url: (item["problem"], _text(item["hint"]))
        for url, item in zip(expected, found, strict=True)
    }
    for url, (problem, step) in expected.items():
        assert said[url][0] == problem, (url, said[url])
        assert step in said[url][1], (url, said[url])


def test_a_port_that_the_proxy_denies_is_named_by_the_probe_and_by_the_daemon(
    host: Host, squid: Proxy
) -> None:
    use(host, squid.url)

    (probed,) = probes(host, squid.url, target="denied.corp.test:5000")
    proved = proof(host, "denied.corp.test:5000/x:1")

    assert (probed["problem"], probed["answers"], probed["status"]) == ("denied", True, 403)
    assert "denied.corp.test port 5000" in _text(probed["hint"])
    assert (proved["problem"], proved["ok"]) == ("denied", False)


def test_a_proxy_over_tls_is_refused_until_its_ca_is_trusted_and_works_then(
    lab: Lab, host: Host, tls_proxy: TlsSquid
) -> None:
    before = host.tree(*PLACES)
    pid = host.daemon_pid()

    refused = host.dockproxy("set", tls_proxy.url, "--yes", check=False)

    assert refused.returncode == 3, refused.output
    assert "does not trust the certificate" in refused.output
    assert "update-ca-certificates" in refused.output
    assert (host.tree(*PLACES), host.daemon_pid()) == (before, pid)

    trust(host, tls_proxy)
    done = host.dockproxy("set", tls_proxy.url, "--yes", check=False)

    assert done.returncode == 0, done.output
    host.docker("pull", lab.fresh_image())
    assert tls_proxy.saw(REGISTRY)
    assert json.loads(host.dockproxy("status", "--json").stdout)["components"][0]["in_sync"]


def _text(message: dict[str, Any]) -> str:
    text: str = message["text"].format(**message["params"])
    return text
