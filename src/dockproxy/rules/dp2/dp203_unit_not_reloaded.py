"""DP203: files of the unit changed, and systemd has not read them since."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import restart_fix
from dockproxy.rules.rule import Example, Found, Rule


class UnitNotReloaded(Rule):
    """See ``Rule``."""

    code = "DP203"
    name = "unit-not-reloaded"
    severity = "warning"
    component = "daemon"
    title = N_("Files of the unit changed, and systemd has not read them since")
    what = N_("The file is right, and neither systemctl show nor the daemon knows of it.")
    why = N_(
        "Units are read when systemd is told to: systemctl daemon-reload. For a drop-in "
        "folder that is new it does not even say that it should be (NeedDaemonReload=no)."
    )
    mend = N_("Run: sudo systemctl daemon-reload && sudo systemctl restart docker")
    safety = N_(
        "Only offered: no file is changed, but a restart stops containers where live-restore is "
        "off. What ran before is started again, and a daemon that does not come up is said."
    )
    sources = ("systemd 252, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
            engine="26.1.5",
            loaded=(),
            fixed={},
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"
            }
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
            engine="26.1.5",
            loaded=(
                "HTTP_PROXY=http://10.0.0.1:3128",
                "HTTPS_PROXY=http://10.0.0.1:3128",
                "NO_PROXY=localhost",
            ),
            info={
                "http_proxy": "http://10.0.0.1:3128",
                "https_proxy": "http://10.0.0.1:3128",
                "no_proxy": "localhost",
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        yield from drifts(facts, "daemon", "not-reloaded")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        return restart_fix(facts)


RULE = UnitNotReloaded()
