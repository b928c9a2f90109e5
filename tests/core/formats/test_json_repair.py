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


ESCAPES = {
    r'{"data-root":"C:\docker"}': r'{"data-root":"C:\\docker"}',
    r'{"data-root":"C:\new\docker\"}': r'{"data-root":"C:\\new\\docker\\"}',
    r'{"a":"http://dom\user:p@h:1"}': r'{"a":"http://dom\\user:p@h:1"}',
    r'{"a":"C:\users\\x", "b": "D:\x\u00e9"}': r'{"a":"C:\\users\\x", "b": "D:\\x\u00e9"}',
    r'{"a":"\d\"x\""}': r'{"a":"\\d\"x\""}',
}


@pytest.mark.parametrize("text", ESCAPES)
@pytest.mark.parametrize("trailing", [False, True])
def test_a_backslash_that_begins_no_escape_is_offered_as_itself(text: str, trailing: bool) -> None:
    found = repaired(text, trailing=trailing)
    assert found is not None
    assert found.text == ESCAPES[text]
    assert not found.certain


HALF = '{"auths":{"a":{"auth":"eA=="}},"proxies":{"default":{"httpProxy":"http://10.0.0.1:1"'
CLIENT = {
    HALF: (HALF + "}}}", False),
    HALF + "}}": (HALF + "}}}", False),
    HALF + "}}\n": (HALF + "}}}\n", True),
    HALF.replace("}},", "}}.") + "}}}": (HALF + "}}}", True),
    HALF.replace("}},", "}},}") + "}}}": (HALF + "}}}", True),
    HALF + "}}, // c\n}": (HALF + "}} \n}", False),
    HALF.replace("}},", "},") + "}}}": (HALF + "}}}", False),
    HALF + "}},} and more": (HALF + "}}} and more", True),
}


@pytest.mark.parametrize("text", CLIENT)
def test_no_repair_of_a_config_json_ends_it_before_its_members(text: str) -> None:
    found = repaired(text, trailing=True)
    assert found is not None
    assert (found.text, found.certain) == CLIENT[text]


def test_a_name_with_another_letter_for_its_quote_is_not_certain() -> None:
    found = repaired('{"proxies": {"defaultx: {}}}', trailing=True)
    assert found is not None
    assert not found.certain


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
