"""DP420: a file of the project can't be read to its end."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, spots
from dockproxy.rules.rule import Example, Found, Rule


class ProjectFileBroken(Rule):
    """See ``Rule``."""

    code = "DP420"
    name = "project-file-broken"
    severity = "warning"
    component = "compose"
    title = N_("A file of the project can't be read to its end")
    what = N_("docker compose or docker build stops with a message about this line.")
    why = N_(
        "It is no YAML, JSON or Dockerfile from there on; or there is more in it than is looked at."
    )
    mend = N_(
        "Mend the line that is shown; “docker compose config” shows whether compose takes the file."
    )
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {"compose.yaml": "services:\n  web:\n    environment: [a\n"},
            project=True,
            at=(4, 1),
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      - HTTP_PROXY: http://10.0.0.1:3128\n"
            },
            project=True,
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://10.0.0.1:3128\n      HTTP_PROXY: http://10.0.0.2:3128\n      http_proxy: http://10.0.0.1:3128\n"
            },
            project=True,
        ),
        Example(
            {"Dockerfile": "FROM alpine\nRUN <<EOF\nexport http_proxy=http://10.0.0.1:3128\n"},
            project=True,
        ),
    )
    good = (
        Example(
            {"compose.yaml": "services:\n  web:\n    image: nginx\n"},
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for kind in ("yaml", "dockerfile"):
            for spot in spots(facts, kind):
                said = N_("{path} can't be read from here on: {words}")
                about = message(said, path=spot.path, words=spot.detail)
                yield Found(about, (at(spot),), f"{spot.line}")


RULE = ProjectFileBroken()
