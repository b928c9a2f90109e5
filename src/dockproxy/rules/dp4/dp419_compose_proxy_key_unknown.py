"""DP419: a compose file has a key for proxies that compose does not know."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, spots
from dockproxy.rules.rule import Example, Found, Rule


class ComposeProxyKeyUnknown(Rule):
    """See ``Rule``."""

    code = "DP419"
    name = "compose-proxy-key-unknown"
    severity = "error"
    component = "compose"
    title = N_("A compose file has a key for proxies that compose does not know")
    what = N_("docker compose stops: “Additional property proxies is not allowed”.")
    why = N_(
        "Compose files have no setting for proxies: variables of services and build args alone."
    )
    mend = N_(
        "Write HTTP_PROXY and http_proxy below environment: of the service, or leave that"
        " to config.json: “dockproxy set URL --for client”."
    )
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    proxies:\n      http: http://10.0.0.1:3128\n"
            },
            project=True,
            at=(4, 5),
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\nproxies:\n  default: http://10.0.0.1:3128\n"
            },
            project=True,
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      http_proxy: http://10.0.0.1:3128\n"
            },
            project=True,
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\nx-proxies: &proxies\n  HTTP_PROXY: http://10.0.0.1:3128\n"
            },
            project=True,
        ),
        Example(
            {"compose.yaml": "services:\n  proxy:\n    image: nginx\n"},
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for spot in spots(facts, "unknown-key"):
            said = N_("compose knows no key “{key}” here, and stops")
            remedy = message(N_("write the variables below environment: of the service"))
            about = message(said, key=spot.detail)
            yield Found(about, (at(spot),), f"{spot.name}.{spot.detail}", remedy)


RULE = ComposeProxyKeyUnknown()
