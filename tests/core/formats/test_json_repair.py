"""JSON that is nearly JSON."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockproxy.core.formats.go_json import parse
from dockproxy.core.formats.json_repair import repaired
from dockproxy.core.model.errors import ParseError

CERTAIN = {
    '{"a": 1,}': '{"a": 1}',
    '{\n  "a": {\n    "b": "c",\n  }\n}\n': '{\n  "a": {\n    "b": "c"\n  }\n}\n',
    '["a", "b",]': '["a", "b"]',
    '{"a": 1,,"b": 2}': '{"a": 1,"b": 2}',
    '{,"a": 1}': '{"a": 1}',
    '{\n  "a": 1\n  "b": 2\n}': '{\n  "a": 1,\n  "b": 2\n}',
    '{"a": ["b" "c"]}': '{"a": ["b", "c"]}',
    '{"a" 1}': '{"a": 1}',
    '{"a" = 1}': '{"a" : 1}',
    '{"a"：1，"b": 2}': '{"a":1,"b": 2}',
    "{“a”: ‘b’}": '{"a": "b"}',
    "{'a': 'b'}": '{"a": "b"}',
    "{a: True, b-c: None}": '{"a": true, "b-c": null}',
    '{"a": 1}}': '{"a": 1}',
    '{"a": 1},\n': '{"a": 1}\n',
    '{"a": 1': '{"a": 1}',
    '{a": 1}': '{"a": 1}',
    '{"a: 1}': '{"a": 1}',
    '{"a": 1; "b": 2}': '{"a": 1, "b": 2}',
    '{"a": {"b": 1}': '{"a": {"b": 1}}',
    '{\u00a0"a": 1}': '{ "a": 1}',
    "{'a': True\n 'b': 1\n c: 2}": '{"a": true,\n "b": 1,\n "c": 2}',
    '"a": {"b": 1}}': '{"a": {"b": 1}}',
    '{"a": 1,}'.encode("utf-16-le").decode(): '{"a": 1}',
    '{"a": 1}'.encode("utf-16-be").decode(): '{"a": 1}',
    '{\n  "a": "b”,\n  "c": 1\n}': '{\n  "a": "b",\n  "c": 1\n}',
}
OFFERED = {
    '{"a": 1,\n': '{"a": 1}\n',
    '{"a": [1, }': '{"a": [1] }',
    '{"a": {"b": 1, "c": 2}': '{"a": {"b": 1, "c": 2}}',
    '{"a": "b, "c": 2}': '{"a": "b", "c": 2}',
    '{\n  // why\n  "a": 1\n}': '{\n  \n  "a": 1\n}',
    '{"a": 1 /* why */}': '{"a": 1 }',
    '{"a": 1} # why\n': '{"a": 1} \n',
    '{"a": {"b": 1': '{"a": {"b": 1}}',
    '"a": 1,\n"b": 2\n': '{"a": 1,\n"b": 2}\n',
    '{"a": 1}\n{"b": 2}\n': '{"a": 1,"b": 2}\n',
    '{"a": 1},\n{\n "b": 2}\n': '{"a": 1,\n "b": 2}\n',
    '{"a": 1},\n"b": 2\n}\n': '{"a": 1,\n"b": 2\n}\n',
    '{"a": 1}\n"b": {}\n': '{"a": 1,\n"b": {}}\n',
    '{\n  "a": "b,\n  "c": 1\n}': '{\n  "a": "b",\n  "c": 1\n}',
}
BEYOND = ["", "no json", '{"a":', '{"a": 1} more', '{"a": 1} [2]', '"', "{{", "\x00", '{"a": x}']


@pytest.mark.parametrize("text", CERTAIN)
def test_what_can_be_meant_in_one_way_alone(text: str) -> None:
    found = repaired(text)
    assert found is not None
    assert found.text == CERTAIN[text]
    assert found.certain


@pytest.mark.parametrize("text", OFFERED)
def test_what_may_be_meant_otherwise_is_not_certain(text: str) -> None:
    found = repaired(text)
    assert found is not None
    assert found.text == OFFERED[text]
    assert not found.certain


@pytest.mark.parametrize("text", BEYOND)
def test_what_is_not_nearly_json_is_left(text: str) -> None:
    assert repaired(text) is None


def test_a_whole_text_needs_nothing() -> None:
    assert repaired('{"a": 1}') is None
    assert repaired('{"a": 1} more', trailing=True) is None


@given(st.text(alphabet="{}[]\",: \n\tab1“'/#*\\", max_size=40))
def test_what_is_repaired_is_read_and_never_fails(text: str) -> None:
    found = repaired(text)
    if found is not None:
        parse(found.text)
        with pytest.raises(ParseError):
            parse(text)
