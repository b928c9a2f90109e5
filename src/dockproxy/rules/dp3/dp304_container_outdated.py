"""DP304: a container has other proxies than a new one would get."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class ContainerOutdated(Rule):
    """See ``Rule``."""

    code = "DP304"
    name = "container-outdated"
    severity = "warning"
    component = "container"
    title = N_("A container has other proxies than a new one would get")
    what = N_("The setting is right, and the container still uses the old one.")
    why = N_(
        "A container's environment is fixed when it is made. docker restart and docker start "
        "do not change it, and docker compose up does not notice a change in config.json."
    )
    mend = N_(
        "Make the container anew: docker compose up --detach --force-recreate, or docker rm "
        "and docker run."
    )
    sources = ("docker/cli 26.1 cli/command/container/create.go, seen in the lab",)
    follows = ("DP301", "DP305", "DP306", "DP307", "DP309", "DP310")
    bad = (
        Example(
            {
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            },
            engine="26.1.5",
            containers={"web": {"HTTP_PROXY": "http://10.0.0.9:3128"}},
            started_at=1000.0,
        ),
    )
    good = (
        Example(
            {
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            },
            engine="26.1.5",
            containers={
                "web": {
                    "HTTP_PROXY": "http://10.0.0.1:3128",
                    "http_proxy": "http://10.0.0.1:3128",
                    "HTTPS_PROXY": "http://10.0.0.1:3128",
                    "https_proxy": "http://10.0.0.1:3128",
                    "NO_PROXY": "localhost,127.0.0.1",
                    "no_proxy": "localhost,127.0.0.1",
                }
            },
        ),
        Example({}, engine="26.1.5", containers={"web": {"HTTP_PROXY": "http://10.0.0.9:3128"}}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        config = facts.client_json
        for found in drifts(facts, "container", "stale-container"):
            # Without a file nobody knows when it changed: --env and compose give values of their own.
            known = config is not None and config.kind == "file"
            yield found if known else found._replace(severity="info")


RULE = ContainerOutdated()
