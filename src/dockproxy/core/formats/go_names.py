"""How Go's encoding/json compares the names of keys and fields, and trims blanks round a text."""

from __future__ import annotations

_ODD_FOLDS = {"\u017f": "s", "\u212a": "k"}
_FOLDS = str.maketrans(_ODD_FOLDS)
_GO_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)


def same_field(key: str, name: str) -> bool:
    """Whether a struct's field called ``name`` (ASCII) takes the value of ``key``.

    Go takes a name without regard to case, the long s and the Kelvin sign included (Go 1.19
    encoding/json fold.go; Go 1.21 the same by another way).
    """
    if key == name:
        return True
    return len(key) == len(name) and all(map(_same_letter, key, name))


def _same_letter(char: str, letter: str) -> bool:
    char = _ODD_FOLDS.get(char, char)
    return char == letter or (char.isascii() and char.lower() == letter.lower())


def folded(key: str) -> str:
    """A key as Go compares it with the names of fields, in lower case: see ``same_field``."""
    return key.translate(_FOLDS).lower() if not key.isascii() else key.lower()


def trimmed(text: str) -> str:
    """The text as dockerd trims it, with every offset as it was.

    Any Unicode blank goes: those at the end are cut off, those at the start made plain ones.
    moby 23.0 daemon/config/config.go getConflictFreeConfiguration: bytes.TrimSpace.
    """
    text = text.rstrip(_GO_SPACES)
    body = text.lstrip(_GO_SPACES)
    blanks = text[: len(text) - len(body)]
    return "".join(char if char in " \t\r\n" else " " for char in blanks) + body
