"""What systemctl prints, taken apart; words and variables, masked."""

from __future__ import annotations

import time

import pytest

from dockproxy.core.agent.observe.systemd import (
    blocks,
    environment_files,
    exec_words,
    split_shown,
)
from dockproxy.core.agent.observe.values import (
    flag_value,
    kept_variables,
    masked_arguments,
    masked_words,
    pairs,
)
from dockproxy.core.agent.system import utc_seconds


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("", []),
        ("A=b C=d", ["A=b", "C=d"]),
        ('"A=b c" D=e', ["A=b c", "D=e"]),
        (
            r'"A=q\"uote" "B=back\\slash" "C=do\$llar" "D=t\`ick"',
            ['A=q"uote', "B=back\\slash", "C=do$llar", "D=t`ick"],
        ),
        (r'"A=tab\there" "B=line\nend" "C=\001"', ["A=tab\there", "B=line\nend", "C=\x01"]),
        ('"NO_PROXY=*.corp,é"', ["NO_PROXY=*.corp,é"]),
        ('"A=unclosed', ["A=unclosed"]),
        ('"A=\\', ["A=\\"]),
    ],
)
def test_splits_a_list_as_systemctl_prints_it(shown: str, words: list[str]) -> None:
    assert split_shown(shown) == words


def test_takes_the_output_for_several_units_apart() -> None:
    output = (
        "Id=a.service\nEnvironmentFiles=/a\nEnvironmentFiles=/b\n\nId=b.socket\nEnvironment=X=1=2\n"
    )
    assert blocks(output) == [
        {"Id": ["a.service"], "EnvironmentFiles": ["/a", "/b"]},
        {"Id": ["b.socket"], "Environment": ["X=1=2"]},
    ]


def test_a_file_that_may_lack_has_its_dash() -> None:
    shown = ["/etc/a b (ignore_errors=yes)", "/c (ignore_errors=no)", "nonsense"]
    assert environment_files(shown) == ["-/etc/a b", "/c"]


def test_reads_the_words_of_the_first_command() -> None:
    shown = [
        "{ path=/usr/sbin/dockerd ; argv[]=/usr/sbin/dockerd -H fd:// $DOCKER_OPTS ;"
        " ignore_errors=no ; start_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }"
    ]
    assert exec_words(shown) == ("/usr/sbin/dockerd", "-H", "fd://", "$DOCKER_OPTS")


def test_arguments_show_what_is_harmless_and_hide_the_rest() -> None:
    words = (
        "dockerd --http-proxy=http://u:secret@p:1 --https-proxy http://u:secret@p:2 -H fd:// "
        "--log-opt=splunk-token=secret --log-opt splunk-token=secret --debug "
        "--label secret --storage-driver overlay2 --unheard-of=secret"
    )

    masked = masked_arguments(words.split(" "))

    assert masked == (
        "dockerd",
        "--http-proxy=http://xxxxx:xxxxx@p:1",
        "--https-proxy",
        "http://xxxxx:xxxxx@p:2",
        "-H",
        "fd://",
        "--log-opt=xxxxx",
        "--log-opt",
        "xxxxx",
        "--debug",
        "--label",
        "xxxxx",
        "--storage-driver",
        "overlay2",
        "--unheard-of=xxxxx",
    )


def test_a_value_torn_apart_at_its_blanks_is_masked_whole() -> None:
    words = "dockerd --http-proxy=http://u:sec ret@p:1 $DOCKER_OPTS --log-opt a=sec ret ${MORE}"
    assert masked_arguments(words.split(" ")) == (
        "dockerd",
        "--http-proxy=http://xxxxx:xxxxx@p:1",
        "$DOCKER_OPTS",
        "--log-opt",
        "xxxxx",
        "${MORE}",
    )


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("dockerd", ""),
        ("dockerd --config-file=/a", "/a"),
        ("dockerd --config-file /a -D", "/a"),
        ("dockerd --config-file=/a --config-file /b", "/b"),
        ("dockerd --config-files=/a", ""),
        ("dockerd --config-file", ""),
    ],
)
def test_finds_a_flags_value(words: str, value: str) -> None:
    assert flag_value(words.split(), "config-file") == value


def test_of_an_environment_only_proxies_and_dockers_own_variables_are_kept() -> None:
    environment = {
        "HTTP_PROXY": "http://u:secret@p:1",
        "no_proxy": "a,b",
        "ALL_PROXY": "socks5://p",
        "Http_Proxy": "http://u:secret@p:1",
        "DOCKER_HOST": "tcp://u:secret@h:1",
        "DOCKER_AUTH_CONFIG": '{"auths": "secret"}',
        "DOCKER_PASSWORD": "secret",
        "DOCKER_OPTS": "--log-opt splunk-token=secret --bip 10.0.0.1/24",
        "REQUEST_METHOD": "GET",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "PATH": "/bin",
    }
    assert kept_variables(environment) == {
        "HTTP_PROXY": "http://xxxxx:xxxxx@p:1",
        "no_proxy": "a,b",
        "ALL_PROXY": "socks5://p",
        "DOCKER_HOST": "tcp://xxxxx:xxxxx@h:1",
        "DOCKER_AUTH_CONFIG": "xxxxx",
        "DOCKER_PASSWORD": "xxxxx",
        "DOCKER_OPTS": "--log-opt xxxxx --bip 10.0.0.1/24",
        "REQUEST_METHOD": "GET",
    }


def test_words_of_a_unit_keep_their_names_only() -> None:
    words = ["HTTPS_PROXY=http://u:secret@p:1", "TOKEN=secret", "EMPTY=", "BARE"]
    assert masked_words(words) == (
        "HTTPS_PROXY=http://xxxxx:xxxxx@p:1",
        "TOKEN=xxxxx",
        "EMPTY=",
        "BARE",
    )


def test_of_a_variable_given_twice_the_first_counts() -> None:
    assert pairs(["A=1", "A=2", "none", "B=x=y"]) == {"A": "1", "B": "x=y"}


@pytest.mark.parametrize(
    "moment", [0, 951782399, 951782400, 951868800, 1709164800, 1709251199, 4107542399]
)
def test_reckons_utc(moment: int) -> None:
    assert utc_seconds(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment))) == moment


@pytest.mark.parametrize(
    "text", ["", "n/a", "2024-13-01 00:00:00", "2024-01-01", "x-01-01 00:00:00"]
)
def test_what_is_no_time_is_nought(text: str) -> None:
    assert utc_seconds(text) == 0
