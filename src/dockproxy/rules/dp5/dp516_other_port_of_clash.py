"""DP516: a port is given that is not the HTTP proxy's on Clash-like programs."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.addresses import found_at_value, is_loopback_address, place_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_SAID = {
    "7891": N_("{key} of the {component}: {port} is usually a SOCKS port, not an HTTP one"),
    "9090": N_("{key} of the {component}: {port} is usually a control panel's port, no proxy's"),
}


class OtherPortOfClash(Rule):
    """See ``Rule``."""

    code = "DP516"
    name = "other-port-of-clash"
    severity = "info"
    component = "client"
    title = N_("A port is given that is not the HTTP proxy's on Clash-like programs")
    what = N_("“connection refused”, “malformed HTTP response”, or a web page’s answer 400 or 404.")
    why = N_(
        "Clash, Mihomo and the like listen at several ports: usually 7890 for HTTP and SOCKS "
        "alike, 7891 for SOCKS alone, 9090 for the control panel."
    )
    mend = N_(
        "Give the mixed or HTTP port, usually 7890: the program's own settings say which. doctor "
        "--probe asks the port what it speaks."
    )
    sources = ("wiki.metacubex.one/en/config/general: ports; a person may have set others",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://127.0.0.1:9090", "https-proxy": "http://127.0.0.1:9090"}}\n'
            },
            at=(1, 28),
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://localhost:7891", "https-proxy": "http://localhost:7891"}}\n'
            }
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://127.0.0.1:7890", "https-proxy": "http://127.0.0.1:7890"}}\n'
            }
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "socks5://127.0.0.1:7891", "https-proxy": "socks5://127.0.0.1:7891"}}\n'
            }
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://proxy.corp.example:9090", "https-proxy": "http://proxy.corp.example:9090"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component, key, value in facts.addresses():
            place = place_of(value.value)
            if place is None or place.scheme not in ("", "http", "https"):
                continue
            if not is_loopback_address(value.value) and place.host != "host.docker.internal":
                continue
            said = _SAID.get(place.port)
            if said is None:
                continue
            yield found_at_value(facts, (component, key, value), said, port=place.port)


RULE = OtherPortOfClash()
