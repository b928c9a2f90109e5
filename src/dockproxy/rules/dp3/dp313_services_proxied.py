"""DP313: services of one project send what is meant for each other to the proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Container
from dockproxy.rules.containers import evidence_of, sent_to_proxy
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_MOST, _MOST_ALIKE = 200, 5
"""Services of one project, and kinds of environment in it, that are looked at."""
_PROXY = {"http_proxy": "http://10.0.0.1:3128", "HTTP_PROXY": "http://10.0.0.1:3128"}


def _of(name: str, no_proxy: str) -> Container:
    listed = {"no_proxy": no_proxy, "NO_PROXY": no_proxy}
    return Container(
        name, f"app-{name}-1", name, 1.0, "running", environ={**_PROXY, **listed},
        compose_project="app", compose_service=name, networks=("app_default",),
    )  # fmt: skip


class ServicesProxied(Rule):
    """See ``Rule``."""

    code = "DP313"
    name = "services-proxied"
    severity = "info"
    component = "container"
    title = N_("Services of one project send what is meant for each other to the proxy")
    what = N_("A service cannot reach its neighbour by name: 403, 503 or “Host unreachable”.")
    why = N_(
        "With http_proxy set, programs hand http://NAME to the proxy unless no_proxy lists NAME. "
        "The proxy does not know the names of a compose project."
    )
    mend = N_(
        "List the names: dockproxy set --for client --no-proxy-add NAME,NAME, then make the "
        "containers anew. Databases and the like, which speak no HTTP, are not concerned."
    )
    sources = (
        "https://github.com/bigbluebutton/docker/issues/143",
        "https://github.com/docker/for-mac/issues/981",
        "https://github.com/jupyter/docker-stacks/issues/1962",
    )
    bad = (
        Example(
            {}, engine="26.1.5", more={"containers": (_of("web", "localhost"), _of("api", "web"))}
        ),
    )
    good = (
        Example(
            {}, engine="26.1.5", more={"containers": (_of("web", "api,web"), _of("api", ".x,web"))}
        ),
        Example({}, engine="26.1.5", more={"containers": (_of("web", "localhost"),)}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        projects: dict[str, list[Container]] = {}
        for each in facts.containers:
            if each.compose_project and each.compose_service and each.state == "running":
                projects.setdefault(each.compose_project, []).append(each)
        for project, members in projects.items():
            names = sorted(_proxied(members))
            if names:
                said = N_("in the compose project {project}, no_proxy lacks the services {names}")
                about = message(said, project=project, names=", ".join(names))
                shown = evidence_of(members[0].name)
                yield Found(about, (shown,), project)


def _proxied(members: list[Container]) -> set[str]:
    """The services that curl, in a container beside them, would ask the proxy for."""
    services = {(each.compose_service, each.networks) for each in members}
    alike = {(tuple(sorted(each.environ.items())), each.networks) for each in members}
    found: set[str] = set()
    if len(services) < 2 or len(services) > _MOST:
        return found
    for environ, networks in sorted(alike)[:_MOST_ALIKE]:
        near = {name for name, others in services if set(others) & set(networks)}
        if len(near) > 1:
            found |= sent_to_proxy(dict(environ), near)
    return found


RULE = ServicesProxied()
