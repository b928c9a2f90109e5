"""Proxies in files that look like the daemon's environment and are not read, or not as meant.

``/etc/default/docker`` and ``/etc/sysconfig/docker`` are two things under one name: an init script
sources them as shell, systemd reads one only if the unit says EnvironmentFile (Debian's docker.io
does, Docker CE's does not), and then takes no line that begins with ``export``.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from dockproxy.core.formats.environment_file import Entry, meant_name, parse
from dockproxy.core.formats.unit_environment import file_references
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_KEYS
from dockproxy.resolve.daemon import DaemonFacts
from dockproxy.resolve.host import Drift


def unread_file_drifts(facts: DaemonFacts) -> Iterator[Drift]:
    """One for each file that the unit does not read, and each ``export`` in one that it does."""
    if facts.unit is None:
        return
    references = file_references(facts.unit.stack)
    for fact in facts.snapshot.files:
        if fact.role != "environment-file" or fact.text is None:
            continue
        meant = [(key, entry) for entry in parse(fact.text).entries if (key := _key(entry))]
        if not any(fnmatchcase(fact.path, reference.pattern) for reference in references):
            yield from _file(facts.unit.name, fact.path, meant)
            continue
        for key, entry in meant:
            if not entry.counts:
                text = N_(
                    "systemd ignores {name} in {path}:{line}: there the line must not begin with"
                    " export."
                )
                if not entry.name.startswith("export"):
                    text = N_(
                        "systemd ignores {name} in {path}:{line}: there a line must be NAME=value"
                        " alone."
                    )
                about = message(text, name=_name(entry), path=fact.path, line=entry.line)
                yield Drift("ignored", about, keys=(key,))


def _file(unit: str, path: str, meant: list[tuple[str, Entry]]) -> Iterator[Drift]:
    if meant:
        text = N_("{unit} does not read {path}: the daemon is not given {names}.")
        names = ", ".join(dict.fromkeys(_name(entry) for _key, entry in meant))
        about = message(text, unit=unit, path=path, names=names)
        yield Drift("ignored", about, keys=tuple(dict.fromkeys(key for key, _entry in meant)))


def _name(entry: Entry) -> str:
    return meant_name(entry.name)


def _key(entry: Entry) -> str:
    """Which of our keys it means to set with a value, or ""."""
    name = _name(entry)
    key = name.lower()
    return key if key in DAEMON_KEYS and name in (key, key.upper()) and entry.value else ""
