"""What of a unit's command is to be Environment=: variables before it, as a shell would take them,
and flags that an older dockerd has not."""

from __future__ import annotations

from dockproxy.core.formats.splices import Splice, spliced
from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.unit_lines import line_end
from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

_WORD = r"(?:\"[A-Za-z_]\w*=[^\"\s\\]*\"|'[A-Za-z_]\w*=[^'\s\\]*'|[A-Za-z_]\w*=[^\"'\s\\]*)"
_LEADING = pattern(rf"({_WORD}(?:[ \t]+{_WORD})*)[ \t]+(?=[-@:+!|]{{0,4}}[A-Za-z/])")
_PROXY_FLAG = pattern(
    r"[ \t]+--(https?-proxy|no-proxy)(?:=|[ \t]+)([^\s\"'\\-][^\s\"'\\]*)(?=\s|\Z)"
)


def proxy_flags_of(command: str) -> List[str]:
    """The names of the flags with which a command gives dockerd proxies, without dashes."""
    return [found.group(1) for found in _PROXY_FLAG.finditer(command)]


def flags_out_of_exec(text: str) -> str:
    """The unit with those of ExecStart= as Environment= on lines before it."""
    eol = line_end(text)
    splices: List[Splice] = []
    for each in parse(text).service("ExecStart"):
        found = list(_PROXY_FLAG.finditer(text, each.value_start, each.end))
        lines = [
            f'Environment="{one.group(1).upper().replace("-", "_")}={one.group(2)}"{eol}'
            for one in found
        ]
        if lines:
            splices.append((each.start, each.start, "".join(lines)))
            splices += [(one.start(), one.end(), "") for one in found]
    return spliced(text, splices)


def leading_variables(command: str) -> str:
    """The words NAME=VALUE with which a command begins, "" if it does with its program."""
    found = _LEADING.match(command)
    return found.group(1) if found is not None else ""


def variables_out_of_exec(text: str) -> str:
    """The unit with those of ExecStart= as Environment= on a line before it."""
    eol = line_end(text)
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
