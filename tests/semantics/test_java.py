"""What Java's properties mean, and how they get into the environment."""

from __future__ import annotations

import pytest

from dockproxy.semantics.base import Decision
from dockproxy.semantics.java_options import properties
from dockproxy.semantics.registry import program
from dockproxy.semantics.target import parse_target


def decide(url: str, options: str, asked: str = "java") -> Decision:
    known = program(asked)
    return known.semantics.decider({"JAVA_TOOL_OPTIONS": options}, known.version)(parse_target(url))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-Da=b", "b"),
        ("-Da=b -Da=c", "c"),
        ("-Da", ""),
        ("-Da=b=c", "b=c"),
        ('"-Da=b c"', "b c"),
        ("-D'a=b 'c", "b c"),
        ('-Da="b\'c"', "b'c"),
        ("-Da=b\\", "b\\"),
        ("\t-Xmx1g\n-ea -Da=b", "b"),
    ],
)
def test_options_are_words_between_blanks_and_quotation_marks_hold_them_together(
    text: str, value: str
) -> None:
    found = properties({"JAVA_TOOL_OPTIONS": text})
    assert isinstance(found, dict)
    assert found["a"] == (value, "JAVA_TOOL_OPTIONS")


@pytest.mark.parametrize("text", ['-Da="b', "x", "-cp /x", "-Xunknown", "''", "-version", "@file"])
def test_an_option_that_java_does_not_take_ends_it(text: str) -> None:
    found = properties({"JAVA_TOOL_OPTIONS": text})
    assert isinstance(found, tuple)
    assert decide("http://t.test/", text).kind == "error"


def test_the_java_command_takes_more_than_the_jvm() -> None:
    for text in ("-cp /x", "-server", "--add-modules java.sql", "-p /x -Da=b"):
        assert isinstance(properties({"JDK_JAVA_OPTIONS": text}), dict)
        assert isinstance(properties({"_JAVA_OPTIONS": text}), tuple)


def test_the_last_of_the_three_variables_wins() -> None:
    environ = {
        "_JAVA_OPTIONS": "-Da=1",
        "JDK_JAVA_OPTIONS": "-Da=2 -Db=2",
        "JAVA_TOOL_OPTIONS": "-Da=3 -Db=3 -Dc=3",
    }
    assert properties(environ) == {
        "a": ("1", "_JAVA_OPTIONS"),
        "b": ("2", "JDK_JAVA_OPTIONS"),
        "c": ("3", "JAVA_TOOL_OPTIONS"),
    }


@pytest.mark.parametrize(
    ("url", "options", "proxy"),
    [
        ("http://t.test/", "-Dhttp.proxyHost=p", "http://p"),
        ("https://t.test/", "-Dhttp.proxyHost=p", ""),
        ("https://t.test/", "-Dhttps.proxyHost=p", "http://p:443"),
        ("https://t.test/", "-DproxyHost=p -Dhttps.proxyPort=0x50", "http://p:80"),
        ("http://t.test/", "-Dhttp.proxyHost=p -Dhttp.proxyPort=08 -DproxyPort=9", "http://p:9"),
        ("http://t.test/", "-Dhttp.proxyHost= -DproxyHost=p", "http://p"),
        ("http://t.test/", "-DsocksProxyHost=p", "socks5://p"),
        ("http://t.test/", "-DsocksProxyHost=p -DsocksProxyVersion=4", "socks4://p"),
        ("http://t.test/", "-Dhttp.proxyHost=::1", "http://[::1]"),
    ],
)
def test_the_first_host_that_is_set_is_the_proxy(url: str, options: str, proxy: str) -> None:
    assert decide(url, options).proxy == proxy


@pytest.mark.parametrize(
    ("listing", "url", "matched"),
    [
        ("t.test", "http://t.test/", "t.test"),
        ("t.test", "http://sub.t.test/", None),
        ("*.t.test|x", "http://Sub.T.Test/", "*.t.test"),
        ("sub*", "http://sub.t.test/", "sub*"),
        ("s*t", "http://sub.t.test/", None),
        ("x", "http://127.1.2.3/", "loopback"),
        ("", "http://127.1.2.3/", None),
        ("t.test,x", "http://t.test/", None),
    ],
)
def test_a_list_has_stars_at_the_ends_of_its_entries(
    listing: str, url: str, matched: str | None
) -> None:
    options = f"-Dhttp.proxyHost=p -Dhttp.nonProxyHosts={listing}"
    assert decide(url, options).matched == matched


def test_an_https_target_that_goes_direct_asks_for_socks_once_more() -> None:
    options = "-DsocksProxyHost=p -Dhttp.nonProxyHosts=t.test"
    assert decide("http://t.test/", options).kind == "direct"
    assert decide("https://t.test/", options).proxy == "socks5://p"
    assert decide("https://t.test/", f"{options} -DsocksNonProxyHosts=t.test").kind == "direct"
    assert decide("https://[::1]/", options).proxy == "socks5://p"


def test_the_http_client_knows_no_socks_and_fewer_targets() -> None:
    assert decide("https://t.test/", "-DsocksProxyHost=p", "java-httpclient").kind == "direct"
    assert decide("http://t_x.test/", "", "java-httpclient").kind == "error"
    assert decide("https://t.test./", "-DproxyHost=p", "java-httpclient").kind == "error"
    assert (
        decide("https://[::1]/", "-Dhttp.nonProxyHosts= -DproxyHost=p", "java-httpclient@21").kind
        == "error"
    )
    assert decide("https://[2001:db8::1]/", "-DproxyHost=p", "java-httpclient@27").kind == "proxy"
