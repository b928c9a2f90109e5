"""Programs on Node: what no random case says, and that nothing makes them raise or wait."""

from __future__ import annotations

import time
from random import Random

import pytest

from dockproxy.semantics.registry import program
from dockproxy.semantics.target import parse_target

PROGRAMS = ("node-fetch", "node-http", "undici", "npm", "axios")
NAMES = (
    *("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "no_proxy"),
    *("NO_PROXY", "NODE_USE_ENV_PROXY", "NODE_OPTIONS", "npm_config_proxy", "npm_config_noproxy"),
)
PIECES = (
    *("http://", "socks5://", "p.test", ":3128", "@", "%zz", "[::1]", "::1", "/8", "*", ".", ","),
    *(
        " ",
        "\n",
        "\udcff",
        "\u0661",
        "\u00fc",
        "xn--",
        "0x7f",
        "-",
        '"',
        "\\",
        "${HOME}",
        "10.1.2.3",
    ),
    *("--use-env-proxy", "1", "t.test", "9" * 30, "\ufeff", "]", "["),
)


def said(name: str, env: dict[str, str], url: str) -> str:
    known = program(name)
    decision = known.semantics.decider(env, known.version)(parse_target(url))
    return decision.proxy or decision.kind


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_makes_it_raise(name: str) -> None:
    random = Random(name)
    semantics = program(name).semantics
    targets = [
        parse_target(url)
        for url in (
            "http://t.test/",
            "https://[::1]:8080/",
            "http://a..b/",
            "ftp://t.test",
            "x://:@a",
        )
    ]
    for _ in range(1500):
        env = {
            each: "".join(random.choices(PIECES, k=random.randrange(6)))
            for each in random.sample(NAMES, 5)
        }
        decide = semantics.decider(env, random.choice(semantics.versions))
        for target in targets:
            decision = decide(target)
            assert decision.kind in ("proxy", "direct", "error")
            assert bool(decision.proxy) == (decision.kind == "proxy")


@pytest.mark.parametrize("name", PROGRAMS)
def test_long_values_take_no_time(name: str) -> None:
    known = program(name)
    began = time.monotonic()
    for piece in ("t.test,", ":1", "[", "a.", "${", "\\", '"', "-", "\u00fc", "::1/8,", "1.", " "):
        value = piece * (60_000 // len(piece))
        env = {"http_proxy": "http://p.test", "no_proxy": value, "npm_config_proxy": value}
        for each in (env, {"HTTP_PROXY": value, "NODE_OPTIONS": value}):
            known.semantics.decider({**each, "NODE_USE_ENV_PROXY": "1"}, known.version)(
                parse_target("http://x.test/")
            )
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("env", "fetch", "http"),
    [
        ({}, "http://p.test:1", "http://p.test:1"),
        ({"NODE_USE_ENV_PROXY": "0"}, "direct", "direct"),
        ({"NODE_USE_ENV_PROXY": "true"}, "direct", "direct"),
        ({"NODE_OPTIONS": "--no-use-env-proxy"}, "direct", "direct"),
        (
            {"NODE_USE_ENV_PROXY": "", "NODE_OPTIONS": '"--use_env_proxy=no"'},
            *["http://p.test:1"] * 2,
        ),
        ({"https_proxy": "p.test"}, "error", "error"),
        ({"http_proxy": "", "HTTP_PROXY": "http://q q"}, "error", "error"),
        ({"http_proxy": "socks5://p.test"}, "socks5h://p.test", "direct"),
        ({"http_proxy": "https://192.0.2.7"}, "error", "https://192.0.2.7"),
    ],
)
def test_node_is_asked_to_read_proxies(env: dict[str, str], fetch: str, http: str) -> None:
    given = {"NODE_USE_ENV_PROXY": "1", "http_proxy": "http://p.test:1", **env}
    assert (
        said("node-fetch", given, "http://t.test"),
        said("node-http", given, "http://t.test"),
    ) == (*(fetch, http),)


def test_fetch_takes_no_credentials_and_no_bad_port() -> None:
    assert said("node-fetch", {}, "http://u:p@t.test/") == "error"
    assert said("node-fetch", {}, "http://t.test:6000/") == "error"
    assert said("node-http", {}, "http://u:p@t.test:6000/") == "direct"


def test_npm_takes_the_last_of_both_cases_even_if_empty() -> None:
    both = {"HTTPS_PROXY": "http://p.test", "https_proxy": ""}
    assert said("npm", both, "https://t.test") == "direct"
    assert said("npm", dict(reversed(both.items())), "https://t.test") == "http://p.test"


def test_npm_expands_variables_in_its_own_settings_only() -> None:
    env = {"P": "p.test:1", "npm_config_proxy": "http://${P}", "HTTPS_PROXY": "http://${P}"}
    assert said("npm", env, "http://t.test") == "http://p.test:1"
    assert said("npm", {**env, "npm_config_proxy": ""}, "http://t.test") == "http://${P}"


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_credentials_that_do_not_decode_are_an_error_of_npm(scheme: str) -> None:
    """An accident of http-proxy-agent, which a run of npm may or may not live to see: it has begun
    to connect to a proxy of http by then, and says nothing on that connection.
    """
    assert said("npm", {"http_proxy": f"{scheme}://u:%zz@p.test"}, "http://t.test") == "error"


def test_axios_leaves_the_way_to_node_where_node_was_asked() -> None:
    env = {"http_proxy": "http://p.test", "no_proxy": "10.0.0.0/8", "NODE_USE_ENV_PROXY": "1"}
    assert said("axios", env, "http://10.1.2.3") == "http://p.test"
    assert said("axios", {**env, "NODE_USE_ENV_PROXY": "0"}, "http://10.1.2.3") == "direct"
