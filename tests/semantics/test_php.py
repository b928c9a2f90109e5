"""PHP and dnf: what they add to libcurl (recorded/ has the rest)."""

from __future__ import annotations

import pytest

from tests.semantics.deciding import matched, way

P = "http://p.test:3128"
BEYOND_ASCII = "http://\u043f\u0440.test:3128"


@pytest.mark.parametrize("version", ["7.4", "8.2", "8.4"])
def test_the_curl_extension_reads_what_libcurl_reads(version: str) -> None:
    name = f"php@{version}"

    assert way(name, "http://t.test/", http_proxy=P) == P
    assert way(name, "http://t.test/", HTTP_PROXY=P) == "direct"
    assert way(name, "https://t.test/", ALL_PROXY=P) == P
    assert way(name, "http://t.test/", http_proxy="p.test") == "http://p.test:1080"
    assert matched(name, "http://a.t.test/", http_proxy=P, NO_PROXY="t.test") == "t.test"


def test_networks_came_with_libcurl_786() -> None:
    assert way("php@7.4", "http://10.1.2.3/", http_proxy=P, no_proxy="10.0.0.0/8") == P
    assert way("php@8.2", "http://10.1.2.3/", http_proxy=P, no_proxy="10.0.0.0/8") == "direct"


def test_a_blank_between_entries_ends_the_list_of_php_84() -> None:
    for version, said in (("8.2", "direct"), ("8.4", P)):
        name = f"php@{version}"
        assert way(name, "http://c.test/", http_proxy=P, no_proxy="a.test b.test,c.test") == said


@pytest.mark.parametrize("version", ["7.4", "8.4"])
def test_streams_use_no_proxy(version: str) -> None:
    name = f"php-streams@{version}"

    assert way(name, "http://t.test/", http_proxy=P, HTTP_PROXY=P, ALL_PROXY=P) == "direct"
    assert way(name, "https://t.test/", https_proxy="\0bad") == "direct"


@pytest.mark.parametrize(
    ("name", "environ", "is_read"),
    [
        ("php@7.4", {}, False),
        ("php@7.4", {"LC_ALL": "C.UTF-8"}, True),
        ("php@8.2", {"LC_ALL": "C"}, True),
        ("dnf", {}, True),
        ("dnf", {"LANG": "C"}, True),
        ("dnf", {"LC_CTYPE": "POSIX"}, True),
        ("dnf", {"LC_ALL": "C"}, False),
        ("dnf", {"PYTHONCOERCECLOCALE": "0"}, False),
    ],
)
def test_names_beyond_ascii_need_a_locale(
    name: str, environ: dict[str, str], is_read: bool
) -> None:
    said = way(name, "http://t.test/", http_proxy=BEYOND_ASCII, **environ)

    assert (said != "error") is is_read


def test_dnf_is_libcurl() -> None:
    assert way("dnf", "http://t.test/", http_proxy="socks5://p.test") == "socks5://p.test"
    assert way("dnf@4.14", "http://t.test/", http_proxy="foo://p.test") == "error"
    assert matched("dnf", "https://t.test/", HTTPS_PROXY=P, no_proxy=".t.test") == ".t.test"
