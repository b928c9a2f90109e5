"""DP502: the daemon drops its proxy because it is no address."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.address_repair import mended_address
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import value_fix
from dockproxy.semantics.go import drops


class ProxyNotReadable(Rule):
    """See ``Rule``."""

    code = "DP502"
    name = "proxy-not-readable"
    severity = "warning"
    component = "daemon"
    title = N_("The daemon drops its proxy because it is no address")
    what = N_("“docker info” shows the proxy, and requests go direct, without a word anywhere.")
    why = N_(
        "What Go cannot read as a URL, even with http:// before it, it drops: a control "
        "character, a port that is no number, a blank within."
    )
    mend = N_(
        "Write it as http://HOST:PORT; in a user or password write %XX for what is not a "
        "letter or a digit."
    )
    safety = N_(
        "Safe: what is taken away are blanks, quotes and characters that nobody sees, and as it "
        "stands the address is of no use."
    )
    sources = ("golang.org/x/net/http/httpproxy proxy.go parseProxy, seen in the lab",)
    follows = ("DP212",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:31\\u007f28", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            at=(1, 28),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": " http://10.0.0.1:3128", "https-proxy": " http://10.0.0.1:3128"}}\n'
            },
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            }
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://%H:3128" "HTTPS_PROXY=http://%H:port"\n',
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon_component
        for key in ADDRESS_KEYS:
            value = daemon.proxies.get(key) if daemon is not None else None
            if value is not None and drops(value.value) and not facts.is_open(value):
                said = N_("the daemon drops {key} and connects directly: Go cannot read it")
                yield Found(message(said, key=key), (facts.at(value.origin),), key)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        daemon = facts.daemon_component
        value = daemon.proxies[found.key].value if daemon is not None else ""
        after = mended_address(value, "trim")
        if after is None or drops(after):
            return None
        title = message(N_("write it as {value}"), value=after)
        return value_fix(facts, "daemon", found.key, title, True, Repair("address", to="trim"))


RULE = ProxyNotReadable()
