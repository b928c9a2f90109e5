"""Entries that a host is compared with from its end, as wget, apt and aria2 do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def lowered(text: str) -> str:
    """Lower case as C's own locale has it: of A to Z alone."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


class Suffixes:
    """Any number of entries; what a look-up costs depends on how many lengths they have."""

    def __init__(self, entries: Iterable[str], *, case_counts: bool = False) -> None:
        self._fold = str if case_counts else lowered
        self._entries: dict[str, tuple[int, str]] = {}
        for number, entry in enumerate(entries):
            self._entries.setdefault(self._fold(entry), (number, entry))
        self._lengths = sorted({len(entry) for entry in self._entries})

    def ends_of(self, host: str) -> Iterator[str]:
        """The entries that the host ends with, in the order of the list."""
        folded = self._fold(host)
        size = len(folded)
        found = []
        for length in self._lengths:
            if length > size:
                break
            entry = self._entries.get(folded[size - length :])
            if entry is not None:
                found.append(entry)
        return (entry for _, entry in sorted(found))
