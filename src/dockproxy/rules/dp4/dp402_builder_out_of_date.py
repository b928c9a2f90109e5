"""DP402: a builder's container has other proxies than its settings."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_CONFIG = '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "noProxy": "localhost"}}}\n'
_INSTANCE = '{"Name":"big","Driver":"docker-container","Nodes":[{"Name":"big0","Endpoint":"unix:///var/run/docker.sock","Platforms":null,"DriverOpts":{"env.HTTP_PROXY":"http://10.0.0.1:3128","env.HTTPS_PROXY":"http://10.0.0.1:3128","env.NO_PROXY":"localhost"}}],"Dynamic":false}'
_FILES = {
    "/root/.docker/config.json": _CONFIG,
    "/root/.docker/buildx/instances/big": _INSTANCE,
}


class BuilderOutOfDate(Rule):
    """See ``Rule``."""

    code = "DP402"
    name = "builder-out-of-date"
    severity = "warning"
    component = "builder"
    title = N_("A builder's container has other proxies than its settings")
    what = N_("FROM goes the old way although the builder's file has the new proxy.")
    why = N_(
        "A builder's container gets its environment when buildx makes it; a file that is edited "
        "afterwards changes nothing."
    )
    mend = N_(
        "Take the container away: the next build makes it anew, and its cache is kept. "
        "“dockproxy set URL --for builder:NAME” does both."
    )
    sources = ("docker/buildx discussion 4062; seen in the lab",)
    bad = (
        Example(
            _FILES,
            engine="26.1.5",
            info={"http_proxy": "http://10.0.0.1:3128", "https_proxy": "http://10.0.0.1:3128"},
            builders={"big0": {"HTTP_PROXY": "http://10.0.0.9:3128"}},
        ),
    )
    good = (
        Example(
            _FILES,
            engine="26.1.5",
            builders={
                "big0": {
                    "HTTP_PROXY": "http://10.0.0.1:3128",
                    "HTTPS_PROXY": "http://10.0.0.1:3128",
                    "NO_PROXY": "localhost",
                }
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        yield from drifts(facts, "builder", "stale-builder")


RULE = BuilderOutOfDate()
