"""DP110: a number in daemon.json is below zero, or too large."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.rules.option_rule import DAEMON_JSON, OptionRule
from dockproxy.rules.rule import Example


class DaemonJsonNumberRange(OptionRule):
    """See ``Rule``."""

    code = "DP110"
    name = "daemon-json-number-range"
    kind = "option-number"
    title = N_("A number in daemon.json is below zero, or too large")
    what = N_(
        "dockerd does not start: “invalid default MTU: -1”, “invalid max concurrent downloads”."
    )
    why = N_("Sizes and counts are zero or more; zero stands for the default. Ports end at 65535.")
    mend = N_("Write a number of zero or more, or take the option out.")
    sources = (
        "moby 20.10 to 29.7 daemon/config/config.go and config_linux.go; seen with dockerd 20.10.24, 26.1.5, 28.5.2",
    )
    bad = (
        Example({DAEMON_JSON: '{"mtu": -1}\n'}, at=(1, 9)),
        Example({DAEMON_JSON: '{"max-concurrent-downloads": -3}\n'}, at=(1, 30), engine="26.1.5"),
    )
    good = (
        Example(
            {DAEMON_JSON: '{"mtu": 1450, "max-concurrent-downloads": 0, "shutdown-timeout": -1}\n'}
        ),
    )


RULE = DaemonJsonNumberRange()
