"""The proxies among dockerd's own arguments."""

from __future__ import annotations

from collections.abc import Sequence

from dockproxy.core.formats.systemd_words import plain_word, split_words
from dockproxy.core.formats.unit_command import expanded_word
from dockproxy.core.model.proxies import DAEMON_JSON_NAMES
from dockproxy.core.model.snapshot import Process
from dockproxy.resolve.host import Origin, Overridden
from dockproxy.resolve.unit import DaemonUnit


def daemon_words(unit: DaemonUnit | None, process: Process | None) -> tuple[Sequence[str], Origin]:
    """dockerd's words at its next start, and where they stand: those of the unit's ExecStart as it
    is on disk; where there is no unit, of the running process.
    """
    if unit is None:
        return process.args if process is not None else (), Origin("flag")
    return exec_start(unit)


def exec_start(unit: DaemonUnit) -> tuple[Sequence[str], Origin]:
    """The words of ExecStart with variables filled in, and where it stands."""
    words: Sequence[str] = unit.fact.exec_start if unit.fact else ()
    origin = Origin("flag")
    for path, content in unit.stack:
        for assignment in content.service("ExecStart"):
            words = [plain_word(word.text) for word in split_words(assignment.value).words]
            origin = Origin("flag", path, assignment.line, assignment.column)
    values = {
        name: item.value for name, item in unit.disk.variables.items() if item.value is not None
    }
    return [word for raw in words for word in expanded_word(raw, values)], origin


def flags_said(words: Sequence[str], origin: Origin) -> dict[str, list[Overridden]]:
    """What the flags among dockerd's words say, the last of one name first. origin: where the
    words stand.
    """
    said: dict[str, list[Overridden]] = {}
    for key, name in DAEMON_JSON_NAMES.items():
        flag = f"--{name}"
        for index, word in enumerate(words):
            given, equals, value = word.partition("=")
            if given != flag:
                continue
            if not equals:
                value = words[index + 1] if index + 1 < len(words) else ""
            said.setdefault(key, []).insert(0, Overridden(value, origin._replace(name=flag)))
    return said
