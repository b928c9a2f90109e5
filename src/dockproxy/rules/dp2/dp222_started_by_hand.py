"""DP222: the running dockerd was started by hand."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.systemd_unit import environment_assignments, parse
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.core.model.snapshot import Process, Systemd, UnitFact
from dockproxy.resolve.unit import runs_by_hand
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class StartedByHand(Rule):
    """See ``Rule``."""

    code = "DP222"
    name = "started-by-hand"
    severity = "warning"
    component = "daemon"
    title = N_("The running dockerd was started by hand, without the proxies of its service")
    what = N_("The drop-in is right, systemctl show shows the proxy, and “docker info” shows none.")
    why = N_(
        "A dockerd that a person or a script starts has the environment of that shell alone: the unit, its drop-ins and EnvironmentFiles give it nothing, and sudo drops HTTP_PROXY and the like on the way."
    )
    mend = N_(
        "Stop that dockerd, then run: sudo systemctl start docker. Or start it with sudo -E, or with --http-proxy and --https-proxy."
    )
    sources = ("sudo(8) env_reset; moby 26.1 cmd/dockerd, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
            at=(2, 1),
            engine="26.1.5",
            more={
                "systemd": Systemd(
                    252, True, {}, (UnitFact("docker.service", "loaded", "inactive", "dead"),)
                ),
                "dockerd": Process(1000, ("dockerd",), 4102444800.0, environ={}),
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
            },
            engine="26.1.5",
            more={
                "systemd": Systemd(
                    252, True, {}, (UnitFact("docker.service", "loaded", "inactive", "dead"),)
                ),
                "dockerd": Process(1000, ("dockerd",), 4102444800.0, environ={}),
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        running, daemon = facts.snapshot.dockerd, facts.daemon
        if running is None or daemon is None or not runs_by_hand(facts.snapshot):
            return
        if running.environ is None or any(name in daemon.proxies for name in ADDRESS_KEYS):
            return
        places = []
        for fact in facts.snapshot.files:
            if fact.role not in ("unit", "drop-in") or "/docker.service" not in fact.path:
                continue
            content = parse(fact.text or "")
            for assignment in content.service("Environment"):
                for item in environment_assignments(content, assignment):
                    if item.counts and item.value and item.name.lower() in ADDRESS_KEYS:
                        places.append(facts.evidence(fact.path, assignment.line, assignment.column))
        if places:
            said = N_("dockerd (process {pid}) is not docker.service, and gets nothing of this")
            shown = tuple(dict.fromkeys(places))
            yield Found(message(said, pid=running.pid), shown)


RULE = StartedByHand()
