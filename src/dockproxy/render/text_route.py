"""Answers for a person: a few with their reasons, many a line each, or programs beside another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dockproxy.core.model.message import N_
from dockproxy.render.page import INDENT, Page
from dockproxy.render.terminal import Style, clean, pad, paint, width
from dockproxy.route.answer import Answer, decided_by
from dockproxy.text import tr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.resolve.host import Origin

_DECISIONS = {"proxy": N_("proxy"), "direct": N_("direct"), "error": N_("error")}
_PURPOSES = {"manifest": N_("manifest"), "token": N_("token"), "blob": N_("blobs")}
_COLOURS = {"proxy": "cyan", "direct": "green", "error": "red"}


def answers_text(answers: Sequence[Answer], origins: Mapping[str, Origin], style: Style) -> str:
    """Targets, and below them the way that they go and why; an image's below its name.

    origins: by our keys, where the settings stand.
    """
    page = Page(style)
    columns = max((width(page.say(word)) for word in _PURPOSES.values()), default=0) + 2
    for at, answer in enumerate(answers):
        indent = INDENT if answer.part_of else ""
        before = answers[at - 1] if at else None
        if answer.part_of and (before is None or before.part_of != answer.part_of):
            page.title(clean(answer.part_of), page.say("all that a pull of it touches"))
        purpose = page.say(_PURPOSES[answer.purpose]) if answer.purpose else ""
        first = indent + (pad(purpose, columns) if purpose else "")
        page.add(clean(answer.target), first)
        after = answers[at + 1] if at + 1 < len(answers) else None
        if after is None or _way(after) != _way(answer):
            _add_way(page, answer, origins, indent + INDENT)
    return page.text()


def _way(answer: Answer) -> tuple[object, ...]:
    """What is said of it once for all that go the same way."""
    return answer.part_of, answer.decision, answer.proxy, answer.reason


def _add_way(page: Page, answer: Answer, origins: Mapping[str, Origin], indent: str) -> None:
    way = page.say(_DECISIONS[answer.decision])
    if answer.proxy:
        way += f" {clean(answer.proxy)}"
    colour = _COLOURS[answer.decision]
    page.add(way, indent + page.arrow, indent + INDENT * 2, colour)
    page.add(_why(answer, origins), indent + INDENT, indent + INDENT)


def _why(answer: Answer, origins: Mapping[str, Origin]) -> str:
    reason = clean(tr(answer.reason))
    origin = origins.get(decided_by(answer))
    if origin is None or origin.path is None:
        return reason
    place = clean(origin.path) + (f":{origin.line}" if origin.line else "")
    return f"{reason} ({place})"


def line_text(answer: Answer, several: bool = False) -> str:
    """One answer on one line, for a stream: target, decision, proxy and reason, by tabs; before
    them, if there are several, who asks.
    """
    fields = (answer.target, answer.decision, answer.proxy or "-", tr(answer.reason))
    shown = (answer.as_, *fields) if several else fields
    return "\t".join(map(clean, shown)) + "\n"


def table_text(rows: Iterable[Sequence[Answer]], style: Style) -> str:
    """Programs across, targets down, in as many tables as the width needs; rows: one a target."""
    page = Page(style)
    rows = list(rows)
    if not rows:
        return ""
    names = [answer.as_ for answer in rows[0]]
    targets = [clean(row[0].target) for row in rows]
    first = max(map(width, targets)) + 2
    columns = [
        max(width(name), *(width(page.say(word)) for word in _DECISIONS)) + 2 for name in names
    ]
    for begin, end in _blocks(first, columns, style.width):
        if begin:
            page.blank()
        heads = [pad(name, columns[begin + at]) for at, name in enumerate(names[begin:end])]
        page.lines.append(paint((" " * first + "".join(heads)).rstrip(), "bold", style))
        for target, row in zip(targets, rows, strict=True):
            cells = []
            for at, answer in enumerate(row[begin:end], begin):
                word = page.say(_DECISIONS[answer.decision])
                cells.append(
                    paint(word, _COLOURS[answer.decision], style)
                    + " " * (columns[at] - width(word))
                )
            page.lines.append((pad(target, first) + "".join(cells)).rstrip())
    return page.text()


def _blocks(first: int, columns: Sequence[int], most: int) -> list[tuple[int, int]]:
    """From which to which column each table goes."""
    found, begin, used = [], 0, first
    for at, columns_of_one in enumerate(columns):
        if most and at > begin and used + columns_of_one > most:
            found.append((begin, at))
            begin, used = at, first
        used += columns_of_one
    return [*found, (begin, len(columns))]
