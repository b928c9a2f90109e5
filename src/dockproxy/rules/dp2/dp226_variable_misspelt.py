"""DP226: a proxy variable's name is misspelt."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_KEYS, misspelt_key, variable_names
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import rename_fix


class VariableMisspelt(Rule):
    """See ``Rule``."""

    code = "DP226"
    name = "variable-misspelt"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy variable's name is misspelt")
    what = N_("The variable is in systemctl show, and the daemon has no proxy.")
    why = N_(
        "Names of variables count letter by letter: dockerd reads HTTP_PROXY, HTTPS_PROXY and "
        "NO_PROXY, and not HTTP_PORXY, HTTPSPROXY or NOPROXY."
    )
    mend = N_("Write the name as HTTP_PROXY, HTTPS_PROXY or NO_PROXY.")
    safety = N_(
        "Safe where the right variable is not set: no program reads it by the name that it has."
    )
    sources = ("golang.org/x/net/http/httpproxy proxy.go FromEnvironment, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTPS_PORXY=http://ann:pass@10.0.0.1:3128" HTTP_PROXY=http://10.0.0.1:3128\n',
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTPS_PROXY=http://ann:pass@10.0.0.1:3128" HTTP_PROXY=http://10.0.0.1:3128\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/default/docker": "HTTPSPROXY=http://10.0.0.1:3128\nHTTP_PROXY=http://10.0.0.1:3128\n",
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
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=https_proxy=http://10.0.0.1:3128 GOPROXY=direct HTTP_PROXY_USER=ann HTTP_PROXY=http://10.0.0.1:3128\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for name, item in facts.variables.items():
            key = misspelt_key(name)
            if key not in DAEMON_KEYS or not item.claim.path or not item.value:
                continue
            said = N_("nobody reads a variable of the name {name}: it must be {upper}")
            claim = item.claim
            place = facts.evidence(claim.path, claim.line, claim.column)
            about = message(said, name=name, upper=key.upper())
            is_set = any(each in facts.variables for each in variable_names(key))
            yield Found(about, (place,), name, severity="info" if is_set else "")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        if found.severity == "info":
            return None
        return rename_fix(facts, found, misspelt_key(found.key).upper())


RULE = VariableMisspelt()
