"""DP206: a variable is set, and something takes it away again."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class VariableTakenAway(Rule):
    """See ``Rule``."""

    code = "DP206"
    name = "variable-taken-away"
    severity = "warning"
    component = "daemon"
    title = N_("A variable is set, and something takes it away again")
    what = N_("A drop-in sets the proxy and the daemon has none.")
    why = N_(
        "UnsetEnvironment= takes a variable away whatever sets it; an empty Environment= "
        "forgets all that was set before it."
    )
    mend = N_("Take the UnsetEnvironment= or the empty Environment= out, if it is not meant.")
    sources = ("systemd.exec(5); systemd 252, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
                "/etc/systemd/system/docker.service.d/zz.conf": "[Service]\nUnsetEnvironment=HTTPS_PROXY\n",
            }
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        yield from drifts(facts, "daemon", "unset")


RULE = VariableTakenAway()
