"""Where the commands of a RUN begin, and what of its text is data: comments, here-documents that no
shell reads, and what a command prints, searches or writes.

No shell is modelled: quotes, comments and here-documents are seen, expansions are not.
"""

from __future__ import annotations

from bisect import bisect_right

from dockproxy.core.model.light import pattern

_TOKEN = pattern(
    r"\\[\s\S]|'[^']*'|\"[^\"\\]*(?:\\[\s\S][^\"\\]*)*\""
    r"|(?P<comment>(?<![^\s;&|(])#[^\n]*)"
    r"|(?<!<)<<(?P<tabs>-?)[ \t]*(?P<quote>[\"']?)(?P<word>[^\s\"'<>;&|()]+)(?P=quote)"
    r"|(?P<beside>(?<![&>\d<])&(?![&>\d]))"
    r"|(?P<part>&&|\|\||[;|\n`(])"
)
_BEFORE = (
    r"\s*(?:(?:if|then|do|else|elif|while|until|time|!|\{)\s+)*"
    r"(?:(?:sudo|exec|command)\s+(?:-\S+\s+)*)?(?:\S*/)?"
)
_DATA = pattern(
    _BEFORE + r"(?:echo|printf|[ef]?grep|sed|[gm]?awk|perl|cat|tee|test|\[\[?|case|tr|cut)\s"
)
_SHELL = pattern(_BEFORE + r"(?:ba|da|a|z|k)?sh\b")
_PIPED = pattern(r"[^\n]*\|\s*(?:sudo\s+)?(?:\S*/)?(?:ba|da|a|z|k)?sh\b")

_MOST = 100
"""Here-documents of one line."""
_LONGEST = 1_000
"""Characters of a line behind one."""


class Parts:
    """The text of one RUN."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._begins = [0]
        self._data: list[tuple[int, int]] = []
        self._beside = len(text)
        at = 0
        waiting: list[tuple[str, bool]] = []
        while (token := _TOKEN.search(text, at)) is not None:
            at = token.end()
            if token.group("comment") is not None:
                self._data.append(token.span())
            elif token.group("word"):
                if len(waiting) < _MOST and not self._is_script(token.start(), at):
                    waiting.append((token.group("word"), bool(token.group("tabs"))))
            elif token.group("beside"):
                self._beside = min(self._beside, token.start())
                self._begins.append(at)
            elif token.group("part"):
                if token.group() == "\n":
                    for word, tabs in waiting:
                        at = self._document(at, word, tabs)
                    waiting = []
                self._begins.append(at)

    def _is_script(self, start: int, end: int) -> bool:
        """Whether a here-document is read by a shell. One that stands alone is BuildKit's."""
        before = self._text[self._begins[-1] : start]
        line = self._text.find("\n", end, end + _LONGEST)
        behind = self._text[end : min(line if line >= 0 else len(self._text), end + _LONGEST)]
        command = before if before.strip() else behind
        return not command.strip() or bool(_SHELL.match(command) or _PIPED.match(behind))

    def _document(self, at: int, word: str, tabs: bool) -> int:
        """Where it ends; BuildKit's own have lost the line that ends them."""
        begin = at
        while at < len(self._text):
            line = self._text.find("\n", at)
            line = line if line >= 0 else len(self._text)
            content = self._text[at:line]
            if (content.lstrip("\t") if tabs else content) == word:
                break
            at = line + 1
        self._data.append((begin, at))
        return min(at, len(self._text))

    def is_data(self, offset: int) -> bool:
        """Whether what stands there is no part of a command, or a word it prints or writes."""
        number = bisect_right(self._data, (offset, len(self._text) + 1)) - 1
        if number >= 0 and offset < self._data[number][1]:
            return True
        begin = self._begins[bisect_right(self._begins, offset) - 1]
        return _DATA.match(self._text, begin, offset) is not None

    def has_started(self, offset: int) -> bool:
        """Whether a program runs beside what stands there."""
        return self._beside < offset
