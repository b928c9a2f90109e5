"""DP205: a variable is set twice, and the later file wins."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_
from dockproxy.core.model.proxies import variable_names
from dockproxy.resolve.conflicts import loser_of
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import older_taken_out


class DropInOverridden(Rule):
    """See ``Rule``."""

    code = "DP205"
    name = "drop-in-overridden"
    severity = "warning"
    component = "daemon"
    title = N_("A variable is set twice, and the later file wins")
    what = N_("What stands in one drop-in has no effect: “docker info” shows the other's value.")
    why = N_(
        "Of drop-ins the one whose name sorts last wins; an EnvironmentFile wins over Environment=."
    )
    mend = N_("Take the variable away where it has no effect, or put it where it counts.")
    safety = N_(
        "Only offered: which of the two is meant a person knows. The one in the file that was changed last is kept."
    )
    sources = ("systemd 252 core/load-fragment.c, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
                "/etc/systemd/system/docker.service.d/zz.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.2:3128\n",
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
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        yield from drifts(facts, "daemon", "overridden")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        key = found.key.partition(".")[0]
        for name in variable_names(key):
            winner = facts.variables[name].claim if name in facts.variables else None
            loser = loser_of(facts.variables[name]) if name in facts.variables else None
            if winner is not None and loser is not None and winner.path:
                return older_taken_out(facts, name, loser, winner)
        return None


RULE = DropInOverridden()
