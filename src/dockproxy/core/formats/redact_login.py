"""Users and passwords that are options of a command: curl -U ann:pw, wget --proxy-password=pw.

curl(1) -U, --proxy-user; wget(1) --proxy-password, --proxy-passwd before 1.10. They may be words of
a shell, of a JSON array, or items of a YAML list on lines of their own.
"""

from __future__ import annotations

from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Tuple

BETWEEN = (
    r"(?:[ \t]{0,9}=[ \t]{0,9}|[\"']?[ \t]{0,9},?[ \t]{0,9}"
    r"(?:\\?\r?\n[ \t]{0,80})?(?:-[ \t]{1,9})?)"
)
"""What may stand between an option and its value."""
PAIR = rf"(?:(?<![\w-])-(?:[a-zA-Z]{{0,10}})U|--proxy-user\b){BETWEEN}"
PASSWORD = rf"--proxy-passw(?:or)?d\b{BETWEEN}"

_WORD = r"(?:\"((?:[^\"\\\n]|\\.){1,400})\"|'([^'\n]{1,400})'|([^\s\"'`;|&<>]{1,400}))"
_PAIR = pattern(PAIR + _WORD)
_PASSWORD = pattern(PASSWORD + _WORD)


def logins(raw: str) -> Iterator[Tuple[int, int, bool]]:
    """Where each stands, quotes left out; whether it is user and password."""
    if "U" in raw or "--proxy-user" in raw:
        for match in _PAIR.finditer(raw):
            group = match.lastindex or 0
            user, colon, password = match.group(group).partition(":")
            if user and colon and password and not password.startswith("//"):
                yield match.start(group), match.end(group), True
    if "--proxy-passw" in raw:
        for match in _PASSWORD.finditer(raw):
            group = match.lastindex or 0
            yield match.start(group), match.end(group), False
