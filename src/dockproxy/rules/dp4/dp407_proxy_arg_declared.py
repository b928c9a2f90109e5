"""DP407: a proxy's build arg is declared, and so kept in the image's history."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import ARG, ENV
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule


class ProxyArgDeclared(Rule):
    """See ``Rule``."""

    code = "DP407"
    name = "proxy-arg-declared"
    severity = "info"
    component = "build"
    title = N_("A proxy's build arg is declared, and so kept in the image's history")
    what = N_(
        "docker history shows the proxy of whoever built the image, with its password; "
        "another proxy builds everything anew."
    )
    why = N_(
        "BuildKit knows the proxies' build args: undeclared they reach each RUN, and "
        "neither history nor cache holds them. ARG takes that away."
    )
    mend = N_("Take the ARG out, unless the Dockerfile itself uses the variable.")
    sources = (
        "seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",
        "docs.docker.com/reference/dockerfile, predefined ARGs",
    )
    bad = (
        Example(
            {"Dockerfile": "FROM alpine\nARG HTTP_PROXY\nRUN apk add curl\n"},
            project=True,
            at=(2, 5),
        ),
        Example(
            {"Dockerfile": "FROM alpine\narg http_proxy https_proxy=\n"},
            project=True,
        ),
    )
    good = (
        Example(
            {"Dockerfile": "FROM alpine\nRUN apk add curl\n"},
            project=True,
        ),
        Example(
            {"Dockerfile": "ARG HTTP_PROXY\nFROM alpine\nRUN apk add curl\n"},
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        used = {
            (each.path, each.owner) for each in settings(facts, ENV) if "variable" in each.notes
        }
        for setting in settings(facts, ARG):
            if not key_of(setting) or setting.value or "before-from" in setting.notes:
                continue
            if (setting.path, setting.owner) not in used:
                said = N_("{name} ends in docker history, because it is declared")
                remedy = message(N_("take the ARG out: RUN gets it all the same"))
                key = f"{setting.owner}.{setting.name}"
                yield Found(message(said, name=setting.name), (at(setting),), key, remedy)


RULE = ProxyArgDeclared()
