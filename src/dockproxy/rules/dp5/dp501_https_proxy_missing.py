"""DP501: only HTTP_PROXY is set, and registries are asked by https."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class HttpsProxyMissing(Rule):
    """See ``Rule``."""

    code = "DP501"
    name = "https-proxy-missing"
    severity = "warning"
    component = "daemon"
    title = N_("Only HTTP_PROXY is set, and registries are asked by https")
    what = N_("“docker info” shows an HTTP proxy, and pulls time out.")
    why = N_(
        "For https:// Go takes HTTPS_PROXY alone; since Go 1.16 (Engine 20.10.8) it does not "
        "fall back to HTTP_PROXY. Nearly all registries are https."
    )
    mend = N_("Set the same address as https-proxy (HTTPS_PROXY): dockproxy set URL sets both.")
    sources = ("docker/for-linux issue 1290; golang.org/x/net/http/httpproxy, seen in the lab",)
    bad = (
        Example(
            {"/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128"}}\n'},
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
            {"/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128"}}\n'}
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon_component
        proxies = daemon.proxies if daemon is not None else {}
        if "http_proxy" in proxies and "https_proxy" not in proxies:
            said = N_("the daemon asks https registries without a proxy: only http_proxy is set")
            yield Found(message(said), (facts.at(proxies["http_proxy"].origin),))


RULE = HttpsProxyMissing()
