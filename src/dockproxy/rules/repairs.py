"""Fixes that several rules offer."""

from __future__ import annotations

from collections.abc import Sequence

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Edit, Repair
from dockproxy.core.model.snapshot import FileFact
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Found

_FORMATS = ("daemon-json", "client-json", "environment-file")
_STEPS = {
    "encoding": N_("write the file as UTF-8 without a byte order mark"),
    "trailing-comma": N_("take the comma away that nothing follows"),
    "missing-comma": N_("put in the comma that is missing"),
    "missing-colon": N_("put in the colon that is missing"),
    "other-comma": N_("put a plain comma in the place of another sign"),
    "other-colon": N_("put a plain colon in the place of another sign"),
    "missing-brace": N_("close what is open at the end"),
    "comment": N_("take the comment away: JSON has none"),
    "odd-blank": N_("put plain blanks in the place of others"),
    "other-quotes": N_("put straight double quotes in the place of others"),
    "bad-escape": N_("double the backslash: it is meant as itself"),
    "open-string": N_("close the string at its line's end"),
    "bare-key": N_("put the key into quotes"),
    "other-literal": N_("write true, false and null as JSON does"),
    "missing-start": N_("open the object at its beginning"),
    "early-end": N_("close the object behind all of its members, not before"),
    "one-sign": N_("change the one character that is wrong or missing"),
    "text-behind": N_("take away what stands behind the closing brace"),
}


_MANY = {
    "odd-blank": N_(
        "put plain blanks in the place of others, which look alike: {number} places, the first at "
        "{line}:{column}"
    ),
    "other-quotes": N_(
        "put straight double quotes in the place of others: {number} places, the first at "
        "{line}:{column}"
    ),
    "other-comma": N_(
        "put plain commas in the place of other signs: {number} places, the first at "
        "{line}:{column}"
    ),
    "other-colon": N_(
        "put plain colons in the place of other signs: {number} places, the first at "
        "{line}:{column}"
    ),
}
_PLACES = N_("mend {number} places, the first at {line}:{column}")


def syntax_fix(facts: Facts, fact: FileFact | None, component: str) -> Fix | None:
    """What makes a JSON file whole, if whoever saw it found that out (``traits["repair"]``)."""
    if fact is None:
        return None
    certainty, *steps = fact.traits.get("repair", "").split(" ")
    kinds = list(dict.fromkeys(step.partition("@")[0] for step in steps))
    if certainty not in ("certain", "offered") or not kinds or any(k not in _STEPS for k in kinds):
        return None
    line, _, column = steps[0].partition("@")[2].partition(":")
    title = message(_STEPS[kinds[0]])
    if len(steps) > 1:
        said = _MANY.get(kinds[0] if len(kinds) == 1 else "", _PLACES)
        title = message(said, number=len(steps), line=line, column=column)
    repair = Repair("json-syntax")
    return Fix(
        title, certainty == "certain", (edit_of(facts, fact, component, repair),), (component,)
    )


def drop_option(facts: Facts, name: str) -> Fix | None:
    """Takes an option out of daemon.json, of which a flag says the same or something else."""
    read, fact = facts.daemon_read, facts.daemon_json
    if read is None or fact is None:
        return None
    for place in read.set_at:
        if place.path[-1] == name:
            title = message(
                N_("take {name} out of {path}: the flag stays"), name=name, path=fact.path
            )
            edit = edit_of(facts, fact, "daemon", Repair("drop-key", place.path))
            return Fix(title, False, (edit,), ("daemon",))
    return None


def file_of(facts: Facts, found: Found) -> FileFact | None:
    """The file where it was found, None where that was in none."""
    path = found.evidence[0].path
    return facts.snapshot.file(path) if path else None


def edit_of(facts: Facts, fact: FileFact, component: str, *repairs: Repair) -> Edit:
    """The Edit of a file that makes these repairs."""
    client, rootless = facts.snapshot.client, facts.snapshot.rootless
    owner: tuple[int | None, int | None] = (None, None)
    if component == "client" and client is not None:
        owner = (client.uid, client.gid)
    elif component == "daemon" and rootless is not None:
        owner = (rootless.uid, rootless.gid)
    format_ = fact.role if fact.role in _FORMATS else "systemd-unit"
    return Edit(fact.path, format_, component, (), *owner, repairs)


def restart_fix(
    facts: Facts, said: str = N_("reload the unit files, and restart {unit}")
) -> Fix | None:
    """The daemon's restart alone, where whoever observed could ask for one; offered, for it may
    stop containers."""
    unit = facts.snapshot.unit("docker.service")
    if facts.snapshot.machine.root or unit is None or unit.load_state == "not-found":
        return None
    return Fix(message(said, unit=unit.name), False, (), ("daemon",))


_RESPELL = pattern(
    r"([A-Za-z_]+)@(\d{1,7}):(\d{1,7}):(misspelt|more|joined|escape):(certain|offered)\Z"
)


class Respelt(NamedTuple):
    """What whoever saw a unit found to be spelled otherwise in it (``traits["respell"]``)."""

    name: str
    line: int
    column: int
    kind: str
    certain: bool


def respelt(fact: FileFact | None) -> list[Respelt]:
    """What is to be spelled otherwise in this unit, in order."""
    words = fact.traits.get("respell", "").split(" ") if fact is not None else []
    found = [match for match in map(_RESPELL.match, words) if match is not None]
    return [
        Respelt(each[1], int(each[2]), int(each[3]), each[4], each[5] == "certain")
        for each in found
    ]


def respell_fix(facts: Facts, fact: FileFact, meant: Sequence[Respelt]) -> Fix | None:
    """Each of these spelled as it was meant."""
    if not meant:
        return None
    certain = all(each.certain for each in meant)
    names = list(dict.fromkeys(each.name for each in meant))
    repairs = [Repair("respell", (name,), "certain" if certain else "") for name in names]
    title = message(N_("write {names} so that systemd reads it"), names=", ".join(names))
    return Fix(title, certain, (edit_of(facts, fact, "daemon", *repairs),), ("daemon",))
