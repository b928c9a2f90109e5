"""DP207: daemon.json wins over what systemd gives the daemon."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import taken_out


class FileBeatsEnvironment(Rule):
    """See ``Rule``."""

    code = "DP207"
    name = "file-beats-environment"
    severity = "warning"
    component = "daemon"
    title = N_("daemon.json wins over what systemd gives the daemon")
    what = N_("Somebody edits the drop-in, and nothing changes.")
    why = N_(
        "Each value of “proxies” in daemon.json, and each flag, replaces the variable that "
        "dockerd was started with, one by one. The other place then misleads whoever reads "
        "it."
    )
    mend = N_("Keep one of the two: dockproxy set puts the daemon's proxies into one place.")
    safety = N_(
        "Only offered: which of the two is meant a person knows. The one in the file that was changed last is kept."
    )
    sources = ("moby 26.1 daemon/command/daemon.go configureProxyEnv, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.2:3128"}}\n',
            },
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n"
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.2:3128", "http-proxy": "http://10.0.0.2:3128"}}\n',
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        yield from drifts(facts, "daemon", "file-beats-environment")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        key = found.key.partition(".")[0]
        component = facts.daemon_component
        value = component.proxies.get(key) if component is not None else None
        environment = facts.daemon.environment if facts.daemon is not None else {}
        rival = next(iter(environment.get(key, ())), None)
        if value is None or rival is None or rival.origin.path is None:
            return None
        there, ours = (facts.snapshot.file(each.origin.path or "") for each in (rival, value))
        if there is not None and ours is not None and there.mtime > ours.mtime:
            return taken_out(facts, ours.path, "proxies", value.origin.name)
        return taken_out(facts, rival.origin.path, rival.origin.name)


RULE = FileBeatsEnvironment()
