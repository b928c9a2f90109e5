"""Secrets as a type, and user information in addresses masked as Docker masks it."""

from __future__ import annotations

from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Tuple


MASK = "xxxxx"
"""What stands for a secret, as in moby 26.1 daemon/config/config.go, MaskCredentials."""

USER_INFO = f"{MASK}:{MASK}"

_SCHEME = pattern(r"\s*[A-Za-z][A-Za-z0-9+.\-]*://|\s*//|\s*")
_BAD_PERCENT = pattern(r"%(?![0-9a-fA-F]{2})")
_PERCENT = pattern(r"%[0-9a-fA-F]{2}")
_NAME = r"\$(?:[A-Z][A-Z0-9_]{2,}|\{[A-Za-z_][A-Za-z0-9_]*\})"
_LOGIN = pattern(rf"{_NAME}(?::\S*)?|\$[A-Za-z_]\w*:\$[A-Za-z_]\w*|[^:$]+:{_NAME}")
_PLAIN = pattern(r"[A-Za-z0-9\-._~!$&'()*+,;=:%]*")


class Secret:
    """An address, or any other text, that is shown only by a call to ``reveal``.

    Its str has the user information masked, its repr nothing of it, and json refuses it. A bare
    password has no user information to mask: ``str`` is for addresses and lists of hosts.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; the name is there to be searched for."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> str:
        return mask_url(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)


def mask_url(value: str) -> str:
    """``http://user:password@host`` → ``http://xxxxx:xxxxx@host``; what has no ``@`` as it is.

    All from the scheme (or the start) to the last ``@`` is masked, whatever is in it: raw
    ``/ # ? @``, blanks, quotes. An escaped one (``%40``) counts as well: people escape whole
    addresses, and rather a host is hidden than a password shown.
    """
    start, end = _user_info(value)
    return value if end < 0 else f"{value[:start]}{USER_INFO}@{_behind(value, end)}"


def _user_info(value: str) -> Tuple[int, int]:
    """Start and end of the user information; the end is -1 if there is none."""
    end = max(value.rfind("@"), value.rfind("%40"))
    match = _SCHEME.match(value)
    start = 0 if match is None else match.end()
    return start, end if end >= start else -1


def user_information(value: str) -> str:
    """What ``mask_url`` takes out of an address, "" if there is nothing."""
    start, end = _user_info(value)
    return value[start:end] if end >= 0 else ""


def _behind(value: str, end: int) -> str:
    return value[end + (1 if value[end] == "@" else 3) :]


_VARIABLE = pattern(r"\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})")
"""As it stands where somebody hoped that a variable would be filled in."""


def traits(value: str) -> List[str]:
    """What a rule must know of an address's user information, without what it is.

    ``has-user``, ``has-password``; ``needs-escaping:@#``: the ASCII characters that would have to
    be percent-encoded (RFC 3986 userinfo), in order of their appearance; ``non-ascii``,
    ``control``; ``bad-percent``: a percent sign that begins no escape; ``percent-encoded``: one
    that does; ``variable``: a variable stands there that nobody fills in. A variable's name is no
    password. The agent adds ``same-as:N``: user information with the same N is the same.
    """
    start, end = _user_info(value)
    if end < 0:
        return []
    info = value[start:end]
    user, colon, password = info.partition(":")
    found: List[str] = []
    if user:
        found.append("has-user")
    if colon and password and not _VARIABLE.fullmatch(password):
        found.append("has-password")
    odd = [char for char in dict.fromkeys(info) if not _PLAIN.fullmatch(char)]
    shown = "".join(char for char in odd if " " <= char <= "~")
    if shown:
        found.append(f"needs-escaping:{shown}")
    if any(char > "\x7f" for char in odd):
        found.append("non-ascii")
    if any(char < " " or char == "\x7f" for char in odd):
        found.append("control")
    if _BAD_PERCENT.search(info):
        found.append("bad-percent")
    if _PERCENT.search(info):
        found.append("percent-encoded")
    if _LOGIN.fullmatch(info):
        found.append("variable")
    return found
