"""DP512: something stands behind the port of a proxy's address."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.addresses import found_at_value, is_judged, place_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import fix_found


class PathBehindPort(Rule):
    """See ``Rule``."""

    code = "DP512"
    name = "path-behind-port"
    severity = "info"
    component = "client"
    title = N_("Something stands behind the port of a proxy's address")
    what = N_(
        "Docker takes no notice of it; some programs in containers refuse the address (Node.js)."
    )
    why = N_(
        "A proxy has a host and a port and no path: what stands there belongs to a page, not to a "
        "proxy."
    )
    mend = N_("Take away what stands behind the port.")
    safety = N_("Offered: it may be that the whole address was meant for something else.")
    sources = ("“dockproxy route”, whose programs were each asked; undici ProxyAgent",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128/proxy", "https-proxy": "http://10.0.0.1:3128/proxy"}}\n'
            },
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128/", "https-proxy": "http://10.0.0.1:3128/"}}\n'
            }
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128"}}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component, key, value in facts.addresses():
            place = place_of(value.value)
            if place is None or place.rest in ("", "/"):
                continue
            if is_judged(value.value):
                continue
            said = N_("{key} of the {component} has “{rest}” behind its host and port")
            yield found_at_value(facts, (component, key, value), said, rest=place.rest)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        key = found.key.partition(".")[2]
        title = message(N_("take away what stands behind the port of {key}"), key=key)
        return fix_found(facts, found, title, False, Repair("address", to="bare"))


RULE = PathBehindPort()
