"""Redaction of the part of a text in which strings cannot be told from what is between them."""

from __future__ import annotations

import re

from dockproxy.core.formats.go_json import decode_string
from dockproxy.core.formats.json_layout import quote
from dockproxy.core.formats.redact_names import is_harmless, is_known_key
from dockproxy.core.model.light import pattern
from dockproxy.core.model.secret import MASK, USER_INFO, mask_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Optional


_PIECE = pattern(
    r'(?P<string>"(?:[^"\\\r\n]|\\[^\r\n])*(?P<closed>"?))'
    r"|(?P<address>[A-Za-z][A-Za-z0-9+.\-]*://[^\s\"“”‘’,{}]*)"
    r"|(?P<bare>[^\s{}\[\],:\"“”‘’]+)"
    r"|(?P<other>[\s{}\[\],:“”‘’]+)"
)
_SCHEMES = r"(?:https?|socks(?:4a?|5h?)?|ftp|tcp|unix|npipe|ssh|fd)"
_SCHEME = pattern(rf"\s*{_SCHEMES}://", re.IGNORECASE)
_SCHEME_BEFORE = pattern(rf"\b{_SCHEMES}\Z", re.IGNORECASE)
_HOST = pattern(r"[A-Za-z0-9._\-\[\]:%/]*")
_BEHIND_HOST = tuple('"”’,;}] \t\r\n')
_KEY = pattern(r'[ \t]*"((?:[^"\\\r\n]|\\[^\r\n])*)"[ \t]*:[ \t]*\[?[ \t]*"?')
ANY_KEY = pattern(r'"((?:[^"\\\r\n]|\\[^\r\n])*)"[ \t]*:')
_OPEN_ESCAPE = pattern(r"(?<!\\)(?:\\\\)*(\\(?:u[0-9a-fA-F]{0,3})?)\Z")
_NUMBER = pattern(r"-?[0-9]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]*)?")
_DIGITS = pattern(r"[0-9]+")
_LITERALS = ("true", "false", "null")


def cut_off(value: str) -> str:
    """What may be shown of a string that could be the first part of an address: its scheme."""
    scheme = _SCHEME.match(value)
    return f"{scheme.group() if scheme else ''}{MASK}"


