"""What a Dockerfile says of proxies: what its images keep, what its commands get."""

from __future__ import annotations

import json
from collections.abc import Iterable

from dockproxy.core.model.light import pattern
from dockproxy.core.model.project import ARG, ENV, RUN
from dockproxy.core.model.secret import MASK
from dockproxy.project import shell
from dockproxy.project.dockerfile import Instruction, parse
from dockproxy.project.shell_parts import Parts
from dockproxy.project.source import PROXY, Source

_REFERENCE = pattern(r"\$\{(\w+)(?:[^}]*)\}|\$(\w+)")
_COMMANDS = frozenset(("CMD", "ENTRYPOINT", "HEALTHCHECK"))
_MOST_KEPT = 20
_MOST_STAGES = 1_000
_MOST_NAMES = 500
"""Each stage has a copy of what its base keeps, so there are not too many of either."""
_FETCHED = pattern(r"(?:https?://\S+|git@\S+|git://\S+)")


class Stage:
    """name: lower case, or its number. base: the stage it is made from, None for an image.
    variables: names of proxies that ARG or ENV give here. tools: by program the spots that its
    image keeps, a few. kept: ENVs that are in its image, by name the index of its setting; idle:
    those of them that no RUN has got; made: those of this stage itself, given up or not.
    """

    def __init__(self, name: str, number: int, base: Stage | None) -> None:
        self.name, self.number, self.base = name, number, base
        self.variables: set[str] = set() if base is None else set(base.environment)
        self.environment: set[str] = set() if base is None else set(base.environment)
        self.kept: dict[str, int] = {} if base is None else dict(base.kept)
        self.made: set[int] = set()
        self.idle: dict[str, int] = {} if base is None else dict(base.idle)
        self.tools: dict[str, list[int]] = {} if base is None else dict(base.tools)

    def give(self, name: str, *, keep: bool) -> None:
        """A variable of that name; keep: in the image too."""
        if PROXY.match(name) and len(self.variables) < _MOST_NAMES:
            self.variables.add(name)
            if keep:
                self.environment.add(name)

    @property
    def shown(self) -> str:
        """As a person knows it."""
        return self.name or str(self.number)


def read_dockerfile(source: Source, targets: Iterable[str] = ()) -> None:
    """All that it says. targets: stages that compose builds images of, besides the last."""
    instructions, fault = parse(source.text)
    if fault is not None:
        source.spot("dockerfile", "", (fault.line, 1), detail=fault.words)
    stages: list[Stage] = []
    stage: Stage | None = None
    named: dict[str, Stage] = {}
    used: set[int] = set()
    for each in instructions:
        if each.keyword == "FROM":
            if len(stages) == _MOST_STAGES:
                words = f"more than {_MOST_STAGES} stages"
                source.spot("dockerfile", "", (each.line, 1), detail=words)
                break
            stage = _stage(each, len(stages), named)
            stages.append(stage)
        elif each.keyword == "ARG":
            _arg(source, each, stage)
        elif each.keyword == "ENV":
            _env(source, each, stage)
        elif each.keyword == "RUN":
            if stage is not None:
                used.update(stage.idle.values())
                stage.idle = {}
            _run(source, each, stage)
        elif each.keyword == "ADD":
            _add(source, each, stage)
        elif each.keyword in _COMMANDS:
            _logins(source, each, stage)
    wanted = {target.lower() for target in targets}
    shipped = [each for each in stages if each is stages[-1] or each.shown in wanted]
    for number in {number for each in shipped for number in each.kept.values()}:
        _note(source, number, "shipped")
    for number in {number for each in stages for number in each.made} - used:
        _note(source, number, "idle")
    written = (found for each in shipped for found in each.tools.values())
    for number in {number for numbers in written for number in numbers}:
        spot = source.spots[number]
        source.spots[number] = spot._replace(notes=(*spot.notes, "shipped"))


def _note(source: Source, number: int, note: str) -> None:
    setting = source.settings[number]
    source.settings[number] = setting._replace(notes=(*setting.notes, note))


def _stage(each: Instruction, number: int, named: dict[str, Stage]) -> Stage:
    words = each.text.split()
    name = words[2].lower() if len(words) > 2 and words[1].lower() == "as" else ""
    base = words[0].lower() if words else ""
    made = Stage(name, number, named.get(base) if base else None)
    if name:
        named[name] = made
    return made


def _pairs(each: Instruction) -> list[tuple[int, str, str | None]]:
    """Offset, name and value of NAME=VALUE …, or of the old NAME VALUE."""
    words = list(each.words())
    if each.keyword == "ENV" and words and "=" not in words[0][1]:
        name = words[0][1]
        value = each.text[words[0][0] + len(name) :].strip()
        return [(words[0][0], name, _plain(value, each.escape))]
    found: list[tuple[int, str, str | None]] = []
    for offset, word in words:
        name, equals, value = word.partition("=")
        found.append((offset, name, _plain(value, each.escape) if equals else None))
    return found


