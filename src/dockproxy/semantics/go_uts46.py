"""Non-ASCII names as golang.org/x/net/idna writes them: idna.Lookup.ToASCII, UTS #46.

Python has no tables of UTS #46, but its mapping is nearly that of NFKC and full case folding, which
``unicodedata`` has; what differs stands below. Not known here is what came into Unicode after the
Python that runs (an error, as for an unassigned character), and of ZERO WIDTH NON-JOINER between
letters that join, more than that both are Arabic. ``xn--`` before a label that is not ASCII is an
error here, which Go decodes. tests/lab/test_go.py measures how much that is.
"""

from __future__ import annotations

import unicodedata

from dockproxy.core.model.light import pattern
from dockproxy.semantics.go_idna import NEWEST, Edition

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_DEVIATIONS = {"ß": "ss", "ς": "σ", _ZWNJ: "", _ZWJ: ""}
_IGNORED = pattern(
    "[\xad\u034f\u180b-\u180d\u180f\u200b\u2060\u2064\ufe00-\ufe0f\ufeff"
    "\U0001bca0-\U0001bca3\U000e0100-\U000e01ef]"
)
_IGNORED_SINCE_16 = pattern(
    "[\u115f\u1160\u17b4\u17b5\u180e\u2061-\u2063\u206a-\u206f\u3164\uffa0\U0001d173-\U0001d17a]"
)
_REFUSED = pattern("[\ufe12\u2ff0-\u2fff\u31ef\ufffc\ufffd]")
_REFUSED_BEFORE_16 = pattern(
    "[\u04c0\u10a0-\u10c5\u1160\u115f\u17b4\u17b5\u1806\u2132\u2183\u2260\u226e\u226f\u3164\uffa0"
    "\U0002f868\U0002f874\U0002f91f\U0002f95f\U0002f9bf]"
)
_STOPS = frozenset(".。．｡")
_NONE = "\ufffd"
_NO_CHARACTER = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp"))
_STD3 = pattern(r"[a-z0-9.\-\x80-\U0010ffff]*\Z")
_VIRAMA = 9
_TO_THE_RIGHT = frozenset("آأؤإاةدذرزوىٱٲٳٵٶٷ")


def to_ascii(name: str, edition: Edition = NEWEST) -> str | None:
    """The name in ASCII, None where Go gives an error."""
    mapped = unicodedata.normalize("NFC", "".join(_map(char, edition) for char in name))
    bidi = _is_right_to_left(name)
    labels = []
    for label in mapped.split("."):
        if label.startswith("xn--"):
            plain = _from_punycode(label[4:], edition)
            if plain is None:
                return None
            label = plain
            bidi = bidi or _is_right_to_left(label)
        if label and not _is_valid(label):
            return None
        labels.append(label)
    if bidi and not all(map(_keeps_bidi, labels)):
        return None
    return ".".join(map(_punycode, labels))


def _map(char: str, edition: Edition) -> str:
    if char in _DEVIATIONS:
        return _DEVIATIONS[char] if edition.transitional else char
    if char == "ẞ":
        return "ß" if edition.since_16 and not edition.transitional else "ss"
    if _IGNORED.match(char) or (edition.since_16 and _IGNORED_SINCE_16.match(char)):
        return ""
    if _REFUSED.match(char) or (not edition.since_16 and _REFUSED_BEFORE_16.match(char)):
        return _NONE
    if char in _STOPS:
        return "."
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
    return _NONE if "." in folded else folded


def _from_punycode(encoded: str, edition: Edition) -> str | None:
    """A label without its ``xn--``; what has no more than a hyphen at its end is not looked at."""
    if encoded.rfind("-") == 0:
        return None
    if encoded.endswith("-"):
        label = encoded[:-1]
    else:
        try:
            label = encoded.encode("ascii").decode("punycode")
        except (UnicodeError, ValueError, OverflowError):
            return None
    if label and label.isascii() and edition.refuses_ascii:
        return None
    kept = edition._replace(transitional=False)
    if "." in label or any(_map(char, kept) != char for char in label):
        return None
    return label if unicodedata.is_normalized("NFC", label) else None


def _is_valid(label: str) -> bool:
    written = label.encode("utf-8", "surrogatepass")
    if len(written) > 4 and written[2:4] == b"--":
        return False
    if label.startswith("-") or label.endswith("-") or not _STD3.match(label):
        return False
    if unicodedata.category(label[0]).startswith("M"):
        return False
    if not all(_is_allowed(char) for char in label):
        return False
    return all(_joins(label, at) for at, char in enumerate(label) if char in (_ZWNJ, _ZWJ))


def _is_allowed(char: str) -> bool:
    if char.isascii() or char in (_ZWNJ, _ZWJ):
        return True
    return char != _NONE and unicodedata.category(char) not in _NO_CHARACTER


def _joins(label: str, at: int) -> bool:
    """RFC 5892, A.1 and A.2."""
    before = label[at - 1] if at else ""
    if before and unicodedata.combining(before) == _VIRAMA:
        return True
    behind = label[at + 1 : at + 2]
    return (
        label[at] == _ZWNJ
        and _is_arabic(before)
        and before not in _TO_THE_RIGHT
        and _is_arabic(behind)
    )


def _is_arabic(char: str) -> bool:
    return bool(char) and unicodedata.bidirectional(char) == "AL"


def _is_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text)


def _keeps_bidi(label: str) -> bool:
    """RFC 5893, section 2."""
    if not label:
        return True
    classes = [unicodedata.bidirectional(char) for char in label]
    first = classes[0]
    ending = next((each for each in reversed(classes) if each != "NSM"), "")
    weak = {"EN", "ES", "CS", "ET", "ON", "BN", "NSM"}
    if first in ("R", "AL"):
        known = set(classes)
        both = {"EN", "AN"} <= known
        return known <= weak | {"R", "AL", "AN"} and not both and ending in ("R", "AL", "EN", "AN")
    return first == "L" and set(classes) <= weak | {"L"} and ending in ("L", "EN")


def _punycode(label: str) -> str:
    if label.isascii():
        return label
    return "xn--" + label.encode("punycode").decode("ascii")
