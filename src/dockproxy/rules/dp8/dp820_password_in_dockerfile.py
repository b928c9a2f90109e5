"""DP820: a proxy's password stands in a Dockerfile."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import ARG, ENV, RUN, Setting, Spot
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, settings, spots
from dockproxy.rules.rule import Example, Found, Rule


class PasswordInDockerfile(Rule):
    """See ``Rule``."""

    code = "DP820"
    name = "password-in-dockerfile"
    severity = "warning"
    component = "build"
    title = N_("A proxy's password stands in a Dockerfile")
    what = N_("Whoever gets the project, the image or its history has the password.")
    why = N_("ENV and ARG are kept in the image; a Dockerfile is kept with its project.")
    mend = N_(
        "Take it out, and change the password. RUN gets the proxy from config.json "
        "without any of it being kept: “dockproxy set URL --for client”."
    )
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {"Dockerfile": "FROM alpine\nENV http_proxy=http://ann:pw@10.0.0.1:3128\n"},
            project=True,
            at=(2, 5),
        ),
        Example(
            {
                "Dockerfile": "FROM alpine\nARG PROXY=http://ann:s3cret@10.0.0.1:3128\nRUN apk add curl\n"
            },
            project=True,
        ),
        Example(
            {
                "Dockerfile": "FROM alpine\nRUN git config --global http.proxy http://ann:s3cret@10.0.0.1:3128\n"
            },
            project=True,
        ),
        Example(
            {
                "Dockerfile": "FROM alpine\nRUN curl -x proxy.corp.example:3128 -U ann:s3cret -O https://example.org/a\n"
            },
            project=True,
            at=(2, 40),
        ),
        Example(
            {
                "Dockerfile": "FROM alpine\nRUN wget --proxy-user=ann \\\n    --proxy-password='s3 cret' https://example.org/a\n"
            },
            project=True,
            at=(3, 23),
        ),
    )
    good = (
        Example(
            {"Dockerfile": "FROM alpine\nENV CI=1\n"},
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        kept: list[tuple[Setting | Spot, str]] = [
            (each, f"{each.line}.{each.name}") for each in settings(facts, ENV, ARG, RUN)
        ]
        kept += [
            (each, f"{each.line}")
            for kind in ("tool", "export-alone", "login")
            for each in spots(facts, kind)
        ]
        said = N_("the password of a proxy stands in {path}, and goes into what is built from it")
        remedy = message(N_("take it out and change it; builds get config.json's proxies"))
        for place, key in kept:
            if "password" in place.notes:
                yield Found(message(said, path=place.path), (at(place),), key, remedy)


RULE = PasswordInDockerfile()
