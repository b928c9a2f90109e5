from __future__ import annotations

import pytest

from dockproxy.core.formats.client_fields import login_fault
from dockproxy.core.formats.client_repair import as_utf8, into_default, one_entry
from dockproxy.core.formats.go_json import parse
from dockproxy.core.formats.mending import mended
from dockproxy.core.model.plan import Repair

DEFAULT = ("proxies", "default")


def test_a_moved_proxy_stands_as_its_neighbours_do_and_nothing_empty_stays() -> None:
    text = '{\n    "proxy": {\n        "httpProxy": "a"\n    },\n    "auths": {}\n}\n'

    assert into_default(text, ("proxy", "httpProxy"), "httpProxy") == (
        '{\n    "auths": {},\n    "proxies": {\n        "default": {\n'
        '            "httpProxy": "a"\n        }\n    }\n}\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"proxies": {"httpProxy": "a", "default": "b"}}',
        '{"proxies": {"httpProxy": 5}}',
        '{"proxies": {"default": {"httpProxy": "a"}}}',
        "[]",
    ],
)
def test_what_is_in_the_way_leaves_the_text_as_it_is(text: str) -> None:
    assert into_default(text, ("proxies", "httpProxy"), "httpProxy") == text


def test_of_several_that_differ_none_moves() -> None:
    text = '{"httpProxy": "a", "httpProxy": "b"}'

    assert into_default(text, ("httpProxy",), "httpProxy") == text
    text = text.replace("b", "a")
    assert into_default(text, ("httpProxy",), "httpProxy") == (
        '{"proxies": {"default": {"httpProxy": "a"}}}'
    )


def test_of_several_entries_the_last_stays_and_gets_what_it_lacks() -> None:
    text = (
        '{"proxies": {"default": {"httpProxy": "a", "noProxy": "x"}, "o": {}, "default": null,'
        ' "default": {"NoProxy": "y"}}}'
    )

    assert one_entry(text, DEFAULT) == (
        '{"proxies": {"o": {}, "default": {"NoProxy": "y", "httpProxy": "a"}}}'
    )
    assert one_entry('{"proxies": {"default": {}}}', DEFAULT) == '{"proxies": {"default": {}}}'


def test_a_list_of_names_becomes_one_text_and_any_other_list_stays() -> None:
    repair = Repair("join-list", (*DEFAULT, "noProxy"))
    text = '{"proxies": {"default": {"noProxy": [\n"a",\n"b"\n]}}}'

    assert mended(text, repair, "client") == '{"proxies": {"default": {"noProxy": "a,b"}}}'
    other = text.replace('"b"', "1")
    assert mended(other, repair, "client") == other


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_marked_file_becomes_plain_utf8_if_it_is_json(encoding: str) -> None:
    assert as_utf8('{"é": 1,}\r\n'.encode(encoding)) == '{"é": 1,}\r\n'.encode()
    assert as_utf8("no JSON".encode(encoding)) is None
    assert as_utf8('{"é": 1}'.encode()) is None


def test_half_a_character_is_no_text() -> None:
    assert as_utf8(b"\xff\xfe{\0}\0\0") is None


@pytest.mark.parametrize(
    ("auths", "at"),
    [
        ('{"r": {"auth": "YTpi"}}', None),
        ('{"r": {"auth": "YTp\\ni"}, "s": {"auth": ""}, "t": null}', None),
        ('{"r": {"auth": "YTpi="}}', 25),
        ('{"r": {"auth": "YWI="}}', 25),
        ('{"r": {"auth": "Omk="}}', 25),
        ('{"r": {"auth": "?"}, "r": {}}', None),
        ('{"r": {"auth": "YTpi", "AUTH": "?"}}', 41),
        ('{"r": {"email": 5}}', 26),
        ('{"r": {"mine": 5}}', None),
    ],
)
def test_a_login_is_base64_of_a_user_and_a_password(auths: str, at: int | None) -> None:
    found = login_fault(parse(f'{{"auths": {auths}}}'))

    assert (None if found is None else found.start) == at
