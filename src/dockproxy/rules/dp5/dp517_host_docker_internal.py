"""DP517: a proxy is given as host.docker.internal."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Container
from dockproxy.core.places.linux import HOST_NAMES
from dockproxy.rules.addresses import has_no_host, host_of
from dockproxy.rules.containers import evidence_of, own_proxies
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_APP = Container("1", "app", "app", 1.0, "running", network_mode="bridge")
_OWN = {"https_proxy": "http://host.docker.internal:7890"}


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
        Example({}, engine="26.1.5", more={"containers": (_APP._replace(environ=_OWN),)}),
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
        Example(
            {},
            engine="26.1.5",
            more={
                "containers": (_APP._replace(environ=_OWN, extra_hosts=("host.docker.internal",)),)
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        engine = facts.snapshot.engine
        if engine is not None and engine.operating_system in ("Docker Desktop", "OrbStack"):
            return
        failing = list(_failing(facts)) if engine is not None else []
        told = False
        for component, key, value in facts.addresses():
            kind = component.component
            if host_of(value.value) not in HOST_NAMES:
                continue
            if has_no_host(value.value):
                continue  # DP504 says so
            said = N_("{key} of the {component}: a Linux Engine does not know {host} by itself")
            about = message(said, key=key, component=kind, host=host_of(value.value))
            known = kind == "client" and bool(failing)
            told = told or known
            severity = "warning" if known else ""
            yield Found(
                about, (facts.at(value.origin),), f"{kind}.{key}", severity=severity, component=kind
            )
        for container, host in () if told else failing:
            said = N_("{container} is given a proxy at {host}, a name that it does not know")
            about = message(said, container=container, host=host)
            place = evidence_of(container)
            yield Found(about, (place,), f"container.{container}", severity="warning")


def _failing(facts: Facts) -> Iterator[tuple[str, str]]:
    """Running containers of a Linux Engine with such a proxy and no address for its name."""
    if facts.snapshot.machine.system.lower() != "linux":
        return
    told = set[str]()
    for container, _, address in own_proxies(facts):
        host = host_of(address)
        mapped = {each.partition(":")[0].partition("=")[0] for each in container.extra_hosts}
        if host in HOST_NAMES and host not in mapped and container.name not in told:
            told.add(container.name)
            yield container.name, host


RULE = HostDockerInternal()
