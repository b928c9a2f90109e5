"""Words of ``Environment=`` that are not what they were meant to be, and how they are spelled."""

from __future__ import annotations

from dockproxy.core.formats.systemd_unit import (
    ENVIRONMENT_KEYS,
    Assignment,
    EnvAssignment,
    Unit,
    environment_assignments,
    is_valid_name,
    parse,
)
from dockproxy.core.formats.systemd_words import expand_specifiers
from dockproxy.core.formats.unit_backslash import backslashes_escaped
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.proxies import PROXY_KEYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Iterator, List, Optional, Sequence, Tuple, TypeAlias


MARKS = ";,\uff1b\uff0c\u3001"
LONGEST = 64 * 1024
"""No drop-in that a person wrote is longer; in a longer text nothing is looked for."""

MOST = 50
OPENING = "“”„‟«»〝＂"
SINGLE = "‘’‚‛‹›＇`´"
_ODD_QUOTES = OPENING + SINGLE
_QUOTES = "\"'"
_LOOSE = ("invalid", "unresolved")
_ALL_QUOTES = _QUOTES + _ODD_QUOTES
_BEGINS = pattern(rf"[{_QUOTES}{_ODD_QUOTES}]*([A-Za-z_][A-Za-z0-9_]*)=")
_NAMED = pattern(r"(?i)(?<![a-z0-9_])(?:https?|ftp|all|no)[_-]proxy[\"']?\s*=")
_GLUE = pattern(
    rf"[{MARKS}]+(?=[A-Za-z_][A-Za-z0-9_]*=)"
    rf"|[{_ODD_QUOTES}]?\s*[{MARKS}]?\s+[{_ODD_QUOTES}]?(?=[A-Za-z_][A-Za-z0-9_]*=)"
)
_OTHER_EQUALS = pattern(
    r"(?i)([\"']?)((?:https?|ftp|all|no)_proxy)[ \t]*[:\uff1a\uff1d]=?[ \t]*"
    r"([^\s\"'\\]+)([\"']?)"
)
"""``NAME: value``, and full-width signs."""


class Respelling(NamedTuple):
    """A stretch of the text, from start to end, and how it is to be spelled; name: of its first
    variable. certain: it can be meant in this one way alone. kind: ``misspelt`` (systemd ignores
    it), ``more`` (systemd takes more for the value than was meant), ``joined`` (its line is the end
    of the one before), or ``escape`` (systemd makes another character of a backslash)."""

    name: str
    start: int
    end: int
    text: str
    certain: bool
    kind: str = "misspelt"


def is_proxy_name(name: str) -> bool:
    """Whether it is a proxy variable, in either case."""
    return name.lower() in PROXY_KEYS


def names_a_proxy(value: str) -> bool:
    """Whether a setting's value is meant to assign a proxy variable somewhere."""
    return _NAMED.search(value) is not None


def respellings(unit: Unit, assignment: Assignment) -> List[Respelling]:
    """What is to be spelled otherwise in this ``Environment=``, so that systemd gives the proxy
    variables what was meant; in order, and none that was not seen to lead there.
    """
    words = environment_assignments(unit, assignment)
    found: List[Respelling] = []
    index = 0
    while index < len(words):
        taken = _from(unit.text, words, index)
        if taken is None:
            index += 1
            continue
        respelling, index = taken
        if respelling is not None and _leads_there(unit.text, assignment, respelling):
            found.append(respelling)
    return found


def told(text: str) -> str:
    """What of a unit's text is to be spelled otherwise, for a Snapshot, whose text has masks:
    ``NAME@LINE:COLUMN:KIND:CERTAINTY`` each, parted by blanks; certainty is ``certain`` or
    ``offered``.
    """
    if len(text) > LONGEST:
        return ""
    unit = parse(text)
    found: List[str] = []
    for assignment in unit.service("Environment")[:MOST]:
        for each in respellings(unit, assignment):
            line = unit.lines.at(each.start)
            column = each.start - unit.lines.starts[line] + 1
            certainty = "certain" if each.certain else "offered"
            found.append(f"{each.name}@{line + 1}:{column}:{each.kind}:{certainty}")
    return " ".join(found[:MOST])


def respelled(text: str, name: str, certain_only: bool) -> str:
    """The text with what is misspelt of this variable mended."""
    unit = parse(text)
    for assignment in reversed(unit.service("Environment")):
        for each in reversed(respellings(unit, assignment)):
            if each.name == name and (each.certain or not certain_only):
                text = text[: each.start] + each.text + text[each.end :]
    return text


Taken: TypeAlias = "Optional[Tuple[Optional[Respelling], int]]"


