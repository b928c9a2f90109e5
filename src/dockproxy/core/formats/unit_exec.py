"""Variables that somebody wrote before a unit's command, as a shell would take them."""

from __future__ import annotations

from dockproxy.core.formats.splices import Splice, spliced
from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

_WORD = r"(?:\"[A-Za-z_]\w*=[^\"\s\\]*\"|'[A-Za-z_]\w*=[^'\s\\]*'|[A-Za-z_]\w*=[^\"'\s\\]*)"
_LEADING = pattern(rf"({_WORD}(?:[ \t]+{_WORD})*)[ \t]+(?=[-@:+!|]{{0,4}}[A-Za-z/])")


def leading_variables(command: str) -> str:
    """The words NAME=VALUE with which a command begins, "" if it does with its program."""
    found = _LEADING.match(command)
    return found.group(1) if found is not None else ""


def variables_out_of_exec(text: str) -> str:
    """The unit with those of ExecStart= as Environment= on a line before it."""
    eol = "\r\n" if "\r\n" in text else "\n"
    splices: List[Splice] = []
    unit = parse(text)
    commands = unit.service("ExecStart")
    if unit.refused is not None and unit.refused.key == "ExecStart":
        commands.append(unit.refused)
    for each in commands:
        found = _LEADING.match(text, each.value_start, each.end)
        if found is not None:
            splices.append((each.start, each.start, f"Environment={found.group(1)}{eol}"))
            splices.append((found.start(), found.end(), ""))
    return spliced(text, splices)
