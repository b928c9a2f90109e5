"""JSON that is nearly JSON, made whole with the fewest characters.

A text is repaired fault by fault, each where Go's reader stops (go_json), until it is read. What
could be meant in another way too, or loses a remark that somebody wrote, is not certain.
"""

from __future__ import annotations

from dockproxy.core.formats.go_json import parse, position
from dockproxy.core.formats.json_faults import next_change
from dockproxy.core.formats.json_one_edit import OneEdit, one_edits
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple


MOST = 50
"""Faults of one text; more is not nearly JSON."""

_BLANKS = " \t\r\n"
_NAME = pattern(r'"([^"\r\n]*)"(?=[ \t]*:)')
_BETWEEN_TOKENS = pattern(r'("(?:[^"\\]|\\.)*")|[ \t\r\n]+')
_FOREIGN = ("odd-blank", "other-quotes")
"""Repairs of a character that has no business there at all."""


class Step(NamedTuple):
    """One repair. kind: what was wrong. line, column: where, in the text as it was then."""

    kind: str
    line: int
    column: int
    certain: bool = True


class Repaired(NamedTuple):
    """The text as it is read, and the steps to it."""

    text: str
    steps: Tuple[Step, ...]

    @property
    def certain(self) -> bool:
        """Whether nothing else can have been meant."""
        return all(step.certain for step in self.steps)


def repaired(text: str, *, trailing: bool = False) -> Optional[Repaired]:
    """The text made whole; None where it is whole already, or beyond this.

    trailing: whole is what has a whole first value, as to the docker CLI, which leaves alone what
    stands behind it. What is made whole has nothing behind it: an early brace would take out all
    that follows. Where one character is enough, no more are changed; it is certain only if no other
    one makes the text say something else.
    """
    try:
        parse(text, trailing=trailing)
    except ParseError as error:
        fault = error.offset
    else:
        return None
    found = _whole(text, fault, trailing)
    if found is None and trailing:
        end = text.rfind("}") + 1
        behind = text[end:]
        if fault < end and behind[:1].isspace() and not set(behind) & set('"{[:,'):
            found = _whole(text[:end], fault, trailing)
            return None if found is None else found._replace(text=found.text + behind)
    return found


def _whole(text: str, fault: int, trailing: bool) -> Optional[Repaired]:
    edits = one_edits(text, fault)
    guess, cost = _guess(text)
    if guess is not None and trailing and parse(guess.text).kind != "object":
        guess = None  # docker reads an object alone
    if guess is not None and trailing and _is_cut(text, guess):
        guess = _only_offered(guess)
    if guess is not None and guess.steps[0].kind == "bad-escape":
        return guess
    if not edits:
        if guess is None or len(guess.steps) < 2:
            return guess
        doubtful = any(step.kind in ("text-behind", "missing-brace") for step in guess.steps)
        return _only_offered(guess) if doubtful else guess
    said = {_content(edit.text) for edit in edits}
    best = max(edits, key=lambda edit: (_proxies(edit.text), edit.structural))
    if guess is not None and cost < 2:
        unique = said <= {_content(guess.text)} or guess.steps[0].kind in _FOREIGN
        if unique or _proxies(guess.text) >= _proxies(best.text):
            return guess if unique else _only_offered(guess)
    sure = len(said) == 1 and best.structural and not (trailing and _is_other_name(best))
    place = position(text, best.start)
    return Repaired(best.text, (Step("one-sign", *place, sure),))


def _is_other_name(edit: OneEdit) -> bool:
    """Whether a quote ends or begins a name that docker does not know: perhaps another letter
    stands in the quote's place."""
    from dockproxy.core.formats.client_fields import OTHER_FIELDS
    from dockproxy.core.model.proxies import CLIENT_JSON_NAMES

    known = (*CLIENT_JSON_NAMES.values(), *OTHER_FIELDS, "proxies", "default")
    found = [name for name in _NAME.finditer(edit.text) if name.start() <= edit.start < name.end()]
    return edit.new == '"' and any(name.group(1) not in known for name in found)


def _proxies(text: str) -> int:
    """How many proxies a text has where docker looks for them."""
    places = [parse(text)]
    for name in ("proxies", "default"):
        places += [each.value for each in places[-1].members if each.key == name][-1:]
    names = [each for place in places[1:] for each in place.members if each.value.kind == "string"]
    return sum(each.key.lower().endswith("proxy") for each in names)


def _only_offered(guess: Repaired) -> Repaired:
    return Repaired(guess.text, tuple(step._replace(certain=False) for step in guess.steps))


def _is_cut(text: str, guess: Repaired) -> bool:
    """Whether more may have stood at the end: what a writer left off ends anywhere, and what lacks
    its last brace alone ends with a line, which has no comma."""
    at_end = any(step.kind == "missing-brace" for step in guess.steps)
    kept = text.rstrip(_BLANKS)
    return at_end and ("\n" not in text[len(kept) :] or kept[-1] in "{[")


def _content(text: str) -> str:
    """What a text says, however it is laid out: each token once more, less the blanks."""
    return _BETWEEN_TOKENS.sub(lambda found: found.group(1) or "", text.strip(_BLANKS))


def _guess(text: str) -> Tuple[Optional[Repaired], int]:
    """Fault by fault, as people make them; and how many characters that changes."""
    cost = 0
    steps: List[Step] = []
    for _ in range(MOST):
        try:
            parse(text)
        except ParseError as error:
            change = next_change(text, error.offset, str(error.message))
            if change is None:
                return None, 0
            kind, start, end, new, certain = change
            if kind == "comment" and any(step.kind == "open-string" for step in steps):
                return None, 0  # the string's own text, as the // of an address
            steps.append(Step(kind, *position(text, start), certain))
            cost += max(end - start, len(new))
            text = text[:start] + new + text[end:]
        else:
            return (Repaired(text, tuple(steps)) if steps else None), cost
    return None, 0
