"""What dockerd says of a file that is not well-formed Unicode."""

from __future__ import annotations

from dockproxy.core.formats.go_json import position
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


_BUFFER = 4096
_BAD_BYTE = pattern("[\udc80-\udcff]")


def encoding_fault(text: str, encoding: str, bom: bool) -> Optional[ParseError]:
    """The error for the first byte that is no UTF-8, or None.

    Of UTF-16 nothing is refused here: half a pair becomes U+FFFD. The offset that dockerd names is
    where it stopped reading, not where the byte is (golang.org/x/text transform.Chain, in steps of
    4096 bytes); line and column here are the byte's own. moby 23.0 to 29.7.
    """
    bad = _BAD_BYTE.search(text) if encoding == "utf-8" else None
    if bad is None:
        return None
    data = text.encode("utf-8", "surrogateescape")
    at = len(text[: bad.start()].encode("utf-8"))
    start = 0
    while start + _BUFFER <= at and start + _BUFFER < len(data):
        start += _BUFFER
        while data[start] & 0xC0 == 0x80:  # a character that the buffer's end cuts is read again
            start -= 1
    read = min(start + _BUFFER, len(data)) + (3 if bom else 0)
    said = f"failed to decode configuration JSON at offset {read}: encoding: invalid UTF-8"
    return ParseError(said, *position(text, bad.start()), bad.start())
