"""What reads error texts that people paste or pipe in."""

from __future__ import annotations

from collections.abc import Callable

from dockproxy.messages.recognise import recognise
from tests.messages.real import texts

LONGEST = 3_500


def error_text(data: bytes) -> None:
    """No line that is quoted is long, of more than one line, or from nowhere."""
    text = data.decode("utf-8", "replace")
    for match in recognise(text, {("10.0.0.1", "3128")}, here=True):
        assert match.line
        assert len(match.line) <= LONGEST
        assert not set(match.line) & set("\n\r\x00\x1b")
        assert 1 <= match.number <= len(text) + 1


MESSAGES: dict[str, Callable[[bytes], object]] = {"error_text": error_text}
TEXTS = tuple(
    each.text.encode() for name in ("first.txt", "second.txt", "others.txt") for each in texts(name)
)
