"""What a RUN says of proxies: variables for its commands, and what it writes into other programs'
settings. No shell is modelled: commands are parted at ``&& || ; |`` and line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dockproxy.core.model.light import NamedTuple

_NAME = r"(?:https?|ftp|all|no)_proxy"
_VALUE = r"(\"[^\"\n]{0,2000}\"|'[^'\n]{0,2000}'|[^\s\"';&|<>()]{0,2000})"
_WHOLE = r"((?:\"[^\"\n]{0,2000}\"|'[^'\n]{0,2000}'|[^\s\"';&|<>()])*)"
_ASSIGNED = re.compile(rf"(?<![\w.$-])({_NAME})={_WHOLE}", re.IGNORECASE)
_USER_INFO = re.compile(r"xxxxx[\"']*@")
_APT = re.compile(rf"Acquire::(?:https?|ftp)::Proxy[ =]+\\?{_VALUE}", re.IGNORECASE)
_FLAG = re.compile(
    r"(?<=\s)(?:--proxy[ =]|-x[ ]?|-o[ ]?Acquire::https?::Proxy=)[\"']?"
    r"((?:https?|socks[45]?[ah]?)://[^\s\"';&|<>()]{1,2000})",
    re.IGNORECASE,
)
_GIT = re.compile(rf"\bgit\s+config\s+(?:--\S+\s+)*(?:https?\.(?:\S+\.)?proxy)\s+{_VALUE}")
_NPM = re.compile(
    rf"\b(npm|yarn|pnpm)\s+(?:config\s+|c\s+)?set\s+(?:-\S+\s+)*(?:https?-)?proxy[ =]\s*{_VALUE}"
)
_PIP = re.compile(rf"\b(pip)[\d.]*\s+config\s+(?:--\S+\s+)*set\s+\w+\.proxy\s+{_VALUE}")
_CONDA = re.compile(rf"\b(conda)\s+config\s+--set\s+proxy_servers\.\w+\s+{_VALUE}")
_LINE = re.compile(rf"(?<![\w.$-])(?:https?_)?proxy\s*=\s*{_VALUE}", re.IGNORECASE)
_FILE = re.compile(
    r"(?:>>?|\btee\b(?:\s+-a)?)\s*[\"']?((?:\S*/)?(?:apt\.conf(?:\.d/[\w.-]+)?|environment|"
    r"profile(?:\.d/[\w.-]+)?|bash\.bashrc|\.bashrc|\.profile|yum\.conf|dnf\.conf|wgetrc|\.wgetrc|"
    r"\.curlrc|\.npmrc|\.yarnrc|\.gitconfig|pip\.conf|gradle\.properties|\.condarc))"
)
_UNDONE = {
    "git": re.compile(r"\bgit\s+config\s+(?:--\S+\s+)*--unset(?:-all)?\s+(?:--\S+\s+)*https?\."),
    "npm": re.compile(
        r"\bnpm\s+(?:config\s+|c\s+)?(?:rm|delete|del)\s+(?:-\S+\s+)*(?:https?-)?proxy"
    ),
    "yarn": re.compile(r"\byarn\s+config\s+(?:delete|unset)\s+"),
    "pnpm": re.compile(r"\bpnpm\s+(?:config\s+)?(?:rm|delete|del)\s+(?:https?-)?proxy"),
    "pip": re.compile(r"\bpip[\d.]*\s+config\s+(?:--\S+\s+)*unset\s+"),
    "conda": re.compile(r"\bconda\s+config\s+--remove(?:-key)?\s+"),
}
_PART = re.compile(r"&&|\|\||[;|\n]|(?<![&>\d])&(?![&>\d])")
_ALONE = re.compile(
    rf"\s*(?:(?:export|set)\s+-?\w+|export(?:\s+\w+(?:={_VALUE})?)+|(?:\w+={_VALUE}\s*)+|set\s+[-+]\S+.*|:|true)\s*\Z"
)
_EXPORTS = re.compile(rf"\s*(?:export\s+)?(?:\w+={_VALUE}\s+)*({_NAME})=", re.IGNORECASE)
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


def tools(text: str) -> Iterator[Written]:
    """Proxies that stay in a program's own settings. name: the program."""
    file = _FILE.search(text)
    if file is not None:
        named = file.group(1)
        for match in (_APT.search(text), _LINE.search(text)):
            if match is not None and _is_address(match.groups()[-1]):
                yield Written(match.start(), match.group(), named, unquoted(match.groups()[-1]))
                break
    git = _GIT.search(text)
    if git is not None:
        yield Written(git.start(), git.group(), "git", unquoted(git.group(1)))
    for pattern in (_NPM, _PIP, _CONDA):
        match = pattern.search(text)
        if match is not None and match.group(2):
            yield Written(match.start(), match.group(), match.group(1), unquoted(match.group(2)))


def _is_address(value: str) -> bool:
    plain = unquoted(value).strip("\\")
    return bool(plain) and plain.lower().rstrip(";") not in ("direct", "false", "_none_", "none")


def undoes(text: str, tool: str) -> bool:
    """Whether these commands take a program's proxy away again."""
    pattern = _UNDONE.get(tool)
    if pattern is not None:
        return pattern.search(text) is not None
    return re.search(rf"\brm\s[^\n;&|]*{re.escape(tool)}", text) is not None


def exports_alone(text: str) -> Written | None:
    """A proxy variable that no command of this RUN comes to use."""
    parts = [part for part in _PART.split(text[:20_000]) if part.strip()]
    if not parts or not all(_ALONE.match(part) for part in parts):
        return None
    if not any(_EXPORTS.match(part) for part in parts):
        return None
    first = next(given(text), None)
    return first
