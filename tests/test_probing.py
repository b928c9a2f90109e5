"""What is asked over the network for ``--probe``, of whom, and what is kept of the answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dockproxy import contact, live, probing
from dockproxy.api import dump_snapshot, load_snapshot, observe
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.probe import DaemonProof, ProxyProbe, RegistryAnswer, Stage
from dockproxy.core.model.snapshot import Engine
from dockproxy.resolve.host import Host
from dockproxy.resolve.make import resolve

P, Q = "http://10.0.0.1:3128", "http://10.0.0.2:3128"


class Network:
    """Who was asked for what; every proxy says yes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.proxies: list[tuple[str, str]] = []
        self.registries: list[str] = []
        self.images: list[str] = []
        monkeypatch.setattr(contact, "ask_proxies", self._ask)
        monkeypatch.setattr(contact, "ask_registries", self._registry)
        monkeypatch.setattr(contact, "prove_daemon", self._prove)

    def _ask(self, asked: list[tuple[str, str]], timeout: float = 5.0) -> list[ProxyProbe]:
        self.proxies += asked
        stages = (Stage("resolve", "ok", 0.1, "10.0.0.1, 10.0.0.1, fd00::1"),)
        return [ProxyProbe(url, target, True, True, stages, 200) for url, target in asked]

    def _registry(self, urls: list[str], timeout: float = 5.0) -> list[RegistryAnswer]:
        self.registries += urls
        return [RegistryAnswer(url, "timeout", 0, "timed out") for url in urls]

    def _prove(
        self, endpoint: str, image: str, timeout: float = 30.0, transport: object = None
    ) -> DaemonProof:
        self.images.append(image)
        return DaemonProof(image, True, 401, "no", "unauthorized")


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    return Network(monkeypatch)


def host(
    tmp_path: Path, daemon: object = None, client: object = None, images: tuple[str, ...] = ()
) -> Host:
    """A live host of these files."""
    for path, content in (("etc/docker/daemon.json", daemon), ("root/.docker/config.json", client)):
        if content is not None:
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(content))
    snapshot = observe(root=str(tmp_path)).snapshot
    machine = snapshot.machine._replace(root="")
    engine = Engine("unix:///var/run/docker.sock", "28.5.1", "1.51")
    return resolve(snapshot._replace(machine=machine, engine=engine, images=images))


def proxies(http: str, https: str, no_proxy: str = "") -> dict[str, object]:
    return {"proxies": {"http-proxy": http, "https-proxy": https, "no-proxy": no_proxy}}


def test_each_proxy_is_asked_once_for_a_registry_of_this_machine(
    tmp_path: Path, network: Network
) -> None:
    client = {"proxies": {"default": {"httpProxy": P, "httpsProxy": Q}}}
    seen = probing.probed(host(tmp_path, proxies(P, P), client, ("r.test:5000/x:1",)))

    assert sorted(network.proxies) == [(P, "r.test:5000"), (Q, "r.test:5000")]
    probes = seen.snapshot.probes
    assert probes is not None
    assert probes.proxies[0].about == (
        "daemon:http_proxy",
        "daemon:https_proxy",
        "client:http_proxy",
    )
    assert probes.proxies[0].addresses == ("10.0.0.1", "fd00::1")
    assert network.images == ["r.test:5000/x:1"]
    assert probes.daemon is not None
    assert probes.daemon.problem == "unauthorized"


def test_docker_hubs_other_hosts_are_asked_for_where_that_is_the_registry(
    tmp_path: Path, network: Network
) -> None:
    probing.probed(host(tmp_path, proxies(Q, P)))

    assert network.proxies[0] == (Q, "registry-1.docker.io:443")
    assert [target for url, target in network.proxies if url == P] == [
        "registry-1.docker.io:443",
        *probing.REDIRECTS,
    ]


def test_a_proxy_that_no_proxy_keeps_the_registry_from_is_asked_only_if_it_answers(
    tmp_path: Path, network: Network
) -> None:
    probing.probed(host(tmp_path, proxies(P, P, ".docker.io")))

    assert network.proxies == [(P, "")]


def test_a_mirror_is_asked_over_the_way_that_the_daemon_takes(
    tmp_path: Path, network: Network
) -> None:
    mirrors = ["https://near.test", "http://far.test:5000/", "nonsense"]
    daemon = {**proxies(P, Q, "near.test"), "registry-mirrors": mirrors}
    made = host(tmp_path, daemon)
    engine = made.snapshot.engine
    assert engine is not None
    engine = engine._replace(registry_mirrors=tuple(mirrors))
    seen = probing.probed(resolve(made.snapshot._replace(engine=engine)))

    assert network.registries == ["https://near.test:443"]
    assert (P, "far.test:5000") in network.proxies
    assert seen.snapshot.probes is not None
    assert [each.url for each in seen.snapshot.probes.mirrors] == mirrors[:2]


def test_an_address_for_containers_alone_is_not_asked_from_here(
    tmp_path: Path, network: Network
) -> None:
    inside = "http://host.docker.internal:7890"
    probing.probed(host(tmp_path, None, {"proxies": {"default": {"httpProxy": inside}}}))

    assert network.proxies == []


def test_what_can_not_be_read_is_unknown_and_the_rest_is_asked(
    tmp_path: Path, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise UsageError("no")

    made = host(tmp_path, proxies("http://a:b@p.test:1", P))
    monkeypatch.setattr(live, "reveal", refuse)
    seen = probing.probed(made)

    assert network.proxies == []
    assert ("probes.daemon", "permission") in [(u.about, u.reason) for u in seen.unknown]
    assert "a:b" not in dump_snapshot(seen)


def test_a_snapshot_keeps_the_answers(tmp_path: Path, network: Network) -> None:
    seen = probing.probed(host(tmp_path, proxies(P, Q)))

    assert load_snapshot(dump_snapshot(seen)).snapshot.probes == seen.snapshot.probes


def test_only_this_machine_is_asked(tmp_path: Path, network: Network) -> None:
    made = host(tmp_path, proxies(P, P))
    with pytest.raises(UsageError):
        probing.probed(load_snapshot(dump_snapshot(made)))
    with pytest.raises(UsageError):
        probing.probed(observe(root=str(tmp_path)))
    assert network.proxies == []
