"""Random daemon.json files with values of any option, and what a real dockerd says of them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from random import Random
from typing import Any

from tests.lab.as_nobody import run_as_nobody
from tests.lab.equipment.trees import Trees
from tests.properties import odd_json
from tests.properties.json_texts import Layout, Members

_FILE = Path(__file__).with_name("option_values.json")
_VALUES: dict[str, list[Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
"""Values of each option, a good one first; under ``*`` values for any."""
_ANY = _VALUES.pop("*")
_FLAGS = (
    "",
    "",
    "",
    "",
    "-H fd://",
    "-H fd:// --containerd=/run/containerd/containerd.sock",
    "-D",
    "--debug=false",
    "--label a=b",
    "--log-level=debug",
    "-l warn",
    "-Dl info",
    "--http-proxy=http://10.0.0.9:1",
    "--host=fd:// --rootless=false",
    "--mtu 1400",
    "--dns=1.1.1.1",
    "--insecure-registry r.lan",
    "--log-opt max-size=1m",
    "--add-runtime x=/x",
    "-lerror -Hfd://",
    "--host-gateway-ip=10.0.0.1",
    "--exec-opt native.cgroupdriver=systemd",
    "--icc --iptables=false",
    "--default-address-pool base=10.0.0.0/8,size=24",
    "--data-root=/x --bip 172.17.0.1/16",
)


AT_START = frozenset(
    (
        "bip",
        "builder",
        "data-root",
        "default-address-pools",
        "default-gateway",
        "default-ulimits",
        "exec-opts",
        "fixed-cidr-v6",
        "graph",
        "insecure-registries",
        "log-opts",
        "oom-score-adjust",
        "registry-mirrors",
        "runtimes",
        "storage-opts",
        "tlscacert",
    )
)
"""Options of which some values are found wrong only when dockerd starts."""

AS_ROOT = frozenset(("tls", "tlsverify", "userns-remap"))
"""Options that 20.10 looks at once it has seen that it is root."""


def text(rng: Random, without: frozenset[str] = frozenset()) -> bytes:
    """A daemon.json: half of them sound ones with some options, the others as odd_json makes."""
    if rng.random() < 0.35:
        return odd_json.daemon_json(rng)
    members: Members = []
    names = sorted(set(_VALUES) - without)
    for name in rng.sample(names, rng.choice((1, 1, 1, 2, 2, 3, 4))):
        kind = rng.random()
        good = _VALUES[name][0]
        value = good if kind < 0.4 else rng.choice(_VALUES[name] if kind < 0.85 else _ANY)
        if rng.random() < 0.05:
            name = rng.choice((name.upper(), name.title(), name.replace("s", "\u017f")))
        members.append((name, value))
        if rng.random() < 0.06:
            members.append((name, rng.choice(_VALUES.get(name, _ANY))))
    if rng.random() < 0.03:
        members = [("aside", members)]
    return Layout.random(rng).written(members).encode()


def flags(rng: Random, old: bool) -> tuple[str, ...]:
    """Some of dockerd's flags. old: of one that knows no proxies."""
    words = tuple(rng.choice(_FLAGS).split())
    return () if old and any("proxy=" in word for word in words) else words


class Dockerd:
    """A real dockerd that judges its file: by ``--validate``, or (20.10) as nobody."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.path = folder / "daemon.json"
        self.old = engine.startswith("20.")
        self._program = f"{Trees().prepare(engine)['engine']}/usr/sbin"

    def refuses(self, data: bytes, switches: tuple[str, ...]) -> str:
        """Its words, "" if it takes the file."""
        self.path.write_bytes(data)
        words = [f"{self._program}/dockerd", "--config-file", str(self.path), *switches]
        env = {"PATH": f"{self._program}:/usr/sbin:/usr/bin:/sbin:/bin"}
        if self.old:
            done = run_as_nobody(words, env)
        else:
            words.append("--validate")
            done = subprocess.run(words, env=env, capture_output=True, timeout=60, check=False)
        said = done.stderr.decode("utf-8", "replace").strip()
        if "configuration OK" in said or "needs to be started with root" in said:
            return ""
        return said or "?"
