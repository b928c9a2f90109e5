"""DP406: eNV takes a proxy from a variable that is empty there."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import ENV
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, settings
from dockproxy.rules.rule import Example, Found, Rule


class ProxyVariableUndeclared(Rule):
    """See ``Rule``."""

    code = "DP406"
    name = "proxy-variable-undeclared"
    severity = "warning"
    component = "build"
    title = N_("ENV takes a proxy from a variable that is empty there")
    what = N_(
        "The image holds the variable with nothing in it, and programs in its containers go direct."
    )
    why = N_(
        "Only ARG in the same stage, behind its FROM, makes a build arg a variable that "
        "ENV can use. BuildKit gives proxies to RUN without that, and to RUN alone."
    )
    mend = N_(
        "Leave the ENV out. If the image is to hold a proxy, write ARG NAME behind FROM "
        "in that stage."
    )
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {"Dockerfile": "FROM alpine\nENV http_proxy=${HTTP_PROXY}\nRUN apk add curl\n"},
            project=True,
            at=(2, 5),
        ),
        Example(
            {"Dockerfile": "ARG HTTP_PROXY\nFROM alpine\nENV http_proxy=$HTTP_PROXY\n"},
            project=True,
        ),
    )
    good = (
        Example(
            {"Dockerfile": "FROM alpine\nRUN apk add curl\n"},
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for setting in settings(facts, ENV):
            for note in setting.notes:
                kind, _, used = note.partition(":")
                if kind == "undeclared":
                    said = N_("{name} is empty: no ARG {used} stands in this stage")
                    about = message(said, name=setting.name, used=used)
                    remedy = message(N_("leave it out, or write ARG {used} behind FROM"), used=used)
                    yield Found(about, (at(setting),), f"{setting.owner}.{setting.name}", remedy)
                    break


RULE = ProxyVariableUndeclared()
