"""DP204: the daemon has not been restarted since its proxies changed."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import restart_fix
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_starts import NO_START


class DaemonNotRestarted(Rule):
    """See ``Rule``."""

    code = "DP204"
    name = "daemon-not-restarted"
    severity = "warning"
    component = "daemon"
    title = N_("The daemon has not been restarted since its proxies changed")
    what = N_("“docker info” shows the old proxies, or none; pulls behave as before the change.")
    why = N_(
        "The daemon reads its proxies once, when it starts; a reload (SIGHUP, systemctl "
        "reload) does not apply them."
    )
    mend = N_(
        "Run: sudo systemctl restart docker. Containers without a restart policy stop with "
        "it, unless live-restore is on; dockproxy set starts them again."
    )
    safety = N_(
        "Only offered: no file is changed, but a restart stops containers where live-restore is "
        "off. What ran before is started again, and a daemon that does not come up is said."
    )
    sources = ("moby 26.1 daemon/reload.go, seen in the lab",)
    follows = NO_START
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="26.1.5",
            loaded=(),
            fixed={},
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="26.1.5",
            info={"http_proxy": "http://10.0.0.1:3128", "https_proxy": "http://10.0.0.1:3128"},
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        yield from drifts(facts, "daemon", "not-restarted")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        return restart_fix(facts)


RULE = DaemonNotRestarted()
