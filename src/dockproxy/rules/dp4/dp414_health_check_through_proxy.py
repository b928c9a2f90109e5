"""DP414: a health check asks the proxy for the container itself."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import literal

_SELF = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - names, nothing listens


class HealthCheckThroughProxy(Rule):
    """See ``Rule``."""

    code = "DP414"
    name = "health-check-through-proxy"
    severity = "warning"
    component = "compose"
    title = N_("A health check asks the proxy for the container itself")
    what = N_(
        "The container is “unhealthy” although the service answers; the proxy's log shows"
        " requests for localhost."
    )
    why = N_(
        "In a health check curl and wget read http_proxy as anywhere, and NO_PROXY does "
        "not list the host that is asked. BusyBox's wget reads no no_proxy at all."
    )
    mend = N_(
        "List localhost,127.0.0.1,::1 in no_proxy, or switch the proxy off in the check: "
        "curl --noproxy '*' URL, wget -Y off URL."
    )
    sources = (
        "gethomepage/homepage issue 6930",
        "“dockproxy route --as curl” and “--as busybox-wget”, whose programs were each asked",
    )
    bad = (
        Example(
            {
                "compose.yaml": 'services:\n  web:\n    image: nginx\n    environment:\n      http_proxy: http://10.0.0.1:3128\n      HTTP_PROXY: http://10.0.0.1:3128\n    healthcheck:\n      test: [CMD, curl, -f, "http://localhost:8080/"]\n'
            },
            project=True,
            at=(8, 14),
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      http_proxy: http://10.0.0.1:3128\n      HTTP_PROXY: http://10.0.0.1:3128\n      no_proxy: search\n    healthcheck:\n      test: wget -q -O- http://127.0.0.1/ || exit 1\n"
            },
            project=True,
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": 'services:\n  web:\n    image: nginx\n    environment:\n      http_proxy: http://10.0.0.1:3128\n      HTTP_PROXY: http://10.0.0.1:3128\n      no_proxy: localhost,127.0.0.1\n    healthcheck:\n      test: [CMD, curl, -f, "http://localhost:8080/"]\n'
            },
            project=True,
        ),
        Example(
            {
                "compose.yaml": 'services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://10.0.0.1:3128\n      HTTPS_PROXY: http://10.0.0.1:3128\n    healthcheck:\n      test: [CMD, curl, -f, "http://localhost:8080/"]\n'
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for given in facts.services.values():
            for mention in given.service.checks:
                if mention.host not in _SELF:
                    continue
                name = "http_proxy" if mention.scheme == "http" else "https_proxy"
                proxy = given.by_name.get(name)
                if proxy is None or not literal(proxy):
                    continue
                listed = given.listed()
                key = f"{given.service.name}.{mention.host}"
                places = (at(mention), at(proxy))
                if listed is not None and "*" not in listed and mention.host not in listed:
                    said = N_("the health check of {service} asks the proxy for {host}")
                    about = message(said, service=given.service.name, host=mention.host)
                    remedy = message(N_("add {host} to no_proxy and NO_PROXY"), host=mention.host)
                    yield Found(about, places, key, remedy)
                elif mention.by == "wget":
                    said = N_(
                        "the health check of {service} asks the proxy if its wget is BusyBox's"
                    )
                    about = message(said, service=given.service.name)
                    yield Found(about, places, key, message(N_("write wget -Y off")), "info")


RULE = HealthCheckThroughProxy()
