"""DP410: a service is given a proxy on 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import ENVIRONMENT
from dockproxy.rules.addresses import is_loopback_address
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ADDRESSES, at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import folder_of, literal


class LoopbackInService(Rule):
    """See ``Rule``."""

    code = "DP410"
    name = "loopback-in-service"
    severity = "warning"
    component = "compose"
    title = N_("A service is given a proxy on 127.0.0.1")
    what = N_("Programs in the container fail with “connection refused”.")
    why = N_("In a container 127.0.0.1 is the container itself, not the machine that it runs on.")
    mend = N_(
        "Write host.docker.internal and, for Linux, extra_hosts: "
        '["host.docker.internal:host-gateway"]; the proxy must listen on that address '
        "too. Or network_mode: host."
    )
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://127.0.0.1:7890\n"
            },
            project=True,
            at=(5, 7),
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      - https_proxy=${PROXY:-http://localhost:3128}\n"
            },
            project=True,
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    network_mode: host\n    environment:\n      HTTP_PROXY: http://127.0.0.1:7890\n      http_proxy: http://127.0.0.1:7890\n"
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for setting in settings(facts, ENVIRONMENT):
            if key_of(setting) not in ADDRESSES or not is_loopback_address(literal(setting)):
                continue
            given = facts.services.get((folder_of(setting.path), setting.owner))
            network = given.service.network if given is not None else ""
            if network != "host" and ":" not in network:
                said = N_(
                    "{name} of {service} is a proxy on 127.0.0.1, which there is the container itself"
                )
                remedy = message(N_("write the address at which containers reach the proxy"))
                about = message(said, name=setting.name, service=setting.owner)
                yield Found(about, (at(setting),), f"{setting.owner}.{setting.name}", remedy)


RULE = LoopbackInService()
