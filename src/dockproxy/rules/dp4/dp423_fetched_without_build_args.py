"""DP423: aDD fetches by itself, without the build args."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import BAKE_ARG, BUILD_ARG
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ADDRESSES, at, key_of, settings, spots
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import literal


class FetchedWithoutBuildArgs(Rule):
    """See ``Rule``."""

    code = "DP423"
    name = "fetched-without-build-args"
    severity = "info"
    component = "build"
    title = N_("ADD fetches by itself, without the build args")
    what = N_(
        "ADD of an address or of a git repository fails with “i/o timeout”, while RUN gets out."
    )
    why = N_(
        "What BuildKit fetches itself (FROM, ADD, a git context, the frontend of # "
        "syntax=) goes the builder's way: with the daemon's proxies, or those of the "
        "builder's container. Build args reach RUN alone."
    )
    mend = N_(
        "Set the daemon's proxies, or the builder's: “dockproxy set URL --for "
        "daemon,builder:NAME”. Or fetch it in a RUN."
    )
    sources = ("moby/buildkit issues 5329 and 4643",)
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      args:\n        HTTP_PROXY: http://10.0.0.1:3128\n",
                "Dockerfile": "FROM alpine\nADD https://example.org/a.tar.gz /a\n",
            },
            project=True,
            at=(2, 5),
        ),
    )
    good = (
        Example(
            {"Dockerfile": "FROM alpine\nADD https://example.org/a.tar.gz /a\n"},
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        args = [
            each
            for each in settings(facts, BUILD_ARG, BAKE_ARG)
            if key_of(each) in ADDRESSES and literal(each)
        ]
        for spot in spots(facts, "add") if args else ():
            said = N_("what ADD fetches does not go through the build args' proxy")
            remedy = message(
                N_("set the daemon's or the builder's proxies too, or fetch it in a RUN")
            )
            yield Found(message(said), (at(spot), at(args[0])), f"{spot.line}", remedy)


RULE = FetchedWithoutBuildArgs()
