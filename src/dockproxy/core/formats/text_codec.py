"""Bytes of a JSON file to text and back, without losing a byte."""

from __future__ import annotations

import codecs

from dockproxy.core.model.light import NamedTuple

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, and the encoding that each stands for."""


DIALECTS = {"daemon-json": "daemon", "client-json": "client"}
"""Files that are JSON, by their role or format: who reads them."""


class Decoded(NamedTuple):
    """A file's text, without its byte order mark, and what ``encode`` needs to write it back.

    encoding: ``utf-8``, ``utf-16-le`` or ``utf-16-be``. bom: the mark's bytes, or b"".
    tail: the odd last byte of a UTF-16 file, which dockerd, and the text, has as U+FFFD.
    text: bytes that are no UTF-8 stand there as lone surrogates (``surrogateescape``).
    """

    text: str
    encoding: str = "utf-8"
    bom: bytes = b""
    tail: bytes = b""


def decode(data: bytes, dialect: str = "daemon") -> Decoded:
    """The text of a file as its reader takes it; dialect: ``daemon`` or ``client``.

    dockerd follows a byte order mark (moby 26.1 daemon/config/config.go
    getConflictFreeConfiguration, unicode.BOMOverride). The docker CLI knows none (cli 26.1
    cli/config/configfile/file.go LoadFromReader): there the mark stays in the text, where the
    parser refuses it as the CLI does.
    """
    if dialect == "daemon":
        for bom, encoding in BOMS:
            if data.startswith(bom):
                return _decode_marked(data[len(bom) :], encoding, bom)
    return Decoded(data.decode("utf-8", "surrogateescape"))


def _decode_marked(data: bytes, encoding: str, bom: bytes) -> Decoded:
    if encoding == "utf-8":
        return Decoded(data.decode("utf-8", "surrogateescape"), encoding, bom)
    even = len(data) - len(data) % 2
    tail = data[even:]
    text = data[:even].decode(encoding, "surrogatepass")
    return Decoded(text + "\ufffd" if tail else text, encoding, bom, tail)


def encode(decoded: Decoded, text: str) -> bytes:
    """The bytes of ``text`` as the file that ``decoded`` came from holds them."""
    if decoded.tail:
        text = text[:-1]
    errors = "surrogateescape" if decoded.encoding == "utf-8" else "surrogatepass"
    return decoded.bom + text.encode(decoded.encoding, errors) + decoded.tail
