"""A file's bytes to the text that a Snapshot may hold, by the syntax of the file's role."""

from __future__ import annotations

import re

from dockproxy.core.formats.redact_pieces import Piece, put_in, shifts
from dockproxy.core.formats.text_codec import DIALECTS, Decoded, decode
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.secret import mask_url
from dockproxy.core.model.snapshot import Shift

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple


_MASKED_OPTION = pattern(r"labels|node-generic-resources|\\u", re.IGNORECASE)
_DIALECTS = {**DIALECTS, "misnamed-daemon": "daemon", "misnamed-client": "client"}


class Redacted(NamedTuple):
    """raw: the text with its secrets, and addresses: its proxies with user information, by dotted
    key or variable; both for the observer alone.
    """

    raw: str
    text: str
    encoding: str
    bom: bool
    traits: Dict[str, str]
    addresses: List[Tuple[str, str]]
    shifts: Tuple[Shift, ...]


def redact(data: bytes, role: str) -> Redacted:
    """What a Snapshot may hold of a file with these bytes."""
    dialect = _DIALECTS.get(role)
    decoded = decode(data, dialect or "client")
    raw = decoded.text
    traits: Dict[str, str] = {}
    addresses: List[Tuple[str, str]] = []
    if dialect is not None:
        from dockproxy.core.formats import redact_json

        pieces, (addresses, fault) = (
            redact_json.json_pieces(raw, dialect),
            redact_json.told(raw, dialect),
        )
        if fault:
            traits["fault"] = fault
            traits.update(_repair(data, decoded, role))
        elif dialect == "client":
            traits.update(_client_traits(raw))
        if dialect == "daemon":
            traits.update(_encoding_fault(decoded))
            traits.update(_hidden(raw))
    elif role == "context":
        pieces = [Piece(0, len(raw), _context(raw))]
    elif role == "login-environment":
        from dockproxy.core.formats.redact_environment_file import login_pieces

        pieces = login_pieces(raw)
    elif role == "environment-file":
        from dockproxy.core.formats import redact_environment_file as files

        pieces = files.environment_file_pieces(raw)
        addresses = files.environment_file_addresses(raw)
        exported = files.exported_apart(raw)
        if exported:
            traits["exports"] = exported
    else:
        from dockproxy.core.formats import redact_unit

        pieces, addresses = redact_unit.unit_pieces(raw), redact_unit.unit_addresses(raw)
        if "_proxy" in raw.lower() or "-proxy" in raw.lower():
            from dockproxy.core.formats.unit_respell import told

            respell = told(raw)
            if respell:
                traits["respell"] = respell
    bom = bool(decoded.bom) or raw.startswith("\ufeff")
    text, moved = put_in(raw, pieces), tuple(shifts(raw, pieces))
    return Redacted(raw, text, decoded.encoding, bom, traits, addresses, moved)


def _client_traits(raw: str) -> Dict[str, str]:
    """Where a login is none, and where a proxy stands behind all that the CLI reads: a Snapshot has
    no text of either.
    """
    from dockproxy.core.formats.client_fields import login_fault, proxy_behind
    from dockproxy.core.formats.go_json import parse, position

    if not raw.strip(" \t\r\n"):
        return {}
    root = parse(raw, trailing=True)
    login = login_fault(root) if "auth" in raw.lower() else None
    places = {"login": login.start if login is not None else -1, "behind": proxy_behind(raw, root)}
    return {
        name: "{}:{}".format(*position(raw, start)) for name, start in places.items() if start >= 0
    }


def _repair(data: bytes, decoded: Decoded, role: str) -> Dict[str, str]:
    """What would make it JSON: ``KIND@LINE:COLUMN …``, behind ``certain`` or ``offered``; the text
    that a Snapshot has is no longer broken in the same way. ``mended``: the text that it then has.
    """
    from dockproxy.core.formats.json_repair import repaired

    raw = decoded.text
    if decoded.encoding != "utf-8":  # a lone half of a pair is no byte there
        raw = raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    steps = []
    if role == "client-json":
        from dockproxy.core.formats.client_repair import as_utf8

        plain = as_utf8(data)
        if plain is not None:
            raw = plain.decode()
            steps.append("encoding@1:1")
    found = repaired(raw, trailing=role == "client-json")
    if found is not None:
        raw = found.text
        steps += [f"{step.kind}@{step.line}:{step.column}" for step in found.steps]
    if not steps:
        return {}
    certain = found is None or found.certain
    mended = redact(raw.encode("utf-8", "surrogateescape"), role).text
    return {"repair": " ".join(("certain" if certain else "offered", *steps)), "mended": mended}


def _hidden(raw: str) -> Dict[str, str]:
    """What is wrong with options of daemon.json whose values are masked."""
    if _MASKED_OPTION.search(raw) is None:
        return {}
    from dockproxy.core.formats.daemon_values import hidden_traits
    from dockproxy.core.formats.go_json import parse
    from dockproxy.core.formats.go_names import trimmed
    from dockproxy.core.model.errors import ParseError

    try:
        return hidden_traits(parse(trimmed(raw), trailing=True))
    except ParseError:
        return {}


def _encoding_fault(decoded: Decoded) -> Dict[str, str]:
    """Where the bytes are no UTF-8, and what dockerd says of it: its words count bytes."""
    from dockproxy.core.formats.daemon_encoding import encoding_fault

    error = encoding_fault(decoded.text, decoded.encoding, bool(decoded.bom))
    return {} if error is None else {"fault": f"{error.line}:{error.column} {error.message}"}


def _context(raw: str) -> str:
    """Of a context's meta.json the endpoint and its name: other metadata may be anything
    (docker/cli 26.1 cli/context/store/metadatastore.go)."""
    import json

    try:
        meta = json.loads(raw)
        docker: Any = meta["Endpoints"]["docker"]
        endpoint = {
            "Host": mask_url(str(docker["Host"])),
            "SkipTLSVerify": docker.get("SkipTLSVerify") is True,
        }
        name = mask_url(str(meta.get("Name", "")))
        shown = {"Name": name, "Endpoints": {"docker": endpoint}}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return ""
    return json.dumps(shown)
