"""What of a project's file must not leave the agent: user information in addresses, and in options
of curl and wget.

The syntax is not looked at: a compose file, a Dockerfile and a script in it are searched alike,
word by word. What a variable will give (``http://${USER}:${PASS}@proxy``) is nobody's secret. The
rest of the text is left to the reader, which keeps of it the proxies alone.
"""

from __future__ import annotations

import re

from dockproxy.core.formats.redact_login import logins
from dockproxy.core.formats.redact_pieces import Piece
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.secret import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Set, Tuple


_WORD = pattern(r"[^\s\"'`<>]+")
_QUOTE = pattern(r"(?<!\\)[\"']")
_LONGEST = 2_000
_NAMES_PROXY = pattern(r"prox|-x", re.IGNORECASE)
_VARIABLES = pattern(r"(?:\$\{[A-Za-z_]\w*(?::?\?[^}]*)?\}|\$[A-Za-z_]\w*|\{\{[^{}]*\}\})+\Z")
_NO_SCHEME = pattern(r"(?:[^\s=]*=)?([^\s:@/=]+:[^\s@/]*)@(?!sha256:)[\w.$\[{-]")
_DOLLAR = pattern(r"(?<!\$)\$(?:\$\$)*(?=[A-Za-z_{])")


class Found(NamedTuple):
    """pieces: what stands there instead. secrets: lines (from 1) with a password written out.
    dollars: those with one in which a sign stands that begins a variable.
    """

    pieces: List[Piece]
    secrets: Set[int]
    dollars: Set[int]


def project_pieces(raw: str) -> Found:
    """The user information in a text of unknown syntax."""
    pieces: List[Piece] = []
    secrets: Set[int] = set()
    dollars: Set[int] = set()
    at = 0
    options = sorted(_of_options(raw), reverse=True)
    for number, line in enumerate(raw.split("\n"), 1):
        end = at + len(line)
        mine: List[Tuple[Piece, bool]] = []
        while options and options[-1][0].start <= end:
            mine.append(options.pop())
        if mine or "@" in line or "%40" in line:
            for piece, is_password in _apart([*mine, *_of_line(line, at)]):
                pieces.append(piece)
                if is_password:
                    secrets.add(number)
                    if _DOLLAR.search(raw, piece.start, piece.end):
                        dollars.add(number)
        at += len(line) + 1
    return Found(pieces, secrets, dollars)


def _of_options(raw: str) -> Iterator[Tuple[Piece, bool]]:
    for begin, end, is_pair in logins(raw):
        given = raw[begin:end].replace("$$", "$")  # as compose reads it
        if given.startswith("$("):
            continue  # what a program prints
        masked, is_password = _masked(given if is_pair else f":{given}")
        shown = masked if is_pair else masked.partition(":")[2]
        if shown != given:
            yield Piece(begin, end, shown), is_password


def _apart(found: List[Tuple[Piece, bool]]) -> Iterator[Tuple[Piece, bool]]:
    """Of those that overlap one for all that they cover."""
    kept: List[Tuple[Piece, bool]] = []
    for piece, is_password in sorted(found):
        if not kept or piece.start >= kept[-1][0].end:
            kept.append((piece, is_password))
            continue
        before, was_password = kept[-1]
        whole = Piece(before.start, max(before.end, piece.end), f"{MASK}:{MASK}")
        kept[-1] = (whole, is_password or was_password)
    return iter(kept)


def _of_line(line: str, at: int) -> Iterator[tuple[Piece, bool]]:
    about_proxies = _NAMES_PROXY.search(line) is not None
    last = line.rfind("@")
    done = 0
    for match in _WORD.finditer(line):
        if match.start() < done:
            continue
        word = match.group()
        start = word.find("://") + 3
        end = word.rfind("@")
        if end < 0 and about_proxies:
            end = word.rfind("%40")
        if start > 2 and end >= start:
            begin, stop = match.start() + start, match.start() + end
        elif start > 2 and (stop := _quoted_login(line, match.start() + start)) >= 0:
            begin = match.start() + start
        elif start > 2 and last > match.end() and _is_cut_short(word[start:]):
            begin, stop = match.start() + start, last  # a blank or a quote in the password
        elif start == 2 and about_proxies and end > 0:
            bare = _NO_SCHEME.match(word)
            if bare is None:
                continue
            begin, stop = match.start() + bare.start(1), match.start() + bare.end(1)
        else:
            continue
        done = stop
        info = line[begin:stop]
        masked, is_password = _masked(info)
        if masked != info:
            yield Piece(at + begin, at + stop, masked), is_password


def _quoted_login(line: str, begin: int) -> int:
    """Where the user information that begins there ends, if there are quotes in it, else -1.

    To a shell ``http://bob:'pass word'@host`` is one word.
    """
    around = ""
    for sign in _QUOTE.findall(line, 0, begin):
        around = "" if sign == around else around or sign
    found = -1
    quoted = False
    for at in range(begin, min(len(line), begin + _LONGEST)):
        char = line[at]
        if char == "\\":
            continue
        if char in "\"'" and line[at - 1] != "\\":
            quoted = True
            around = "" if char == around else around or char
        elif not around and (char.isspace() or char in ";|&<>"):
            break
        elif char == "@" and quoted:
            found = at
    return found


def _is_cut_short(authority: str) -> bool:
    """Whether this can be no HOST:PORT, so that its user information goes on behind a blank."""
    host, colon, port = authority.partition(":")
    return bool(host and colon and port and not port[0].isdigit() and port[0] not in "/${<")


def _masked(info: str) -> tuple[str, bool]:
    if _VARIABLES.match(info):
        return info, False
    quotes = _QUOTE.findall(info)
    if quotes:
        password = info.partition(":")[2].strip("\"'")
        if _VARIABLES.match(password):
            return info, False
        open_ends = "".join(sign for sign in "\"'" if quotes.count(sign) % 2)
        return f"{MASK}:{MASK}{open_ends}", bool(password) and not _is_placeholder(password)
    user, colon, password = info.partition(":")
    if not colon or ":-" in info or ("${" in user and "}" not in user):
        return f"{MASK}:{MASK}", bool(colon)
    shown = user if _VARIABLES.match(user) else MASK
    if _VARIABLES.match(password):
        return f"{shown}:{password}", False
    return f"{shown}:{MASK}", not _is_placeholder(password)


def _is_placeholder(password: str) -> bool:
    """``<password>``, ``xxxxx``, ``***``: nobody's."""
    return password.startswith("<") or not password.strip("xX*.")
