"""DP508: a SOCKS proxy is given with a scheme that Docker does not know."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.addresses import found_at_value
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import fix_found

_UNKNOWN = pattern(r"(?i)(socks|socks4|socks4a)://")


class SocksSchemeUnknown(Rule):
    """See ``Rule``."""

    code = "DP508"
    name = "socks-scheme-unknown"
    severity = "warning"
    component = "daemon"
    title = N_("A SOCKS proxy is given with a scheme that Docker does not know")
    what = N_("Pulls fail with “malformed HTTP response”, or the connection just ends.")
    why = N_(
        "Docker speaks SOCKS5 alone, and only to socks5:// and socks5h://. To socks://, socks4:// "
        "and socks4a:// it speaks HTTP, which a SOCKS proxy does not understand."
    )
    mend = N_(
        "Write socks5://: nearly all proxies that speak SOCKS4 speak SOCKS5, too. Or give the "
        "proxy's HTTP port with http://."
    )
    safety = N_("Offered: a proxy that speaks SOCKS4 alone does not answer to it.")
    sources = ("Go net/http transport.go connectMethod; seen in the lab",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "socks://10.0.0.1:1080", "https-proxy": "SOCKS4a://10.0.0.1:1080"}}\n'
            },
            at=(1, 28),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "socks5://10.0.0.1:1080", "https-proxy": "socks5://10.0.0.1:1080"}}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "socks5h://10.0.0.1:1080", "https-proxy": "socks5://10.0.0.1:1080"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component, key, value in facts.addresses():
            named = _UNKNOWN.match(value.value)
            if named is None:
                continue
            said = N_("{key} of the {component} begins with {scheme}://: write socks5://")
            # curl and some others know them; of what runs in containers nothing is known.
            severity = "info" if component.component == "client" else ""
            address = (component, key, value)
            yield found_at_value(facts, address, said, severity=severity, scheme=named.group(1))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        key = found.key.partition(".")[2]
        title = message(N_("write {key} with socks5://"), key=key)
        return fix_found(facts, found, title, False, Repair("address", to="scheme:socks5"))


RULE = SocksSchemeUnknown()
