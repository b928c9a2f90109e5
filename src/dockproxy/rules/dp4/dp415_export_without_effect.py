"""DP415: a RUN sets a proxy that no command gets."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, spots
from dockproxy.rules.rule import Example, Found, Rule


class ExportWithoutEffect(Rule):
    """See ``Rule``."""

    code = "DP415"
    name = "export-without-effect"
    severity = "warning"
    component = "build"
    title = N_("A RUN sets a proxy that no command gets")
    what = N_("The next RUN goes direct as before.")
    why = N_("Each RUN is a shell of its own; what it exports ends with it.")
    mend = N_(
        "Write the export and the commands that need it into one RUN; better, leave it "
        "out: RUN gets config.json's proxies."
    )
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {
                "Dockerfile": "FROM alpine\nRUN export http_proxy=http://10.0.0.1:3128\nRUN apk add curl\n"
            },
            project=True,
            at=(2, 12),
        ),
        Example(
            {
                "Dockerfile": "FROM alpine\nRUN set -e; export https_proxy=http://10.0.0.1:3128 http_proxy=http://10.0.0.1:3128\n"
            },
            project=True,
        ),
    )
    good = (
        Example(
            {"Dockerfile": "FROM alpine\nRUN export CGO_ENABLED=0\nRUN apk add curl\n"},
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for spot in spots(facts, "export-alone"):
            said = N_("{name} ends with this RUN, and no command in it uses it")
            remedy = message(N_("leave it out: RUN gets config.json's proxies"))
            yield Found(message(said, name=spot.name), (at(spot),), f"{spot.line}", remedy)


RULE = ExportWithoutEffect()
