"""What rules ask of a host, each read once: files as their programs read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from dockproxy.core.formats.client_json import ClientJson, read_client_json
from dockproxy.core.formats.daemon_json import DaemonJson
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.snapshot import Container, FileFact, Snapshot
from dockproxy.core.places.linux import BUILDX_CONTAINER
from dockproxy.resolve.builder import container_names
from dockproxy.resolve.client import client_endpoint
from dockproxy.resolve.daemon import DaemonFacts, daemon_facts, is_here
from dockproxy.resolve.daemon_file import Fault, fault_of, read_daemon_file
from dockproxy.resolve.host import Component, Drift, Host, Origin, Value
from dockproxy.resolve.unit import DaemonUnit, is_open

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.core.formats.systemd_unit import Unit
    from dockproxy.core.formats.unit_environment import Effective
    from dockproxy.core.model.project import Project
    from dockproxy.rules.services import Given
    from dockproxy.rules.unit_starts import Commands

_LONGEST = 8_000
"""Characters of a line that is shown: of a list of a megabyte there may be hundreds of findings."""


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


class Facts:
    """A host, and what is read of it on demand."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.snapshot: Snapshot = host.snapshot
        self._split: dict[str, list[str]] = {}

    @property
    def project(self) -> Project | None:
        """A folder's files, None where a machine is looked at."""
        return self.snapshot.project

    @cached_property
    def services(self) -> dict[tuple[str, str], Given]:
        """A project's services by folder and name, with all that its files give them."""
        from dockproxy.rules.services import services

        return services(self.project) if self.project is not None else {}

    @cached_property
    def daemon(self) -> DaemonFacts | None:
        """The daemon's sources, None where there is no daemon."""
        return daemon_facts(self.snapshot) if is_here(self.snapshot) else None

    @property
    def unit(self) -> DaemonUnit | None:
        """docker.service, None where there is no daemon or systemd does not start it."""
        return self.daemon.unit if self.daemon is not None else None

    @property
    def stack(self) -> Sequence[tuple[str, Unit]]:
        """Its files as systemd reads them one after the other, each with its path."""
        return self.unit.stack if self.unit is not None else ()

    @cached_property
    def commands(self) -> Commands:
        """What they have systemd start, and the settings that bear on it."""
        from dockproxy.rules.unit_starts import commands

        return commands(self.stack)

    @property
    def variables(self) -> Mapping[str, Effective]:
        """The variables that they give the daemon, by their names."""
        return self.unit.disk.variables if self.unit is not None else {}

    @cached_property
    def daemon_component(self) -> Component | None:
        """What they come to."""
        return self.host.component("daemon")

    @cached_property
    def client_component(self) -> Component | None:
        """What the client's file comes to."""
        return self.host.component("client")

    @cached_property
    def daemon_json(self) -> FileFact | None:
        """The file that this daemon reads, None where it was not looked at."""
        return self.snapshot.file(self.snapshot.daemon_json)

    @property
    def daemon_read(self) -> DaemonJson | None:
        """daemon.json as dockerd reads it, None where there is none that is JSON."""
        return self.daemon.file.read if self.daemon is not None else None

    @property
    def knows_proxies(self) -> bool:
        """Whether this Engine knows “proxies” in daemon.json, or is of no known version."""
        return self.daemon is None or self.daemon.file_counts

    @cached_property
    def unread_daemon_json(self) -> DaemonJson | None:
        """This machine's daemon.json where the daemon in use is another machine's or program's."""
        if self.daemon is None or self.daemon.file.read is not None:
            return None
        return read_daemon_file(self.daemon_json, None).read

    @cached_property
    def client_json(self) -> FileFact | None:
        """The client's config.json, None where it was not looked at."""
        who = self.snapshot.client
        return self.snapshot.file(who.config_path) if who is not None else None

    @cached_property
    def client_fault(self) -> Fault | None:
        """Where docker gives config.json up, and its words; None where it reads it to the end."""
        fact, found = self.client_json, self._client
        return fault_of(fact, found) if fact is not None and isinstance(found, ParseError) else None

    @property
    def client_read(self) -> ClientJson | None:
        """config.json as the docker command reads it, None where there is none that it can read."""
        return None if isinstance(self._client, ParseError) else self._client

    @cached_property
    def _client(self) -> ClientJson | ParseError | None:
        fact = self.client_json
        if fact is None or fact.text is None:
            return None
        try:
            return read_client_json(fact.text, client_endpoint(self.snapshot.client))
        except ParseError as error:
            return error

    @cached_property
    def daemon_fault(self) -> Evidence | None:
        """Where dockerd stops reading its file, and its words; None where it reads it whole."""
        fault = self.daemon.file.fault if self.daemon is not None else None
        if fault is None or self.daemon_read is not None:
            return None
        return Evidence(self.snapshot.daemon_json, fault.line, fault.column, fault.quote)

    @cached_property
    def containers(self) -> list[Container]:
        """All but those of builders."""
        builders = container_names(self.snapshot)
        return [
            each
            for each in self.snapshot.containers
            if each.name not in builders and not each.name.startswith(BUILDX_CONTAINER)
        ]

    def is_open(self, value: Value | None) -> bool:
        """Whether systemd alone knows what comes of it: a specifier stands in it."""
        return is_open(self.unit, value)

    def addresses(self) -> Iterator[tuple[Component, str, Value]]:
        """The proxies of daemon, client and builders that count and are known, with component and
        key."""
        yield from self._addresses

    @cached_property
    def _addresses(self) -> list[tuple[Component, str, Value]]:
        return [
            (component, key, value)
            for component in self.host.components
            if component.component in ("daemon", "client", "builder")
            for key, value in component.proxies.items()
            if key != "no_proxy" and value.value and not self.is_open(value)
        ]

    @cached_property
    def drifts(self) -> dict[tuple[str, str], list[tuple[Component, Drift]]]:
        """By kind of component and code what resolve says of them, in their order."""
        found: dict[tuple[str, str], list[tuple[Component, Drift]]] = {}
        for component in self.host.components:
            for drift in component.drift:
                of_them = found.setdefault((component.component, drift.code), [])
                of_them.append((component, drift))
        return found

    def line_of(self, path: str, keys: Sequence[str]) -> int:
        """The first line of a file that names one of our keys, in any case; 1 if none does."""
        for number, line in enumerate(self._lines(path), 1):
            if any(key in line.lower() for key in keys):
                return number
        return 1

    def evidence_of(self, path: str, words: str) -> Evidence:
        """Where these words stand first in a file, in any case; its beginning if they do not."""
        for number, line in enumerate(self._lines(path), 1):
            at = line.lower().find(words)
            if at >= 0:
                return self.evidence(path, number, at + 1)
        return self.evidence(path, 1)

    def evidence(self, path: str, line: int, column: int = 0) -> Evidence:
        """A place in a file, with its line as the Snapshot has it. column 0: where the line begins,
        behind its blanks.
        """
        fact, text = self.snapshot.file(path), self._line(path, line)
        column = column or 1 + len(text) - len(text.lstrip())
        real = fact.real_column(line, column) if fact is not None else column
        return Evidence(path, line, real, _short(text))

    def noted(self, path: str, line: int, column: int | None) -> Evidence:
        """A place in a file that whoever saw the file itself noted, so its column is the file's."""
        return Evidence(path, line, column, _short(self._line(path, line)))

    def noted_in(self, fact: FileFact, trait: str) -> Evidence | None:
        """The place LINE:COLUMN that such a trait of a file names, None where it names none."""
        line, _, column = fact.traits.get(trait, "").partition(":")
        if not line.isdecimal() or not column.isdecimal() or len(line + column) >= 20:
            return None
        return self.noted(fact.path, int(line), int(column))

    def at(self, origin: Origin) -> Evidence:
        """Where a value stands."""
        if origin.path is None or origin.line is None:
            return Evidence(origin.path, origin.line, origin.column, origin.name)
        text = self._line(origin.path, origin.line)
        return Evidence(origin.path, origin.line, origin.column, _short(text))

    def _line(self, path: str, number: int) -> str:
        lines = self._lines(path)
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""

    def _lines(self, path: str) -> list[str]:
        if path not in self._split:
            fact = self.snapshot.file(path)
            self._split[path] = (fact.text or "").split("\n") if fact is not None else []
        return self._split[path]
