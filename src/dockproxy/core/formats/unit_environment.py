"""The environment that systemd gives to a service, from its unit file, drop-ins and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dockproxy.core.formats import environment_file
from dockproxy.core.formats.systemd_unit import (
    Unit,
    environment_assignments,
    is_valid_name,
)
from dockproxy.core.formats.systemd_words import Cut, expand_specifiers, is_valid_utf8
from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


class Claim(NamedTuple):
    """One place that speaks about a variable.

    kind: "environment", "environment-file", "pass-environment", "manager" (the service manager's
    own block), and of what takes a variable away "unset-environment" or "reset" (an empty
    ``Environment=``). value: None where it is taken away or not known. note: as EnvAssignment's.
    path is "" and line 0 for the manager.
    """

    value: Optional[str]
    kind: str
    path: str
    line: int
    column: int = 1
    note: str = ""


class Effective(NamedTuple):
    """A variable's last word, and all that it overrides, the nearest first."""

    claim: Claim
    overridden: list[Claim]

    @property
    def value(self) -> Optional[str]:
        """The value; None where the variable is taken away or its value is not known."""
        return self.claim.value


class Fault(NamedTuple):
    """Why the service does not start, in systemd's words, and where that is written."""

    message: str
    path: str
    line: int


class FileReference(NamedTuple):
    """One ``EnvironmentFile=``. pattern: as glob(3) takes it; optional: whether a dash stands
    before it; note: "specifier" where ``%H`` and the like keep the path from being known."""

    pattern: str
    optional: bool
    path: str
    line: int
    column: int
    note: str = ""


class Environment(NamedTuple):
    """What the service gets.

    removed: variables that something takes away again, with what. faults: why it does not start.
    unseen: files that systemd would read and that were not given: any value may come from them.
    """

    variables: dict[str, Effective]
    removed: dict[str, Effective]
    faults: list[Fault]
    unseen: list[FileReference]


class Pattern(NamedTuple):
    """A word of PassEnvironment= (a name) or UnsetEnvironment= (a name, or ``NAME=value``)."""

    text: str
    path: str
    line: int
    column: int


def file_references(units: Sequence[tuple[str, Unit]]) -> list[FileReference]:
    """The EnvironmentFiles of a stack of files, in the order in which systemd reads them.

    The value is one path: not unquoted, not split (systemd 252 core/load-fragment.c,
    config_parse_unit_env_file); one that is not absolute is ignored.
    """
    found: list[FileReference] = []
    for path, unit in units:
        for assignment in unit.service("EnvironmentFile"):
            if not assignment.value:
                found = []
                continue
            expansion = expand_specifiers(assignment.value)
            if expansion.text is None or not is_valid_utf8(expansion.text):
                continue
            pattern = expansion.text[1:] if expansion.text[0] == "-" else expansion.text
            note = "specifier" if expansion.specifiers else ""
            parts = pattern.split("/")
            if (pattern[:1] != "/" and pattern[:1] != "%") or ".." in parts:
                continue
            pattern = "/" + "/".join(part for part in parts if part not in ("", "."))
            found.append(
                FileReference(
                    pattern,
                    expansion.text[0] == "-",
                    path,
                    assignment.line,
                    assignment.column,
                    note,
                )
            )
    return found


def effective_environment(
    units: Sequence[tuple[str, Unit]],
    environment_files: Mapping[str, Optional[str]],
    manager: Optional[Mapping[str, str]] = None,
    manager_process: Optional[Mapping[str, str]] = None,
    systemd: int = 254,
) -> Environment:
    """What the variables of a service are, from its own file and its drop-ins, in reading order.

    environment_files: the text of every file that ``file_references`` names, None for one that is
    missing; for a pattern all files that match, or the pattern itself as None. manager: the
    manager's block (``systemctl show-environment``, which holds DefaultEnvironment=);
    manager_process: the environment of the manager itself, from which PassEnvironment= takes.
    systemd: its version.

    From weak to strong: manager, PassEnvironment, Environment, EnvironmentFile; UnsetEnvironment
    last (systemd 252 core/execute.c, exec_child).
    """
    builder = _Builder()
    builder.block("manager", manager or {})
    for pattern in pass_patterns(units):
        builder.pass_on(pattern, manager_process)
    builder.assignments(units)
    builder.files(file_references(units), environment_files, systemd)
    for pattern in unset_patterns(units):
        builder.unset(pattern)
    if units and units[0][1].stopped is not None:
        stopped = units[0][1].stopped
        builder.faults.append(Fault(stopped.message, units[0][0], stopped.line))
    return builder.result()


