"""DP207: daemon.json wins over what systemd gives the daemon."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


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
    sources = ("moby 26.1 daemon/command/daemon.go configureProxyEnv, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.2:3128"}}\n',
            }
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


RULE = FileBeatsEnvironment()
