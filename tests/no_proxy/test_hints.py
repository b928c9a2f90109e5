"""What is said to write instead of an entry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockproxy.no_proxy.check import check
from dockproxy.no_proxy.hints import proposal
from dockproxy.no_proxy.programs import programs
from tests.no_proxy.stand_ins import NAMES, asked

GO = programs("go")


@pytest.mark.parametrize(
    ("entry", "entries"),
    [
        ("*.corp.example", (".corp.example",)),
        ("10.*", ("10.0.0.0/8",)),
        ("10.", ("10.0.0.0/8",)),
        ("10.0/16", ("10.0.0.0/16",)),
        ("10.1/99", None),
        ("192.168.*", ("192.168.0.0/16",)),
        ("192.168.*.*", ("192.168.0.0/16",)),
        ("10.1.2.*", ("10.1.2.0/24",)),
        ("10.0.0.0/255.0.0.0", ("10.0.0.0/8",)),
        ("10.0.0.0-10.0.0.3", ("10.0.0.0/30",)),
        ("a;b", ("a", "b")),
        ("a|b", ("a", "b")),
        ("a b", ("a", "b")),
        ("a\r\nb", ("a", "b")),
        (";a", ("a",)),
        ("a;10.*;http://b/", ("a", "10.0.0.0/8", "b")),
        ('"a', ("a",)),
        ("'a'", ("a",)),
        ("\u201ca\u201d", ("a",)),
        ("NO_PROXY=a", ("a",)),
        ('export no_proxy="a', ("a",)),
        ('Environment="NO_PROXY=a', ("a",)),
        ("--no-proxy=a", ("a",)),
        ("http://x", ("x",)),
        ("https://u@x:8443/p", ("x:8443",)),
        ("\ufeffa", ("a",)),
        ("\ufeff", None),
        ("NO_PROXY=", None),
        ("", None),
        ("t.com", None),
        (".t.com", None),
        ("*", None),
        ("*t.com", None),
        ("t.*", None),
        ("300.*", None),
        ("10.0.0.0/8", None),
        ("10.0.0.9-10.0.0.1", None),
        ("10.0.0.1-::1", None),
        ("1-2", None),
        ("a-b.c-d", None),
        ("<local>", None),
        ("::1", None),
        ("[::1]", None),
    ],
)
def test_what_is_proposed(entry: str, entries: tuple[str, ...] | None) -> None:
    found = proposal(entry)

    assert (found and found.entries) == entries


def test_an_entry_that_is_understood_gets_no_hint() -> None:
    (found,) = check("*.t.com", GO)

    assert found.hint is None


def test_no_hint_is_given_that_helps_nobody() -> None:
    (found,) = check("10.*", (asked(NAMES),))

    assert found.hint is None


def test_those_whom_it_does_not_help_are_named() -> None:
    (found,) = check("10.*", (*GO, asked(NAMES)))

    assert found.hint is not None
    assert found.hint.not_for == ("names",)


ODD = st.text(st.sampled_from("ab1.*:/[]- \t;|%@,=\"'\ufeff\x00\x1b\udc80<>"), max_size=24)


@given(ODD | st.text(max_size=60))
def test_no_entry_is_too_odd(entry: str) -> None:
    found = proposal(entry)
    if found is not None:
        assert found.entries and str(found.text)


@pytest.mark.parametrize("piece", ["a;", "*.", "10.", "http://", '"', "a@", "1-", "no_proxy=", " "])
def test_no_entry_is_too_long(piece: str) -> None:
    for count in (1000, 100_000):
        found = proposal(piece * count)
        assert found is None or found.entries
