"""Which options flags of dockerd set."""

from __future__ import annotations

import pytest

from dockproxy.resolve.option_flags import options_by_flag


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("-H fd:// --containerd=/run/c.sock", {"hosts": "-H", "containerd": "--containerd"}),
        ("-Hfd://", {"hosts": "-H"}),
        ("-Dl warn", {"debug": "-D", "log-level": "-l"}),
        ("--label a=b --label c=d", {"labels": "--label"}),
        ("--debug hosts", {"debug": "--debug"}),
        ("--log-opt --debug", {"log-opts": "--log-opt"}),
        ("--tlsverify=false -- --mtu 1", {"tlsverify": "--tlsverify"}),
        ("--host-gateway-ip 10.0.0.1", {"host-gateway-ips": "--host-gateway-ip"}),
        ("-", {}),
    ],
)
def test_flags_are_taken_as_dockerd_takes_them(words: str, options: dict[str, str]) -> None:
    assert options_by_flag(["/usr/bin/dockerd", *words.split()], (28, 0)) == options


def test_the_words_of_a_shell_tell_nothing() -> None:
    assert options_by_flag(["/bin/sh", "-c", "dockerd --mtu 1"], (28, 0)) == {}
    assert options_by_flag([], (28, 0)) == {}
