"""Secrets as a type, and user information in addresses masked as Docker masks it."""

from __future__ import annotations

import re

from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Tuple


MASK = "xxxxx"
"""What stands for a secret, as in moby 26.1 daemon/config/config.go, MaskCredentials."""

USER_INFO = f"{MASK}:{MASK}"

_SCHEME = pattern(r"\s*[A-Za-z][A-Za-z0-9+.\-]*://|\s*//|\s*")
_BAD_PERCENT = pattern(r"%(?![0-9a-fA-F]{2})")
_DOUBLED = pattern(r"%(%[0-9a-fA-F]{2})")
_PERCENT = pattern(r"%[0-9a-fA-F]{2}")
_NAME = r"\$(?:[A-Z][A-Z0-9_]{2,}|\{[A-Za-z_][A-Za-z0-9_]*\})"
_LOGIN = pattern(rf"{_NAME}(?::\S*)?|\$[A-Za-z_]\w*:\$[A-Za-z_]\w*|[^:$]+:{_NAME}")
_PLAIN = pattern(r"[A-Za-z0-9\-._~!$&'()*+,;=:%]*")

_AUTHORITY = pattern(r"(?:(?<=[A-Za-z0-9+.\-]):/{1,2}|(?<![/:])//)(?!/)")
_HOST_NAME = pattern(r"\[[^\]\s]*\]|[^\s/?#@:\[\]\"]+")
_CLOSED = (
    r"(?=[\s/?#:,;.\u3001\u3002\uff0c\uff0f\uff1b]|[\"'`\u201d\u2019)>\]}&|\\]+(?:[\s/:,;]|\Z)|\Z)"
)
_UNSEEN = r"[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff]*"
_PORT = pattern(
    rf"(?i:{_UNSEEN}(?:[0-9\uff10-\uff19]{_UNSEEN}){{1,5}}"
    r"|[<({\[$%\"']{0,3}(?:(?:your|my|the|proxy|https?|squid)[-_ ]?){0,3}port"
    r"(?:[-_ ]?(?:number|num|no|nr))?[>)}\]%]{0,2}"
    r"|[<({\[]?(?:\u7aef\u53e3\u53f7?|puerto|x{2,4}|n{4}|#{4})[>)}\]]?"
    r"|\$\{[a-z_]\w*(?::?-[0-9]{0,5})?\}|\{\{[^{}\s]*\}\}|%[a-z]"
    rf"|){_CLOSED}"
)
"""A port, or a word that stands for one and is nobody's password; also nothing at all."""
_NO_USER = pattern(r"(?:\[[0-9A-Fa-f:.%]+\]|[0-9]{1,3}(?:\.[0-9]{1,3}){3}):[0-9]")
_BARE_IPV6 = pattern(r"[0-9A-Fa-f:.]+(?=[\s/?#\"',;]|%|\Z)")
_NO_SCHEME = pattern(r"[A-Za-z0-9.\-]+:[0-9]{1,5}(?:/[^\s?#,]*)?[?#]")
_STOP = pattern(r"[\s?#\"]|\Z")
_NEXT = pattern(
    r"(?<![\s;,\"'&])[\s;,\"'&]+(?:(?:https?|ftp|all|no)_proxy=|(?:https?|socks[45]?[ah]?)://)"
    r"|\":\s|(?<![\s\"'\u201d\u2019,;])[\s\"'\u201d\u2019,;]+\Z",
    re.IGNORECASE,
)
_HIDDEN = pattern(rf"{MASK}:{MASK}|[?#]{MASK}")


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

    Behind the colon of an address stands a port. What can be none (``http://bob:Sup3r``) is the
    first part of a login that a quote or a blank has cut off, and masked; so are a query and a
    fragment: ``http://h:1/?xxxxx#xxxxx``.
    """
    start, end = _user_info(value)
    if end < 0:
        bare = _NO_SCHEME.match(value) is not None
        return _without_rest(value, -1 if bare else 0, "") if bare or "/" in value else value
    return _without_rest(_behind(value, end), -1, f"{value[:start]}{USER_INFO}@")


def is_secret(value: str) -> bool:
    """Whether ``mask_url`` takes something out of an address."""
    return mask_url(value) != value


def hides_something(shown: str) -> bool:
    """Whether ``mask_url`` took something out of what this was."""
    return MASK in shown and _HIDDEN.search(shown) is not None


def _without_rest(text: str, at: int, head: str) -> str:
    """The text behind ``head`` without cut off logins, queries and fragments. at: -1 if an
    address's host stands at its start.
    """
    shown = [head]
    done, stop = 0, -1
    while True:
        begin = 0
        if at >= 0:
            found = _AUTHORITY.search(text, at)
            if found is None:
                break
            begin = found.end()
        if begin < done:
            at = done
            continue
        name = _HOST_NAME.match(text, begin)
        at = begin if name is None else name.end()
        if name is not None and text[at : at + 1] == ":" and not _is_port(text, begin, at + 1):
            at = _end(text, at)
            shown += (text[done:begin], USER_INFO)
            done = at
            continue
        if stop < begin:
            found = _STOP.search(text, begin)
            stop = len(text) if found is None else found.start()
        if text[stop : stop + 1] not in ("?", "#"):
            continue
        at = _end(text, stop + 1)
        hidden = text[stop + 1 : at]
        if hidden:
            query, fragment, behind = hidden.partition("#")
            shown += (text[done : stop + 1], MASK if query else "")
            shown += (fragment, MASK if behind else "")
            done = at
    return "".join((*shown, text[done:]))


def _is_port(text: str, begin: int, at: int) -> bool:
    """Whether this can be nothing but a port, a word that stands for one, what was meant as the
    port of an IP address, or part of an IPv6 address without its brackets.
    """
    if _PORT.match(text, at) or _NO_USER.match(text, begin):
        return True
    bare = _BARE_IPV6.match(text, begin)
    return bare is not None and ("::" in bare.group() or bare.group().count(":") > 6)


def _end(text: str, at: int) -> int:
    """Where what is hidden from ``at`` on ends: at another address, or with the text."""
    found = _NEXT.search(text, at)
    return len(text) if found is None else found.start()


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


def halved_percent(info: str) -> str:
    """User information with one percent sign for two, as it is where those are not a unit's."""
    halved = _DOUBLED.sub(r"\1", info)
    return info if _BAD_PERCENT.search(halved) else halved


_VARIABLE = pattern(r"\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})")
"""As it stands where somebody hoped that a variable would be filled in."""


def traits(value: str) -> List[str]:
    """What a rule must know of an address's user information, without what it is.

    ``has-user``, ``has-password``; ``needs-escaping:@#``: the ASCII characters that would have to
    be percent-encoded (RFC 3986 userinfo), in order of their appearance; ``non-ascii``,
    ``control``; ``bad-percent``: a percent sign that begins no escape; ``doubled-percent``: each
    such one stands before an escape; ``percent-encoded``: one that does; ``variable``: a variable
    stands there that nobody fills in. A variable's name is no
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
        if halved_percent(info) != info:
            found.append("doubled-percent")
    if _PERCENT.search(info):
        found.append("percent-encoded")
    if _LOGIN.fullmatch(info):
        found.append("variable")
    return found
