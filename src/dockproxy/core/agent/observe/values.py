"""Variables and words that may be copied, and what is left of the others.

An allow-list: proxy variables and those of Docker, user information masked; of any other value
only that it is there.
"""

from __future__ import annotations

import re

from dockproxy.core.formats.redact_values import PROXY_NAMES, masked_value, shown_arguments
from dockproxy.core.model.light import pattern
from dockproxy.core.model.secret import MASK, mask_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Mapping, Tuple


_REFERENCE = pattern(r"\$(?:\w+|\{\w+\})\Z")
_DOCKERS = pattern(r"DOCKER\w*\Z", re.ASCII)
_NAME = pattern(r"\w+\Z", re.ASCII)


def proxy_variables(environment: Mapping[str, str]) -> Dict[str, str]:
    """The proxy variables of an environment, masked."""
    return {name: mask_url(value) for name, value in environment.items() if name in PROXY_NAMES}


def kept_variables(environment: Mapping[str, str]) -> Dict[str, str]:
    """What a Snapshot keeps of a process's environment, masked: proxies, Docker's, and
    REQUEST_METHOD, which makes Go refuse HTTP_PROXY (Go 1.24 httpproxy, FromEnvironment)."""
    return {
        name: masked_value(name, value)
        for name, value in environment.items()
        if name in PROXY_NAMES or name == "REQUEST_METHOD" or _DOCKERS.match(name)
    }


def pairs(words: Iterable[str]) -> Dict[str, str]:
    """``NAME=value`` words as a mapping; of a name the first counts (Go 1.24 syscall, copyenv)."""
    found: Dict[str, str] = {}
    for word in words:
        name, separator, value = word.partition("=")
        if separator:
            found.setdefault(name, value)
    return found


def masked_words(words: Iterable[str]) -> Tuple[str, ...]:
    """``NAME=value`` words with each value as it may be shown; a bare name stays."""
    masked = []
    for word in words:
        name, separator, value = word.partition("=")
        if separator:
            shown = name if _NAME.match(name) else MASK
            masked.append(f"{shown}={masked_value(name, value)}")
        else:
            masked.append(word if _NAME.match(word) else MASK)
    return tuple(masked)


def masked_arguments(words: Iterable[str]) -> Tuple[str, ...]:
    """dockerd's words: values of flags that may hold a secret (``--log-opt`` …) are hidden, user
    information in the others is masked.

    Words that belong to no flag are taken for the rest of the value before them: systemctl prints
    a command without quotes, and dockerd itself takes none.
    """
    whole: List[str] = []
    wanted = complete = False
    for word in words:
        if word.startswith("-"):
            wanted, complete = "=" not in word, "=" in word
        elif _REFERENCE.match(word):
            wanted = complete = False
        elif complete:
            whole[-1] += f" {word}"
            continue
        else:
            wanted, complete = False, wanted
        whole.append(word)
    return tuple(shown_arguments(whole))


def flag_value(words: Iterable[str], name: str) -> str:
    """The value of dockerd's ``--name``, "" if it is not given; of several the last counts."""
    found = ""
    expected = False
    for word in words:
        if expected:
            found, expected = word, False
            continue
        flag, separator, value = word.partition("=")
        if flag in (f"--{name}", f"-{name}"):
            found, expected = (value, False) if separator else (found, True)
    return found
