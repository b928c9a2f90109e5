"""DP403: a builder's file cannot be read by buildx."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class BuilderFileBroken(Rule):
    """See ``Rule``."""

    code = "DP403"
    name = "builder-file-broken"
    severity = "warning"
    component = "builder"
    title = N_("A builder's file cannot be read by buildx")
    what = N_("docker buildx ls names an error, and the builder is gone.")
    why = N_("The instance file was edited by hand, or cut short.")
    mend = N_("Mend the spot that is shown, or remove the file and make the builder again.")
    sources = ("docker/buildx issues 136, 947 and 1487; seen in the lab",)
    bad = (
        Example(
            {
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n',
                "/root/.docker/buildx/instances/big": '{"Name":"big","Driver":"docker-container","Nodes":[{"Name":"big0","Endpoint":"unix:///var/run/docker.sock","Platforms":null,"DriverOpts":null}],"Dynami',
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
        yield from drifts(facts, "builder", "instance-broken")


RULE = BuilderFileBroken()