def _plain(value: str, escape: str) -> str:
    """Without quotes and escapes, as shell/lex.go takes them away; variables stay."""
    if not any(sign in value for sign in ("'", '"', escape)):
        return value
    out, quote, at = [], "", 0
    while at < len(value):
        char = value[at]
        if char == escape and quote != "'" and at + 1 < len(value):
            at += 1
            out.append(value[at])
        elif quote:
            quote = "" if char == quote else quote
            if quote:
                out.append(char)
        elif char in "'\"":
            quote = char
        else:
            out.append(char)
        at += 1
    return "".join(out)


def _arg(source: Source, each: Instruction, stage: Stage | None) -> None:
    for offset, name, value in _pairs(each):
        if stage is not None and not each.onbuild:
            stage.give(name, keep=False)
        owner = stage.shown if stage is not None else ""
        notes = [*_onbuild(each), *(() if stage is not None else ("before-from",))]
        source.set(ARG, name, value, each.place(offset), owner=owner, notes=notes, end=each.end)


def _env(source: Source, each: Instruction, stage: Stage | None) -> None:
    pairs = _pairs(each)
    odd = next((offset for offset, _name, value in pairs if value is None), -1)
    if odd >= 0:
        words = "Syntax error - can't find = in a word of ENV. Must be of the form: name=value"
        source.spot("dockerfile", "", each.place(odd), detail=words)
    elif len(each.text.split()) == 1 and "=" not in each.text:
        source.spot("dockerfile", "", each.place(0), detail="ENV must have two arguments")
    known: set[str] = stage.variables if stage is not None else set()
    # All of one ENV see what was there before it.
    noted = [[*_onbuild(each), *_undeclared(name, value, known)] for _at, name, value in pairs]
    for (offset, name, value), notes in zip(pairs, noted, strict=True):
        before = len(source.settings)
        owner = stage.shown if stage is not None else ""
        source.set(ENV, name, value, each.place(offset), owner=owner, notes=notes, end=each.end)
        if stage is None or each.onbuild:
            continue
        stage.give(name, keep=True)
        stage.kept.pop(name, None)
        stage.idle.pop(name, None)
        if len(source.settings) > before and value and len(stage.kept) < _MOST_NAMES:
            stage.kept[name] = stage.idle[name] = before
            stage.made.add(before)


def _undeclared(name: str, value: str | None, known: set[str]) -> list[str]:
    if not value or "$" not in value or not PROXY.match(name):
        return []
    used = [match.group(1) or match.group(2) for match in _REFERENCE.finditer(value)]
    return [f"undeclared:{word[:100]}" for word in used if word not in known and PROXY.match(word)]


def _onbuild(each: Instruction) -> list[str]:
    return ["onbuild"] if each.onbuild else []


def _run(source: Source, each: Instruction, stage: Stage | None) -> None:
    text = each.text
    _logins(source, each, stage)
    if text.startswith("["):
        try:
            words = json.loads(text)
            if isinstance(words, list):
                return  # an exec form has no shell: no assignment, no redirection
        except (ValueError, RecursionError):
            pass
    if stage is not None:
        stage.tools = {
            tool: found for tool, found in stage.tools.items() if not shell.undoes(text, tool)
        }
    if "prox" not in text.lower() and " -x" not in text:
        return
    owner = stage.shown if stage is not None else ""
    notes = _onbuild(each)
    notes += ["host-network"] if "--network=host" in each.flags else []
    alone = shell.exports_alone(text)
    if alone is not None:
        place = each.place(alone.offset)
        source.spot(
            "export-alone", alone.text, place, name=alone.name, notes=_password(source, place)
        )
        return
    taken = set()
    for tool in shell.tools(text):
        place = each.place(tool.offset)
        taken.add(tool.offset)
        before = len(source.spots)
        literal = () if "$" in tool.value else ("literal",)
        found = (*literal, *_password(source, place))
        source.spot("tool", tool.text, place, name=tool.name, detail=owner, notes=found)
        if stage is None or len(source.spots) == before or shell.undoes(text, tool.name):
            continue
        kept = stage.tools.get(tool.name, [])
        if len(kept) < _MOST_KEPT and (kept or len(stage.tools) < _MOST_KEPT):
            stage.tools[tool.name] = [*kept, before]
    parts = Parts(text)
    for item in shell.given(text):
        if item.offset not in taken:
            more = ["data"] if parts.is_data(item.offset) else []
            more += ["background"] if parts.has_started(item.offset) else []
            place = each.place(item.offset)
            source.set(RUN, item.name, item.value, place, owner=owner, notes=[*notes, *more])


def _logins(source: Source, each: Instruction, stage: Stage | None) -> None:
    if MASK not in each.text:
        return
    for item in shell.logins(each.text):
        place = each.place(item.offset)
        owner = stage.shown if stage is not None else ""
        if place[0] in source.secrets:
            source.spot("login", item.text, place, name=owner, notes=("password",))


def _password(source: Source, place: tuple[int, int]) -> tuple[str, ...]:
    return ("password",) if place[0] in source.secrets else ()


def _add(source: Source, each: Instruction, stage: Stage | None) -> None:
    for offset, word in each.words():
        if _FETCHED.match(word):
            owner = stage.shown if stage is not None else ""
            source.spot("add", f"ADD {word}", each.place(offset), name=owner)
            return
