"""DP408: a proxy is written into a Dockerfile's commands."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import ARG, RUN
from dockproxy.rules.addresses import is_loopback_address
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ADDRESSES, at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import literal

_ADDRESS = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://[\w.\[-]|[\w.-]+:\d+")


class ProxyWrittenIntoBuild(Rule):
    """See ``Rule``."""

    code = "DP408"
    name = "proxy-written-into-build"
    severity = "info"
    component = "build"
    title = N_("A proxy is written into a Dockerfile's commands")
    what = N_("Whoever builds elsewhere waits for a proxy that cannot be reached.")
    why = N_(
        "The value of an ARG counts where the client has no proxies of its own; one that "
        "a RUN sets counts always."
    )
    mend = N_("Take it out: the docker command hands config.json's proxies to each RUN.")
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {
                "Dockerfile": "FROM alpine\nARG http_proxy=http://proxy.corp.example:3128\nRUN apk add curl\n"
            },
            project=True,
            at=(2, 5),
        ),
        Example(
            {"Dockerfile": "FROM alpine\nRUN pip install --proxy http://10.0.0.1:3128 flask\n"},
            project=True,
        ),
        Example(
            {
                "Dockerfile": "FROM alpine\nRUN apk update && \\\n    export https_proxy=http://10.0.0.1:3128 && apk add curl\n"
            },
            project=True,
            at=(3, 12),
        ),
    )
    good = (
        Example(
            {"Dockerfile": "FROM alpine\nRUN apk add curl\n"},
            project=True,
        ),
        Example(
            {"Dockerfile": "FROM alpine\nRUN http_proxy= apk add curl\n"},
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for setting in settings(facts, ARG, RUN):
            address = literal(setting)
            named = key_of(setting) in ADDRESSES or setting.name == "--proxy"
            if not named or not address or "password" in setting.notes:
                continue
            if "data" in setting.notes and not _ADDRESS.match(address):
                continue
            if not is_loopback_address(address):
                said = N_("{name} is written out here: other networks have other proxies")
                remedy = message(N_("take it out: RUN gets config.json's proxies"))
                about = message(said, name=setting.name)
                yield Found(about, (at(setting),), f"{setting.line}.{setting.name}", remedy)


RULE = ProxyWrittenIntoBuild()
