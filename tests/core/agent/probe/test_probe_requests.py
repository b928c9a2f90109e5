"""The agent's probe request: what it takes, how long it lasts, what it gives."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any, Dict, List

import pytest

from dockproxy.core.agent.probe.requests import probe
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.probe import DaemonProof, ProxyProbe
from dockproxy.core.model.record import dump, load

if TYPE_CHECKING:
    from tests.core.agent.probe.conftest import Servers

YES = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Recorder:
    """A channel that keeps what it is told."""

    def __init__(self) -> None:
        self.events: List[Dict[str, Any]] = []

    def emit(self, event: Dict[str, Any]) -> None:
        self.events.append(event)

    def ask(self, question: Dict[str, Any]) -> bool:
        raise AssertionError(question)


def test_checks_are_answered_in_their_order_and_side_by_side(
    servers: Servers, closed_port: int
) -> None:
    silent = servers.silent()
    urls = [
        f"http://127.0.0.1:{servers.http(YES)}",
        *[f"http://127.0.0.1:{silent}"] * 4,
        f"http://127.0.0.1:{closed_port}",
    ]
    checks = [{"proxy": url, "target": "r.test:443", "timeout": 2.0} for url in urls]

    begin = time.monotonic()
    answer = probe({"do": "probe", "checks": checks}, Recorder())

    assert [item["url"] for item in answer["probes"]] == urls
    problems = [item["problem"] for item in answer["probes"]]
    assert problems == ["", "timeout", "timeout", "timeout", "timeout", "refused"]
    assert time.monotonic() - begin < 6  # one after another: 8


def test_no_thread_is_left_that_could_be_within_openssl_when_the_interpreter_exits(
    servers: Servers,
) -> None:
    port = servers.http(YES)

    probe({"checks": [{"proxy": f"http://127.0.0.1:{port}", "target": ""}]}, Recorder())

    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith("probe-")]


def test_the_answer_is_json_and_loads_as_the_record_that_was_dumped(servers: Servers) -> None:
    port = servers.http(b"HTTP/1.1 403 Forbidden\r\n\r\n")
    check = {"proxy": f"http://u:p@127.0.0.1:{port}", "target": "[fd00::1]:443"}

    answer = json.loads(json.dumps(probe({"checks": [check]}, Recorder())))

    record = load(ProxyProbe, answer["probes"][0])
    assert record.problem == "denied"
    assert dump(record) == answer["probes"][0]


def test_each_proxy_is_announced_once_and_masked(closed_port: int) -> None:
    channel = Recorder()
    proxy = f"http://user:MARKED@127.0.0.1:{closed_port}"
    targets = ("a.test:443", "b.test:443")

    probe({"checks": [{"proxy": proxy, "target": target} for target in targets]}, channel)

    assert len(channel.events) == 1
    assert "MARKED" not in json.dumps(channel.events)
    assert f"xxxxx:xxxxx@127.0.0.1:{closed_port}" in json.dumps(channel.events)


def test_no_checks_are_an_empty_answer() -> None:
    assert probe({"checks": []}, Recorder()) == {"probes": []}


def test_below_a_root_folder_nothing_is_contacted(servers: Servers) -> None:
    check = {"proxy": f"http://127.0.0.1:{servers.http(YES)}", "target": "r.test:443"}

    with pytest.raises(UsageError):
        probe({"root": "/srv/tree", "checks": [check]}, Recorder())

    assert servers.heads == []


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        ({}, "names no checks"),
        ({"checks": {}}, "checks"),
        ({"checks": ["http://MARKED"]}, "checks[0]"),
        ({"checks": [{"target": "r.test:443"}]}, "checks[0].proxy"),
        ({"checks": [{"proxy": ["MARKED"], "target": ""}]}, "checks[0].proxy"),
        ({"checks": [{"proxy": "http://MARKED", "target": "r.test"}]}, "checks[0].target"),
        ({"checks": [{"proxy": "http://MARKED", "target": "r.test:0"}]}, "checks[0].target"),
        ({"checks": [{"proxy": "http://MARKED", "target": "r:1\r\nX: y"}]}, "checks[0].target"),
        ({"checks": [{"proxy": "http://MARKED", "target": "r:1\n"}]}, "checks[0].target"),
        ({"checks": [{"proxy": "http://MARKED", "timeout": "5"}]}, "checks[0].timeout"),
        ({"checks": [{"proxy": "http://MARKED", "timeout": 0}]}, "checks[0].timeout"),
        ({"checks": [{"proxy": "http://MARKED", "timeout": float("nan")}]}, "checks[0].timeout"),
        ({"daemon": {"image": "busybox"}}, "daemon.endpoint"),
    ],
)
def test_a_malformed_request_is_refused_with_the_field_and_not_its_value(
    request_: Dict[str, Any], named: str
) -> None:
    with pytest.raises(UsageError) as raised:
        probe(request_, Recorder())

    assert named in str(raised.value)
    assert "MARKED" not in str(raised.value)


def test_an_engine_that_is_not_there_is_no_verdict() -> None:
    daemon = {"endpoint": "unix:///nowhere/docker.sock", "image": "busybox", "timeout": 1}

    answer = probe({"daemon": daemon}, Recorder())

    proof = load(DaemonProof, answer["daemon"])
    assert (proof.ok, proof.problem) == (None, "no-engine")
