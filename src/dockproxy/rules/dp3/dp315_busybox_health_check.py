"""DP315: a container is unhealthy, and BusyBox's wget knows no no_proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Container
from dockproxy.rules.containers import asks_proxy, evidence_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.semantics.busybox_wget import SEMANTICS as BUSYBOX
from dockproxy.semantics.wget import SEMANTICS as WGET

_ENVIRON = {
    "http_proxy": "http://10.0.0.1:3128",
    "HTTP_PROXY": "http://10.0.0.1:3128",
    "no_proxy": "localhost,127.0.0.1",
    "NO_PROXY": "localhost,127.0.0.1",
}
_APP = Container(
    "1", "app", "app", 1.0, "running", environ=_ENVIRON, health="unhealthy",
    health_check="wget http://localhost:3000",
)  # fmt: skip


class BusyboxHealthCheck(Rule):
    """See ``Rule``."""

    code = "DP315"
    name = "busybox-health-check"
    severity = "info"
    component = "container"
    title = N_("A container is unhealthy, and BusyBox's wget knows no no_proxy")
    what = N_("docker ps says “unhealthy”, although no_proxy lists the name that is asked.")
    why = N_(
        "The wget of small images, as Alpine's, is BusyBox's. It reads http_proxy, and no no_proxy at "
        "all: it asks the proxy for localhost too."
    )
    mend = N_(
        "Let the check do without the proxy: wget -Y off …, or switch http_proxy off for this "
        'container in its compose file (http_proxy: "").'
    )
    sources = (
        "https://github.com/gethomepage/homepage/issues/6930",
        "BusyBox 1.35 networking/wget.c download_one_url",
    )
    bad = (Example({}, engine="26.1.5", more={"containers": (_APP,)}),)
    good = (
        Example({}, engine="26.1.5", more={"containers": (_APP._replace(health="healthy"),)}),
        Example({}, engine="26.1.5", more={"containers": (_APP._replace(health_check=""),)}),
        Example(
            {},
            engine="26.1.5",
            more={"containers": (_APP._replace(environ={}),)},
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for each in facts.containers:
            if each.health == "unhealthy" and each.health_check and _asks_proxy(each):
                said = N_(
                    "if wget in {container} is BusyBox's, its health check ({check}) goes to the proxy"
                )
                about = message(said, container=each.name, check=each.health_check)
                yield Found(about, (evidence_of(each.name),), each.name)


def _asks_proxy(container: Container) -> bool:
    """Whether BusyBox's wget asks the proxy and GNU's does not."""
    program, _, url = container.health_check.partition(" ")
    gnu, small = (asks_proxy(each, container.environ, url) for each in (WGET, BUSYBOX))
    return program == "wget" and small and not gnu


RULE = BusyboxHealthCheck()
