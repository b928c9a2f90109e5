"""The bytes of a file after an Edit: its repairs, then its values."""

from __future__ import annotations

from dockproxy.core.agent.apply.file_values import with_values
from dockproxy.core.formats import text_codec
from dockproxy.core.formats.text_codec import DIALECTS
from dockproxy.core.model.plan import Edit, Repair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


_MAKING = frozenset(("add-environment-file",))
"""Repairs that make a file where there is none."""
TAKE_AWAY = "take-away"
"""The repair that leaves no file there."""


def changed(content: Optional[bytes], edit: Edit, made_by_us: bool) -> Optional[bytes]:
    """The file's bytes after the edit; None where no file shall be.

    made_by_us: dockproxy created this file, so it goes when nothing is left in it.
    Raises Refusal where the file can't be read by its own program, or not be edited so.
    """
    wanted = [(change.key, _reveal(change.value)) for change in edit.changes]
    if any(repair.kind in _MAKING for repair in edit.repairs):
        content = content or b""
    if any(repair.kind == TAKE_AWAY for repair in edit.repairs):
        return None
    if edit.repairs and content is not None:
        content = _mended(content, edit)
        if not wanted:
            return content
    return with_values(content, edit.path, edit.format, wanted, made_by_us)


def _mended(content: bytes, edit: Edit) -> bytes:
    """The bytes with the Edit's repairs; one that finds nothing to mend changes nothing."""
    from dockproxy.core.agent.apply.value_repairs import KINDS, with_repair

    # A value is copied when it is mended itself.
    for repair in sorted(edit.repairs, key=lambda each: each.kind == "copy"):
        if repair.kind in KINDS:
            content = with_repair(content, edit.path, edit.format, repair)
        else:
            content = _respelled(content, edit.format, repair)
    return content


def _respelled(content: bytes, format_: str, repair: Repair) -> bytes:
    from dockproxy.core.formats.mending import mended

    dialect = DIALECTS.get(format_)
    if dialect is None:
        text = content.decode("utf-8", "surrogateescape")
    else:
        if dialect == "client" and repair.kind == "json-syntax":
            from dockproxy.core.formats.client_repair import as_utf8

            content = as_utf8(content) or content
        decoded = text_codec.decode(content, dialect)
        text = decoded.text
    text = mended(text, repair, dialect)
    if dialect is None:
        return text.encode("utf-8", "surrogateescape")
    return text_codec.encode(decoded, text)


def _reveal(secret: object) -> Optional[str]:
    return None if secret is None else str(secret.reveal())  # type: ignore[attr-defined]


def holds_password(edit: Edit) -> bool:
    """Whether a value that the edit writes can hold one: user information in an address."""
    return any("@" in (_reveal(change.value) or "") for change in edit.changes)
