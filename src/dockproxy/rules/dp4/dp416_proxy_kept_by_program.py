"""DP416: a proxy is written into a program's own settings in an image."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, spots
from dockproxy.rules.rule import Example, Found, Rule


class ProxyKeptByProgram(Rule):
    """See ``Rule``."""

    code = "DP416"
    name = "proxy-kept-by-program"
    severity = "warning"
    component = "build"
    title = N_("A proxy is written into a program's own settings in an image")
    what = N_(
        "Programs such as apt, git, npm or pip in the container ask a proxy that cannot "
        "be reached, whatever its environment says."
    )
    why = N_("A program's own setting goes before the variables, and is part of the image.")
    mend = N_(
        "Leave it out: these programs read the variables that RUN and containers get. Or "
        "take it away again at the end of the same Dockerfile."
    )
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {"Dockerfile": "FROM node\nRUN npm config set proxy http://10.0.0.1:3128\n"},
            project=True,
            at=(2, 5),
        ),
        Example(
            {
                "Dockerfile": "FROM debian\nRUN echo 'Acquire::http::Proxy \"http://10.0.0.1:3128\";' > /etc/apt/apt.conf.d/99proxy\n"
            },
            project=True,
        ),
        Example(
            {
                "Dockerfile": "FROM debian\nRUN git config --global http.proxy http://10.0.0.1:3128 \\\n && git clone https://example.org/x\n"
            },
            project=True,
        ),
    )
    good = (
        Example(
            {
                "Dockerfile": "FROM node\nRUN npm config set proxy http://10.0.0.1:3128 && npm ci && npm config rm proxy\n"
            },
            project=True,
        ),
        Example(
            {
                "Dockerfile": "FROM debian\nRUN echo 'Acquire::http::Proxy \"http://10.0.0.1:3128\";' > /etc/apt/apt.conf.d/99proxy\nRUN apt-get update\nRUN rm /etc/apt/apt.conf.d/99proxy\n"
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for spot in spots(facts, "tool"):
            if "shipped" in spot.notes and "password" not in spot.notes:
                said = N_("a proxy stays in the image, in the settings of {tool}")
                remedy = message(N_("leave it out, or take it away again in the same Dockerfile"))
                severity = "" if "literal" in spot.notes else "info"
                about = message(said, tool=spot.name)
                yield Found(about, (at(spot),), f"{spot.line}.{spot.name}", remedy, severity)


RULE = ProxyKeptByProgram()
