"""Findings of many machines, by their cause."""

from __future__ import annotations

from collections.abc import Iterable

from dockproxy.core.model.finding import SEVERITIES, Finding
from dockproxy.core.model.message import Message

SHOWN = 20
"""Names of machines that are kept of each group; all are counted."""


class Group:
    """One code on many machines. example: what is said of the first of them."""

    __slots__ = ("code", "count", "example", "hosts", "name", "severity")

    def __init__(self, finding: Finding) -> None:
        self.code, self.name, self.severity = finding.code, finding.name, finding.severity
        self.example: Message = finding.message
        self.count = 0
        self.hosts: list[str] = []


class Groups:
    """hosts: how many machines were looked at; healthy: those without error and warning.
    ignored: findings that a configuration names.
    """

    def __init__(self) -> None:
        self.hosts = 0
        self.healthy = 0
        self.ignored = 0
        self.unreadable = 0
        self.unreadable_names: list[str] = []
        self._by_code: dict[str, Group] = {}

    def add(self, name: str, findings: Iterable[Finding]) -> None:
        """One machine: its causes count, not what follows from them."""
        self.hosts += 1
        roots = [each for each in findings if not each.caused_by]
        self.healthy += all(each.severity == "info" for each in roots)
        for finding in {each.code: each for each in reversed(roots)}.values():
            group = self._by_code.setdefault(finding.code, Group(finding))
            group.count += 1
            if len(group.hosts) < SHOWN:
                group.hosts.append(name)

    def unread(self, name: str) -> None:
        """A file that is no Snapshot."""
        self.unreadable += 1
        if len(self.unreadable_names) < SHOWN:
            self.unreadable_names.append(name)

    def all(self) -> list[Group]:
        """The worst first, and of these the commonest."""
        return sorted(
            self._by_code.values(),
            key=lambda each: (SEVERITIES.index(each.severity), -each.count, each.code),
        )
