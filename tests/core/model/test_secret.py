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
        ("http://bob:Sup3r", "http://xxxxx:xxxxx"),
        ('http://bob:Sup3r" S3 c', "http://xxxxx:xxxxx"),
        ('"http://bob:1x"', '"http://xxxxx:xxxxx"'),
        ("http://http://bob:x", "http://http://xxxxx:xxxxx"),
        ("http:/bob:x", "http:/xxxxx:xxxxx"),
        ("http://a:1,http://bob:x", "http://a:1,http://xxxxx:xxxxx"),
        ("http://bob:x HTTPS_PROXY=http://h:1", "http://xxxxx:xxxxx HTTPS_PROXY=http://h:1"),
        ("http://bob:p@ss:x", "http://xxxxx:xxxxx@xxxxx:xxxxx"),
        ("http://h:1/p?a=b#c", "http://h:1/p?xxxxx#xxxxx"),
        ("http://u:p@h?a", "http://xxxxx:xxxxx@h?xxxxx"),
        ("h:1/?a=b", "h:1/?xxxxx"),
        ('Get "http://h/?a=b": EOF', 'Get "http://h/?xxxxx": EOF'),
        ("http://10.0.0.1:312800", "http://10.0.0.1:312800"),
        ("http://10.0.0.1:Sup3r", "http://xxxxx:xxxxx"),
        ("http://h:PORT", "http://h:PORT"),
        ("http://<host>:<port>", "http://<host>:<port>"),
        ("http://proxy:端口/", "http://proxy:端口/"),
        ("http://${HOST}:${PORT}", "http://${HOST}:${PORT}"),
        ("http://[::1]:3128", "http://[::1]:3128"),
        ("http://fe80::1:3128", "http://fe80::1:3128"),
        ("http://h:3128 # why", "http://h:3128 # why"),
        ("http://h:3128,", "http://h:3128,"),
        ("http://h:", "http://h:"),
        ("http://h:1?", "http://h:1?"),
        ("unix:///run/docker.sock", "unix:///run/docker.sock"),
        ("10.0.0.?,a:80", "10.0.0.?,a:80"),
        ("lookup http://h: no such host", "lookup http://h: no such host"),
        ('"http://h:3128"', '"http://h:3128"'),
        ("", ""),
    ],
)
def test_user_information_is_masked_whatever_is_in_it(value: str, masked: str) -> None:
    assert mask_url(value) == masked
    assert mask_url(masked) == masked


@given(st.sampled_from(["http://", "socks5h://", ""]), st.text())
def test_no_password_shows(scheme: str, noise: str) -> None:
    assert "hunter2" not in mask_url(f"{scheme}u:{noise}hunter2{noise}@h")


@given(st.from_regex(r"[a-z]+:[a-z]*hunter2[^@]*", fullmatch=True))
def test_no_password_that_is_cut_off_shows(login: str) -> None:
    masked = mask_url(f"http://{login}")

    assert "hunter2" not in masked.partition("xxxxx")[0]
    assert mask_url(masked) == masked


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


@pytest.mark.parametrize(
    "value",
    ["http://" * 20_000, "http://a:1," * 10_000, "http://b?" + "', \";" * 20_000 + "x"],
)
def test_a_long_text_is_masked_in_one_go(value: str) -> None:
    masked = mask_url(value)

    assert mask_url(masked) == masked
