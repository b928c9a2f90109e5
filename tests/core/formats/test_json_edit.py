from __future__ import annotations

import difflib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockproxy.core.formats.client_json import read_client_json
from dockproxy.core.formats.daemon_json import read_daemon_json
from dockproxy.core.formats.go_json import Node, parse
from dockproxy.core.formats.json_edit import set_values
from dockproxy.core.model.errors import DockproxyError, ParseError
from tests.core.formats.json_documents import documents

HTTP = ("proxies", "http-proxy")
HTTPS = ("proxies", "https-proxy")
NO = ("proxies", "no-proxy")
CLIENT_HTTP = ("proxies", "default", "httpProxy")
CLIENT_NO = ("proxies", "default", "noProxy")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '{\n  "proxies": {\n    "http-proxy": "x"\n  }\n}\n'),
        (" \n", '{\n  "proxies": {\n    "http-proxy": "x"\n  }\n}\n'),
        ("null\n", '{\n  "proxies": {\n    "http-proxy": "x"\n  }\n}\n'),
        ("{}", '{\n  "proxies": {\n    "http-proxy": "x"\n  }\n}'),
        ("{ }\n", '{ "proxies": { "http-proxy": "x" } }\n'),
        ('{"a":1}', '{"a":1,"proxies":{"http-proxy":"x"}}'),
        ('{"a": 1.50}', '{"a": 1.50, "proxies": {"http-proxy": "x"}}'),
        (
            '{\n\t"a": [1,\n\t2]\n}\n',
            '{\n\t"a": [1,\n\t2],\n\t"proxies": {\n\t\t"http-proxy": "x"\n\t}\n}\n',
        ),
        (
            '{\r\n    "a": 1\r\n}',
            '{\r\n    "a": 1,\r\n    "proxies": {\r\n        "http-proxy": "x"\r\n    }\r\n}',
        ),
        (
            '{\n  "proxies": {"no-proxy":"y"}\n}',
            '{\n  "proxies": {"no-proxy":"y","http-proxy":"x"}\n}',
        ),
        ('{\n  "Proxies": {}\n}', '{\n  "Proxies": {\n    "http-proxy": "x"\n  }\n}'),
        (
            '{\n"a": 1\n, "b": 2\n}',
            '{\n"a": 1\n, "b": 2\n, "proxies": {\n  "http-proxy": "x"\n}\n}',
        ),
        ('{"proxies": {"http-proxy": null}}', '{"proxies": {"http-proxy": "x"}}'),
        ('{"proxies": {"HTTP-PROXY": "y"}}', '{"proxies": {"http-proxy": "x"}}'),
        (
            '{"proxies": {"http-proxy": "1"}, "Proxies": {"http-proxy": "2", "no-proxy": "3"}}',
            '{"proxies": {"http-proxy": "1"}, "Proxies": {"http-proxy": "x", "no-proxy": "3"}}',
        ),
    ],
)
def test_a_value_is_set_in_the_layout_that_is_there(before: str, after: str) -> None:
    assert set_values(before, [(HTTP, "x")]) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"proxies": {"http-proxy": "x"}}', "{}"),
        ('{"a": 1, "proxies": {"http-proxy": "x"}}', '{"a": 1}'),
        ('{"proxies": {"http-proxy": "x"}, "a": 1}', '{"a": 1}'),
        (
            '{\n  "proxies": {\n    "http-proxy": "x",\n    "no-proxy": "y"\n  }\n}',
            '{\n  "proxies": {\n    "no-proxy": "y"\n  }\n}',
        ),
        (
            '{\n  "proxies": {\n    "no-proxy": "y",\n    "http-proxy": "x"\n  }\n}',
            '{\n  "proxies": {\n    "no-proxy": "y"\n  }\n}',
        ),
        ('{"proxies": {"http-proxy": 1, "Http-Proxy": "x"}, "PROXIES": {"http-proxy": 2}}', "{}"),
        ('{"http-proxy": "x"}', '{"http-proxy": "x"}'),
        ("", ""),
        ("null", "null"),
        ('{"proxies": [1]}', '{"proxies": [1]}'),
    ],
)
def test_all_that_sets_a_value_is_removed_with_its_line(before: str, after: str) -> None:
    assert set_values(before, [(HTTP, None)], drop_empty=True) == after


