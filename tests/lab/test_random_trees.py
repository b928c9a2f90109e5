"""Random trees beside the real dockerd: it takes every file that set writes, and starts with it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import pytest

from dockproxy.core.model.secret import mask_url
from tests.lab.equipment import Host, Lab, Result
from tests.lab.equipment.trees import Trees
from tests.properties.journey import Way, built, travel
from tests.properties.trees import Tree

pytestmark = pytest.mark.lab

Record = Callable[[str, object], None]
FLAGS = ("-H", "fd://", "--containerd=/run/containerd/containerd.sock")
VALIDATED = range(1000, 1040)
STARTED = range(2000, 2100)
FIRST = int(os.environ.get("DOCKPROXY_SEED", "10000"))
SOAK = range(FIRST, FIRST + 2000)
PLACES = ("/etc", "/home", "/root", "/run/systemd/system", "/srv", "/usr/lib/systemd/system")
INFO = {"http_proxy": "HttpProxy", "https_proxy": "HttpsProxy", "no_proxy": "NoProxy"}


@pytest.fixture(scope="module")
def judge(lab_machine: None, tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], str]:
    """What Engine 26.1's dockerd says against a daemon.json, "" if nothing."""
    folder = os.path.join(Trees().prepare()["engine"], "usr/sbin")
    path = tmp_path_factory.mktemp("judged") / "daemon.json"

    def judged(content: bytes) -> str:
        path.write_bytes(content)
        done = subprocess.run(
            [f"{folder}/dockerd", *FLAGS, "--validate", "--config-file", str(path)],
            env={"PATH": f"{folder}:/usr/sbin:/usr/bin:/sbin:/bin"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return "" if done.returncode == 0 else done.stderr.strip()

    return judged


def test_dockerd_takes_what_set_writes(
    judge: Callable[[bytes], str], record_property: Record
) -> None:
    counts = travel(VALIDATED, record_property, judge)
    assert counts["daemon.json accepted by dockerd"] > 0.3 * len(VALIDATED)


@pytest.mark.soak
def test_dockerd_takes_what_set_writes_on_2000_trees(
    judge: Callable[[bytes], str], record_property: Record
) -> None:
    counts = travel(SOAK, record_property, judge)
    assert counts["set; undo"] > 0.85 * len(SOAK)


def test_a_daemon_started_with_what_set_wrote_has_what_was_asked(
    lab: Lab, host: Host, record_property: Record
) -> None:
    _start(lab, 5, record_property, live=False)


@pytest.mark.soak
def test_a_running_daemon_is_brought_to_what_was_asked_on_60_trees(
    lab: Lab, host: Host, record_property: Record
) -> None:
    _start(lab, 60, record_property, live=True)


def _start(lab: Lab, wanted: int, record: Record, live: bool) -> None:
    counts: Counter[str] = Counter()
    faults = []
    for seed in STARTED if not live else SOAK:
        way = Way.of(seed)
        if not _fits(way.tree):
            continue
        lab.host.reset()
        start = _Start(lab.host, way, live)
        if not start.begun():
            counts["trees that no daemon starts with"] += 1
            continue
        counts["trees"] += 1
        try:
            counts[start.go()] += 1
        except AssertionError as fault:
            faults.append(f"seed {seed}: {fault}")
        if counts["trees"] == wanted:
            break
    for what, number in sorted(counts.items()):
        record(what, number)
    assert not faults, "\n".join(faults[:5])
    assert counts["as asked, and as before"] >= 0.9 * wanted


def _fits(tree: Tree) -> bool:
    """Whether the tree can be laid over the lab's host, whose unit and folders are its own."""
    docker = tree.items.get("etc/docker")
    own_unit = "etc/systemd/system/docker.service" in tree.items
    return (docker is None or docker.kind != "link") and not own_unit


class Running(NamedTuple):
    """What the daemon, and a container made now, have. Names in lower case."""

    daemon: dict[str, str]
    client: dict[str, str]


class _Start:
    def __init__(self, host: Host, way: Way, live: bool) -> None:
        self.host, self.live = host, live
        self.tree, self.asked = way
        self.config = f"/{self.tree.config}".rpartition("/")[0]

    def begun(self) -> bool:
        """Lay the tree over the host; whether the daemon starts with it."""
        self.host.run(["tar", "-x", "--no-overwrite-dir", "-C", "/"], input=_as_tar(self.tree))
        self.host.systemctl("daemon-reload")
        self.host.systemctl("reset-failed", "docker.service", "docker.socket")
        if self.host.systemctl("restart", "docker", check=False).returncode != 0:
            return False
        self.host.sh("tar -c -C /etc hostname | docker import - tiny")
        return True

    def go(self) -> str:
        """The way there and back; how it ended."""
        files, before = self.host.tree(*PLACES), self.running()
        if not self.live:
            self.host.systemctl("stop", "docker.socket", "docker.service")
        done = self.host.dockproxy("set", *self.arguments(), check=False)
        if done.returncode == 3:
            assert self.host.tree(*PLACES) == files, f"a refused set: {done.output}"
            return f"refused: {_why(done)}"
        assert done.returncode == 0, f"set: {done.returncode} {done.output}"
        now = self.running()
        for part, values in (("daemon", now.daemon), ("client", now.client)):
            for key, value in self.asked.of(part).items() if part in self.asked.parts else ():
                meant = _as_engine_says(value) if part == "daemon" else value
                assert values.get(key, "") == meant, f"{part}.{key} is {values.get(key)}: {meant}"
        if not self.live:
            self.host.systemctl("stop", "docker.socket", "docker.service")
        back = self.host.dockproxy("undo", "--yes", check=False)
        assert back.returncode == 0, f"undo: {back.returncode} {back.output}"
        assert self.host.tree(*PLACES) == files, "set; undo is not the identity"
        assert self.running() == before, "set; undo left the daemon with other proxies"
        return "as asked, and as before"

    def arguments(self) -> list[str]:
        words = ["--json", "--yes", "--no-check", f"--via={self.asked.via}"]
        words += [f"--for={','.join(self.asked.parts)}"]
        if self.tree.user:
            words.append(f"--user={self.tree.user}")
        for key, typed in self.asked.typed._asdict().items():
            if typed is not None:
                words.append(f"--{key.replace('_', '-')}={typed}")
        return words

    def running(self) -> Running:
        if not self.live:
            self.host.systemctl("reset-failed", "docker.service", "docker.socket")
            self.host.systemctl("start", "docker")
        info = json.loads(self.host.docker("info", "--format", "{{json .}}").stdout)
        made = self.host.docker("--config", self.config, "create", "tiny", "x").stdout.strip()
        environment = json.loads(
            self.host.docker("inspect", "--format", "{{json .Config.Env}}", made).stdout
        )
        variables = dict(word.split("=", 1) for word in environment or ())
        client = {k: v for k, v in variables.items() if k.endswith("_proxy")}
        return Running({key: info[name] for key, name in INFO.items()}, client)


def _why(refused: Result) -> str:
    """What it says of itself, or the codes of what stood in the way."""
    document = json.loads(refused.stdout)
    if document["kind"] == "error":
        return str(document["message"])
    return ", ".join(problem["code"] for problem in document["problems"] if problem["refuses"])


def _as_engine_says(value: str) -> str:
    """moby 26.1 daemon/config/config.go, MaskCredentials."""
    return mask_url(value.replace("socks5h://", "socks5://", 1))


def _as_tar(tree: Tree) -> bytes:
    """The tree, without what the host has of its own."""
    skipped = ("lib", "etc/passwd", "etc/hostname", "usr/lib/systemd/system/docker.service")
    ours = Tree({path: item for path, item in tree.items.items() if path not in skipped})
    data = io.BytesIO()
    with built(ours) as root, tarfile.open(fileobj=data, mode="w") as archive:
        archive.add(root, ".")
    return data.getvalue()
