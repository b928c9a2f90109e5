"""DP225: a variable's name is in capitals and small letters mixed."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_KEYS, variable_names
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import rename_fix


class VariableInMixedCase(Rule):
    """See ``Rule``."""

    code = "DP225"
    name = "variable-in-mixed-case"
    severity = "warning"
    component = "daemon"
    title = N_("A variable's name is in capitals and small letters mixed")
    what = N_("The variable is in systemctl show, and the daemon has no proxy.")
    why = N_(
        "Names of variables count letter by letter: dockerd reads HTTPS_PROXY and https_proxy, and "
        "not Https_Proxy or HTTPS_proxy."
    )
    mend = N_("Write the name in capitals.")
    safety = N_("Safe: no program reads the variable by the name that it has.")
    sources = ("golang.org/x/net/http/httpproxy proxy.go FromEnvironment, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="Https_Proxy=http://ann:pass@10.0.0.1:3128" HTTP_PROXY=http://10.0.0.1:3128\n',
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTPS_PROXY=http://ann:pass@10.0.0.1:3128" HTTP_PROXY=http://10.0.0.1:3128\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/default/docker": "HTTPS_proxy=http://10.0.0.1:3128\nHTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(1, 1),
            fixed={
                "/etc/default/docker": "HTTPS_PROXY=http://10.0.0.1:3128\nHTTP_PROXY=http://10.0.0.1:3128\n"
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=https_proxy=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for name, item in facts.variables.items():
            key = name.lower()
            if key not in DAEMON_KEYS or name in variable_names(key) or not item.claim.path:
                continue
            if item.value:
                said = N_("nobody reads a variable of the name {name}: it must be {upper}")
                claim = item.claim
                place = facts.evidence(claim.path, claim.line, claim.column)
                yield Found(message(said, name=name, upper=key.upper()), (place,), name)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        upper = found.key.upper()
        return None if upper in facts.variables else rename_fix(facts, found, upper)


RULE = VariableInMixedCase()
