"""DP115: daemon.json names a runtime that is not there."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.rules.option_rule import DAEMON_JSON, OptionRule
from dockproxy.rules.rule import Example


class DaemonJsonNoSuchRuntime(OptionRule):
    """See ``Rule``."""

    code = "DP115"
    name = "daemon-json-no-such-runtime"
    kind = "option-runtime"
    title = N_("daemon.json names a runtime that is not there")
    what = N_(
        "dockerd does not start: “specified default runtime … does not exist”, “runtime name "
        "'runc' is reserved”."
    )
    why = N_(
        "Up to Engine 24 dockerd looks at the names when it loads the file: the default one "
        "has to be among “runtimes” or be built in, and runc can't be defined anew. Later "
        "Engines look when they start."
    )
    mend = N_("Define the runtime under “runtimes”, or name one that is.")
    remedies = (("runtimes", N_("Give the runtime another name than runc.")),)
    sources = (
        "moby 20.10 to 29.7 daemon/config/config.go and config_linux.go; seen with dockerd 20.10.24, 26.1.5, 28.5.2",
    )
    bad = (
        Example({DAEMON_JSON: '{"default-runtime": "nvidia"}\n'}, at=(1, 21), engine="20.10.24"),
        Example(
            {DAEMON_JSON: '{"runtimes": {"runc": {"path": "/usr/local/bin/runc"}}}\n'},
            at=(1, 23),
            engine="20.10.24",
        ),
    )
    good = (
        Example(
            {
                DAEMON_JSON: '{"default-runtime": "nvidia", "runtimes": {"nvidia": {"path": "/usr/bin/nvidia-container-runtime"}}}\n'
            },
            engine="20.10.24",
        ),
    )


RULE = DaemonJsonNoSuchRuntime()
