"""DP303: containers are given a proxy at a loopback address."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.addresses import is_loopback_address
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class LoopbackInContainers(Rule):
    """See ``Rule``."""

    code = "DP303"
    name = "loopback-in-containers"
    severity = "warning"
    component = "client"
    title = N_("Containers are given a proxy at a loopback address")
    what = N_("In a container or a build: “connection refused” from 127.0.0.1 or localhost.")
    why = N_(
        "Every container has a loopback of its own: 127.0.0.1 there is the container, not "
        "this machine."
    )
    mend = N_(
        "Use an address of this machine that containers reach: the gateway of Docker's bridge "
        "(often 172.17.0.1), or host.docker.internal with --add-host "
        "host.docker.internal:host-gateway. The proxy has to listen there too. dockproxy set "
        "finds such an address by itself."
    )
    sources = ("docs.docker.com/engine/cli/proxy; seen in the lab",)
    bad = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://127.0.0.1:7890", "httpsProxy": "http://localhost:7890"}}}\n'
            },
            at=(1, 39),
        ),
    )
    good = (
        Example(
            {
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        client = facts.host.component("client")
        for key, value in client.proxies.items() if client is not None else ():
            if key != "no_proxy" and is_loopback_address(value.value):
                said = N_("{key} leads containers to their own loopback: {value}")
                about = message(said, key=key, value=value.value)
                yield Found(about, (facts.at(value.origin),), key)


RULE = LoopbackInContainers()
