"""NO_PROXY lists that ``set`` writes and changes."""

from __future__ import annotations

import pytest

from dockproxy.core.model.snapshot import Engine, Network
from dockproxy.plan import no_proxy
from tests.support import snapshots as s


def test_adding_keeps_what_is_there_and_adds_each_entry_once() -> None:
    assert no_proxy.changed("a.example, b.example", ["B.example,c.example"], []) == (
        "a.example,b.example,c.example"
    )


def test_removing_ignores_case_and_leaves_the_rest_in_order() -> None:
    assert no_proxy.changed("a,B,c", [], ["b"]) == "a,c"


def test_containers_reach_dockers_own_networks_without_the_proxy() -> None:
    snapshot = s.host(networks=(Network("bridge", "bridge", ("172.17.0.0/16", "rubbish")),))
    listed = no_proxy.default_for_client(snapshot).split(",")
    assert "172.17.0.0/16" in listed
    assert "host.docker.internal" in listed
    assert "rubbish" not in listed


def test_the_daemon_reaches_registries_on_private_addresses_without_the_proxy() -> None:
    engine = Engine(
        "unix:///s",
        "26.1.5",
        "1.45",
        registry_mirrors=("https://10.1.2.3:5000/", "https://mirror.example.com/"),
        insecure_registries=("127.0.0.0/8", "192.168.7.7:5000", "10.9.0.0/16", "::1/128"),
    )
    listed = no_proxy.default_for_daemon(s.host(engine=engine)).split(",")
    assert {"10.1.2.3", "192.168.7.7", "10.9.0.0/16"} <= set(listed)
    assert "mirror.example.com" not in listed
    assert listed.count("127.0.0.0/8") == 1
    assert "::1/128" not in listed


@pytest.mark.parametrize(
    ("entry", "doubted"),
    [
        ("registry.example", False),
        ("*.example", False),
        ("10.0.0.0/8", False),
        ("*", False),
        ("10.*", True),
        ("192.168.1.*", True),
        ("a b", True),
        ("a;b", True),
        ("<local>", True),
        ("http://registry.example", True),
    ],
)
def test_an_entry_that_matches_nothing_is_said(entry: str, doubted: bool) -> None:
    assert bool(no_proxy.doubts([entry])) is doubted
