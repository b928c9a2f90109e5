"""DP114: daemon.json sets an option that this Engine has given up."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.rules.option_rule import DAEMON_JSON, OptionRule
from dockproxy.rules.rule import Example


class DaemonJsonOptionGone(OptionRule):
    """See ``Rule``."""

    code = "DP114"
    name = "daemon-json-option-gone"
    kind = "option-gone"
    title = N_("daemon.json sets an option that this Engine has given up")
    what = N_(
        'dockerd does not start: “the "graph" config file option is deprecated”, “DEPRECATED: …”.'
    )
    why = N_(
        "For one or two releases dockerd still knows such a name, and refuses any value but "
        "an empty one."
    )
    mend = N_("Take the option out.")
    remedies = (
        ("graph", N_("Rename it to data-root.")),
        (
            "api-cors-header",
            N_("Take it out; a reverse proxy in front of the API can send such headers."),
        ),
    )
    sources = (
        "moby 20.10 to 29.7 daemon/config/config.go and config_linux.go; seen with dockerd 20.10.24, 26.1.5, 28.5.2",
    )
    bad = (
        Example({DAEMON_JSON: '{"graph": "/srv/docker"}\n'}, at=(1, 11), engine="23.0.6"),
        Example({DAEMON_JSON: '{"api-cors-header": "*"}\n'}, at=(1, 21), engine="28.5.2"),
        Example(
            {DAEMON_JSON: '{"features": {"windows-dns-proxy": false}}\n'},
            at=(1, 36),
            engine="26.1.5",
        ),
    )
    good = (
        Example({DAEMON_JSON: '{"data-root": "/srv/docker"}\n'}, engine="23.0.6"),
        Example({DAEMON_JSON: '{"api-cors-header": ""}\n'}, engine="28.5.2"),
        Example({DAEMON_JSON: '{"api-cors-header": "*"}\n'}, engine="26.1.5"),
    )


RULE = DaemonJsonOptionGone()
