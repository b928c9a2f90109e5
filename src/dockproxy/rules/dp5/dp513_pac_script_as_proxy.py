"""DP513: the address of a PAC script is given for a proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.addresses import found_at_value, is_script, place_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class PacScriptAsProxy(Rule):
    """See ``Rule``."""

    code = "DP513"
    name = "pac-script-as-proxy"
    severity = "warning"
    component = "daemon"
    title = N_("The address of a PAC script is given for a proxy")
    what = N_("Pulls time out, or fail with an answer of the web server that has the script.")
    why = N_(
        "A PAC script (proxy.pac, wpad.dat) is a program for browsers that tells which proxy to "
        "ask. Docker and most programs can’t run it and take its server for the proxy."
    )
    mend = N_(
        "Open the script in a browser: what stands behind PROXY in it is the proxy's HOST:PORT. "
        "Set that."
    )
    sources = (
        "docs.docker.com/engine/daemon/proxy: an address is wanted, no script; Go net/http proxy from environment",
    )
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://proxy.corp.example/proxy.pac", "https-proxy": "http://proxy.corp.example/proxy.pac"}}\n'
            },
            at=(1, 28),
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:8080/wpad.dat", "httpsProxy": "http://10.0.0.1:8080/wpad.dat"}}}\n'
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
            if place is None or not is_script(place.rest):
                continue
            said = N_("{key} of the {component} leads to a PAC script, not to a proxy: {value}")
            yield found_at_value(facts, (component, key, value), said, value=value.value)


RULE = PacScriptAsProxy()