def test_an_emptied_section_stays_unless_asked() -> None:
    text = '{\n  "a": 1,\n  "proxies": {\n    "http-proxy": "x"\n  }\n}\n'

    assert set_values(text, [(HTTP, None)]) == '{\n  "a": 1,\n  "proxies": {}\n}\n'


def test_a_new_document_is_indented_as_told() -> None:
    text = set_values("", [(CLIENT_HTTP, "x")], dialect="client", indent="\t")

    assert text == '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "x"\n\t\t}\n\t}\n}\n'


@pytest.mark.parametrize("value", ['p"\\/@', "\x00\x1f\x7f\t\n", "é“\u2028😀", ""])
def test_a_value_of_any_characters_reads_back_as_it_was(value: str) -> None:
    text = set_values("{}", [(HTTP, value)])

    assert read_daemon_json(text).http_proxy.value == value


def test_only_what_json_asks_for_is_escaped() -> None:
    assert '"é/<>&😀\\"\\\\"' in set_values("{}", [(HTTP, 'é/<>&😀"\\')])


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"proxies": []}', HTTP),
        ('{"proxies": "x"}', HTTP),
        ("[]", HTTP),
        ("1", HTTP),
        ('{"proxies": {"default": "x"}}', CLIENT_HTTP),
    ],
)
def test_what_is_no_object_is_not_overwritten(text: str, path: tuple[str, ...]) -> None:
    dialect = "client" if len(path) == 3 else "daemon"

    with pytest.raises(DockproxyError, match="where an object is needed"):
        set_values(text, [(path, "x")], dialect=dialect)


def test_a_broken_text_is_not_edited() -> None:
    with pytest.raises(ParseError) as caught:
        set_values('{\n  "a": 1,\n}', [(HTTP, "x")])

    assert (caught.value.line, caught.value.column) == (3, 1)


def test_text_after_the_object_stays_in_config_json_and_is_refused_in_daemon_json() -> None:
    text = '{"a": 1} and more'

    edited = set_values(text, [(CLIENT_HTTP, "x")], dialect="client")

    assert edited == '{"a": 1, "proxies": {"default": {"httpProxy": "x"}}} and more'
    with pytest.raises(ParseError):
        set_values(text, [(HTTP, "x")])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '{"proxies": {"default": {"httpProxy": "1"}, "default": {"HTTPProxy": "2"}}}',
            '{"proxies": {"default": {"httpProxy": "1"}, "default": {"HTTPProxy": "x"}}}',
        ),
        (
            '{"proxies": {"default": {"httpProxy": "1"}}, "Proxies": {"a": {}}}',
            '{"proxies": {"default": {"httpProxy": "x"}}, "Proxies": {"a": {}}}',
        ),
        (
            '{"proxies": {"default": {}}, "Proxies": null}',
            '{"proxies": {"default": {}}, "Proxies": {"default": {"httpProxy": "x"}}}',
        ),
        (
            '{"proxies": {"Default": {"httpProxy": "1"}}}',
            '{"proxies": {"Default": {"httpProxy": "1"}, "default": {"httpProxy": "x"}}}',
        ),
        (
            '{"proxies": {"default": null}, "proxies": {}}',
            '{"proxies": {"default": {"httpProxy": "x"}}, "proxies": {}}',
        ),
        ('{"proxies": {"default": null}}', '{"proxies": {"default": {"httpProxy": "x"}}}'),
    ],
)
def test_in_config_json_the_entry_that_counts_is_edited(before: str, after: str) -> None:
    edited = set_values(before, [(CLIENT_HTTP, "x")], dialect="client")

    assert edited == after
    entry = read_client_json(edited).default
    assert entry is not None
    assert entry.settings["http_proxy"].value == "x"


def test_blanks_that_dockerd_trims_stay() -> None:
    text = "\u00a0{}\u3000\n"

    edited = set_values(text, [(HTTP, "x")])

    assert edited.startswith("\u00a0{")
    assert edited.endswith("}\u3000\n")
    assert set_values(edited, [(HTTP, None)], drop_empty=True) == text


def no_section() -> st.SearchStrategy[Any]:
    return st.just([])