def _from(text: str, words: Sequence[EnvAssignment], index: int) -> Taken:
    """What begins at that word, and the word after it; None if nothing is wrong there."""
    word = words[index]
    raw = text[word.start : word.end]
    if word.note == "unclosed-quote":
        return _unclosed(word, raw), index + 1
    if word.note == "bad-escape" or "\\" in raw:
        escaped = backslashes_escaped(raw)
        if escaped is not None:
            kind = "misspelt" if word.note else "escape"
            spelled = _resolvable(escaped.text)
            respelling = Respelling(
                escaped.name, word.start, word.end, spelled, escaped.certain, kind
            )
            return respelling, index + 1
        if word.note == "bad-escape":
            return None
    if word.name in ENVIRONMENT_KEYS and names_a_proxy(word.value):
        return _continued(word, raw), index + 1
    if word.note in _LOOSE and raw[:1] in _ODD_QUOTES:
        return _odd_quotes(text, words, index)
    other = _OTHER_EQUALS.fullmatch(raw) if word.note in _LOOSE else None
    if other is not None and other.group(1) == other.group(4):
        spelled = f"{other.group(1)}{other.group(2)}={_resolvable(other.group(3))}{other.group(4)}"
        return Respelling(other.group(2), word.start, word.end, spelled, True), index + 1
    name, equals, rest = raw.lstrip(_QUOTES).partition("=")
    dashed = name.replace("-", "_")
    if equals and "-" in name and is_proxy_name(dashed) and "\n" not in raw:
        opening = raw[: len(raw) - len(raw.lstrip(_QUOTES))]
        spelled = f"{opening}{dashed}={_resolvable(rest)}"
        return Respelling(dashed, word.start, word.end, spelled, True), index + 1
    if not is_proxy_name(name):
        return _glued(word, raw), index + 1
    if not equals:  # NAME = value
        return _apart(text, words, index)
    tail = _invalid_from(text, words, index + 1)
    if not word.value and word.note == "" and tail > index + 1 and raw == f"{name}=":
        return _joined(text, words, name, index + 1, (word.start, tail))
    if name.lower() == "no_proxy" and tail > index + 1 and word.counts:
        return _joined(text, words, name, index, (word.start, tail))
    return _glued(word, raw), index + 1


def _invalid_from(text: str, words: Sequence[EnvAssignment], index: int) -> int:
    """The end of the words from there on that belong to no assignment of their own."""
    while index < len(words) and words[index].note in _LOOSE:
        if "=" in text[words[index].start : words[index].end]:
            break
        if is_valid_name(words[index].name) and is_proxy_name(words[index].name):
            break
        index += 1
    return index


def _apart(text: str, words: Sequence[EnvAssignment], index: int) -> Taken:
    """``NAME = value`` and ``NAME =value``."""
    word = words[index]
    name = word.name
    if index + 1 >= len(words) or words[index + 1].note != "invalid":
        return None
    following = text[words[index + 1].start : words[index + 1].end]
    if following == "=":
        first = index + 2
        tail = _invalid_from(text, words, first)
        if tail == first and first < len(words) and words[first].note in _LOOSE:
            tail += 1
        return _joined(text, words, name, first, (word.start, max(tail, first)))
    if following.startswith("=") and len(following) > 1:
        tail = max(_invalid_from(text, words, index + 2), index + 2)
        return _joined(text, words, name, index + 1, (word.start, tail))
    return None


def _joined(
    text: str, words: Sequence[EnvAssignment], name: str, first: int, stretch: Tuple[int, int]
) -> Taken:
    """The words from first on as the one value of that name. stretch: where it all starts, and the
    word after it."""
    start, tail = stretch
    if name.lower() != "no_proxy":
        tail = min(tail, first + 1)
    if tail <= first:
        return None, first
    end = words[tail - 1].end
    plain = [text[word.start : word.end].lstrip("=").strip(_QUOTES) for word in words[first:tail]]
    plain[0] = plain[0][len(name) + 1 :] if plain[0].startswith(f"{name}=") else plain[0]
    if any(set(part) & set("\"'\\") for part in plain) or "\n" in text[start:end]:
        return None, tail
    value = " ".join(plain)
    entries = [entry.strip() for entry in value.split(",")]
    certain = not any(" " in entry for entry in entries)
    if not certain:
        value = ",".join(part.strip(",;") for part in plain if part.strip(",;"))
    spelled = f"{name}={_resolvable(value)}"
    if " " in value or ";" in value:
        spelled = f'"{spelled}"'
    return Respelling(name, start, end, spelled, certain), tail


def _odd_quotes(text: str, words: Sequence[EnvAssignment], index: int) -> Taken:
    """``“NAME=value”``, perhaps with blanks inside."""
    first = text[words[index].start : words[index].end]
    begins = _BEGINS.match(first)
    if begins is None or not is_proxy_name(begins.group(1)) or first[0] not in _ODD_QUOTES:
        return None
    last = index
    while text[words[last].end - 1] not in _ODD_QUOTES:
        last += 1
        if last >= len(words) or words[last].note not in _LOOSE:
            return None, index + 1
        if "=" in text[words[last].start : words[last].end]:
            return None, index + 1
    start, end = words[index].start, words[last].end
    inside = text[start:end].strip(_ODD_QUOTES)
    if set(inside) & set("\"'\\\n") or set(inside) & set(_ODD_QUOTES):
        return None, last + 1
    inside = _resolvable(inside)
    return Respelling(begins.group(1), start, end, f'"{inside}"', True), last + 1


