"""Commands with which an administrator makes the change that this user's rights do not reach."""

from __future__ import annotations

import base64
import shlex

from dockproxy.core.agent.apply.access import Step
from dockproxy.core.agent.apply.diff import shown
from dockproxy.core.model.plan import Restart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence, Tuple


_PRIVATE = 0o077


def commands(steps: Sequence[Step], restart: Optional[Restart]) -> Tuple[str, ...]:
    """One shell command an item, of several lines where a text is in it; secrets are masked.

    A file that is there keeps its owner and mode: it is written in place, and copied first where
    its secrets have to be put back by hand.
    """
    found: List[str] = []
    for step in steps:
        if step.changes:
            found += _of(step)
    if restart is not None:
        if any(step.format == "systemd-unit" for step in steps):
            found.append("systemctl daemon-reload")
        unit = shlex.quote(restart.unit)
        found += [f"systemctl reset-failed {unit}", f"systemctl restart {unit}"]
    return tuple(found)


def _of(step: Step) -> List[str]:
    path = shlex.quote(step.base.target)
    content = step.wanted.content
    if content is None:
        return [f"rm {path}"]
    write = _write(path, content, step)
    if step.base.content is not None:
        masked = shown(content, step.format).encode("utf-8", "surrogateescape") != content
        return [f"cp -p {path} {path}.before", write] if masked else [write]
    made = [f"mkdir -p {shlex.quote(step.base.missing[-1])}"] if step.base.missing else []
    return [*made, write, f"chmod {step.wanted.mode:o} {path}"]


def _write(path: str, content: bytes, step: Step) -> str:
    private = step.base.content is None and not step.wanted.mode & _PRIVATE
    before, after = ("(umask 077; ", ")") if private else ("", "")
    text = shown(content, step.format)
    if text.encode("utf-8", "surrogateescape") == content and not _is_plain(text):
        coded = base64.encodebytes(content).decode()
        return f"{before}base64 -d > {path}{after} <<'EOF'\n{coded}EOF"
    lines = text.rstrip("\n").split("\n")
    end = "EOF"
    while end in lines:
        end += "_"
    return f"{before}cat > {path}{after} <<'{end}'\n" + "\n".join([*lines, end])


def _is_plain(text: str) -> bool:
    """Whether a terminal takes it as it is: a pasted tab asks a shell to complete a word."""
    return all(char == "\n" or char.isprintable() for char in text)
