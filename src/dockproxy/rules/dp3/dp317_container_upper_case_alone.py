"""DP317: a container has a proxy in capital letters alone."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_KEYS
from dockproxy.core.model.snapshot import Container
from dockproxy.rules.containers import evidence_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_APP = Container("1", "app", "app", 1.0, "running")


class ContainerUpperCaseAlone(Rule):
    """See ``Rule``."""

    code = "DP317"
    name = "container-upper-case-alone"
    severity = "info"
    component = "container"
    title = N_("A container has a proxy in capital letters alone")
    what = N_("Go programs and Python use the proxy; curl, wget and apt go direct.")
    why = N_(
        "For plain http curl reads small letters alone, wget and apt for all. docker gives "
        "both spellings; --env, a compose file or an image's ENV gives the one that it names."
    )
    mend = N_("Give it in small letters too, and make the container anew.")
    sources = ("curl 7.88 lib/url.c detect_proxy; wget 1.21 src/init.c; seen in the lab",)
    bad = (
        Example(
            {},
            engine="26.1.5",
            more={"containers": (_APP._replace(environ={"HTTP_PROXY": "http://10.0.0.1:3128"}),)},
        ),
    )
    good = (
        Example(
            {},
            engine="26.1.5",
            more={
                "containers": (
                    _APP._replace(
                        environ={
                            "HTTP_PROXY": "http://10.0.0.1:3128",
                            "http_proxy": "http://10.0.0.1:3128",
                        }
                    ),
                )
            },
        ),
        Example(
            {}, engine="26.1.5", more={"containers": (_APP._replace(environ={"HTTP_PROXY": ""}),)}
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for each in facts.containers:
            alone = [
                key.upper()
                for key in DAEMON_KEYS
                if each.environ.get(key.upper()) and key not in each.environ
            ]
            if alone and alone != ["NO_PROXY"]:
                said = N_("{container} has {names} in capital letters alone")
                about = message(said, container=each.name, names=", ".join(alone))
                yield Found(about, (evidence_of(each.name),), each.name)


RULE = ContainerUpperCaseAlone()