def _resolvable(spelled: str) -> str:
    """The text with its percent signs doubled where systemd could not resolve them."""
    if "%" not in spelled or expand_specifiers(spelled).text is not None:
        return spelled
    return spelled.replace("%%", "%").replace("%", "%%")


def _unclosed(word: EnvAssignment, raw: str) -> Optional[Respelling]:
    """A quote that nothing closes: each ``NAME=`` behind a blank begins an assignment."""
    groups: List[List[str]] = []
    for part in raw.split():
        if _BEGINS.match(part) or not groups:
            groups.append([])
        groups[-1].append(part)
    spelled = []
    certain = True
    for group in groups:
        inside = " ".join(group).strip(_ALL_QUOTES)
        value = inside
        name, equals, rest = inside.partition("=")
        if rest[:1] in _ALL_QUOTES and rest[:1]:
            rest = rest[1:]
            value = f"{name}={rest}"
        if not equals or not is_valid_name(name) or set(value) & set("\"'\\\n"):
            return None
        if " " in rest:
            if name.lower() != "no_proxy":
                return None
            certain = certain and not any(" " in each.strip() for each in rest.split(","))
        quoted = " " in rest or any(char in "".join(group) for char in _ALL_QUOTES)
        value = _resolvable(value)
        spelled.append(f'"{value}"' if quoted else value)
    named = next((m.group(1) for m in _names(raw) if is_proxy_name(m.group(1))), "")
    if not named:
        return None
    return Respelling(named, word.start, word.end, " ".join(spelled), certain)


def _names(raw: str) -> Iterator[re.Match[str]]:
    for part in raw.split():
        found = _BEGINS.match(part)
        if found is not None:
            yield found


def _continued(word: EnvAssignment, raw: str) -> Optional[Respelling]:
    """``Environment=`` behind a line that ends in a backslash: to systemd that is a variable of
    this name."""
    opening = raw[: len(raw) - len(raw.lstrip(_QUOTES))]
    rest = raw[len(opening) :].partition("=")[2]
    begins = _BEGINS.match(rest)
    if begins is None or not is_proxy_name(begins.group(1)) or "\n" in raw:
        return None
    return Respelling(
        begins.group(1), word.start, word.end, opening + _resolvable(rest), True, "joined"
    )


def _glued(word: EnvAssignment, raw: str) -> Optional[Respelling]:
    """Several assignments in one word, or one with a comma or semicolon behind it: to systemd all
    that is the first one's value."""
    readable = word.counts or word.note == "unresolved"
    if not readable or not is_proxy_name(word.name) or "\\" in raw or "\n" in raw:
        return None
    # Where nothing is left to be resolved %% has become one sign.
    value = word.value if word.note else word.value.replace("%", "%%")
    text, value = f"{word.name}={value}", value.strip()
    bare = value.rstrip(MARKS).rstrip()
    inner = bare.strip(_QUOTES + _ODD_QUOTES)
    parts = [part for part in _GLUE.split(text) if part.strip(f" {MARKS}")]
    names = [part.partition("=")[0] for part in parts]
    if len(parts) > 1 and all(is_proxy_name(name) for name in names):
        pieces = [part.strip().rstrip(MARKS + _ODD_QUOTES).rstrip() for part in parts]
    elif bare and bare != value and (word.name.lower() != "no_proxy" or value[-1] not in ",，"):
        pieces = [f"{word.name}={bare}"]
    elif inner and inner != bare and bare[0] in _ALL_QUOTES and bare[-1] in _ALL_QUOTES:
        pieces = [f"{word.name}={inner}"]
    else:
        return None
    if any(set(piece) & set("\"'") for piece in pieces):
        return None
    quoted = any(char in raw for char in _QUOTES)
    pieces = [_resolvable(piece) for piece in pieces]
    spelled = [f'"{p}"' if quoted or " " in p or ";" in p else p for p in pieces]
    return Respelling(word.name, word.start, word.end, " ".join(spelled), True, "more")


def _leads_there(text: str, assignment: Assignment, respelling: Respelling) -> bool:
    """Whether systemd then gives the variable a value, and finds less fault with the line."""
    changed = text[: respelling.start] + respelling.text + text[respelling.end :]
    unit = parse(changed)
    after = next((each for each in unit.assignments if each.start == assignment.start), None)
    if after is None or after.section != "Service":
        return False
    words = environment_assignments(unit, after)
    return any(item.name == respelling.name and item.counts and item.value for item in words)
