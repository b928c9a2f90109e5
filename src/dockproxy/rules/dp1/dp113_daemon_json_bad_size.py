"""DP113: a size or a time in daemon.json can't be read."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.rules.option_rule import DAEMON_JSON, OptionRule
from dockproxy.rules.rule import Example


class DaemonJsonBadSize(OptionRule):
    """See ``Rule``."""

    code = "DP113"
    name = "daemon-json-bad-size"
    kind = "option-size"
    title = N_("A size or a time in daemon.json can't be read")
    what = N_("dockerd does not start: “invalid size”, “invalid duration”.")
    why = N_(
        "A size is a number and a unit of one letter (b, k, m, g, t), perhaps with b or ib "
        "behind it; a time has units too."
    )
    mend = N_('Write a size as "64m" or "1g", a time as "24h", in quotes.')
    sources = (
        "moby 20.10 to 29.7 daemon/config/config.go and config_linux.go; seen with dockerd 20.10.24, 26.1.5, 28.5.2",
    )
    bad = (
        Example({DAEMON_JSON: '{"default-shm-size": "64 megabytes"}\n'}, at=(1, 22)),
        Example({DAEMON_JSON: '{"default-shm-size": ""}\n'}, at=(1, 22), engine="26.1.5"),
        Example({DAEMON_JSON: '{"builder": {"history": {"maxAge": "a day"}}}\n'}, at=(1, 36)),
    )
    good = (
        Example(
            {
                DAEMON_JSON: '{"default-shm-size": "64M", "builder": {"history": {"maxAge": "24h"}}}\n'
            }
        ),
    )


RULE = DaemonJsonBadSize()
