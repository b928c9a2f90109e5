"""Scalars of YAML 1.1 as libyaml reads them, and compose with it (go-yaml is a port of it)."""

from __future__ import annotations

import re

from dockproxy.core.model.light import pattern

NOT_ALLOWED = pattern(
    "[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What a YAML text must not hold (libyaml 0.2 reader.c, IS_PRINTABLE)."""
PLAIN = pattern(r"(?:[^\n:#]|:(?!\s|\Z)|(?<![ \t\n])#)+")
PLAIN_IN_FLOW = pattern(r"(?:[^\n:#,\[\]{}]|:(?![\s,\[\]{}]|\Z)|(?<![ \t\n])#)+")
BEGINS_PLAIN = pattern(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]|[-?:](?=[^\s])")
DOUBLE = pattern(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.S)
SINGLE = pattern(r"'[^']*(?:''[^']*)*'")
HEADER = pattern(r"[|>](?:([+-])([1-9])?|([1-9])([+-])?)?[ \t]*(?:(?<=[ \t])#[^\n]*)?(?:\n|\Z)")
_ESCAPE = pattern(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^xuU])")
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_NULLS = ("", "~", "null", "Null", "NULL")


def is_null(text: str) -> bool:
    """Whether a plain scalar is YAML's null."""
    return text in _NULLS


def folded(lines: list[str]) -> str:
    """Lines of a flow scalar as one: a break is a blank, and each empty line a break."""
    out, empty = [lines[0]], 0
    for line in lines[1:]:
        if not line:
            empty += 1
            continue
        out += ["\n" * empty if empty else " ", line]
        empty = 0
    return "".join(out)


def _unfolded(inside: str) -> str:
    if "\n" not in inside:
        return inside
    first, *middle, last = inside.split("\n")
    lines = [first.rstrip(" \t"), *(line.strip(" \t") for line in middle), last.lstrip(" \t")]
    if lines[-1]:
        return folded(lines)
    return folded(lines[:-1]) + (
        "\n" * (len(middle) - len([x for x in middle if x.strip()])) or " "
    )


def double_quoted(word: str) -> str | None:
    """What a double-quoted word means; None for an escape that there is none of."""
    inside = re.sub(r"\\\n[ \t]*", "", word[1:-1])
    inside = _unfolded(inside)
    if "\\" not in inside:
        return inside
    bad = False

    def character(match: re.Match[str]) -> str:
        nonlocal bad
        code = match.group(1)
        if code[0] in "xuU":
            number = int(code[1:], 16)
            if number > 0x10FFFF or 0xD800 <= number < 0xE000:
                bad = True
                return ""
            return chr(number)
        if code in '"\\/ ':
            return code
        bad = bad or code not in _ESCAPES
        return _ESCAPES.get(code, "")

    text = _ESCAPE.sub(character, inside)
    return None if bad else text


def single_quoted(word: str) -> str:
    """What a single-quoted word means."""
    return _unfolded(word[1:-1]).replace("''", "'")


def block(lines: list[str], style: str, chomp: str) -> str:
    """What a literal (``|``) or folded (``>``) scalar means; lines without their indentation."""
    whole = len(lines)
    while lines and not lines[-1]:
        lines.pop()
    end = "" if chomp == "-" else "\n" * (1 + whole - len(lines) if chomp == "+" else bool(lines))
    if style == "|":
        return "\n".join(lines) + end
    out: list[str] = []
    empty, before = 0, ""
    for line in lines:
        if not line:
            empty += 1
            continue
        deeper = line[0] in " \t" or before[:1] in (" ", "\t")
        if not out:
            out.append("\n" * empty)
        elif deeper:
            out.append("\n" * (empty + 1))
        else:
            out.append("\n" * empty or " ")
        out.append(line)
        empty, before = 0, line
    return "".join(out) + end
