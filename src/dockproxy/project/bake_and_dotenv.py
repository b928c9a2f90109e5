"""Bake files and .env files.

A bake file in HCL is read for what can be told without its functions and variables: a proxy's name
that is given a string without ``${``.
"""

from __future__ import annotations

import re

from dockproxy.core.formats.go_json import Positions
from dockproxy.core.model.light import pattern
from dockproxy.core.model.project import BAKE_ARG, DOTENV
from dockproxy.project.compose import assignments
from dockproxy.project.source import Source
from dockproxy.project.yaml_nodes import Unreadable, entries
from dockproxy.project.yaml_text import read

_DOTENV = pattern(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*(.*)\Z")
_HCL_STRING = r"\"((?:[^\"\\\n]|\\.){0,2000})\""
_HCL = pattern(
    rf"(?:^|(?<=[{{,]))[ \t]*\"?([A-Za-z_][\w-]*)\"?[ \t]*[=:][ \t]*{_HCL_STRING}|{_HCL_STRING}",
    re.M,
)
"""A name that is given a string, at the start of a line or in an object; or any other string."""
_HCL_HEREDOC = pattern(r"<<-?([A-Za-z_][\w-]*)[ \t]*\r?\n")
_HCL_BLOCK = pattern(r"^[ \t]*(variable|target)[ \t]+\"([\w-]{1,200})\"[ \t]*\{", re.M)
_HCL_COMMENT = pattern(r"/\*.*?\*/|(?:^|(?<=[\s{]))(?:#|//)[^\n]*", re.S | re.M)


def read_bake(source: Source) -> None:
    """Build args of its targets."""
    if source.fact.path.endswith(".json"):
        try:
            for root in read(source.text)[:1]:
                targets = root.get("target")
                for key, node in entries(targets) if targets is not None else ():
                    network = node.get("network")
                    host = network is not None and network.value == "host"
                    notes = ("host-network",) if host else ()
                    assignments(source, BAKE_ARG, node.get("args"), key.value or "", notes)
        except Unreadable as error:
            source.spot("yaml", "", (error.line, error.column), detail=error.words)
        return
    text = _without_heredocs(_HCL_COMMENT.sub(lambda match: _blank(match.group()), source.text))
    blocks = [
        (match.start(), match.group(1), match.group(2)) for match in _HCL_BLOCK.finditer(text)
    ]
    positions = Positions(text)
    current = 0
    for match in _HCL.finditer(text):
        while current < len(blocks) and blocks[current][0] < match.start():
            current += 1
        if match.group(1) is None:
            continue
        _start, kind, owner = blocks[current - 1] if current else (0, "", "")
        name = match.group(1)
        if name == "default" and kind == "variable":
            name = owner
        place = positions.of(match.start(1))
        source.set(BAKE_ARG, name, match.group(2), place, owner=owner, between=" = ")


def _without_heredocs(text: str) -> str:
    """What stands in them is a program's own; one without an end is no HCL."""
    kept: list[str] = []
    at = 0
    while (begin := _HCL_HEREDOC.search(text, at)) is not None:
        name = re.escape(begin.group(1))
        end = re.compile(rf"^[ \t]*{name}[ \t]*\r?$", re.M).search(text, begin.end())
        if end is None:
            break
        kept += (text[at : begin.end()], _blank(text[begin.end() : end.start()]))
        at = end.start()
    return "".join((*kept, text[at:]))


def _blank(text: str) -> str:
    """As many blanks, its lines as they are."""
    return re.sub(r"[^\n]", " ", text)


def read_dotenv(source: Source) -> None:
    """NAME=VALUE a line; quotes around a value are no part of it (compose-go dotenv)."""
    for number, line in enumerate(source.text.split("\n"), 1):
        if "prox" not in line.lower():
            continue
        match = _DOTENV.match(line.rstrip("\r"))
        if match is None:
            continue
        value = match.group(2)
        if value[:1] in ("'", '"'):
            end = value.find(value[0], 1)
            value = value[1:end] if end > 0 else value
        else:
            value = re.split(r"[ \t]+#", value, maxsplit=1)[0].rstrip()
        source.set(DOTENV, match.group(1), value, (number, match.start(1) + 1))
