"""DP514: an IPv6 address of a proxy has no brackets."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.address_repair import mended_address
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.addresses import found_at_value, is_address
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import fix_found


class Ipv6WithoutBrackets(Rule):
    """See ``Rule``."""

    code = "DP514"
    name = "ipv6-without-brackets"
    severity = "warning"
    component = "daemon"
    title = N_("An IPv6 address of a proxy has no brackets")
    what = N_(
        "The proxy is not used, or another host is asked, depending on the program and its version."
    )
    why = N_(
        "In an address a colon parts host and port. Go before 1.26 takes the last one for that, Go "
        "1.26 and curl refuse the address."
    )
    mend = N_("Write http://[ADDRESS]:PORT.")
    safety = N_(
        "Safe where a port stands behind it that no group of the address can be; else it is "
        "offered."
    )
    sources = (
        "Go net/url parseHost, 1.24 and 1.26; “dockproxy route”, whose programs were each asked",
    )
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://fd88::1:3128", "https-proxy": "http://fd88::1:3128"}}\n'
            },
            at=(1, 28),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://[fd88::1]:3128", "https-proxy": "http://[fd88::1]:3128"}}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://[fd88::1]:3128", "https-proxy": "http://[fd88::1]:3128"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component, key, value in facts.addresses():
            if mended_address(value.value, "brackets") is None:
                continue
            said = N_("{key} of the {component} has an IPv6 address without brackets")
            # Go before 1.26 finds its way; so does each Engine and BuildKit that is made with it.
            severity = "" if component.component == "client" else "info"
            yield found_at_value(facts, (component, key, value), said, severity=severity)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        component, _, key = found.key.partition(".")
        part = facts.host.component(component)
        value = part.proxies[key].value if part is not None else ""
        after = mended_address(value, "brackets") or ""
        safe = "]:" in after and not is_address(value)
        title = message(N_("write it as {value}"), value=after)
        return fix_found(facts, found, title, safe, Repair("address", to="brackets"))


RULE = Ipv6WithoutBrackets()
