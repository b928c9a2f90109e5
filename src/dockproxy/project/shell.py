"""What a RUN says of proxies: variables for its commands, and what it writes into other programs'
settings. No shell is modelled: commands are parted at ``&& || ; |`` and line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from dockproxy.core.formats.redact_login import PAIR, PASSWORD
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.secret import MASK

_NAME = r"(?:https?|ftp|all|no)_proxy"
_VALUE = r"(\"[^\"\n]{0,2000}\"|'[^'\n]{0,2000}'|[^\s\"';&|<>()]{0,2000})"
_WHOLE = r"((?:\"[^\"\n]{0,2000}\"|'[^'\n]{0,2000}'|[^\s\"';&|<>()])*)"
_ASSIGNED = pattern(rf"(?<![\w.$-])({_NAME})={_WHOLE}", re.IGNORECASE)
_USER_INFO = pattern(r"xxxxx[\"']*@")
_APT = pattern(rf"Acquire::(?:https?|ftp)::Proxy[ =]+\\?{_VALUE}", re.IGNORECASE)
_FLAG = pattern(
    r"(?<=\s)(?:--proxy[ =]|-x[ ]?|-o[ ]?Acquire::https?::Proxy=)[\"']?"
    r"((?:https?|socks[45]?[ah]?)://[^\s\"';&|<>()]{1,2000})",
    re.IGNORECASE,
)
_GIT = pattern(rf"\b(git)\s+config\s+(?:--\S+\s+)*(?:https?\.(?:\S+\.)?proxy)\s+{_VALUE}")
_NPM = pattern(
    rf"\b(npm|yarn|pnpm)\s+(?:config\s+|c\s+)?set\s+(?:-\S+\s+)*(?:https?-)?proxy[ =]\s*{_VALUE}"
)
_PIP = pattern(rf"\b(pip)[\d.]*\s+config\s+(?:--\S+\s+)*set\s+\w+\.proxy\s+{_VALUE}")
_CONDA = pattern(rf"\b(conda)\s+config\s+--set\s+proxy_servers\.\w+\s+{_VALUE}")
_LINE = pattern(rf"(?<![\w.$-])(?:https?_)?proxy\s*=\s*{_VALUE}", re.IGNORECASE)
_FILE = pattern(
    r"(?:>>?|\btee\b(?:\s+-a)?)\s*[\"']?((?:\S*/)?(?:apt\.conf(?:\.d/[\w.-]+)?|environment|"
    r"profile(?:\.d/[\w.-]+)?|bash\.bashrc|\.bashrc|\.profile|yum\.conf|dnf\.conf|wgetrc|\.wgetrc|"
    r"\.curlrc|\.npmrc|\.yarnrc|\.gitconfig|pip\.conf|gradle\.properties|\.condarc))"
)
_UNDONE = {
    "git": pattern(r"\bgit\s+config\s+(?:--\S+\s+)*--unset(?:-all)?\s+(?:--\S+\s+)*https?\."),
    "npm": pattern(r"\bnpm\s+(?:config\s+|c\s+)?(?:rm|delete|del)\s+(?:-\S+\s+)*(?:https?-)?proxy"),
    "yarn": pattern(r"\byarn\s+config\s+(?:delete|unset)\s+"),
    "pnpm": pattern(r"\bpnpm\s+(?:config\s+)?(?:rm|delete|del)\s+(?:https?-)?proxy"),
    "pip": pattern(r"\bpip[\d.]*\s+config\s+(?:--\S+\s+)*unset\s+"),
    "conda": pattern(r"\bconda\s+config\s+--remove(?:-key)?\s+"),
}
_PART = pattern(r"&&|\|\||[;|\n]|(?<![&>\d])&(?![&>\d])")
_ALONE = pattern(
    rf"\s*(?:(?:export|set)\s+-?\w+|export(?:\s+\w+(?:={_VALUE})?)+|(?:\w+={_VALUE}\s*)+|set\s+[-+]\S+.*|:|true)\s*\Z"
)
_EXPORTS = pattern(rf"\s*(?:export\s+)?(?:\w+={_VALUE}\s+)*({_NAME})=", re.IGNORECASE)
_NONE = ("direct", "false", "_none_", "none", "null", "undefined")
_LOGIN = pattern(rf"{PAIR}[\"']?([^\s\"']*:{MASK})|{PASSWORD}[\"']?({MASK})", re.DOTALL)
_CURL = pattern(r"(?<![\w-])curl(?![\w-])")
_MOST = 200


class Written(NamedTuple):
    """offset and text: where it stands. name: the variable, or the program. value: unquoted."""

    offset: int
    text: str
    name: str
    value: str


def unquoted(text: str) -> str:
    """Without one pair of quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] else text


def given(text: str) -> Iterator[Written]:
    """Proxy variables for single commands, or for the rest of this RUN."""
    for number, match in enumerate(_ASSIGNED.finditer(text)):
        if number < _MOST:
            value = unquoted(match.group(2).rstrip("\\"))
            if _USER_INFO.search(value):
                value = re.sub("[\"']", "", value)
            yield Written(match.start(), match.group(), match.group(1), value)
    for number, match in enumerate(_FLAG.finditer(text)):
        if number < _MOST:
            yield Written(match.start(), match.group(), "--proxy", match.group(1))


def logins(text: str) -> Iterator[Written]:
    """Users and passwords that curl and wget are given for a proxy, as the agent masked them."""
    for match in islice(_LOGIN.finditer(text), _MOST):
        is_pair = match.group(1) is not None
        if not is_pair or _CURL.search(text, 0, match.start()):
            option = "--proxy-user" if is_pair else "--proxy-password"
            group = 1 if is_pair else 2
            yield Written(match.start(group), f"{option} {match.group(group)}", option, MASK)


def tools(text: str) -> Iterator[Written]:
    """Proxies that stay in a program's own settings. name: the program."""
    file = _FILE.search(text)
    if file is not None:
        named = file.group(1)
        for match in (_APT.search(text), _LINE.search(text)):
            if match is not None and _is_address(match.groups()[-1]):
                yield Written(match.start(), match.group(), named, unquoted(match.groups()[-1]))
                break
    for setter in (_GIT, _NPM, _PIP, _CONDA):
        matches = list(islice(setter.finditer(text), _MOST))
        if matches and _is_address(matches[-1].groups()[-1]):  # else the last one takes it away
            match = next(each for each in matches if _is_address(each.groups()[-1]))
            program, value = match.groups()
            yield Written(match.start(), match.group(), program, unquoted(value))


def _is_address(value: str) -> bool:
    plain = unquoted(value).strip("\\")
    return bool(plain) and plain.lower().rstrip(";") not in _NONE


def undoes(text: str, tool: str) -> bool:
    """Whether these commands take a program's proxy away again."""
    undoing = _UNDONE.get(tool)
    if undoing is not None:
        return undoing.search(text) is not None
    return re.search(rf"\brm\s[^\n;&|]*{re.escape(tool)}", text) is not None


def exports_alone(text: str) -> Written | None:
    """A proxy variable that no command of this RUN comes to use."""
    parts = [part for part in _PART.split(text[:20_000]) if part.strip()]
    if not parts or not all(_ALONE.match(part) for part in parts):
        return None
    if not any(_EXPORTS.match(part) for part in parts):
        return None
    return next(given(text), None)
