"""Proxy addresses as Go reads them; the answers were taken from Go 1.19's net/url and httpproxy."""

from __future__ import annotations

from typing import Optional, Tuple

import pytest

from dockproxy.core.agent.probe.proxy_address import NotAProxyAddress, masked, parse, shown

Login = Optional[Tuple[bytes, bytes]]


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port", "login"),
    [
        ("http://proxy:3128", "http", "proxy", 3128, None),
        ("HTTPS://proxy", "https", "proxy", 443, None),
        ("socks5h://proxy", "socks5h", "proxy", 1080, None),
        ("proxy.corp:3128", "http", "proxy.corp", 3128, None),
        ("10.0.0.1:3128", "http", "10.0.0.1", 3128, None),
        ("proxy", "http", "proxy", 80, None),
        ("user:secret@proxy:1", "http", "proxy", 1, (b"user", b"secret")),
        ("http://[fd00::1]:3128/", "http", "fd00::1", 3128, None),
        ("http://[fe80::1%25eth0]:3128", "http", "fe80::1%eth0", 3128, None),
        ("http://proxy:/path?x#y", "http", "proxy", 80, None),
        ("http://@proxy:1", "http", "proxy", 1, (b"", b"")),
        ("http://us@er:p@ss:w@proxy:1", "http", "proxy", 1, (b"us@er", b"p@ss:w")),
        ("http://u:%E5%AF%86%00@proxy:1", "http", "proxy", 1, (b"u", b"\xe5\xaf\x86\x00")),
        ("http://::1:3128", "http", "::1", 3128, None),
        ("http://u:p+w@proxy:1", "http", "proxy", 1, (b"u", b"p+w")),
    ],
)
def test_an_address_is_read_as_go_reads_it(
    text: str, scheme: str, host: str, port: int, login: Login
) -> None:
    address = parse(text)

    assert (address.scheme, address.host, address.port) == (scheme, host, port)
    assert address.credentials == login


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://",
        "http://u:MARKED word@proxy:1",
        "http://u:MARKED^@proxy:1",
        "http://u:MARKED密@proxy:1",
        "http://u:MARKED%zz@proxy:1",
        "http://u:MARKED/w@proxy:1",
        "http://proxy:port",
        "http://proxy:1/%zz",
        "http://proxy:1#%zz",
        "http://pro xy:1",
        "http://proxy\t:1",
    ],
)
def test_what_go_drops_is_no_address_and_the_reason_does_not_show_it(text: str) -> None:
    with pytest.raises(NotAProxyAddress) as raised:
        parse(text)

    assert "MARKED" not in str(raised.value)


def test_a_scheme_that_go_does_not_know_is_spoken_to_in_http_and_needs_a_port() -> None:
    assert parse("socks4://proxy:1080").kind == "http"
    with pytest.raises(NotAProxyAddress):
        parse("socks4://proxy")


@pytest.mark.parametrize("port", ["0", "65536", "99999999999"])
def test_a_port_that_cannot_be_dialled_is_no_address(port: str) -> None:
    with pytest.raises(NotAProxyAddress):
        parse(f"http://proxy:{port}")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("http://proxy:1", "http://proxy:1"),
        ("http://u:MARKED@proxy:1", "http://xxxxx:xxxxx@proxy:1"),
        ("http://u:MARKED/x#y?z@proxy:1", "http://xxxxx:xxxxx@proxy:1"),
        ("u:MARKED@proxy:1", "xxxxx:xxxxx@proxy:1"),
        ("http%3A%2F%2Fu:MARKED%40proxy:1", "xxxxx:xxxxx@proxy:1"),
        ("http://u:MARKED@", "http://xxxxx:xxxxx@"),
    ],
)
def test_masking_takes_all_up_to_the_last_at_sign(text: str, safe: str) -> None:
    assert masked(text) == safe


def test_an_address_shows_itself_masked_and_without_path_or_query() -> None:
    text = "http://u:MARKED@proxy:1/path?token=MARKED"

    assert repr(parse(text)) == shown(text) == "http://xxxxx:xxxxx@proxy:1"
