"""DP225: a variable's name is in capitals and small letters mixed."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import DAEMON_KEYS, variable_names
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule


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
        unit = facts.unit
        for name, item in unit.disk.variables.items() if unit is not None else ():
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
        path = found.evidence[0].path
        fact = facts.snapshot.file(path) if path else None
        upper = found.key.upper()
        there = facts.unit.disk.variables if facts.unit is not None else {}
        if fact is None or upper in there:
            return None
        edit = edit_of(facts, fact, "daemon", Repair("rename-variable", (found.key,), upper))
        title = message(N_("write it as {name}"), name=upper)
        return Fix(title, True, (edit,), ("daemon",))


RULE = VariableInMixedCase()
