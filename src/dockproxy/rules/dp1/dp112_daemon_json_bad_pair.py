"""DP112: a label or the like in daemon.json is not NAME=VALUE."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.rules.option_rule import DAEMON_JSON, OptionRule
from dockproxy.rules.rule import Example


class DaemonJsonBadPair(OptionRule):
    """See ``Rule``."""

    code = "DP112"
    name = "daemon-json-bad-pair"
    kind = "option-pair"
    title = N_("A label or the like in daemon.json is not NAME=VALUE")
    what = N_(
        "dockerd does not start: “bad attribute format”, “conflict labels”, “invalid exec-opt”."
    )
    why = N_(
        "Labels, generic resources and exec-opts are strings of the form NAME=VALUE; a name "
        "has one value, and com.docker.*, io.docker.* and org.dockerproject.* are Docker's "
        "own."
    )
    mend = N_('Write each as "NAME=VALUE", each name once.')
    remedies = (
        (
            "exec-opts",
            N_(
                "On Linux there is native.cgroupdriver=systemd or native.cgroupdriver=cgroupfs alone."
            ),
        ),
    )
    sources = (
        "moby 20.10 to 29.7 daemon/config/config.go and config_linux.go; seen with dockerd 20.10.24, 26.1.5, 28.5.2",
    )
    bad = (
        Example({DAEMON_JSON: '{"labels": ["site"]}\n'}, at=(1, 13)),
        Example({DAEMON_JSON: '{"labels": ["a=b", "a=c"]}\n'}, at=(1, 20), engine="26.1.5"),
        Example({DAEMON_JSON: '{"node-generic-resources": ["gpu=one", "gpu=1"]}\n'}, at=(1, 40)),
        Example(
            {DAEMON_JSON: '{"exec-opts": ["native.cgroupdriver"]}\n'}, at=(1, 16), engine="28.5.2"
        ),
    )
    good = (
        Example(
            {
                DAEMON_JSON: '{"labels": ["site=here", "site=here"], "node-generic-resources": ["gpu=1"], "exec-opts": ["native.cgroupdriver=systemd"]}\n'
            }
        ),
    )


RULE = DaemonJsonBadPair()
