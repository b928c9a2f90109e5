"""What an edit changes, as a unified diff without a secret in it."""

from __future__ import annotations

from difflib import SequenceMatcher

from dockproxy.core.agent.observe.redaction import redact
from dockproxy.core.formats.redact_instance import instance_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, List, Optional


_ROLES = {
    "daemon-json": "daemon-json",
    "client-json": "client-json",
    "systemd-unit": "drop-in",
    "environment-file": "environment-file",
}
_CONTEXT = 3
_MOST_PAIRS = 4_000_000
_NO_NEWLINE = "\\ No newline at end of file"
_HIDDEN_CHANGE = "\\ only the part that is not shown changes"

Lines = list[tuple[str, str]]
"""Each line as it is, and as it may be shown."""

Opcode = tuple[str, int, int, int, int]
"""As difflib gives them: what happens, and from where to where in the old and the new lines."""


def masked_diff(path: str, before: Optional[bytes], after: Optional[bytes], format_: str) -> str:
    """The diff, secrets masked on both sides; "" if nothing changes.

    A line of which only the secret changes is shown as changed, with a remark after it.
    """
    if before == after:
        return ""
    old, new = _lines(before, format_), _lines(after, format_)
    name = path.replace("\n", "\\n")
    out = [
        f"--- {'/dev/null' if before is None else name}",
        f"+++ {'/dev/null' if after is None else name}",
    ]
    for group in _groups([raw for raw, _ in old], [raw for raw, _ in new]):
        first, last = group[0], group[-1]
        out.append(f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@")
        for tag, a, b, c, d in group:
            if tag == "equal":
                out += _shown(" ", old[a:b])
                continue
            out += _shown("-", old[a:b])
            out += _shown("+", new[c:d])
            if [shown for _, shown in old[a:b]] == [shown for _, shown in new[c:d]]:
                out.append(_HIDDEN_CHANGE)
    return "\n".join(out) + "\n"


def shown(content: bytes, format_: str) -> str:
    """The text as it may be shown."""
    return redact(content, _ROLES[format_]).text


def _groups(old: List[str], new: List[str]) -> Iterable[List[Opcode]]:
    """The changed stretches, each with its context.

    What both texts begin and end with is left out first: the matcher takes quadratic time over
    lines that recur (a minute for 16,000 blank ones), and our edits are small. Where what is left
    is long nonetheless it counts as changed in whole.
    """
    most = min(len(old), len(new))
    head = next((i for i in range(most) if old[i] != new[i]), most)
    tail = next((i for i in range(most - head) if old[-1 - i] != new[-1 - i]), most - head)
    first, last = max(0, head - _CONTEXT), max(0, tail - _CONTEXT)
    a, b = old[first : len(old) - last], new[first : len(new) - last]
    if len(a) * len(b) > _MOST_PAIRS:
        return [[("replace", head, len(old) - tail, head, len(new) - tail)]]
    return [
        [(tag, i + first, j + first, k + first, m + first) for tag, i, j, k, m in group]
        for group in SequenceMatcher(None, a, b, False).get_grouped_opcodes(_CONTEXT)
    ]


def _lines(content: Optional[bytes], format_: str) -> Lines:
    if not content:
        return []
    if format_ == "buildx-instance":
        texts = instance_texts(content.decode("utf-8", "surrogateescape"))
    else:
        redacted = redact(content, _ROLES[format_])
        texts = (redacted.raw, redacted.text)
    raw, shown = (_split(text) for text in texts)
    if len(raw) != len(shown):
        return list(zip(shown, shown))
    return list(zip(raw, shown))


def _split(text: str) -> List[str]:
    """The lines with their ends: a missing last one, or a changed CRLF, is a difference too."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _range(start: int, stop: int) -> str:
    """As ``diff -u`` writes it: first line and count, an empty stretch from the line before it."""
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + (1 if length else 0)},{length}"


def _shown(sign: str, lines: Lines) -> Iterator[str]:
    for raw, shown in lines:
        plain = shown.rstrip("\n").rstrip("\r").encode("utf-8", "replace").decode()
        yield sign + plain
        if not raw.endswith("\n"):
            yield _NO_NEWLINE
