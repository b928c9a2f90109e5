"""All that decides, run under an audit hook: any open, connection or process ends it.

Run by test_pure_layers_touch_nothing.py as a process of its own, for a hook can't be taken away.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dockproxy.api import observe
from dockproxy.core.formats.json_edit import set_values
from dockproxy.core.formats.unit_edit import set_environment
from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.model.record import dump, load
from dockproxy.core.model.snapshot import (
    Container,
    Engine,
    Machine,
    Network,
    Snapshot,
    Systemd,
    UnitFact,
)
from dockproxy.no_proxy.check import check
from dockproxy.no_proxy.make import make
from dockproxy.no_proxy.programs import programs
from dockproxy.plan.intent import intent_from, intent_to_unset
from dockproxy.plan.make import propose
from dockproxy.render.json_v1 import status_json
from dockproxy.render.terminal import Style
from dockproxy.render.text_change import left_out_text, notes_text
from dockproxy.render.text_status import status_text
from dockproxy.resolve.make import resolve

FORBIDDEN = (
    "open",
    "socket.",
    "subprocess.",
    "os.",
    "shutil.",
    "glob.",
    "tempfile.",
    "ctypes.",
    "pathlib.",
    "fcntl.",
    "urllib.",
)


def live(snapshot: Snapshot) -> Snapshot:
    """The same files on a machine where everything runs."""
    unit = UnitFact(
        "docker.service",
        "loaded",
        "active",
        "running",
        environment=("HTTPS_PROXY=http://10.0.0.9:1",),
        main_pid=77,
        started_at=1.0,
    )
    return snapshot._replace(
        machine=Machine("here", "linux", 0, "root"),
        engine=Engine("unix:///var/run/docker.sock", "26.1.5", "1.45", https_proxy="http://x:1"),
        systemd=Systemd(252, True, {}, (unit,)),
        containers=(Container("c1", "web", "a:1", 1.0, "running", environ={"http_proxy": "x"}),),
        networks=(Network("bridge", "bridge", ("172.17.0.0/16",), ("172.17.0.1",)),),
    )


def decide(snapshot: Snapshot) -> int:
    """Resolve, plan, render, and edit texts; how many characters came of it."""
    host = resolve(load(Snapshot, dump(snapshot)))
    made = 0
    for style in (Style(), Style(language="zh_CN"), Style(unicode=False, encoding="ascii")):
        made += len(status_text(host, style)) + len(str(status_json(host)))
    for via in ("auto", "daemon-json", "systemd"):
        intents = (
            intent_from(
                "http://ann:p%40ss@10.0.0.1:3128", via=via, no_proxy_add=(".corp.example",)
            ),
            intent_from("http://127.0.0.1:7890", via=via),
            intent_to_unset(),
        )
        for intent in intents:
            try:
                proposal = propose(host, intent)
            except DockproxyError as error:
                made += len(str(error))
                continue
            made += len(str(dump(proposal.plan)))
            made += len(notes_text(proposal.notes, Style()))
            made += len(left_out_text(proposal.left_out, Style()))
    for fact in snapshot.files:
        try:
            if fact.text is not None and fact.role == "daemon-json":
                made += len(set_values(fact.text, [(("proxies", "http-proxy"), "http://a:1")]))
            if fact.text is not None and fact.role == "drop-in":
                made += len(set_environment(fact.text, [("HTTP_PROXY", "http://a:1")]))
        except DockproxyError as error:
            made += len(str(error))
    return made


def ask_programs() -> int:
    """What lists mean to every program that is known, and a list for them all."""
    everybody = programs("all")
    told = sum(len(str(found)) for found in check("a.test,10.0.0.0/8,*,[::1]:80", everybody))
    return told + len(make(["a.test", ".b.test", "10.0.0.0/30"], everybody).listing)


def forbid(event: str, arguments: object) -> None:
    """The audit hook (PEP 578)."""
    if event.startswith(FORBIDDEN):
        raise RuntimeError(f"touched the machine: {event} {arguments}")


def main(trees: list[Path]) -> None:
    """Decide over each tree, and over the same tree as a live machine."""
    snapshots = [observe(root=str(tree)).snapshot for tree in trees]
    snapshots += [live(snapshot) for snapshot in snapshots]
    # Once without the hook, so that what is imported or loaded at its first use is there.
    first = [*(decide(snapshot) for snapshot in snapshots), ask_programs()]
    sys.addaudithook(forbid)
    assert [*(decide(snapshot) for snapshot in snapshots), ask_programs()] == first
    print(len(snapshots), sum(first))


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
