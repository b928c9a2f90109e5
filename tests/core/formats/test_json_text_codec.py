from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dockproxy.core.formats.text_codec import decode, encode

BOMS = [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"]


@given(st.sampled_from(BOMS), st.binary(), st.sampled_from(["daemon", "client"]))
@example(b"\xff\xfe", b"\x00\xd8x", "daemon")
@example(b"", b"\xed\xa0\x80", "daemon")
def test_any_bytes_come_back_as_they_were(bom: bytes, body: bytes, dialect: str) -> None:
    decoded = decode(bom + body, dialect)

    assert encode(decoded, decoded.text) == bom + body


@pytest.mark.parametrize(
    ("data", "encoding", "bom"),
    [
        (b"\xef\xbb\xbf{}", "utf-8", b"\xef\xbb\xbf"),
        (b"\xff\xfe{\0}\0", "utf-16-le", b"\xff\xfe"),
        (b"\xfe\xff\0{\0}", "utf-16-be", b"\xfe\xff"),
        (b"{}", "utf-8", b""),
    ],
)
def test_dockerd_follows_a_byte_order_mark(data: bytes, encoding: str, bom: bytes) -> None:
    assert decode(data)[:3] == ("{}", encoding, bom)


def test_the_cli_does_not() -> None:
    assert decode(b"\xef\xbb\xbf{}", "client").text == "\ufeff{}"
    assert decode(b"\xff\xfe{\0}\0", "client").text.startswith("\udcff\udcfe")


def test_what_is_written_has_the_files_encoding() -> None:
    decoded = decode(b"\xff\xfe{\0}\0")

    assert encode(decoded, '{"é": 1}') == b"\xff\xfe" + '{"é": 1}'.encode("utf-16-le")


def test_an_odd_byte_at_the_end_is_seen_and_kept() -> None:
    decoded = decode(b"\xff\xfe{\0}\0x")

    assert decoded.text == "{}\ufffd"
    assert encode(decoded, decoded.text).endswith(b"\0x")
