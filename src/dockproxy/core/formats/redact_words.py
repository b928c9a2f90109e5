"""A word of ``Environment=`` without its secret, and of the same worth to systemd."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from dockproxy.core.formats.redact_values import PROXY_NAMES, masked_value, plain_address
from dockproxy.core.formats.systemd_unit import is_valid_name
from dockproxy.core.formats.systemd_words import expand_specifiers, is_valid_utf8
from dockproxy.core.formats.unit_edit import escape
from dockproxy.core.model.light import pattern
from dockproxy.core.model.secret import MASK, USER_INFO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


_PUNCTUATION = pattern(r"[=,;:|&#-]{0,3}|export")
_LIST_ENTRY = pattern(r"[A-Za-z0-9.*:/\[\]_,;-]+")
# A digit is no specifier, so systemd ignores the word.
_LOGIN = pattern(r"((?:[A-Za-z][A-Za-z0-9+.\-]*:)?/{0,2})[^\s/?#:\[\]%]+:[^\s/%]+\Z")
_UNRESOLVED = "%1"
_OTHER_SIGN = pattern(r"(([A-Za-z_]+)(?::[ ]*|[ ]+))")


def shown_word(word: str, before: str, names_only: bool) -> Optional[str]:
    """What may be shown of a word, to stand in double quotes; None: it may stay as it is.

    word: unquoted, its percent signs as written. before: the name of the last assignment before it.
    names_only: a word without an equals sign is a variable's name (UnsetEnvironment).
    """
    expansion = expand_specifiers(word)
    text = expansion.text
    mark = _UNRESOLVED if text is None else ""
    if text is None or expansion.specifiers:
        # What the percent signs stand for is not known here, so they stay as they are.
        text = word
        mark = mark or "%" + expansion.specifiers[0]
    name, equals, value = text.partition("=")
    ignored = mark if mark == _UNRESOLVED else ""
    if _PUNCTUATION.fullmatch(word):
        return None
    if not equals:
        return None if _may_stay(word, before, names_only) else _without_equals(word) + ignored
    if not is_valid_name(name):
        odd = _odd_name(name, value)
        return None if odd == escape(word) and not mark else odd + ignored
    if not is_valid_utf8(value) and not ignored:
        return f"{name}={MASK}\\xff"
    shown = masked_value(name, value)
    if shown == value:
        return None
    return f"{name}={escape(_marked(shown, mark), double_percent=not mark)}"


def cut_off_login(words: Sequence[str], index: int) -> Optional[str]:
    """What may be shown of a proxy whose login goes on in a word behind it, even if the part that
    is here has the look of a host and its port; None if it does not.
    """
    name, _, value = words[index].partition("=")
    if name not in PROXY_NAMES or name.lower() == "no_proxy" or "@" in value:
        return None
    start = _LOGIN.match(value)
    if start is None:
        return None
    for word in islice(words, index + 1, None):
        before, equals, _ = word.partition("=")
        if equals and is_valid_name(before):
            return None
        if "@" in word and "://" not in word:
            return f"{name}={start.group(1)}{USER_INFO}"
    return None


def hidden_rest(rest: str, fault: str) -> str:
    """What may be shown of a value from where systemd gives up, after a double quote."""
    name, equals, value = rest.lstrip("'\"").partition("=")
    mark = "\\xxxxx" if fault == "bad-escape" else ""
    if not equals:
        return MASK + mark
    if not is_valid_name(name):
        return (escape(name) + "=" if _meant(name) in PROXY_NAMES else MASK) + mark
    value = value.rstrip("\"'").removesuffix(mark)
    first, *behind = re.sub(r"[\"'\\]", "", value).split() or [""]
    if "@" in "".join(behind) and "@" not in first:
        first = MASK
    shown = plain_address(first) if name in PROXY_NAMES else MASK if first else ""
    return f"{name}={escape(shown)}{mark}"


def _may_stay(word: str, before: str, names_only: bool) -> bool:
    if word in PROXY_NAMES or (names_only and is_valid_name(word)):
        return True
    if before.lower() == "no_proxy":
        return bool(_LIST_ENTRY.fullmatch(word))
    return "://" in word and plain_address(word) == word


def _odd_name(name: str, value: str) -> str:
    """systemd takes no such name: quotation marks of a text processor, ``export`` inside quotes."""
    if not name:
        return "=" + MASK
    meant = _meant(name)
    if meant not in PROXY_NAMES or len(name) - len(meant) > 8 or not is_valid_utf8(name):
        return MASK
    return f"{escape(name)}={escape(plain_address(value.strip()))}"


def _without_equals(word: str) -> str:
    """``NAME:value`` and ``"NAME value"``, masked but for what a proxy's name and address are."""
    meant = _OTHER_SIGN.match(word)
    if meant is None or meant.group(2) not in PROXY_NAMES:
        return MASK
    return f"{meant.group(1)}{escape(plain_address(word[meant.end() :]))}"


def _meant(name: str) -> str:
    """The name that this one is near to."""
    last = name.rstrip().rpartition(" ")[2].replace("-", "_")
    return re.sub("[^A-Za-z0-9_]", "", last).strip("_")


def _marked(shown: str, mark: str) -> str:
    """The text with a percent sign, if it has lost all of its kind, that systemd takes alike."""
    if not mark or _kind(shown) == _kind(mark):
        return shown
    if USER_INFO in shown:
        return shown.replace(USER_INFO, USER_INFO + mark, 1)
    return shown + mark


def _kind(text: str) -> str:
    expansion = expand_specifiers(text)
    if expansion.text is None:
        return "unresolved"
    return "specifier" if expansion.specifiers else ""
