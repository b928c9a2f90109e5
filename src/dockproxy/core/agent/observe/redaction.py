"""A file's bytes to the text that a Snapshot may hold, by the syntax of the file's role."""

from __future__ import annotations

from typing import Dict, NamedTuple

from dockproxy.core.formats.text_codec import decode
from dockproxy.core.model.secret import mask_url


class Redacted(NamedTuple):
    """raw: the text with its secrets, for the observer alone."""

    raw: str
    text: str
    encoding: str
    bom: bool
    traits: Dict[str, str]


def redact(data: bytes, role: str, path: str) -> Redacted:
    """What a Snapshot may hold of a file with these bytes."""
    decoded = decode(data, "daemon" if role == "daemon-json" else "client")
    text = "\n".join(mask_url(line) for line in decoded.text.split("\n"))
    return Redacted(decoded.text, text, decoded.encoding, bool(decoded.bom), {})
