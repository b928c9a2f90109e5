"""DP109: an option in daemon.json has a word that dockerd does not know."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.rules.option_rule import DAEMON_JSON, OptionRule
from dockproxy.rules.rule import Example


class DaemonJsonUnknownWord(OptionRule):
    """See ``Rule``."""

    code = "DP109"
    name = "daemon-json-unknown-word"
    kind = "option-word"
    title = N_("An option in daemon.json has a word that dockerd does not know")
    what = N_(
        "dockerd does not start: “invalid logging level”, “default IPC mode setting … is invalid”."
    )
    why = N_("Some options take one of a few words, spelled just so.")
    mend = N_("Write one of the words that the option takes, or take it out.")
    remedies = (
        (
            "log-level",
            N_(
                "Write panic, fatal, error, warn, info, debug or trace (“warning” was one up to "
                "Engine 24)."
            ),
        ),
        ("log-format", N_("Write text or json.")),
        ("default-ipc-mode", N_("Write private or shareable.")),
        ("default-cgroupns-mode", N_("Write private or host.")),
        ("userns-remap", N_("Write USER, USER:GROUP or default, with one colon at the most.")),
        ("firewall-backend", N_("Write iptables or nftables.")),
    )
    sources = (
        "moby 20.10 to 29.7 daemon/config/config.go and config_linux.go; seen with dockerd 20.10.24, 26.1.5, 28.5.2",
    )
    bad = (
        Example({DAEMON_JSON: '{"log-level": "warning"}\n'}, at=(1, 15), engine="26.1.5"),
        Example({DAEMON_JSON: '{"default-ipc-mode": "host"}\n'}, at=(1, 22)),
        Example({DAEMON_JSON: '{"log-format": "JSON"}\n'}, at=(1, 16)),
        Example({DAEMON_JSON: '{"userns-remap": "ann:users:x"}\n'}, at=(1, 18)),
    )
    good = (
        Example(
            {
                DAEMON_JSON: '{"log-level": "WARN", "log-format": "json", "default-ipc-mode": "shareable", "userns-remap": "ann:users"}\n'
            }
        ),
    )


RULE = DaemonJsonUnknownWord()
