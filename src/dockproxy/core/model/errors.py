"""The errors that dockproxy raises: what happened, where, what to do next."""

from __future__ import annotations

from dockproxy.core.model.message import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, TypeAlias


Text: TypeAlias = "str | Message"


def _as_message(text: Text) -> Message:
    return text if isinstance(text, Message) else Message(text)


class DockproxyError(Exception):
    """Base of all errors meant for a person.

    message: what happened, in plain words. where: ``path`` or ``path:line:column``, or None.
    hint: what to do next, or None. Never holds a secret.
    """

    def __init__(
        self, message: Text, where: Optional[str] = None, hint: Optional[Text] = None
    ) -> None:
        self.message = _as_message(message)
        self.where = where
        self.hint = None if hint is None else _as_message(hint)
        super().__init__(str(self.message))

    def __str__(self) -> str:
        text = str(self.message) if self.where is None else f"{self.where}: {self.message}"
        return text if self.hint is None else f"{text}\n  {self.hint}"


class UsageError(DockproxyError):
    """The command's words are off, or nothing could be looked at (exit 2)."""


class RefusedError(DockproxyError):
    """Refused or declined: nothing was changed (exit 3)."""


class ChangedError(RefusedError):
    """A file is no longer what the plan was made from: plan again."""


class ParseError(DockproxyError, ValueError):
    """A text that the program which reads it would refuse.

    line and column start at 1 and count code points; offset is the code point's index in the
    decoded text, from 0. message is the reading program's own wording where it is known.
    """

    def __init__(self, message: str, line: int, column: int, offset: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.offset = offset
