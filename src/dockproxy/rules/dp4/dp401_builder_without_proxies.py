"""DP401: a builder of buildx has no proxies."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class BuilderWithoutProxies(Rule):
    """See ``Rule``."""

    code = "DP401"
    name = "builder-without-proxies"
    severity = "warning"
    component = "builder"
    title = N_("A builder of buildx has no proxies")
    what = N_(
        "A build fails at FROM with “failed to resolve source metadata … i/o timeout”, while "
        "docker pull works."
    )
    why = N_(
        "A builder with a container of its own uses neither the daemon's proxies nor "
        "config.json's for what it fetches itself."
    )
    mend = N_(
        "Run: dockproxy set URL --for builder:NAME. It has buildx make the container anew, "
        "with its cache."
    )
    sources = ("docker/buildx issues 136, 947 and 1487; seen in the lab",)
    bad = (
        Example(
            {
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n',
                "/root/.docker/buildx/instances/big": '{"Name":"big","Driver":"docker-container","Nodes":[{"Name":"big0","Endpoint":"unix:///var/run/docker.sock","Platforms":null,"DriverOpts":null}],"Dynamic":false}',
            }
        ),
    )
    good = (
        Example(
            {
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n',
                "/root/.docker/buildx/instances/big": '{"Name":"big","Driver":"docker-container","Nodes":[{"Name":"big0","Endpoint":"unix:///var/run/docker.sock","Platforms":null,"DriverOpts":{"env.HTTP_PROXY":"http://10.0.0.1:3128","env.HTTPS_PROXY":"http://10.0.0.1:3128","env.NO_PROXY":"localhost"}}],"Dynamic":false}',
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        yield from drifts(facts, "builder", "builder-without-proxies")


RULE = BuilderWithoutProxies()
