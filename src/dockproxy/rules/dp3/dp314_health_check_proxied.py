"""DP314: a container is unhealthy, and its health check asks the proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Container
from dockproxy.rules.containers import asks_proxy, evidence_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.semantics.curl import SEMANTICS as CURL
from dockproxy.semantics.wget import SEMANTICS as WGET

_ENVIRON = {"http_proxy": "http://10.0.0.1:3128", "HTTP_PROXY": "http://10.0.0.1:3128"}
_APP = Container(
    "1", "app", "app", 1.0, "running", environ=_ENVIRON, health="unhealthy",
    health_check="curl http://localhost:3000",
)  # fmt: skip


class HealthCheckProxied(Rule):
    """See ``Rule``."""

    code = "DP314"
    name = "health-check-proxied"
    severity = "warning"
    component = "container"
    title = N_("A container is unhealthy, and its health check asks the proxy")
    what = N_("docker ps says “unhealthy”; what waits for the container never starts.")
    why = N_(
        "A health check runs in the container, with its proxies. curl and wget ask the proxy for "
        "http://localhost too, unless no_proxy lists it."
    )
    mend = N_(
        "Add the name to no_proxy and make the container anew: dockproxy set --for client "
        "--no-proxy-add NAME. Or let the check do without: curl --noproxy '*'."
    )
    sources = (
        "https://github.com/getsentry/sentry-docs/issues/16230",
        "curl 7.88 lib/noproxy.c; wget 1.21 src/retr.c",
    )
    follows = ("DP312",)
    bad = (Example({}, engine="26.1.5", more={"containers": (_APP,)}),)
    good = (
        Example({}, engine="26.1.5", more={"containers": (_APP._replace(health="healthy"),)}),
        Example({}, engine="26.1.5", more={"containers": (_APP._replace(health_check=""),)}),
        Example(
            {},
            engine="26.1.5",
            more={
                "containers": (
                    _APP._replace(
                        environ={**_ENVIRON, "no_proxy": "localhost", "NO_PROXY": "localhost"}
                    ),
                )
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for each in facts.containers:
            if each.health == "unhealthy" and each.health_check and _asks_proxy(each):
                said = N_("the health check of {container} ({check}) goes to the proxy")
                about = message(said, container=each.name, check=each.health_check)
                yield Found(about, (evidence_of(each.name),), each.name)


def _asks_proxy(container: Container) -> bool:
    """Whether even a program that reads no_proxy asks the proxy."""
    program, _, url = container.health_check.partition(" ")
    return asks_proxy(CURL if program == "curl" else WGET, container.environ, url)


RULE = HealthCheckProxied()
