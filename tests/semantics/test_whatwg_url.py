"""Node's URL parser, case by case as Node 24.21 answered."""

from __future__ import annotations

import time

import pytest

from dockproxy.semantics.whatwg_url import decodes, parse

HOSTS = {
    "http://Proxy.Test:3128": ("proxy.test", "3128"),
    "http://p.test:80": ("p.test", ""),
    "https://p.test:80": ("p.test", "80"),
    "http:p.test:3128": ("p.test", "3128"),
    "HTTP:\\\\p.test\\x": ("p.test", ""),
    " http://p\t.te\nst/ ": ("p.test", ""),
    "http://u:p@x@p.test": ("p.test", ""),
    "http://p%2eTEST": ("p.test", ""),
    "http://0x7f.1": ("127.0.0.1", ""),
    "http://1.2.3.4.": ("1.2.3.4", ""),
    "http://4294967295": ("255.255.255.255", ""),
    "http://[2001:DB8:0:0:0:0:0:1]": ("[2001:db8::1]", ""),
    "http://[::ffff:10.1.2.3]:080": ("[::ffff:a01:203]", ""),
    "http://[1:0:0:2:0:0:0:3]": ("[1:0:0:2::3]", ""),
    "http://b\u00fccher.test": ("xn--bcher-kva.test", ""),
    "http://t\u3002test": ("t.test", ""),
    "http://stra\u00dfe.de": ("xn--strae-oqa.de", ""),
    "socks5://P.Test:80": ("P.Test", "80"),
    "socks5:p.test:1080": ("", ""),
    "socks5://": ("", ""),
    "file:///x": ("", ""),
    "file://localhost/x": ("", ""),
}
NONE = (
    *(
        "",
        "p.test:3128/",
        "//p.test",
        "://x",
        "1http://p.test",
        "http://",
        "http://@",
        "http://:80",
    ),
    *("http://u@", "http://p.test:65536", "http://p.test:8a", "http://p test", "http://p|x"),
    *("http://1.2.3.4.5", "http://256.1.1.1", "http://09", "http://a%00b", "http://[::1"),
    *("http://[::1%25lo]", "http://[1::2::3]", "http://\u00ad", "http://%ff.test", "http://a<b"),
    *("http://\u0661.com", "socks5://:80", "socks5://p test", "http://\udcff.test"),
)


@pytest.mark.parametrize("text", HOSTS)
def test_host_and_port_are_as_node_has_them(text: str) -> None:
    url = parse(text)
    assert url is not None
    assert (url.hostname, url.port) == HOSTS[text]


@pytest.mark.parametrize("text", NONE)
def test_what_node_throws_at_is_none(text: str) -> None:
    url = parse(text)
    assert url is None or url.scheme not in ("http", "https", "socks5")


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("http://p.test", True),
        ("http://p.test/?#", True),
        ("http://p.test/a/%2E./", True),
        ("http://p.test/..", True),
        ("http://p.test//", False),
        ("http://p.test/a", False),
        ("http://p.test?q", False),
        ("http://p.test\\a", False),
    ],
)
def test_a_url_is_bare_if_its_dots_leave_nothing(text: str, bare: bool) -> None:
    url = parse(text)
    assert url is not None
    assert url.bare is bare


def test_credentials_are_kept_as_written_and_tell_if_they_decode() -> None:
    url = parse("http://u%zz:p@x@P.Test:3128/")
    assert url is not None
    assert url.proxy("http") == "http://u%zz:p@x@P.Test:3128"
    assert (decodes(url.user), decodes(url.password), decodes("%C3%BC"), decodes("%C3")) == (
        *(False, True, True, False),
    )


def test_long_texts_are_read_in_no_time() -> None:
    began = time.monotonic()
    for text in ("a", "1", ":", "@", "[", "%41", "0x", "\u00fc", ".", "a.", "/..", "\\", "9."):
        parse("http://" + text * (200_000 // len(text)))
        parse("socks5://" + text * (200_000 // len(text)))
    assert time.monotonic() - began < 20
