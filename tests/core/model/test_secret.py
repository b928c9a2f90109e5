from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockproxy.core.model.secret import Secret, mask_url, traits


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("http://u:p@h:1", "http://xxxxx:xxxxx@h:1"),
        ("http://u@h", "http://xxxxx:xxxxx@h"),
        ('http://u:p@s/s#?% "\\@h:1', "http://xxxxx:xxxxx@h:1"),
        ("u:p@h:1", "xxxxx:xxxxx@h:1"),
        ("//u:p@h", "//xxxxx:xxxxx@h"),
        (" http://u:p@h", " http://xxxxx:xxxxx@h"),
        ("user:pa://ss@h", "xxxxx:xxxxx@h"),
        ("http://u:p%40h:1", "http://xxxxx:xxxxx@h:1"),
        ("http://h:1", "http://h:1"),
        ("localhost,.x", "localhost,.x"),
        ("", ""),
    ],
)
def test_user_information_is_masked_whatever_is_in_it(value: str, masked: str) -> None:
    assert mask_url(value) == masked
    assert mask_url(masked) == masked


@given(st.sampled_from(["http://", "socks5h://", ""]), st.text())
def test_no_password_shows(scheme: str, noise: str) -> None:
    assert "hunter2" not in mask_url(f"{scheme}u:{noise}hunter2{noise}@h")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://h:1", []),
        ("http://u@h", ["has-user"]),
        ("http://:p@h", ["has-password"]),
        ("http://u:p@h", ["has-user", "has-password"]),
        ("http://u:p@#@h", ["has-user", "has-password", "needs-escaping:@#"]),
        ("http://u:a%zz@h", ["has-user", "has-password", "bad-percent"]),
        ("http://u:a%40@h", ["has-user", "has-password", "percent-encoded"]),
        ("http://u:é\t@h", ["has-user", "has-password", "non-ascii", "control"]),
    ],
)
def test_traits_tell_what_a_rule_must_know(value: str, expected: list[str]) -> None:
    assert traits(value) == expected


def test_a_secret_shows_only_when_revealed() -> None:
    secret = Secret("http://u:hunter2@h")

    shown = [str(secret), repr(secret), f"{secret}", f"{[secret]}"]

    assert not any("hunter2" in text for text in shown)
    assert secret.reveal() == "http://u:hunter2@h"
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_secrets_are_compared_by_what_they_are() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")


def test_an_escaped_at_behind_a_raw_one_hides_what_lies_between() -> None:
    assert "s3cret" not in mask_url("http://us@er:s3cret%40proxy:3128")
