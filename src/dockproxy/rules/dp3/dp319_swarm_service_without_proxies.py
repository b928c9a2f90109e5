"""DP319: a Swarm service has no proxies, though config.json gives some to containers."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Container
from dockproxy.rules.containers import evidence_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

CONFIG = "/root/.docker/config.json"
_TEXT = '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "noProxy": "localhost,127.0.0.1"}}}\n'
_GIVEN = {
    name: value
    for names, value in (
        (("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"), "http://10.0.0.1:3128"),
        (("NO_PROXY", "no_proxy"), "localhost,127.0.0.1"),
    )
    for name in names
}
_TASK = Container("1", "web.1.x", "web", 4102444800.0, "running", swarm_service="web")


class SwarmServiceWithoutProxies(Rule):
    """See ``Rule``."""

    code = "DP319"
    name = "swarm-service-without-proxies"
    severity = "info"
    component = "container"
    title = N_("A Swarm service has no proxies, though config.json gives some to containers")
    what = N_("The same image gets out when it is started by docker run, and not as a service.")
    why = N_(
        "docker service create and docker stack deploy give a service none of config.json's "
        "proxies: its tasks run on any node, and have what the service says."
    )
    mend = N_(
        "Say it in the service: docker service update --env-add HTTP_PROXY=… --env-add "
        "http_proxy=… NAME, or under environment: in the stack's file."
    )
    sources = ("docker/cli 26.1 cli/command/service/create.go, seen in the lab",)
    bad = (Example({CONFIG: _TEXT}, engine="26.1.5", more={"containers": (_TASK,)}),)
    good = (
        Example(
            {CONFIG: _TEXT},
            engine="26.1.5",
            more={"containers": (_TASK._replace(environ=_GIVEN),)},
        ),
        Example({}, engine="26.1.5", more={"containers": (_TASK,)}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        client = facts.client_component
        given = client.in_use if client is not None else None
        if not any(key != "no_proxy" for key in given or ()):
            return
        services = {
            each.swarm_service: each
            for each in facts.containers
            if each.swarm_service and not each.environ
        }
        for service, each in services.items():
            said = N_("the service {service} has no proxies: config.json does not reach services")
            shown = evidence_of(each.name)
            yield Found(message(said, service=service), (shown,), service)


RULE = SwarmServiceWithoutProxies()
