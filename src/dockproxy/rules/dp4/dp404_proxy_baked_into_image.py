"""DP404: a proxy is written into an image by ENV."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import ENV
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ADDRESSES, at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import literal


class ProxyBakedIntoImage(Rule):
    """See ``Rule``."""

    code = "DP404"
    name = "proxy-baked-into-image"
    severity = "warning"
    component = "build"
    title = N_("A proxy is written into an image by ENV")
    what = N_(
        "Every container of the image uses that proxy, also where it cannot be reached: "
        "“connection refused”, “no such host”, for people who never set one."
    )
    why = N_(
        "ENV is part of the image and goes with it wherever it is run. Only a value that "
        "docker run or compose gives in the same spelling takes its place."
    )
    mend = N_(
        "Take the ENV out. The docker command gives config.json's proxies to each RUN and"
        " to each container: “dockproxy set URL --for client”."
    )
    sources = (
        "seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",
        "moby/moby issue 8441",
    )
    bad = (
        Example(
            {
                "Dockerfile": "FROM alpine\nENV http_proxy=http://proxy.corp.example:3128\nRUN apk add curl\n"
            },
            project=True,
            at=(2, 5),
        ),
        Example(
            {
                "Dockerfile": "FROM alpine AS base\nenv HTTPS_PROXY http://10.0.0.1:3128\nFROM base\nRUN apk add curl\n"
            },
            project=True,
            at=(2, 5),
        ),
    )
    good = (
        Example(
            {"Dockerfile": "FROM alpine\nRUN apk add curl\n"},
            project=True,
        ),
        Example(
            {
                "Dockerfile": "FROM alpine AS build\nENV http_proxy=http://10.0.0.1:3128\nRUN apk add curl\nFROM alpine\nCOPY --from=build /usr/bin/curl /usr/bin/\n"
            },
            project=True,
        ),
        Example(
            {
                "Dockerfile": "FROM alpine\nENV http_proxy=http://10.0.0.1:3128\nRUN apk add curl\nENV http_proxy=\n"
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for setting in settings(facts, ENV):
            shipped = "shipped" in setting.notes or "onbuild" in setting.notes
            if not shipped or "password" in setting.notes or key_of(setting) not in ADDRESSES:
                continue
            if literal(setting) and "variable" not in setting.notes:
                said = N_("every container of this image gets {name}, wherever it runs")
                remedy = message(
                    N_(
                        "take it out: config.json's proxies reach builds and containers by themselves"
                    )
                )
                about = message(said, name=setting.name)
                yield Found(about, (at(setting),), f"{setting.owner}.{setting.name}", remedy)


RULE = ProxyBakedIntoImage()
