from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockproxy.core.formats.go_json import MAX_DEPTH, Node, parse, position
from dockproxy.core.formats.go_names import same_field, trimmed
from dockproxy.core.model.errors import ParseError
from tests.core.formats.json_documents import documents


def said(text: str, *, trailing: bool = False, wording: str = "go1.24") -> str:
    with pytest.raises(ParseError) as caught:
        parse(text, trailing=trailing, wording=wording)
    return str(caught.value.message)


# text, Go 1.24's json.Unmarshal (as 1.19 to 1.26), Go 1.27's
FAULTS = [
    ('{"a":1,}', "invalid character '}' looking for beginning of object key string", None),
    ("{// c\n}", "invalid character '/' looking for beginning of object key string", None),
    ("// c\n{}", "invalid character '/' looking for beginning of value", None),
    ("{} t", "invalid character 't' after top-level value", None),
    ("[1}", "invalid character '}' after array element", None),
    ('{"a" 1}', "invalid character '1' after object key", None),
    ('{"a":1 2}', "invalid character '2' after object key:value pair", None),
    ("[1,]", "invalid character ']' looking for beginning of value", None),
    ("'a'", "invalid character '\\'' looking for beginning of value", None),
    ("01", "invalid character '1' after top-level value", None),
    ("truf", "invalid character 'f' in literal true (expecting 'e')", None),
    ("", "unexpected end of JSON input", None),
    ('{"a":', "unexpected end of JSON input", None),
    ('"abc', "unexpected end of JSON input", None),
    ("tr", "invalid character ' ' in literal true (expecting 'u')", "unexpected end of JSON input"),
    ("-", "invalid character ' ' in numeric literal", "unexpected end of JSON input"),
    ('"\\', "invalid character ' ' in string escape code", "unexpected end of JSON input"),
    (
        "1.x",
        "invalid character 'x' after decimal point in numeric literal",
        "invalid character 'x' in numeric literal",
    ),
    (
        "1e+}",
        "invalid character '}' in exponent of numeric literal",
        "invalid character '}' in numeric literal",
    ),
    (
        "{“a”:1}",
        "invalid character 'â' looking for beginning of object key string",
        "invalid character '“' looking for beginning of object key string",
    ),
    ('"a\nb"', "invalid character '\\n' in string literal", "invalid character '\\n' in string"),
    (
        '"\x01"',
        "invalid character '\\x01' in string literal",
        "invalid character '\\x01' in string",
    ),
    (
        '"\\x"',
        "invalid character 'x' in string escape code",
        "invalid escape sequence `\\x` in string",
    ),
    (
        '"\\u12g4"',
        "invalid character 'g' in \\u hexadecimal character escape",
        "invalid escape sequence `\\u12g4` in string",
    ),
]


@pytest.mark.parametrize(("text", "old", "new"), FAULTS)
def test_a_fault_is_worded_as_go_words_it(text: str, old: str, new: str | None) -> None:
    assert said(text) == old
    assert said(text, wording="go1.27") == (new or old)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("\u00a0{}", "Â", "\\u00a0"),
        ("\ufeff{}", "ï", "\\ufeff"),
        ("\udcff{}", "ÿ", "\\xff"),
        ("\u0085{}", "Â", "\\u0085"),
        ("\x7f{}", "\\x7f", "\\x7f"),
    ],
)
def test_a_character_is_shown_as_its_first_byte_and_whole_since_1_27(
    text: str, old: str, new: str
) -> None:
    assert said(text) == f"invalid character '{old}' looking for beginning of value"
    assert (
        said(text, wording="go1.27") == f"invalid character '{new}' looking for beginning of value"
    )


@pytest.mark.parametrize("text", ['{"a":1', "tr", '"abc', "-", '{"a"', "["])
def test_a_decoder_says_otherwise_at_the_end_of_the_text(text: str) -> None:
    assert said(text, trailing=True) == "unexpected EOF"


@pytest.mark.parametrize(
    ("text", "first"),
    [("{} and more", "{}"), ("[1]]", "[1]"), ("1x", "1"), ('"a""b"', '"a"'), (" {}}", " {}")],
)
def test_a_decoder_leaves_what_follows_the_first_value(text: str, first: str) -> None:
    assert parse(text, trailing=True).end == len(first)
    assert "after top-level value" in said(text)


