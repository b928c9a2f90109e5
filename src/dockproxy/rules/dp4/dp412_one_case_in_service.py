"""DP412: a service gets a proxy in one spelling alone."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import ENVIRONMENT
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import literal


class OneCaseInService(Rule):
    """See ``Rule``."""

    code = "DP412"
    name = "one-case-in-service"
    severity = "info"
    component = "compose"
    title = N_("A service gets a proxy in one spelling alone")
    what = N_(
        "In the container curl, wget and apt go direct, or through config.json's proxy, "
        "other programs through the service's."
    )
    why = N_(
        "Programs differ over HTTP_PROXY and http_proxy; curl and wget read the "
        "lower-case one alone for http://. compose fills in config.json's value for the "
        "spelling that is missing."
    )
    mend = N_("Write both, with the same value.")
    sources = (
        "seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",
        "curl.se/docs/manpage.html, ENVIRONMENT",
    )
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://10.0.0.1:3128\n"
            },
            project=True,
            at=(5, 7),
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://10.0.0.1:3128\n      http_proxy: http://10.0.0.1:3128\n"
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for given in facts.services.values():
            for key in ADDRESS_KEYS:
                lower, upper = given.by_name.get(key), given.by_name.get(key.upper())
                one = lower or upper
                if one is None or (lower is not None and upper is not None) or not literal(one):
                    continue
                if one.kind == ENVIRONMENT:
                    other = key.upper() if one is lower else key
                    said = N_(
                        "{name} reaches {service}, but {other} does not: programs differ over which they read"
                    )
                    about = message(said, service=given.service.name, name=one.name, other=other)
                    remedy = message(N_("write {other} with the same value beside it"), other=other)
                    yield Found(about, (at(one),), f"{given.service.name}.{one.name}", remedy)


RULE = OneCaseInService()
