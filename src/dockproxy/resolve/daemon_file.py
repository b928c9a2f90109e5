"""daemon.json: its three proxies, and whether dockerd would start with the file.

moby 26.1 daemon/config/config.go getConflictFreeConfiguration and findConfigurationConflicts:
several ``proxies`` sections are merged key by key, the last value of a key wins, the section's name
is read without regard to case, the names in it as spelled.
"""

from __future__ import annotations

from typing import NamedTuple

from dockproxy.core.formats.go_json import Node, parse, position
from dockproxy.core.formats.go_names import trimmed, same_field
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.proxies import DAEMON_JSON_NAMES
from dockproxy.core.model.snapshot import FileFact
from dockproxy.resolve.host import Origin, Overridden

_KEYS = {name: key for key, name in DAEMON_JSON_NAMES.items()}


class Fault(NamedTuple):
    """Why dockerd will not start with the file. quote: its own words, or ours where not known."""

    quote: str
    line: int
    column: int


class DaemonFile(NamedTuple):
    """values: per key all that the file says, the deciding one first, "" included.

    has_proxies: whether there is a section at all. known: whether the file could be read.
    """

    values: dict[str, list[Overridden]]
    has_proxies: bool = False
    fault: Fault | None = None
    known: bool = True


def read_daemon_file(fact: FileFact | None) -> DaemonFile:
    """What the file says; never raises over its content."""
    if fact is None or fact.kind in ("missing", "dangling"):
        return DaemonFile({})
    if fact.kind == "directory":
        return DaemonFile({}, fault=Fault(f"read {fact.path}: is a directory", 1, 1))
    if fact.kind != "file" or fact.text is None:
        return DaemonFile({}, known=False)
    text = trimmed(fact.text)
    if not text.strip():
        return DaemonFile({})
    try:
        root = parse(text)
    except ParseError as error:
        return DaemonFile({}, fault=Fault(str(error.message), error.line, error.column))
    return _Reader(fact.path, text).document(root)


class _Reader:
    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.values: dict[str, list[Overridden]] = {}
        self.fault: Fault | None = None

    def document(self, root: Node) -> DaemonFile:
        has_proxies = False
        if root.kind not in ("object", "null"):
            self._refuse(f"json: cannot unmarshal {root.kind} into Go value", root.start)
        for member in root.members:
            if same_field(member.key, "proxies"):
                has_proxies = True
                self._section(member.key, member.value)
        values = {} if self.fault else self.values
        return DaemonFile(values, has_proxies, self.fault)

    def _section(self, name: str, section: Node) -> None:
        if section.kind == "null":
            self._unknown(name, section.start)
        elif section.kind != "object":
            self._refuse(f"json: cannot unmarshal {section.kind} into proxies", section.start)
        for member in section.members:
            key = _KEYS.get(member.key)
            if key is None:
                self._unknown(member.key, member.start)
            elif member.value.kind == "string":
                line, column = position(self.text, member.start)
                origin = Origin("daemon.json", self.path, line, column, member.key)
                said = Overridden(member.value.value, origin)
                self.values.setdefault(key, []).insert(0, said)
            elif member.value.kind != "null":
                self._refuse(
                    f"json: cannot unmarshal {member.value.kind} into proxies.{member.key}",
                    member.value.start,
                )

    def _unknown(self, name: str, offset: int) -> None:
        self._refuse(
            f"the following directives don't match any configuration option: {name}", offset
        )

    def _refuse(self, quote: str, offset: int) -> None:
        if self.fault is None:
            self.fault = Fault(quote, *position(self.text, offset))
