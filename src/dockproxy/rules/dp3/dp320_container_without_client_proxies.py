"""DP320: containers were made since config.json was written, and have none of its proxies."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Container
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
_APP = Container("1", "app", "app", 4102444800.0, "running")
_SHOWN = 5
_KUBERNETES = "k8s_"


class ContainerWithoutClientProxies(Rule):
    """See ``Rule``."""

    code = "DP320"
    name = "container-without-client-proxies"
    severity = "info"
    component = "container"
    title = N_("Containers are newer than config.json, and have none of its proxies")
    what = N_("docker run gets out; what another program, or another user, starts does not.")
    why = N_(
        "It is the docker command and compose that read config.json, each user's own. Programs that "
        "speak to the Engine themselves (docker-java and Testcontainers, Portainer, the SDKs, "
        "Kubernetes) give what they are told."
    )
    mend = N_(
        "Give the proxies to the program that makes these containers, in both spellings, or to "
        "the user who does (dockproxy set --for client --user NAME)."
    )
    sources = ("https://github.com/docker-java/docker-java/issues/1718",)
    bad = (Example({CONFIG: _TEXT}, engine="26.1.5", more={"containers": (_APP,)}),)
    good = (
        Example(
            {CONFIG: _TEXT},
            engine="26.1.5",
            more={"containers": (_APP._replace(environ=_GIVEN),)},
        ),
        Example(
            {CONFIG: _TEXT},
            engine="26.1.5",
            more={"containers": (_APP._replace(environ={"HTTP_PROXY": "", "http_proxy": ""}),)},
        ),
        Example({}, engine="26.1.5", more={"containers": (_APP,)}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        client, fact = facts.client_component, facts.client_json
        given = client.in_use if client is not None and client.in_sync else None
        if not any(key != "no_proxy" for key in given or ()) or fact is None:
            return
        names = [
            each.name
            for each in facts.containers
            if not each.environ
            and each.created_at > fact.mtime
            and not each.swarm_service
            and not each.name.startswith(_KUBERNETES)
        ]
        if names:
            said = N_("{number} containers were made without config.json's proxies: {names}")
            shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
            about = message(said, number=len(names), names=shown)
            yield Found(about, (Evidence(fact.path, 1, 1, f"container {names[0]}"),))


RULE = ContainerWithoutClientProxies()
