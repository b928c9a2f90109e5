"""The faults that people make in JSON, and what mends each: found where Go's reader stops."""

from __future__ import annotations

from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import List, Optional


_BLANKS = " \t\r\n"
_COMMENT = pattern(r"(?://|#)[^\r\n]*|/\*(?:[^*]|\*(?!/))*\*/")
_QUOTES = "“”„‟‘’‚‛'`«»＂"
_QUOTED = pattern(rf'[{_QUOTES}]([^"{_QUOTES}\\\r\n]*)[{_QUOTES}"]')
_END_MARK = pattern(rf"(?<=\n)['\"]?(?:EO[A-Z]{{0,6}}|END[A-Z_]*)['\"]?[{_BLANKS}]*\Z")
"""What ends a here-document, written into the file with it."""
_WORD = pattern(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_LITERALS = {"True": "true", "False": "false", "None": "null", "TRUE": "true", "FALSE": "false"}
_NO_BLANKS = pattern("[\u00a0\u2000-\u200b\u202f\u3000\ufeff]+")
_STRING = pattern(r'"(?:[^"\\\r\n]|\\.)*"')
_OPENED = pattern(r'"((?:[^"\\\r\n]|\\(?!"[ \t]*(?:[,}\]\r\n]|$))[^\r\n]|\\)*)"?')
"""A string up to its closing quote, which a backslash before it does not hide where the value seems
to end there."""
_BACKSLASH = pattern(r'\\(\\|["/]|u[0-9A-Fa-f]{4})|\\')
_KEY = "looking for beginning of object key string"
_VALUE = "looking for beginning of value"
_OTHER = pattern(rf"[,;]?[{_BLANKS}]*\{{")
_NEXT_KEY = pattern(rf"(?:{_QUOTED.pattern}|{_WORD.pattern})[ \t]*[:=：]")
_MORE = pattern(rf"[,;]?[{_BLANKS}]*(?:\"|{_NEXT_KEY.pattern})")
_COLON = "after object key"
_BETWEEN = ("after object key:value pair", "after array element")
_BEHIND = "after top-level value"
_IN_STRING = "in string literal"
_IN_ESCAPE = ("in string escape code", "hexadecimal character escape")

_Change = tuple[str, int, int, str, bool]
"""kind, start, end, what stands there instead, certain."""


def next_change(text: str, at: int, words: str) -> Optional[_Change]:
    """What mends the fault at that place, of which the reader says these words."""
    before = len(text[:at].rstrip(_BLANKS)) - 1
    for look in _LOOKS:
        change = look(text, at, before, words)
        if change is not None:
            return change
    return None


def _end(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    """The text ends too early: what is open is closed, if only values are complete."""
    if at < len(text):
        return None
    closers = _open(text)
    if closers is None or not closers or before < 0:
        return None
    if text[before] == ",":
        return "trailing-comma", before, before + 1, "", True
    if text[before] == ":":
        return None
    return "missing-brace", before + 1, before + 1, closers, len(closers) == 1


def _open(text: str) -> Optional[str]:
    """What closes all that is open at the end; None within a string."""
    closers: List[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == '"':
            found = _STRING.match(text, at)
            if found is None:
                return None
            at = found.end()
            continue
        if char in "{[":
            closers.append("}" if char == "{" else "]")
        elif char in "}]" and closers:
            closers.pop()
        at += 1
    return "".join(reversed(closers))


def _remark(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    found = _COMMENT.match(text, at)
    if found is not None and text[at - 1 : at] == '"' and '"' in found.group():
        return None  # an address with a quote too many
    return None if found is None else ("comment", at, found.end(), "", False)


def _blank(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    """Blanks that JSON has not: no-break, zero width, ideographic."""
    found = _NO_BLANKS.match(text, at)
    return None if found is None else ("odd-blank", at, found.end(), " ", True)


def _comma(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    char = text[at : at + 1]
    if before >= 0 and text[before] == "," and char and char in "}],":
        return "trailing-comma", before, before + 1, "", True
    if before >= 0 and text[before] in "{[" and char == ",":
        return "trailing-comma", at, at + 1, "", True
    another = char in '"{[' or (char.isalnum() and "array" in words)
    if words.endswith(_BETWEEN) and (another or _NEXT_KEY.match(text, at)):
        return "missing-comma", before + 1, before + 1, ",", True
    return None


def _sign(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    """Another sign in the place of a colon or a comma."""
    char = text[at : at + 1]
    if words.endswith(_COLON):
        if char and char in "=：;":
            end = at + (2 if text.startswith("=>", at) else 1)
            return "other-colon", at, end, ":", True
        if char in '"{[' or char.isalnum():
            return "missing-colon", before + 1, before + 1, ":", True
    if words.endswith(_BETWEEN) and char in ";，、":
        return "other-comma", at, at + 1, ",", True
    return None


def _quote(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    """Quotes of another kind round a key or a value."""
    if not words.endswith((_KEY, _VALUE)):
        return None
    found = _QUOTED.match(text, at)
    if found is None:
        return None
    return "other-quotes", at, found.end(), f'"{found.group(1)}"', True


def _escape(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    """A backslash that begins no escape: it was meant as itself, and so were those with it in the
    string, as in a path of Windows or DOMAIN\\user."""
    if not words.endswith(_IN_ESCAPE):
        return None
    line = text.rfind("\n", 0, at) + 1
    for found in _OPENED.finditer(text, line):
        if found.end() >= at:
            inside = _BACKSLASH.sub(_plain, found.group(1))
            return "bad-escape", found.start(1), found.end(1), inside, False
    return None


def _plain(found: re.Match[str]) -> str:
    return found.group() if found.group(1) else "\\\\"


def _open_string(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    """A string that its line ends, or a curly quote: it is closed there, before a comma."""
    if not words.endswith(_IN_STRING) or text[at : at + 1] not in ("\n", "\r"):
        return None
    start = text.rfind("\n", 0, at) + 1
    line = text[start:at].rstrip(" \t,")
    end = start + len(line)
    if line and line[-1] in _QUOTES:
        return "other-quotes", end - 1, end, '"', True
    return "open-string", end, end, '"', False


def _word(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    """A key without quotes, or a literal as another language writes it."""
    found = _WORD.match(text, at)
    if found is None:
        return None
    if words.endswith(_KEY):
        return "bare-key", at, found.end(), f'"{found.group()}"', True
    if words.endswith(_VALUE) and found.group() in _LITERALS:
        return "other-literal", at, found.end(), _LITERALS[found.group()], True
    return None


def _tail(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    """Brackets and commas behind the value, which close nothing; the end mark of a shell's text."""
    if not words.endswith(_BEHIND):
        return None
    if not text[at:].strip(_BLANKS + "}],;") or _END_MARK.match(text, at):
        end = len(text.rstrip(_BLANKS))
        return "text-behind", at, end, "", True
    return None


def _wide(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    """UTF-16 without a mark: every other byte is nothing."""
    if "\0" not in text[:2]:
        return None
    data = text.encode("utf-8", "surrogateescape")
    try:
        plain = data.decode("utf-16-be" if text.startswith("\0") else "utf-16-le")
    except UnicodeDecodeError:
        return None
    return None if "\0" in plain else ("encoding", 0, len(text), plain, True)


def _start(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    """Members without the brace that opens them."""
    first = _STRING.match(text, len(text) - len(text.lstrip(_BLANKS)))
    if not words.endswith(_BEHIND) or text[at : at + 1] != ":" or first is None:
        return None
    if first.end() != before + 1:
        return None
    return "missing-start", first.start(), first.start(), "{", text.rstrip(_BLANKS)[-1:] == "}"


def _early(text: str, at: int, before: int, words: str) -> Optional[_Change]:
    """Members behind the brace that closes the object, or another object: they were to be in it."""
    if not words.endswith(_BEHIND) or text[before : before + 1] != "}":
        return None
    other = _OTHER.match(text, at)
    if other is not None:
        return "early-end", before, other.end(), ",", False
    if _MORE.match(text, at):
        return "early-end", before, before + 1, "" if text[at] == "," else ",", False
    return None


_LOOKS = (
    *(_wide, _end, _remark, _blank, _comma, _sign, _quote, _escape, _open_string, _word),
    *(_tail, _start, _early),
)
