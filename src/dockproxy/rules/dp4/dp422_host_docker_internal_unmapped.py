"""DP422: a proxy is host.docker.internal, which Linux does not know by itself."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import BUILD_ARG, ENVIRONMENT
from dockproxy.core.places.linux import HOST_NAMES
from dockproxy.rules.addresses import host_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ADDRESSES, at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import folder_of, literal


class HostDockerInternalUnmapped(Rule):
    """See ``Rule``."""

    code = "DP422"
    name = "host-docker-internal-unmapped"
    severity = "info"
    component = "compose"
    title = N_("A proxy is host.docker.internal, which Linux does not know by itself")
    what = N_(
        "“no such host: host.docker.internal” with an Engine on Linux; with Docker "
        "Desktop and OrbStack it works."
    )
    why = N_(
        "Desktop and OrbStack make the name up; an Engine on Linux has it only where "
        "extra_hosts says so."
    )
    mend = N_(
        'Write extra_hosts: ["host.docker.internal:host-gateway"] into the service (for'
        " a build into build:), and let the proxy listen on that address."
    )
    sources = (
        "docs.docker.com/reference/cli/docker/container/run, --add-host",
        "docker/for-linux issue 264",
    )
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://host.docker.internal:7890\n      http_proxy: http://host.docker.internal:7890\n"
            },
            project=True,
            at=(5, 7),
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": 'services:\n  web:\n    image: nginx\n    extra_hosts: ["host.docker.internal:host-gateway"]\n    environment:\n      HTTP_PROXY: http://host.docker.internal:7890\n      http_proxy: http://host.docker.internal:7890\n'
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for setting in settings(facts, ENVIRONMENT, BUILD_ARG):
            host = host_of(literal(setting))
            given = facts.services.get((folder_of(setting.path), setting.owner))
            if key_of(setting) not in ADDRESSES or host not in HOST_NAMES or given is None:
                continue
            service = given.service
            mapped = service.mapped if setting.kind == ENVIRONMENT else service.build_mapped
            if host not in mapped and service.network != "host":
                said = N_(
                    "an Engine on Linux does not know {host}, which is the proxy of {service}"
                )
                about = message(said, host=host, service=setting.owner)
                remedy = message(N_("add {host}:host-gateway to extra_hosts"), host=host)
                key = f"{setting.owner}.{setting.kind}.{setting.name}"
                yield Found(about, (at(setting),), key, remedy)


RULE = HostDockerInternalUnmapped()
