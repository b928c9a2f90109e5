"""Addresses as people type them."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockproxy.core.model.errors import UsageError
from dockproxy.plan.address import parse_address


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("http://10.0.0.1:3128", "http://10.0.0.1:3128"),
        ("10.0.0.1:3128", "http://10.0.0.1:3128"),
        ("proxy.corp", "http://proxy.corp:80"),
        ("https://proxy.corp", "https://proxy.corp:443"),
        ("socks5://proxy.corp", "socks5://proxy.corp:1080"),
        ("HTTP://proxy.corp:1/", "http://proxy.corp:1"),
        ("  http://proxy.corp:1 ", "http://proxy.corp:1"),
        ("http://[fd00::1]:3128", "http://[fd00::1]:3128"),
        ("http://u:p@ss@h:1", "http://u:p%40ss@h:1"),
        ("http://u:p%40ss@h:1", "http://u:p%40ss@h:1"),
        ("http://u:100%@h:1", "http://u:100%25@h:1"),
        ("http://u:a/b?c#d:e@h:1", "http://u:a%2Fb%3Fc%23d%3Ae@h:1"),
        ("http://u@h:1", "http://u@h:1"),
        ("http://[fe80::1%25eth0]:1", "http://[fe80::1%25eth0]:1"),
        ("http://[fe80::1%eth0]:1", "http://[fe80::1%25eth0]:1"),
        ("http://прокси.example:1", "http://xn--h1adldfi.example:1"),
        ("http://straße.example:1", "http://xn--strae-oqa.example:1"),
        ("http://１０。0。0。1:3128", "http://10.0.0.1:3128"),
        ("http://密:码@h:1", "http://%E5%AF%86:%E7%A0%81@h:1"),
    ],
)
def test_an_address_is_written_so_that_every_program_reads_it_alike(
    typed: str, written: str
) -> None:
    assert parse_address(typed).url == written


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "http://",
        "http://:3128",
        "ftp://h:1",
        "socks4://h:1",
        "http://h:1/path",
        "http://h:0",
        "http://h:65536",
        "http://h:٣",
        "http://::1",
        "http://[::1",
        "http://[zz]:1",
        "http://HOST:PORT",
        "http://a b:1",
        "http://h:1?x",
        "http://h:1#x",
        "http://[fe80::1%]:1",
        "http://[fe80::1%et h]:1",
        "http://" + "ü" * 100 + ".de:1",
        "http://h\0:1",
        "http://h:1\nhttp://h:2",
        "http://u:a\nb@h:1",
        "http://u:" + "x" * 40_000 + "@h:1",
        "socks5://u:" + "x" * 256 + "@h:1",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(UsageError):
        parse_address(typed)


@given(st.text(max_size=30))
def test_a_refusal_never_repeats_user_information(password: str) -> None:
    marked = f"S3CRET{password}S3CRET"
    with pytest.raises(UsageError) as refused:
        parse_address(f"http://user:{marked}@host:99999")
    assert "S3CRET" not in str(refused.value)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_password_given_as_it_is_reads_back_as_it_is(password: str) -> None:
    address = parse_address("http://user@host:3128").with_password(password)
    assert unquote(urlsplit(address.url).password or "") == password
    assert urlsplit(address.url).hostname == "host"
    assert address.shown == "http://xxxxx:xxxxx@host:3128"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("[::1]", True),
        ("127.1", True),
        ("[::ffff:127.0.0.1]", True),
        ("10.0.0.1", False),
        ("127.0.0.1.example.com", False),
        ("localhost.example.com", False),
    ],
)
def test_loopback_is_told_from_other_hosts(host: str, loopback: bool) -> None:
    assert parse_address(f"http://{host}:1").is_loopback is loopback


def test_what_was_changed_of_the_words_is_said() -> None:
    assert len(parse_address("u:p@ss@proxy").notes) == 3
    assert parse_address("http://proxy:3128").notes == ()


@pytest.mark.parametrize(
    ("typed", "way_out"),
    [
        ("socks4://h:1", "socks5://HOST:PORT"),
        ("socks://127.0.0.1:7891/", "socks5://HOST:PORT"),
        ("vmess://eyJ2IjoyfQ==", "http://127.0.0.1:7890"),
        ("http://wpad.corp.example/wpad.dat", "behind PROXY"),
        ("http://h:8080/proxy.pac?x", "behind PROXY"),
        ("ftp://h:1", "http://, https://, socks5://, socks5h://"),
        ("fd88::1:3128", "http://[fd88::1]:3128"),
        ("http://fd88::1", "http://[ADDRESS]:PORT"),
        ("http：//10.0.0.1:3128", "type “:”"),
        ("http://10.0.0.1：3128", "type “:”"),
    ],
)
def test_a_refusal_says_what_to_write_instead(typed: str, way_out: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_address(typed)
    assert way_out in str(refused.value)
