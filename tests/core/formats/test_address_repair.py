"""Addresses and lists mended: one fault each, the rest of the text as it was."""

from __future__ import annotations

import pytest

from dockproxy.core.formats.address_repair import mended_address, mended_list

MENDED = [
    ("trim", " http://p:1", "http://p:1"),
    ("trim", "http://p:1 ", "http://p:1"),
    ("trim", "http://p:1\r", "http://p:1"),
    ("trim", '"http://p:1"', "http://p:1"),
    ("trim", "'http://p:1' ", "http://p:1"),
    ("trim", "“http://p:1”", "http://p:1"),
    ("trim", "http://p:1\u200b", "http://p:1"),
    ("trim", "http://p：1", "http://p:1"),
    ("trim", "http:\\\\p:1", "http://p:1"),
    ("trim", "http：//p：３１２８，", "http://p:3128"),
    ("trim", "p；3128", "p:3128"),
    ("trim", "<http://p:1>", "http://p:1"),
    ("trim", "[http://p:1](http://p:1/)", "http://p:1"),
    ("trim", "<proxy>", None),
    ("trim", "http://u:p #x@p:1 # y", "http://u:p #x@p:1"),
    ("trim", "http://p:1 # ask ann@corp", None),
    ("trim", "http://u:p：@p:80。", "http://u:p：@p:80"),
    ("trim", "http://p.corp.", None),
    ("one-scheme", "http://http://p:1", "http://p:1"),
    ("one-scheme", "http://https://p:1", "https://p:1"),
    ("one-scheme", "http:/p:1", "http://p:1"),
    ("one-scheme", "http:p:1", None),
    ("one-scheme", "htpp://u:p@p:1", "http://u:p@p:1"),
    ("one-scheme", "htttp://p:1", "http://p:1"),
    ("one-scheme", "ftp://p:1", None),
    ("one-scheme", "htps://p:1", None),
    ("halve-percent", "http://u:p%%40%%2F@p:1", "http://u:p%40%2F@p:1"),
    ("halve-percent", "http://u:5%%%40@p:1", None),
    ("one-scheme", "http//p:1", "http://p:1"),
    ("one-scheme", "http;//p:1", "http://p:1"),
    ("one-scheme", "http:///p:1", "http://p:1"),
    ("one-scheme", "http://http.corp.test:1", None),
    ("one-scheme", "http://p:1", None),
    ("escape-user", "http://a:p@ss@p:1", "http://a:p%40ss@p:1"),
    ("escape-user", "http://a:p#/?[]@p:1", "http://a:p%23%2F%3F%5B%5D@p:1"),
    ("escape-user", "http://a:50%@p:1", "http://a:50%25@p:1"),
    ("escape-user", "http://a:%40%zz@p:1", "http://a:%2540%25zz@p:1"),
    ("escape-user", "http://a:%40@p:1", None),
    ("escape-user", "a:p@ss@p:1", "a:p%40ss@p:1"),
    ("escape-user", "http://p:1", None),
    ("escape-user", "http://xxxxx:xxxxx@p:1", None),
    ("brackets", "http://fd88::1:3128", "http://[fd88::1]:3128"),
    ("brackets", "http://a:b@fd88::1:3128/", "http://a:b@[fd88::1]:3128/"),
    ("brackets", "http://1:2:3:4:5:6:7:8:3128", "http://[1:2:3:4:5:6:7:8]:3128"),
    ("brackets", "http://1:2:3:4:5:6:7:8", "http://[1:2:3:4:5:6:7:8]"),
    ("brackets", "http://[fd88::1]:3128", None),
    ("brackets", "http://p:3128", None),
    ("bare", "http://p:1/x?y#z", "http://p:1"),
    ("bare", "http://a:b@p:1/", "http://a:b@p:1"),
    ("scheme:http", "https://a:b@p:1", "http://a:b@p:1"),
    ("scheme:socks5", "p:1", "socks5://p:1"),
    ("scheme:http", "http://p:1", None),
]


@pytest.mark.parametrize(("kind", "value", "wanted"), MENDED)
def test_an_address_is_mended_in_one_way(kind: str, value: str, wanted: str | None) -> None:
    assert mended_address(value, kind) == wanted


@pytest.mark.parametrize(("kind", "value", "wanted"), MENDED)
def test_a_mended_address_is_well(kind: str, value: str, wanted: str | None) -> None:
    assert wanted is None or mended_address(wanted, kind) is None


@pytest.mark.parametrize(
    ("value", "entry", "to", "wanted"),
    [
        ("a,b, c", "b", "", "a, c"),
        ("a,b, c", "c", "d", "a,b, d"),
        ("a,*,b,*", "*", "", "a,b"),
        ("*", "*", "", ""),
        ("ab,b", "b", "c", "ab,c"),
        ("a,b", "x", "", None),
    ],
)
def test_an_entry_is_taken_out_or_written_anew(
    value: str, entry: str, to: str, wanted: str | None
) -> None:
    assert mended_list(value, entry, to) == wanted
