"""DP409: a build is given a proxy on 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import ARG, BAKE_ARG, BUILD_ARG, ENV, RUN
from dockproxy.rules.addresses import is_loopback_address
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ADDRESSES, at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import literal

_ELSEWHERE = frozenset(("data", "background", "idle"))
"""Not what a command is given, one of a proxy that the RUN itself starts, or one for no RUN."""


class LoopbackInBuild(Rule):
    """See ``Rule``."""

    code = "DP409"
    name = "loopback-in-build"
    severity = "warning"
    component = "build"
    title = N_("A build is given a proxy on 127.0.0.1")
    what = N_("RUN fails with “connection refused”: apt, apk, pip and npm find no proxy.")
    why = N_(
        "Each RUN has a network of its own, in which 127.0.0.1 is the build itself, not "
        "your machine."
    )
    mend = N_(
        "Give the proxy's address as containers reach it (docker0's, often 172.17.0.1, if"
        " the proxy listens there). “network: host” helps with the default builder alone."
    )
    sources = (
        "seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",
        "moby/moby issue 34138",
    )
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      args:\n        HTTP_PROXY: http://127.0.0.1:7890\n"
            },
            project=True,
            at=(6, 9),
        ),
        Example(
            {"Dockerfile": "FROM alpine\nARG https_proxy=http://localhost:3128\n"},
            project=True,
        ),
        Example(
            {
                "docker-bake.json": '{"target": {"app": {"args": {"http_proxy": "http://[::1]:3128"}}}}\n'
            },
            project=True,
        ),
        Example(
            {
                "docker-bake.hcl": 'target "app" {\n  args = {\n    http_proxy = "http://localhost:3128"\n  }\n}\n'
            },
            project=True,
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      args:\n        HTTP_PROXY: http://172.17.0.1:7890\n"
            },
            project=True,
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      network: host\n      args:\n        HTTP_PROXY: http://127.0.0.1:7890\n"
            },
            project=True,
        ),
        Example(
            {
                "Dockerfile": "FROM alpine AS own\nRUN (tinyproxy &) && http_proxy=http://127.0.0.1:8888 apk add curl\nFROM own\nRUN printf 'export http_proxy=http://127.0.0.1:8118\\n' > /start.sh\nRUN <<EOF\n# http_proxy=http://127.0.0.1:8118\ncat > /a.sh <<X\nexport http_proxy=http://127.0.0.1:8118\nX\nEOF\n"
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for setting in settings(facts, ARG, RUN, BUILD_ARG, BAKE_ARG, ENV):
            if key_of(setting) not in ADDRESSES or not is_loopback_address(literal(setting)):
                continue
            if not _ELSEWHERE.isdisjoint(setting.notes):
                continue
            key = f"{setting.owner}.{setting.line}.{setting.name}"
            if "host-network" in setting.notes:
                said = N_(
                    "{name} is a proxy on this machine: a builder in a container does not reach it"
                )
                yield Found(message(said, name=setting.name), (at(setting),), key, None, "info")
            else:
                said = N_("{name} is a proxy on 127.0.0.1, which in a build is the build itself")
                remedy = message(N_("write the address at which containers reach the proxy"))
                yield Found(message(said, name=setting.name), (at(setting),), key, remedy)


RULE = LoopbackInBuild()
