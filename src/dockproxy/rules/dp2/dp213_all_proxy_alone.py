"""DP213: ALL_PROXY alone gives the daemon no proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule


class AllProxyAlone(Rule):
    """See ``Rule``."""

    code = "DP213"
    name = "all-proxy-alone"
    severity = "warning"
    component = "daemon"
    title = N_("ALL_PROXY alone gives the daemon no proxy")
    what = N_("ALL_PROXY is set for the service, and pulls go direct.")
    why = N_(
        "Go's programs, and so dockerd, read HTTP_PROXY, HTTPS_PROXY and NO_PROXY, and no "
        "ALL_PROXY."
    )
    mend = N_(
        "Set HTTPS_PROXY (for registries) and HTTP_PROXY to the same address; both take "
        "socks5:// too."
    )
    safety = N_("Only offered: the daemon goes direct as it is, and somebody may want it so.")
    sources = ("golang.org/x/net/http/httpproxy proxy.go FromEnvironment, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=ALL_PROXY=socks5://10.0.0.1:1080\n",
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment=ALL_PROXY=socks5://10.0.0.1:1080\nEnvironment="HTTPS_PROXY=socks5://10.0.0.1:1080"\nEnvironment="HTTP_PROXY=socks5://10.0.0.1:1080"\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 ALL_PROXY=socks5://10.0.0.1:1080 NO_PROXY=localhost\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon
        if daemon is None or daemon.unit is None:
            return
        if any(key in daemon.proxies for key in ADDRESS_KEYS):
            return
        for name in ("ALL_PROXY", "all_proxy"):
            item = daemon.unit.disk.variables.get(name)
            if item is not None and item.value:
                said = N_("{name} is all that is set, and the daemon does not read it")
                place = facts.evidence(item.claim.path, item.claim.line, item.claim.column)
                yield Found(message(said, name=name), (place,), name)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None or fact.role == "environment-file":
            return None
        name = found.key
        others = ("HTTPS_PROXY", "HTTP_PROXY")
        repairs = [
            Repair("copy", (name,), other if name.isupper() else other.lower()) for other in others
        ]
        title = message(N_("give {names} the same address"), names=", ".join(others))
        return Fix(title, False, (edit_of(facts, fact, "daemon", *repairs),), ("daemon",))


RULE = AllProxyAlone()