class _Builder:
    """Of each variable all claims, the oldest first; the last one decides."""

    def __init__(self) -> None:
        self.variables: dict[str, list[Claim]] = {}
        self.removed: dict[str, list[Claim]] = {}
        self.faults: list[Fault] = []
        self.unseen: list[FileReference] = []

    def put(self, name: str, claim: Claim) -> None:
        if name not in self.variables:
            self.variables[name] = self.removed.pop(name, [])
        self.variables[name].append(claim)

    def take(self, name: str, claim: Claim) -> None:
        self.removed[name] = [*self.variables.pop(name), claim]

    def result(self) -> Environment:
        return Environment(
            _effective(self.variables), _effective(self.removed), self.faults, self.unseen
        )

    def block(self, kind: str, values: Mapping[str, str]) -> None:
        for name, value in values.items():
            self.put(name, Claim(value, kind, "", 0))

    def pass_on(self, pattern: Pattern, manager_process: Optional[Mapping[str, str]]) -> None:
        name = pattern.text
        if manager_process is not None and name not in manager_process:
            return
        value = None if manager_process is None else manager_process[name]
        self.put(name, Claim(value, "pass-environment", pattern.path, pattern.line, pattern.column))

    def assignments(self, units: Sequence[tuple[str, Unit]]) -> None:
        claims = _environment_claims(units)
        for name, chain in claims.items():
            below = self.variables.get(name)
            if chain[-1].kind != "reset":
                for claim in chain:
                    self.put(name, claim)
            elif below is None:
                self.removed[name] = chain
            else:
                self.variables[name] = [*below[:-1], *chain, below[-1]]

    def files(
        self,
        references: Sequence[FileReference],
        texts: Mapping[str, Optional[str]],
        systemd: int,
    ) -> None:
        """A file that is named several times speaks where it is named last."""
        read = {path: environment_file.parse(text or "", systemd) for path, text in texts.items()}
        matched = [(reference, _matches(reference, texts)) for reference in references]
        last = {path: index for index, (_, paths) in enumerate(matched) for path in paths or ()}
        for index, (reference, paths) in enumerate(matched):
            if paths is None:
                self.unseen.append(reference)
                continue
            refused = [path for path in paths if read[path].refused is not None]
            if (refused or not paths) and not reference.optional:
                self._missing(reference)
            for path in paths:
                if last[path] == index and path not in refused:
                    self._file(path, read[path])

    def _file(self, path: str, content: environment_file.EnvironmentFile) -> None:
        for entry in content.entries:
            if entry.counts:
                claim = Claim(entry.value, "environment-file", path, entry.line, entry.column)
                self.put(entry.name, claim)

    def _missing(self, reference: FileReference) -> None:
        message = "Failed to load environment files"
        self.faults.append(Fault(message, reference.path, reference.line))

    def unset(self, pattern: Pattern) -> None:
        name, equals, value = pattern.text.partition("=")
        there = self.variables.get(name)
        if there is None or (equals and there[-1].value != value):
            return
        self.take(
            name, Claim(None, "unset-environment", pattern.path, pattern.line, pattern.column)
        )


def _effective(claims: Mapping[str, list[Claim]]) -> dict[str, Effective]:
    return {name: Effective(chain[-1], chain[-2::-1]) for name, chain in claims.items()}


def _environment_claims(units: Sequence[tuple[str, Unit]]) -> dict[str, list[Claim]]:
    """Per name all that ``Environment=`` says, resets among it, in order."""
    claims: dict[str, list[Claim]] = {}
    standing: dict[str, list[Claim]] = {}  # since the last reset
    for path, unit in units:
        for assignment in unit.service("Environment"):
            if not assignment.value:
                reset = Claim(None, "reset", path, assignment.line, assignment.column)
                for chain in standing.values():
                    chain.append(reset)
                standing = {}
            for item in environment_assignments(unit, assignment):
                if item.counts:
                    chain = standing[item.name] = claims.setdefault(item.name, [])
                    chain.append(
                        Claim(item.value, "environment", path, item.line, item.column, item.note)
                    )
    return claims


def pass_patterns(units: Sequence[tuple[str, Unit]]) -> list[Pattern]:
    """The names that PassEnvironment= hands on (252 load-fragment.c, config_parse_pass_environ)."""
    found = _patterns(units, "PassEnvironment", unescape=False)
    return [pattern for pattern in found if is_valid_name(pattern.text)]


def unset_patterns(units: Sequence[tuple[str, Unit]]) -> list[Pattern]:
    """What UnsetEnvironment= takes away (252 load-fragment.c, config_parse_unset_environ)."""
    found = _patterns(units, "UnsetEnvironment", unescape=True)
    return [
        pattern
        for pattern in found
        if is_valid_name(pattern.text.partition("=")[0]) and is_valid_utf8(pattern.text)
    ]


def _patterns(units: Sequence[tuple[str, Unit]], key: str, unescape: bool) -> list[Pattern]:
    found: list[Pattern] = []
    for path, unit in units:
        for assignment in unit.service(key):
            if not assignment.value:
                found = []
            for word, _, _ in Cut(assignment.value, unescape):
                text = expand_specifiers(word).text if "%" in word else word
                if text is not None:
                    found.append(Pattern(text, path, assignment.line, assignment.column))
    return found


def _matches(reference: FileReference, texts: Mapping[str, Optional[str]]) -> Optional[list[str]]:
    """The files that this reference reads, in order; None where that is not known."""
    pattern = reference.pattern
    if reference.note:
        return None
    if pattern in texts:
        return [] if texts[pattern] is None else [pattern]
    if not any(char in pattern for char in "*?[\\"):
        return None
    found = sorted(
        path for path, text in texts.items() if text is not None and _glob(path, pattern)
    )
    return found or None


def _glob(path: str, pattern: str) -> bool:
    """glob(3): a component at a time, a leading dot only by a dot."""
    from fnmatch import fnmatchcase

    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(
        fnmatchcase(part, want) and (not part.startswith(".") or want.startswith("."))
        for part, want in zip(parts, wanted)
    )