def some_sections() -> st.SearchStrategy[Any]:
    keys = st.sampled_from(["http-proxy", "no-proxy", "https-proxy", "HTTP-proxy"])
    texts = st.sampled_from(["", "http://a:1", None, 'q"'])
    section = st.tuples(
        st.sampled_from(["proxies", "Proxies"]), st.lists(st.tuples(keys, texts), max_size=3)
    )
    return st.lists(section, min_size=1, max_size=2)


def kept_sections() -> st.SearchStrategy[Any]:
    return st.just([("proxies", [("no-proxy", "a,b")])])


@settings(deadline=None)
@given(documents(no_section()), st.permutations([HTTP, HTTPS, NO]))
def test_set_and_unset_of_a_section_that_was_not_there_is_the_identity(
    text: str, order: list[tuple[str, ...]]
) -> None:
    changed = set_values(text, [(path, "http://h:1") for path in order])
    back = set_values(changed, [(path, None) for path in reversed(order)], drop_empty=True)

    assert read_daemon_json(changed).http_proxy.value == "http://h:1"
    assert back == text


@settings(deadline=None)
@given(documents(no_section()))
def test_the_same_holds_for_config_json(text: str) -> None:
    changed = set_values(text, [(CLIENT_HTTP, "x"), (CLIENT_NO, "y")], dialect="client")
    back = set_values(
        changed, [(CLIENT_HTTP, None), (CLIENT_NO, None)], dialect="client", drop_empty=True
    )

    assert back == text


@settings(deadline=None)
@given(documents(kept_sections()), st.booleans())
def test_a_key_added_to_a_section_and_removed_again_leaves_no_trace(
    text: str, drop_empty: bool
) -> None:
    changed = set_values(text, [(HTTP, "x")])

    assert changed != text
    assert set_values(changed, [(HTTP, None)], drop_empty=drop_empty) == text


@settings(deadline=None)
@given(documents(some_sections()), st.sampled_from([HTTP, NO]), st.text(max_size=8))
def test_what_is_set_is_what_dockerd_reads_and_all_else_stays(
    text: str, path: tuple[str, ...], value: str
) -> None:
    value = value.encode("utf-8", "replace").decode()

    changed = set_values(text, [(path, value)])

    name = path[1].replace("-", "_")
    assert getattr(read_daemon_json(changed), name).value == value
    assert _others(parse(changed)) == _others(parse(text))
    assert set_values(changed, [(path, value)]) == changed


@settings(deadline=None)
@given(documents(some_sections()))
def test_after_a_removal_nothing_of_that_name_is_read_and_all_else_stays(text: str) -> None:
    changed = set_values(text, [(HTTP, None)], drop_empty=True)

    assert read_daemon_json(changed).http_proxy.place is None
    assert _others(parse(changed)) == _others(parse(text))
    assert changed == "{}" or len(changed) <= len(text)


@settings(deadline=None)
@given(documents(kept_sections()))
def test_lines_that_need_not_change_do_not(text: str) -> None:
    before = text.splitlines(keepends=True)

    after = set_values(text, [(HTTP, "x")]).splitlines(keepends=True)

    changes = [line for line in difflib.ndiff(before, after) if line.startswith("- ")]
    assert len(changes) <= 1


def _others(root: Node) -> list[Any]:
    """All members but those that were to be changed, and the sections for them, as spelled."""
    return [
        (member.key, _shape(member.value))
        for member in root.members
        if member.key.lower() != "proxies"
    ] + [
        (inner.key, _shape(inner.value))
        for member in root.members
        if member.key.lower() == "proxies"
        for inner in member.value.members
        if inner.key.lower() not in {"http-proxy", "no-proxy"}
    ]


def _shape(node: Node) -> Any:
    below = [(member.key, _shape(member.value)) for member in node.members]
    return node.kind, node.value, below, [_shape(item) for item in node.items]


def test_what_is_taken_away_gives_no_earlier_entry_of_that_name_its_place() -> None:
    text = (
        '{"proxies": {"default": {"ftpProxy": "a"}},\n "proxies": {"default": {"httpProxy": "b"}}}'
    )

    changed = set_values(text, [(CLIENT_HTTP, None)], dialect="client", drop_empty=True)

    assert changed == ('{"proxies": {"default": {"ftpProxy": "a"}},\n "proxies": {"default": {}}}')
    entry = read_client_json(changed).default
    assert entry is not None
    assert entry.settings["ftp_proxy"].value is None
