"""DP515: a proxy's name has letters beyond ASCII."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.addresses import found_at_value, is_judged, place_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class ProxyNameNotAscii(Rule):
    """See ``Rule``."""

    code = "DP515"
    name = "proxy-name-not-ascii"
    severity = "info"
    component = "client"
    title = N_("A proxy's name has letters beyond ASCII")
    what = N_("Docker finds the proxy; some programs in containers say “no such host”.")
    why = N_(
        "The name service knows such a name by its xn-- form alone. Go and curl translate it, "
        "others ask for it as it stands."
    )
    mend = N_("Write the name's xn-- form; “dockproxy set” does.")
    sources = ("Go golang.org/x/net/idna; “dockproxy set”, plan/proxy_host.py",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://pröxy.corp.example:3128", "https-proxy": "http://pröxy.corp.example:3128"}}\n'
            },
            at=(1, 28),
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
            if place is None or place.host.isascii() or is_judged(value.value):
                continue
            said = N_("{key} of the {component}: not every program finds the name {host}")
            yield found_at_value(facts, (component, key, value), said, host=place.host)


RULE = ProxyNameNotAscii()
