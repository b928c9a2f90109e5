"""DP511: a proxy's address names no port."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.addresses import found_at_value, is_judged, place_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_DEFAULTS = {"": "80", "http": "80"}


class PortMissing(Rule):
    """See ``Rule``."""

    code = "DP511"
    name = "port-missing"
    severity = "info"
    component = "client"
    title = N_("A proxy's address names no port")
    what = N_("One program reaches the proxy, another asks at a wrong port: “connection refused”.")
    why = N_("Docker and most programs take 80 for http://, curl takes 1080.")
    mend = N_("Write the port: http://HOST:PORT, for most proxies 3128 or 8080.")
    sources = ("“dockproxy route”, whose programs were each asked; curl(1), --proxy",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://proxy.corp.example", "https-proxy": "http://proxy.corp.example"}}\n'
            },
            at=(1, 28),
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1", "httpsProxy": "http://10.0.0.1"}}}\n'
            }
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            }
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "noProxy": "localhost,127.0.0.1"}}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component, key, value in facts.addresses():
            place = place_of(value.value)
            if place is None or place.port or place.scheme not in _DEFAULTS:
                continue
            if is_judged(value.value):
                continue
            said = N_("{key} of the {component} names no port: Docker takes {port}, curl 1080")
            port = _DEFAULTS[place.scheme]
            yield found_at_value(facts, (component, key, value), said, port=port)


RULE = PortMissing()
