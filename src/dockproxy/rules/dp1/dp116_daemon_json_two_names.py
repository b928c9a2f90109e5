"""DP116: daemon.json sets the same thing by its old and its new name."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.rules.option_rule import DAEMON_JSON, OptionRule
from dockproxy.rules.rule import Example


class DaemonJsonTwoNames(OptionRule):
    """See ``Rule``."""

    code = "DP116"
    name = "daemon-json-two-names"
    kind = "option-twice"
    title = N_("daemon.json sets the same thing by its old and its new name")
    what = N_(
        'dockerd does not start: “cannot specify both "graph" and "data-root"”, “must not '
        "both be specified”."
    )
    why = N_("An option that was renamed may stand under one of its names only.")
    mend = N_(
        "Keep the new name and take the old one out: data-root for graph, host-gateway-ips "
        "for host-gateway-ip."
    )
    sources = (
        "moby 20.10 to 29.7 daemon/config/config.go and config_linux.go; seen with dockerd 20.10.24, 26.1.5, 28.5.2",
    )
    bad = (
        Example(
            {DAEMON_JSON: '{"host-gateway-ip": "10.0.0.1", "host-gateway-ips": ["10.0.0.1"]}\n'},
            at=(1, 21),
            engine="28.5.2",
        ),
        Example(
            {DAEMON_JSON: '{"graph": "/a", "data-root": "/b"}\n'}, at=(1, 11), engine="20.10.24"
        ),
    )
    good = (
        Example({DAEMON_JSON: '{"host-gateway-ip": "10.0.0.1"}\n'}, engine="28.5.2"),
        Example({DAEMON_JSON: '{"graph": "/a"}\n'}, engine="20.10.24"),
    )


RULE = DaemonJsonTwoNames()
