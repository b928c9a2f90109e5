"""A Snapshot's document, as a stranger may have written it: read whole, or refused with the place.

Nothing in it is believed. Texts are only ever shown, after ``clean``; what would be shown as our
own advice (a unit's name in a command, a hint) is held to what dockproxy itself writes.
"""

from __future__ import annotations

import json

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.record import load
from dockproxy.core.model.snapshot import HINTS, SCHEMA, Snapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, NoReturn, Tuple


LIMIT = 16 * 1024 * 1024
"""Bytes. A host of 5,000 containers makes some 2 MB."""

KIND = "snapshot"
_MAKE = N_("dockproxy snapshot makes one: dockproxy snapshot -o host.json")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
"""PowerShell 5 writes what ``>`` is given in UTF-16."""

_UNIT_NAME = pattern(r"[A-Za-z0-9:_.\\@-]{1,255}\Z")
"""systemd.unit(5), "unit names"; one ends up in the command that restarts it."""
_USER_NAME = pattern(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,255}\Z")
"""A name that may stand in a command; useradd(8) takes fewer, a directory service these too."""
_REASON = pattern(r"[a-z0-9-]{1,40}\Z")


def read_snapshot(data: bytes, name: str) -> Snapshot:
    """The Snapshot of a document; name: what to call it in an error.

    Raises UsageError for anything that is none, with the line or the field's path.
    """
    document = _parsed(_decoded(data, name), name)
    if not isinstance(document, dict) or "schema" not in document:
        raise UsageError(N_("this is no Snapshot"), name, _MAKE)
    _check_schema(document, name)
    if document.get("kind") != KIND:
        what = message(
            N_("this is no Snapshot, but a document of the kind {kind}"), **_kind(document)
        )
        raise UsageError(what, name, _MAKE)
    try:
        return _ours_alone(load(Snapshot, document))
    except UsageError as error:
        raise UsageError(error.message, name, error.hint or _MAKE) from None


def _decoded(data: bytes, name: str) -> str:
    if not data.strip():
        raise UsageError(N_("there is nothing in it"), name, _MAKE)
    if len(data) > LIMIT:
        raise UsageError(too_large(), name)
    encoding = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeError:
        raise UsageError(N_("this is no text, so no Snapshot either"), name, _MAKE) from None


def too_large() -> Message:
    """What to say of a document above the limit."""
    return message(N_("this is larger than any Snapshot ({limit} MiB)"), limit=LIMIT >> 20)


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        where = f"{name}:{error.lineno}:{error.colno}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            cut = N_("the text breaks off here: it was not written or copied to its end")
            raise UsageError(cut, where, _MAKE) from None
        wrong = message(N_("this is no JSON: {quote}"), quote=error.msg)
        raise UsageError(wrong, where, _MAKE) from None
    except RecursionError:
        raise UsageError(N_("this is nested too deeply to be a Snapshot"), name, _MAKE) from None
    except _Twice as error:
        what = message(N_("the key {key} stands there twice"), key=short(error.args[0]))
        raise UsageError(what, name) from None
    except ValueError:  # NaN, Infinity, a number of thousands of digits
        raise UsageError(N_("there is a number in it that is none"), name) from None


class _Twice(ValueError):
    """A key that an object has twice: readers differ over which one counts."""


def _each_once(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen = set()
        for key, _ in pairs:
            if key in seen:
                raise _Twice(key)
            seen.add(key)
    return found


def _no_number(_word: str) -> NoReturn:
    raise ValueError


def short(text: str) -> str:
    """A stranger's text, short enough to be quoted."""
    return text if len(text) <= 80 else f"{text[:80]}…"


def _kind(document: Dict[str, Any]) -> Dict[str, str]:
    kind = document.get("kind")
    return {"kind": short(kind) if isinstance(kind, str) else "?"}


def _check_schema(document: Dict[str, Any], name: str) -> None:
    """``schema`` rises only when a meaning changes, so a higher one can't be read."""
    schema = document["schema"]
    if not isinstance(schema, int) or isinstance(schema, bool):
        raise UsageError(N_("this is no Snapshot"), name, _MAKE)
    if schema == SCHEMA:
        return
    version = document.get("version")
    named = short(version) if isinstance(version, str) and version else "?"
    if schema > SCHEMA:
        newer = N_("made by a newer dockproxy ({version}, schema {schema}; this one reads {known})")
        hint = N_("update dockproxy here, or take the Snapshot with this version")
    else:
        newer = N_(
            "made by an older dockproxy ({version}, schema {schema}; this one reads {known})"
        )
        hint = N_("take the Snapshot anew with this version")
    told = message(newer, version=named, schema=short(str(schema)), known=SCHEMA)
    raise UsageError(told, name, hint)


def _ours_alone(snapshot: Snapshot) -> Snapshot:
    """Without advice that dockproxy would not give. Raises UsageError for names of units and words
    for reasons that no systemd and no dockproxy has."""
    for index, unit in enumerate(snapshot.systemd.units if snapshot.systemd else ()):
        if not _UNIT_NAME.match(unit.name):
            raise _not_valid(f"systemd.units[{index}].name")
    if snapshot.rootless is not None and not _USER_NAME.match(snapshot.rootless.user):
        raise _not_valid("rootless.user")
    for index, item in enumerate(snapshot.unknown):
        if not _REASON.match(item.reason):
            raise _not_valid(f"unknown[{index}].reason")
    unknown = tuple(
        item if item.hint in HINTS else item._replace(hint="") for item in snapshot.unknown
    )
    return snapshot._replace(unknown=unknown)


def _not_valid(path: str) -> UsageError:
    return UsageError(message(N_("{path} is nothing that dockproxy would write"), path=path))
