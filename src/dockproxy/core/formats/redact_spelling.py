"""What a person reads of a masked line is spelled as the file spells it: the same quotes, and what
holds no secret as it is."""

from __future__ import annotations

from dockproxy.core.formats.redact_values import PROXY_NAMES
from dockproxy.core.formats.systemd_words import WHITESPACE, split_words
from dockproxy.core.model.light import pattern
from dockproxy.core.model.secret import MASK, USER_INFO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional


_BREAKS = frozenset(WHITESPACE + "'\"\\")
_QUOTES = "\"'"
_PROXY = pattern(
    r"([\"']?([A-Za-z_]+)=[\"']?(?:[A-Za-z][A-Za-z0-9+.-]*://)?)(?:([^\s\"'@]*)@)?"
    r"([A-Za-z0-9._-]*(?::[0-9]{0,5})?/?[\"']?)"
)
_LIST = pattern(r"[\"']?(?:NO_PROXY|no_proxy)=[\"']?[A-Za-z0-9.*:/_,-]*[\"']?")
_SPOILT = f"{MASK}\\{USER_INFO}"
"""A mask in which a backslash begins no escape, as in what it stands for."""


def spelled_as(raw: str, shown: str) -> str:
    """The word to stand for raw, a word of a unit as it is written. shown: as it stands in double
    quotes."""
    usual = f'"{shown}"'
    if not _BREAKS.intersection(raw) and not _BREAKS.intersection(shown):
        return shown
    name, equals, value = shown.partition("=")
    for quote in _QUOTES:
        inside = raw[1:-1] if raw[:1] == quote else raw[len(name) + 2 : -1]
        if raw[-1:] != quote or len(raw) < 2 or quote in inside:
            continue
        spelled = f"{quote}{shown}{quote}"
        if raw.startswith(f"{name}={quote}") and equals:
            spelled = f"{name}={quote}{value}{quote}"
        elif raw[0] != quote:
            continue
        if _same(spelled, usual):
            return spelled
    return usual


def _same(one: str, other: str) -> bool:
    """Whether systemd reads the same single word of both."""
    words, others = split_words(one), split_words(other)
    if words.fault or others.fault or len(words.words) != 1 or len(others.words) != 1:
        return False
    return words.words[0].text == others.words[0].text


def kept_rest(rest: str, fault: str) -> Optional[str]:
    """What may be shown of a value from where systemd gives up, where it is proxies alone: all but
    their user information. None for any other."""
    shown: List[str] = []
    for word in rest.split(" "):
        found = _PROXY.fullmatch(word)
        if not word or _LIST.fullmatch(word):
            shown.append(word)
            continue
        if found is None or found.group(2) not in PROXY_NAMES:
            return None
        before, _, info, behind = found.groups()
        if info is None:
            shown.append(word)
        else:
            spoilt = split_words(f'"{info}"').fault == "bad-escape"
            shown.append(f"{before}{_SPOILT if spoilt else USER_INFO}@{behind}")
    spelled = " ".join(shown)
    words = split_words(spelled)
    return spelled if words.fault == fault and words.broken_at == 0 else None
