"""No part of a password is in what is quoted of an error text."""

from __future__ import annotations

import pytest

from dockproxy.messages.masking import masked
from dockproxy.messages.recognise import recognise

GET = 'Error response from daemon: Get "https://registry-1.docker.io/v2/": proxyconnect tcp: '


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        # https://github.com/minishift/minishift/issues/2283
        (
            "Get https://api.github.com: parse http://me:HashTag#Pa@proxy.corp.test:8080: invalid"
            ' port ":HashTag" after host',
            "HashTag #Pa",
        ),
        # https://github.com/docker/for-win/issues/734
        (f'{GET}parse "http://me:p#7word@proxy:80/": invalid port ":p" after host', '":p" 7word'),
        (f'{GET}parse "http://me:abc%G4g@proxy:8080/": invalid URL escape "%G4"', "abc %G4"),
        # https://github.com/Kong/insomnia/issues/2512
        ("* Could not resolve proxy: s7", "s7"),
        ("http_proxy=http://me:p@s7#@proxy:3128 Could not resolve proxy: s7", "s7 p@"),
        (f"{GET}dial tcp: lookup s7 on 127.0.0.53:53: no such host", "s7"),
        ("ValueError: Port could not be cast to integer value as 'pa7'", "pa7"),
        ("http.client.InvalidURL: nonnumeric port: 'pa7'", "pa7"),
        ("Failed to parse: http://me:pa/s7@proxy:3128 proxy", ":pa s7"),
        ("invalid proxy URL http://me:123/s7@proxy:3128", "123 s7"),
        ("invalid proxy URL http://me:pa/@proxy:3128", ":pa"),
        ('invalid proxy URL http://me:p"s7@proxy:3128', "s7"),
        ("HTTPS_PROXY=me:s7@proxy:3128 Proxy Authentication Required", "s7"),
        ("curl -x me:s7@proxy:3128: (56) CONNECT tunnel failed, response 407", "s7"),
        ("curl --proxy-user me:s7: (56) CONNECT tunnel failed, response 407", "s7"),
        ("java -Dhttp.proxyPassword=s7 Proxy returns 407", "s7"),
        # https://github.com/nodejs/undici/issues/3442
        ("'proxy-authorization': 'Basic s7' Proxy response (407) !== 200", "s7"),
    ],
)
def test_no_part_of_a_password_is_quoted(text: str, secrets: str) -> None:
    quoted = [each.line for each in recognise(f"$ docker pull redis\n{text}")]

    for secret in secrets.split():
        assert secret in text
        assert not any(secret in words for words in (*quoted, masked(text)))


@pytest.mark.parametrize(
    "text",
    [
        "request to https://registry.npmjs.org/@babel%2fcore failed",
        "http://nexus.corp.test:8081/@babel/core",
        "https://registry.corp.test:5000/v2/foo@sha256:abcd",
        'go: x/y@v1.16.3: Get "https://proxy.golang.org/x/@v/v1.16.3.mod"',
        '{"proxies":{"default":{"httpProxy":"http://proxy:3128","x":"a@b.example"}}}',
        "invalid character '}' looking for beginning of object key string",
        "proxyconnect tcp: dial tcp: lookup http on 10.0.0.2:53: no such host",
        "proxyconnect tcp: dial tcp: lookup proxy.corp.test on 10.0.0.2:53: no such host",
    ],
)
def test_what_is_no_password_stays(text: str) -> None:
    assert masked(text) == text


def test_a_password_in_an_endless_line_is_not_cut_in_two() -> None:
    """Only what lies around the fault is kept of it, and may begin within an address."""
    for size in range(1_790, 1_830):
        fault = "a" * (size - 30) + '", "Proxy Authentication Required"'
        words = "b " * 2_000 + f'"http://me:{"s7" * 20}@proxy.corp.test", "' + fault
        for each in recognise(words):
            assert "s7s7" not in each.line
