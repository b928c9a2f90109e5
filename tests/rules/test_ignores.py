"""Findings that are ignored, and what is left."""

from __future__ import annotations

import pytest

from dockproxy.core.model.finding import Evidence, Finding
from dockproxy.core.model.message import Message
from dockproxy.rules.ignores import Ignore, divide, fits


def finding(code: str, path: str | None = "/etc/docker/daemon.json", **more: object) -> Finding:
    made = Finding(f"{code}:x", code, "n", "error", "daemon", Message("m"), (Evidence(path, 1),))
    return made._replace(**more)  # type: ignore[arg-type]


def test_nothing_is_ignored_by_nothing() -> None:
    findings = (finding("DP101"),)
    assert divide(findings, ()).kept == findings


def test_a_code_a_beginning_and_a_path_say_which_are_meant() -> None:
    findings = (finding("DP101"), finding("DP213"), finding("DP214", None))
    for ignore, left in (
        (Ignore("DP101", "r"), ["DP213", "DP214"]),
        (Ignore("DP2", "r"), ["DP101"]),
        (Ignore("DP2", "r", "/etc/*"), ["DP101", "DP214"]),
        (Ignore("DP101", "r", "/etc/docker/daemon.json"), ["DP213", "DP214"]),
        (Ignore("DP101", "r", "/etc/docker"), ["DP101", "DP213", "DP214"]),
    ):
        divided = divide(findings, (ignore,))
        assert [each.code for each in divided.kept] == left
        assert len(divided.ignored) == 3 - len(left)
        assert divided.unused == ((ignore,) if len(left) == 3 else ())


def test_what_follows_from_an_ignored_cause_is_shown() -> None:
    cause = finding("DP101")
    follower = finding("DP204", caused_by=(cause.id,))
    divided = divide((cause, follower), (Ignore("DP101", "r"),))
    assert divided.kept == (follower._replace(caused_by=()),)


def test_the_first_that_fits_is_the_reason_and_neither_is_unused() -> None:
    one, two = Ignore("DP1", "one"), Ignore("DP101", "two")
    divided = divide((finding("DP101"),), (one, two))
    assert [each.by for each in divided.ignored] == [one]
    assert divided.unused == ()


@pytest.mark.parametrize(
    ("pattern", "path", "is_meant"),
    [
        ("/a/b", "/a/b", True),
        ("/a/b", "/a/bc", False),
        ("/a/*", "/a/b/c", True),
        ("*", "", True),
        ("*/b", "/a/b", True),
        ("/a*a", "/a", False),
        ("/a*b*c", "/aXbYc", True),
        ("/a*b*c", "/acb", False),
        ("*a*" * 2000, "a" * 100, False),
    ],
)
def test_a_star_stands_for_anything(pattern: str, path: str, is_meant: bool) -> None:
    assert fits(pattern, path) is is_meant
