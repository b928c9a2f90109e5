"""DP429: the client has allProxy alone, which reaches no build."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class AllProxyReachesNoBuild(Rule):
    """See ``Rule``."""

    code = "DP429"
    name = "all-proxy-reaches-no-build"
    severity = "info"
    component = "client"
    title = N_("The client has allProxy alone, which reaches no build")
    what = N_("Containers have ALL_PROXY, while RUN in a build goes direct.")
    why = N_(
        "To a build buildx hands httpProxy, httpsProxy, ftpProxy and noProxy as build args, and "
        "not allProxy; compose builds in the same way."
    )
    mend = N_("Give httpProxy and httpsProxy beside it: “dockproxy set URL --for client”.")
    sources = ("seen in the lab: buildx 0.13 with Engine 26.1",)
    bad = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"allProxy": "socks5h://10.0.0.1:1080"}}}\n'
            }
        ),
    )
    good = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "allProxy": "http://10.0.0.1:3128", "noProxy": "localhost,127.0.0.1"}}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        client = facts.client_component
        if client is None or not {"http_proxy", "https_proxy"}.isdisjoint(client.proxies):
            return
        value = client.proxies.get("all_proxy")
        if value is not None and value.value:
            said = message(N_("allProxy reaches containers, and no build"))
            remedy = message(N_("give httpProxy and httpsProxy beside it"))
            yield Found(said, (facts.at(value.origin),), "all_proxy", remedy)


RULE = AllProxyReachesNoBuild()