class OddText:
    """A text that is no JSON from some place on. error: where its reader says so, or None.

    Line by line, every line is masked from its first ``://`` to its last ``@``, and all words but
    those known. The fault's own character stays, with what makes it one: Docker prints it too.
    key: the one whose value, or list of values, is being read there.
    """

    def __init__(self, text: str, error: Optional[int], dialect: str, key: str) -> None:
        self.text = text
        self.error = -1 if error is None else error
        self.dialect = dialect
        self.key = key
        self.listed = False

    def redacted(self, start: int, anew: bool) -> str:
        """All from ``start`` on; it is where the word with the fault begins. anew: that word is a
        whole string for sure.
        """
        pieces: List[str] = []
        if start <= self.error and start < len(self.text) and not anew:
            end = self._line_end(start)
            if self.text[start] == '"':
                pieces.append(self._broken_string(start, end))
            else:
                pieces.append(self._broken_word(start, end))
            start = end
        while start < len(self.text):
            end = self._line_end(start)
            pieces.append(self._line(start, end))
            start = end
        return "".join(pieces)

    def _line_end(self, start: int) -> int:
        end = self.text.find("\n", start)
        return len(self.text) if end < 0 else end + 1

    def _broken_string(self, start: int, end: int) -> str:
        """The string with the fault in it, and the rest of its line."""
        kept = self._kept()
        ends_here = self.error >= len(self.text) or self.text[self.error] in "\r\n"
        rest = self.error if ends_here else self.error + 1
        shown = is_harmless(self.key, self.dialect)
        self.key = ""
        scheme = _SCHEME.match(self.text, start + 1, self.error) if shown else None
        head = '"' + ("" if scheme is None else scheme.group())
        last = self.text.rfind("@", start, end)
        if last < 0:
            return head + MASK + kept + self._pieces(rest, end)
        if last < self.error:
            return head + USER_INFO + "@" + MASK + kept + self._pieces(rest, end)
        if not shown or '"' not in self.text[last:end]:  # what follows may be no host
            return head + USER_INFO + kept + "@" + self._pieces(last + 1, end)
        crossed = '"' in self.text[rest:last]
        return f"{head}{USER_INFO}{kept}@{self._behind(last, end, crossed)}"

    def _kept(self) -> str:
        """Of a string the part that is its fault."""
        char = self.text[self.error : self.error + 1].strip("\r\n")
        escape = _OPEN_ESCAPE.search(self.text, 0, self.error)
        return char if escape is None else escape.group(1)[:2] + char

    def _broken_word(self, start: int, end: int) -> str:
        """A word outside of strings, its beginning read already, and the rest of its line."""
        read = self.text[start : self.error]
        if not any(literal.startswith(read) for literal in _LITERALS):
            read = _DIGITS.sub("0", read)
        char = self.text[self.error : self.error + 1]
        rest = self.error + 1
        if not char.isalnum():
            return read + char + (self._line(rest, end) if rest < end else "")
        word = _PIECE.match(self.text, self.error, end)
        if word is not None and is_known_key(word.group(), self.dialect):
            self.key = word.group()
            return read + word.group() + self._line(word.end(), end)
        scheme = _SCHEME.match(self.text, self.error, end)
        if scheme is not None and is_harmless(self.key, self.dialect):
            return read + self._line(self.error, end)
        more = rest if word is None else max(word.end(), rest)
        last = self.text.rfind("@", rest, more)
        if last >= 0 and "@" not in self.text[more:end]:
            return f"{read}{char}{MASK}@{self._behind(last, end, True)}"
        return read + char + (MASK if more > rest else "") + self._line(more, end)

    def _line(self, start: int, end: int) -> str:
        """A line, or the rest of one, without the fault."""
        last = self.text.rfind("@", start, end)
        if last < 0 or self._is_whole_string(start, end, last):
            return self._pieces(start, end)
        address = self.text.find("://", start, last)
        if address >= 0:
            scheme = _SCHEME_BEFORE.search(self.text, start, address)
            before = address if scheme is None else scheme.start()
            shown = self.text[before : address + 3] if scheme is not None else ""
            head = self._pieces(start, before) + shown
            crossed = '"' in self.text[address:last]
        else:
            key = _KEY.match(self.text, start, end)
            before = start if key is None else key.end()
            head = self._pieces(start, before)
            crossed = '"' in self.text[before:last]
        return f"{head}{USER_INFO}@{self._behind(last, end, crossed)}"

    def _is_whole_string(self, start: int, end: int, last: int) -> bool:
        """Whether the line's addresses are in closed strings, each of which is masked as such."""
        for match in _PIECE.finditer(self.text, start, end):
            word = match.group()
            if not match.group("closed") and ("://" in word or "@" in word):
                return False
            if "://" in word and "@" not in word and match.end() <= last:
                return False
        return True

    def _behind(self, last: int, end: int, crossed: bool) -> str:
        """What follows a masked ``@``: the host, if it can be nothing else."""
        host = _HOST.match(self.text, last + 1, end)
        after = last + 1 if host is None else host.end()
        shown = self.text[last + 1 : after]
        if "%40" in shown:  # an address escaped whole
            shown = MASK
        if self.text[after : after + 1] not in _BEHIND_HOST:
            shown = MASK if shown else ""
        if self._may_be_secret(last, crossed):
            shown = MASK if shown else ""
        self.key = ""
        return shown + self._pieces(after, end)

    def _may_be_secret(self, last: int, crossed: bool) -> bool:
        """Whether the string that has this ``@`` need not be an address at all."""
        if self.dialect == "client" and (crossed or not is_harmless(self.key, "client")):
            return True
        line = self.text.rfind("\n", 0, last) + 1
        keys = ANY_KEY.findall(self.text, line, last)
        if keys:
            return not is_harmless(decode_string(keys[-1]), self.dialect)
        return crossed or self.text.find("://", line, last) < 0

    def _pieces(self, start: int, end: int) -> str:
        return "".join(self._each_piece(start, end))

    def _each_piece(self, start: int, end: int) -> Iterator[str]:
        has_at = "@" in self.text[start:end]
        for match in _PIECE.finditer(self.text, start, end):
            word = match.group()
            if match.group("string") is not None:
                is_key = _KEY.match(self.text, match.start(), end) is not None
                yield self._string(word, bool(match.group("closed")), is_key, has_at)
            elif match.group("address") is not None:
                shown = is_harmless(self.key, self.dialect)
                whole = match.end() < len(self.text)
                yield (mask_url(word) if whole else cut_off(word)) if shown else MASK
            elif match.group("bare") is not None:
                yield self._bare(word)
            else:
                self._note_list(word)
                yield word

    def _note_list(self, marks: str) -> None:
        """A list's values belong to its key; else a key's value is the next one only."""
        for mark in marks:
            if mark == "[":
                self.listed = True
            elif mark in "]{}":
                self.listed = False
                self.key = ""

    def _string(self, word: str, closed: bool, is_key: bool, has_at: bool) -> str:
        inside = word[1:-1] if closed else word[1:]
        value = decode_string(inside)
        if is_key:
            self.key, self.listed = value, False
            return word if is_known_key(value, self.dialect) else f'"{MASK}"'
        shown = is_harmless(self.key, self.dialect)
        if not self.listed or self.dialect == "client":
            self.key = ""
        if not any(char.isalnum() for char in inside):
            return word
        end = '"' if closed else ""
        if not shown or not closed or (has_at and "@" not in value):
            return f'"{cut_off(value) if shown else MASK}{end}'
        return quote(mask_url(value))

    def _bare(self, word: str) -> str:
        if word in _LITERALS or not any(char.isalnum() for char in word):
            return word
        if is_known_key(word, self.dialect):
            self.key, self.listed = word, False
            return word
        return "0" if _NUMBER.fullmatch(word) else MASK
