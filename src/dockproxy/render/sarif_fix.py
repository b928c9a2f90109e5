"""A unified diff as SARIF's replacements of whole lines."""

from __future__ import annotations

from dockproxy.core.model.light import pattern
from dockproxy.core.model.secret import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HUNK = pattern(r"@@ -([0-9]+)(?:,([0-9]+))? \+[0-9]+(?:,([0-9]+))? @@\Z")


def changes_of(diff: str) -> dict[str, list[dict[str, Any]]]:
    """By path what is put in the place of which lines. Nothing of a file in whose changes a secret
    is masked, or whose last line has no end: what is shown is not what would be written.
    """
    changes: dict[str, list[dict[str, Any]]] = {}
    hidden: set[str] = set()
    path, line, old, new = "", 0, 0, 0
    block = _Block(0)
    for text in diff.split("\n"):
        hunk = _HUNK.match(text)
        if old or new:
            kind = text[:1]
            if kind not in ("-", "+") or block.line + len(block.gone) != line:
                block.into(changes.setdefault(path, []))
                block = _Block(line)
            if kind == "-":
                block.gone.append(text[1:])
            elif kind == "+":
                block.put.append(text[1:])
            if kind in ("-", "+") and MASK in text:
                hidden.add(path)
            line, old, new = line + (kind in "- "), old - (kind in "- "), new - (kind in "+ ")
        elif hunk is not None:
            block.into(changes.setdefault(path, []))
            old, new = int(hunk.group(2) or 1), int(hunk.group(3) or 1)
            line = int(hunk.group(1)) + (not old)
            block = _Block(line)
        elif text.startswith("+++ "):
            block.into(changes.setdefault(path, []))
            block, path = _Block(0), text[4:]
        if text.startswith("\\"):
            hidden.add(path)
    block.into(changes.setdefault(path, []))
    return {path: made for path, made in changes.items() if made and path not in hidden}


class _Block:
    """Lines that follow each other: taken away from ``line`` on, and put in there."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.gone: list[str] = []
        self.put: list[str] = []

    def into(self, replacements: list[dict[str, Any]]) -> None:
        if not self.gone and not self.put:
            return
        end = self.line + len(self.gone)
        region = {"startLine": self.line, "startColumn": 1, "endLine": end, "endColumn": 1}
        made: dict[str, Any] = {"deletedRegion": region}
        if self.put:
            made["insertedContent"] = {"text": "".join(f"{line}\n" for line in self.put)}
        replacements.append(made)
