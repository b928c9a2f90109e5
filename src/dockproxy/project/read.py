"""The files of a project to what they say of proxies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dockproxy.core.model.project import Project, Setting
from dockproxy.core.model.snapshot import FileFact, Unknown
from dockproxy.project.bake_and_dotenv import read_bake, read_dotenv
from dockproxy.project.compose import read_compose
from dockproxy.project.dockerfile_facts import read_dockerfile
from dockproxy.project.source import Source

MOST_ROUNDS = 5
"""Files that name files that name files: include, extends, COMPOSE_FILE."""

MOST_FOUND = 30_000
"""Settings, and other spots, of all files together: each may become some findings."""


class Reading:
    """A folder's files while they are read. folder: as it was named."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.sources: dict[str, Source] = {}
        self.targets: set[str] = set()
        self.later: list[FileFact] = []

    def add(
        self, facts: Iterable[FileFact], committed: Sequence[str] = (), ignored: Sequence[str] = ()
    ) -> list[tuple[str, str]]:
        """Read these; gives path and role of those that they name and that were not yet seen."""
        asked: list[tuple[str, str]] = []
        for fact in facts:
            if fact.path in self.sources or fact.text is None:
                continue
            source = self.sources[fact.path] = Source(fact, self._shown(fact.path))
            if fact.path in committed:
                source.notes = ("committed",)
            elif fact.path in ignored:
                source.notes = ("ignored",)
            if fact.role == "dockerfile":
                self.later.append(fact)
                continue
            reader = {"compose": read_compose, "bake": read_bake, "dotenv": read_dotenv}[fact.role]
            reader(source)
            asked += source.asked
            if fact.role == "dotenv":
                asked += _compose_files(source)
            source.asked = []
        wanted = []
        for path, role in dict.fromkeys(asked):
            if role == "target":
                self.targets.add(path.partition(":")[2])
            elif path not in self.sources:
                wanted.append((path, role))
        return wanted

    def _shown(self, path: str) -> str:
        if self.folder in (".", "./", ""):
            return path.lstrip("/")
        return f"{self.folder.rstrip('/')}{path}"

    def project(self) -> tuple[Project, tuple[Unknown, ...]]:
        """All that was found, and what was not looked at."""
        for fact in self.later:
            read_dockerfile(self.sources[fact.path], self.targets)
        self.later = []
        sources = [self.sources[path] for path in sorted(self.sources)]
        settings: list[Setting] = []
        for source in sources:
            settings += source.settings
        spots = [spot for source in sources for spot in source.spots]
        project = Project(
            self.folder,
            tuple(source.path for source in sources),
            tuple(settings[:MOST_FOUND]),
            tuple(service for source in sources for service in source.services),
            tuple(spots[:MOST_FOUND]),
        )
        unread = dict.fromkeys(item for source in sources for item in source.unread)
        unknown = [Unknown(f"files.{path[:200]}", why) for path, why in unread]
        if max(len(settings), len(spots)) > MOST_FOUND:
            unknown.append(Unknown("project.files", "too-many"))
        return project, tuple(unknown)


def _compose_files(source: Source) -> list[tuple[str, str]]:
    """COMPOSE_FILE of a .env: paths with colons between."""
    for line in source.text.split("\n"):
        name, equals, value = line.strip().partition("=")
        if name.strip() == "COMPOSE_FILE" and equals:
            for path in value.strip().strip("\"'").split(":")[:100]:
                source.ask(source.folder, path, "compose")
    asked, source.asked = source.asked, []
    return asked
