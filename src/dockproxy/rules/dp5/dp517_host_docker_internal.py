"""DP517: a proxy is given as host.docker.internal."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.addresses import has_no_host, host_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class HostDockerInternal(Rule):
    """See ``Rule``."""

    code = "DP517"
    name = "host-docker-internal"
    severity = "info"
    component = "client"
    title = N_("A proxy is given as host.docker.internal")
    what = N_("“no such host” in containers, builds or pulls on a Linux Engine.")
    why = N_(
        "Docker Desktop and OrbStack know this name everywhere. A Linux Engine knows it only in a "
        "container that was made with --add-host host.docker.internal:host-gateway, and dockerd "
        "itself does not."
    )
    mend = N_(
        "Give containers the gateway of Docker's bridge (often 172.17.0.1), or make each with that "
        "--add-host (in compose: extra_hosts). dockproxy set finds such an address by itself."
    )
    sources = ("docs.docker.com/reference/cli/dockerd: host-gateway; seen in the lab",)
    bad = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://host.docker.internal:7890", "httpsProxy": "http://host.docker.internal:7890"}}}\n'
            },
            at=(1, 39),
        ),
    )
    good = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://172.17.0.1:7890", "httpsProxy": "http://172.17.0.1:7890"}}}\n'
            }
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://host.docker.internal:7890", "httpsProxy": "http://host.docker.internal:7890"}}}\n'
            },
            engine="28.5.1",
            info={"operating_system": "Docker Desktop"},
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        engine = facts.snapshot.engine
        if engine is not None and engine.operating_system in ("Docker Desktop", "OrbStack"):
            return
        for component, key, value in facts.addresses():
            kind = component.component
            if host_of(value.value) not in ("host.docker.internal", "gateway.docker.internal"):
                continue
            if has_no_host(value.value):
                continue  # DP504 says so
            said = N_("{key} of the {component}: a Linux Engine does not know {host} by itself")
            about = message(said, key=key, component=kind, host=host_of(value.value))
            yield Found(about, (facts.at(value.origin),), f"{kind}.{key}")


RULE = HostDockerInternal()