def test_a_fault_has_line_column_and_offset_in_code_points() -> None:
    with pytest.raises(ParseError) as caught:
        parse('{\r\n  "é😀": x\n}')

    error = caught.value
    assert (error.line, error.column, error.offset) == (2, 9, 11)


def test_an_end_of_line_in_a_string_is_where_the_line_ends() -> None:
    with pytest.raises(ParseError) as caught:
        parse('{\n  "a": "b\n}')

    assert (caught.value.line, caught.value.column) == (2, 10)


def test_members_keep_their_order_duplicates_spelling_and_places() -> None:
    text = '{"a": 1.0, "\\u0061": [true, null], "b": "x\\n"}'

    root = parse(text)

    assert [member.key for member in root.members] == ["a", "a", "b"]
    assert root.members[0].value.value == "1.0"
    assert [item.kind for item in root.members[1].value.items] == ["true", "null"]
    last = root.members[2]
    assert last.value.value == "x\n"
    assert text[last.start : last.end] == '"b"'
    assert text[last.value.start : last.value.end] == '"x\\n"'


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("\\ud83d\\ude00", "😀"),
        ("\\ud83d", "\ufffd"),
        ("\\ude00", "\ufffd"),
        ("\\ud83d\\u0041", "\ufffdA"),
        ("\\ud83d\\ud83d\\ude00", "\ufffd😀"),
        ("\udce2\udc80", "\ufffd\ufffd"),
        ('\\/\\b\\f\\n\\r\\t\\\\\\"', '/\b\f\n\r\t\\"'),
    ],
)
def test_strings_are_decoded_as_go_decodes_them(raw: str, value: str) -> None:
    assert parse(f'"{raw}"').value == value


def test_depth_is_limited_as_in_go() -> None:
    assert parse("[" * MAX_DEPTH + "]" * MAX_DEPTH).kind == "array"
    for depth in (MAX_DEPTH + 1, 10 * MAX_DEPTH):
        assert said("[" * depth) == "invalid character '[' exceeded max depth"
        assert said('{"a":' * depth, wording="go1.27") == "exceeded max depth"


def test_a_document_ten_times_as_long_takes_some_ten_times_as_long() -> None:
    def seconds(keys: int) -> float:
        text = "{" + ",".join(f'"k{index}": "v\\n"' for index in range(keys)) + "}"
        start = time.process_time()
        parse(text)
        return time.process_time() - start

    assert min(seconds(20_000) for _ in range(3)) < 40 * max(
        min(seconds(2_000) for _ in range(3)), 0.002
    )


def test_a_long_string_without_an_end_takes_linear_time() -> None:
    start = time.process_time()

    said('"' + "\\n" * 200_000)

    assert time.process_time() - start < 5


@settings(deadline=None)
@given(documents(st.just([])))
def test_a_document_reads_as_python_reads_it(text: str) -> None:
    def plain(node: Node) -> Any:
        if node.kind == "object":
            return {member.key: plain(member.value) for member in node.members}
        if node.kind == "array":
            return [plain(item) for item in node.items]
        if node.kind in {"string", "number"}:
            return node.value
        return {"true": True, "false": False, "null": None}[node.kind]

    assert plain(parse(text)) == json.loads(text, parse_int=str, parse_float=str)


@settings(deadline=None)
@given(documents(st.just([])), st.data())
def test_every_cut_of_a_document_is_read_or_refused_at_a_place_in_it(
    text: str, data: st.DataObject
) -> None:
    cut = text[: data.draw(st.integers(0, len(text)))]

    try:
        parse(cut)
    except ParseError as error:
        assert 0 <= error.offset <= len(cut)
        assert (error.line, error.column) == position(cut, error.offset)


def test_names_of_fields_are_compared_without_case_as_go_folds_it() -> None:
    assert same_field("PROXIES", "proxies")
    assert same_field("proxie\u017f", "proxies")
    assert same_field("\u212aey", "key")
    assert not same_field("proxies ", "proxies")
    assert not same_field("proxıes", "proxies")


def test_trimming_leaves_every_offset_as_it_was() -> None:
    text = "\u3000\n\u00a0{}\u2003\n"

    plain = trimmed(text)

    assert plain == " \n {}"
    assert plain.index("{") == text.index("{")
