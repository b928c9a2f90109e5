"""What could not be seen, on the status screen: in words, each reason and each advice once."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.core.model.snapshot import Snapshot, Unknown
from dockproxy.render.page import INDENT, Page
from dockproxy.render.terminal import clean
from dockproxy.resolve.host import Host

_REASONS = {
    "permission": N_("no permission to look"),
    "too-large": N_("too large to read"),
    "no-engine": N_("Docker's Engine did not answer"),
    "not-running": N_("the daemon is not running"),
    "timeout": N_("no answer in time"),
    "no-systemd": N_("systemd is not running here"),
    "offline": N_("only files are looked at below another root"),
    "pass-environment": N_("its value comes from systemd's own process"),
    "docker-desktop": N_("it is Docker Desktop's, which has settings of its own"),
    "podman": N_("it is Podman, which has settings of its own"),
    "remote": N_("it lies on another machine"),
    "not-readable": N_("the file can't be read"),
    "not-a-file": N_("what lies there is no regular file"),
    "input-output": N_("the disk gave an error"),
    "bad-answer": N_("its answer could not be understood"),
    "no-context": N_("there is no Docker context of that name"),
    "bad-context": N_("the context's description can't be read"),
    "unsupported": N_("that kind of address can't be asked from here"),
    "start-time": N_("when the daemon started is not known"),
    "kubernetes": N_("it runs in Kubernetes"),
    "too-many": N_("there are too many of them"),
    "unknown-driver": N_("its driver is not known here"),
}

_THINGS = {
    "systemd": N_("systemd"),
    "engine": N_("Docker's Engine"),
    "daemon.process": N_("the running daemon"),
    "daemon.environment": N_("the environment that dockerd was started with"),
    "daemon.in_use": N_("what the running daemon uses"),
    "daemon.configuration": N_("the daemon's configuration"),
    "client.config": N_("the client's config.json"),
    "client.endpoint": N_("the daemon's address"),
    "project.files": N_("the rest of this folder, which has too many files"),
}
_WITH_SUDO = "run it with sudo"
_FILES = ("files.", "daemon.unit:", "daemon.environment_file:")


def unknown(page: Page, host: Host, sudo: str = "") -> None:
    """A paragraph a reason, the things that it holds for before it; then what to do."""
    groups: dict[str, list[Unknown]] = {}
    for item in _without_repetition(host):
        groups.setdefault(item.reason, []).append(item)
    if not groups:
        return
    page.blank()
    page.title(page.say("Could not be seen"))
    for reason, items in groups.items():
        known = _REASONS.get(reason, "")
        if reason == "no-engine":
            page.add(page.say(known), INDENT, INDENT * 2)
            continue
        things = ", ".join(dict.fromkeys(thing(page, item, host.snapshot) for item in items))
        why = page.say(known) if known else clean(reason)
        page.add(f"{things}: {why}", INDENT, INDENT * 2)
        for hint in _hints(items):
            page.add(clean(page.say(hint)), INDENT * 2 + page.arrow)
            if sudo and hint.startswith(_WITH_SUDO):
                page.add(clean(sudo), INDENT * 3)


def _without_repetition(host: Host) -> list[Unknown]:
    """Less what is told where it matters: a daemon that does not run, and a file twice."""
    daemon = host.component("daemon")
    down = daemon is not None and daemon.live is False
    seen_to = {path_of(item, host.snapshot) for item in host.unknown if item.reason == "permission"}
    kept = []
    for item in host.unknown:
        if down and item.reason in ("not-running", "no-engine"):
            continue
        if item.reason == "not-readable" and path_of(item, host.snapshot) in seen_to - {""}:
            continue
        kept.append(item)
    return kept


def path_of(item: Unknown, snapshot: Snapshot) -> str:
    """The file that it is about, "" for anything else."""
    for start in _FILES:
        if item.about.startswith(start):
            path = item.about[len(start) :]
            return path if snapshot.project is None else path.lstrip("/") or "."
    if item.about == "daemon.daemon_json":
        return snapshot.daemon_json
    if item.about == "client.config" and snapshot.client is not None:
        return snapshot.client.config_path
    return ""


def thing(page: Page, item: Unknown, snapshot: Snapshot) -> str:
    """It by the name that people give it."""
    known = _THINGS.get(item.about, "")
    return clean(path_of(item, snapshot)) or (page.say(known) if known else clean(item.about))


def unseen_names(page: Page, host: Host) -> list[str]:
    """All that could not be seen by the names that people give it, each once."""
    return list(dict.fromkeys(thing(page, item, host.snapshot) for item in host.unknown))


def _hints(items: list[Unknown]) -> list[str]:
    """Each once, and of two the one that does for both."""
    hints = list(dict.fromkeys(item.hint for item in items if item.hint))
    return [hint for hint in hints if not any(_does(other, hint) for other in hints)]


def _does(other: str, hint: str) -> bool:
    return other != hint and hint.startswith(other)
