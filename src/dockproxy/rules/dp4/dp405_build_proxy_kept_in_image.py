"""DP405: the proxy of whoever builds is kept in the image."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import ENV
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ADDRESSES, at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule


class BuildProxyKeptInImage(Rule):
    """See ``Rule``."""

    code = "DP405"
    name = "build-proxy-kept-in-image"
    severity = "warning"
    component = "build"
    title = N_("The proxy of whoever builds is kept in the image")
    what = N_(
        "The image holds the builder's own proxy, with its password; elsewhere its "
        "containers get “connection refused” or “no such host”."
    )
    why = N_(
        "ENV copies what the build arg holds into the image's settings, where docker "
        "inspect shows it."
    )
    mend = N_("Leave ENV out: a proxy's build args reach each RUN without ENV and without ARG.")
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {
                "Dockerfile": "FROM alpine\nARG HTTP_PROXY\nENV http_proxy=${HTTP_PROXY}\nRUN apk add curl\n"
            },
            project=True,
            at=(3, 5),
        ),
        Example(
            {"Dockerfile": "FROM alpine\nARG HTTPS_PROXY\nENV HTTPS_PROXY $HTTPS_PROXY\n"},
            project=True,
        ),
    )
    good = (
        Example(
            {"Dockerfile": "FROM alpine\nRUN apk add curl\n"},
            project=True,
        ),
        Example(
            {"Dockerfile": "FROM alpine\nARG VERSION\nENV VERSION=$VERSION\nRUN apk add curl\n"},
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for setting in settings(facts, ENV):
            if "shipped" not in setting.notes or key_of(setting) not in ADDRESSES:
                continue
            undeclared = any(note.startswith("undeclared:") for note in setting.notes)
            if "variable" in setting.notes and "password" not in setting.notes and not undeclared:
                said = N_(
                    "{name} keeps the proxy of whoever builds the image in it, password and all"
                )
                remedy = message(N_("leave the ENV out: RUN gets a proxy's build args without it"))
                about = message(said, name=setting.name)
                yield Found(about, (at(setting),), f"{setting.owner}.{setting.name}", remedy)


RULE = BuildProxyKeptInImage()
