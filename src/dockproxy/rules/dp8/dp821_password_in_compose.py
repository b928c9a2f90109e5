"""DP821: a proxy's password stands in a compose or bake file."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import BAKE_ARG, BUILD_ARG, ENVIRONMENT
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, settings, spots
from dockproxy.rules.rule import Example, Found, Rule


class PasswordInCompose(Rule):
    """See ``Rule``."""

    code = "DP821"
    name = "password-in-compose"
    severity = "warning"
    component = "compose"
    title = N_("A proxy's password stands in a compose or bake file")
    what = N_("Whoever gets the project has the password; docker inspect shows it too.")
    why = N_("Such files are kept with their project.")
    mend = N_(
        "Take it out, and change the password: compose gives config.json's proxies to "
        "services and builds by itself, or write ${HTTP_PROXY} and set that in a .env "
        "that is not committed."
    )
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://ann:pw@10.0.0.1:3128\n      http_proxy: http://ann:pw@10.0.0.1:3128\n"
            },
            project=True,
            at=(5, 7),
        ),
        Example(
            {
                "docker-bake.hcl": 'variable "HTTP_PROXY" {\n  default = "http://ann:pw@10.0.0.1:3128"\n}\n'
            },
            project=True,
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: curl\n    command: [curl, -x, proxy.corp.example:3128, -U, 'ann:s3cret', https://example.org/]\n"
            },
            project=True,
            at=(4, 54),
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://${USER}:${PASS}@10.0.0.1:3128\n      http_proxy: http://${USER}:${PASS}@10.0.0.1:3128\n"
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        said = N_("the password of a proxy stands in {path}, which is kept with the project")
        remedy = message(N_("write ${HTTP_PROXY} instead, and change the password"))
        for setting in settings(facts, ENVIRONMENT, BUILD_ARG, BAKE_ARG):
            if "password" in setting.notes:
                about = message(said, path=setting.path)
                yield Found(
                    about, (at(setting),), f"{setting.owner}.{setting.line}.{setting.name}", remedy
                )
        for spot in spots(facts, "service-login"):
            about = message(said, path=spot.path)
            yield Found(about, (at(spot),), f"{spot.name}.{spot.line}.login", remedy)


RULE = PasswordInCompose()
