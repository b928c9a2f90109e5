"""DP214: the two spellings of a variable have different values."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_KEYS, variable_names
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import taken_out


class CasesDiffer(Rule):
    """See ``Rule``."""

    code = "DP214"
    name = "cases-differ"
    severity = "warning"
    component = "daemon"
    title = N_("The two spellings of a variable have different values")
    what = N_("The daemon uses another proxy than the one that you changed.")
    why = N_(
        "Go reads HTTP_PROXY, and http_proxy only where that is unset or empty. Other "
        "programs prefer the lower case."
    )
    mend = N_("Give both the same value, or take the lower-case one away.")
    safety = N_("Only offered: the daemon does not read the lower-case one, but a person wrote it.")
    sources = ("golang.org/x/net/http/httpproxy proxy.go getEnvAny, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128 https_proxy=http://10.0.0.2:3128 HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n"
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128 https_proxy=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for key in DAEMON_KEYS:
            upper, lower = (facts.variables.get(name) for name in variable_names(key))
            if upper is None or lower is None or not upper.value or not lower.value:
                continue
            if upper.value != lower.value:
                said = N_("{upper} and {lower} differ: the daemon takes {upper}")
                claims = [item.claim for item in (upper, lower) if item.claim.path]
                places = [facts.evidence(each.path, each.line, each.column) for each in claims]
                yield Found(message(said, upper=key.upper(), lower=key), tuple(places), key)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        lower = facts.variables.get(found.key)
        return taken_out(facts, lower.claim.path, found.key) if lower is not None else None


RULE = CasesDiffer()
