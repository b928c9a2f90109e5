"""The words that were typed, when a message repeats them: no password among them is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import Message
from dockproxy.core.model.secret import MASK, USER_INFO, mask_url, user_information

_ADDRESS = pattern(
    r"[A-Za-z0-9+.\-]+://|.*@|[^\s/:@]+(?:\.[^\s/:@]+|:[0-9]+|\.[^\s/:@]+:[0-9]+)/?\Z"
)
_DIGEST = pattern(r"[^/]@sha(?:256|384|512):[0-9a-f]{32,128}\Z")
_SHORTEST = 2
"""Of a piece of a login that is looked for by itself."""


class Words:
    """A command's own words. What holds none of them, or only harmless ones, is left as it is."""

    def __init__(self, argv: Sequence[str] = ()) -> None:
        self._addresses = sorted(
            {text for word in argv for text in _texts(word) if _holds_a_login(text)},
            key=len,
            reverse=True,
        )
        self._passwords = list(_behind_password_stdin(argv))

    def masked(self, text: str) -> str:
        """The text with every login in it masked that was typed, however Python quoted it."""
        for typed in self._addresses:
            login = user_information(typed)
            begin = typed.find(login)
            for plain, shown in (
                (typed, mask_url(typed)),
                (typed[begin:], mask_url(typed)[begin:]),
                (f"{login}@", f"{USER_INFO}@"),
            ):
                for written in _written(plain):
                    if len(written) > _SHORTEST:
                        text = _replaced(written, shown, text)
        for password in self._passwords:
            for written in _written(password):
                text = _replaced(written, MASK, text, alone=True)
        return text

    def of_error(self, error: DockproxyError) -> DockproxyError:
        """The same error, of the same kind, without a login that was typed or a piece of one."""
        if not self._addresses and not self._passwords:
            return error
        shown: DockproxyError = error.__class__.__new__(error.__class__)
        shown.__dict__.update(error.__dict__)
        DockproxyError.__init__(
            shown,
            self._of_message(error.message),
            error.where and self._value(error.where),
            error.hint and self._of_message(error.hint),
        )
        return shown

    def _of_message(self, said: Message) -> Message:
        params = {name: self._value(value) for name, value in said.params.items()}
        return Message(said.text, params)

    def _value(self, value: str) -> str:
        shown = self.masked(value)
        if shown != value:
            return shown
        pieces = any(_is_piece(value.strip(), typed) for typed in self._addresses)
        if not pieces:
            return value
        shown = mask_url(value)
        return MASK if shown == value else shown


def is_address(word: str) -> bool:
    """Whether this was typed as a proxy's address."""
    return _ADDRESS.match(word) is not None


def _holds_a_login(text: str) -> bool:
    """Not so curl@7.74, an image by its digest, or git@github.com:x/y."""
    if "//" not in text and "@" not in text and "%40" not in text:
        return False
    if mask_url(text) == text or _DIGEST.search(text) is not None:
        return False
    return "://" in text or ":" in user_information(text)


def _replaced(typed: str, shown: str, text: str, *, alone: bool = False) -> str:
    """Some of what is typed is repeated in upper case. alone: where it is a word by itself."""
    found = re.escape(typed)
    return re.sub(rf"(?<!\w){found}(?!\w)" if alone else found, lambda _m: shown, text, flags=re.I)


def _texts(word: str) -> Iterator[str]:
    """The word, or where it is an option with a value that value."""
    flag, equals, value = word.partition("=")
    yield value if equals and flag.startswith("-") else word


def _behind_password_stdin(argv: Sequence[str]) -> Iterator[str]:
    """What somebody took for that option's value."""
    for word, following in zip(argv, (*argv[1:], "-")):
        flag, equals, value = word.partition("=")
        if flag != "--password-stdin":
            continue
        if equals:
            yield value
        elif not following.startswith("-") and not re.search(r"@|%40|://", following):
            yield following


def _written(text: str) -> Iterable[str]:
    """The text as it is, and as argparse writes it between quotes of either kind."""
    quoted = repr(text)[1:-1]
    return dict.fromkeys((text, quoted, quoted.replace("'", "\\'"), quoted.replace("\\'", "'")))


def _is_piece(value: str, typed: str) -> bool:
    """Whether it is cut out of that address with a part of the login in it."""
    value, shown, login = value.lower(), mask_url(typed).lower(), user_information(typed).lower()
    typed = typed.lower()
    if len(value) < _SHORTEST or value in shown:
        return False
    begin = typed.find(login)
    found = typed.find(value)
    while found >= 0:
        if found < begin + len(login) and found + len(value) > begin:
            return True
        found = typed.find(value, found + 1)
    return False
