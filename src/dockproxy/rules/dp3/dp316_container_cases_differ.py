"""DP316: in a container the two spellings of a variable have different values."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import PROXY_KEYS
from dockproxy.core.model.snapshot import Container
from dockproxy.rules.containers import evidence_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_APP = Container("1", "app", "app", 1.0, "running")
_NAMES = [(key, key.upper()) for key in PROXY_KEYS]


class ContainerCasesDiffer(Rule):
    """See ``Rule``."""

    code = "DP316"
    name = "container-cases-differ"
    severity = "warning"
    component = "container"
    title = N_("In a container the two spellings of a variable have different values")
    what = N_("Some programs in it go another way than others; what was switched off still works.")
    why = N_(
        "docker gives each proxy in both spellings. --env HTTP_PROXY=…, and environment: in a "
        "compose file, replace the one that they name, and leave http_proxy as config.json has it."
    )
    mend = N_(
        "Name both: --env HTTP_PROXY=… --env http_proxy=…, or both under environment: in the "
        "compose file. Then make the container anew."
    )
    sources = ("docker/cli 26.1 and compose 2.26, seen in the lab",)
    bad = (
        Example(
            {},
            engine="26.1.5",
            more={
                "containers": (
                    _APP._replace(environ={"HTTP_PROXY": "", "http_proxy": "http://10.0.0.1:3128"}),
                )
            },
        ),
        Example(
            {},
            engine="26.1.5",
            more={"containers": (_APP._replace(environ={"NO_PROXY": "a", "no_proxy": "a,b"}),)},
        ),
    )
    good = (
        Example(
            {},
            engine="26.1.5",
            more={"containers": (_APP._replace(environ={"NO_PROXY": "a", "no_proxy": "a"}),)},
        ),
        Example(
            {},
            engine="26.1.5",
            more={"containers": (_APP._replace(environ={"http_proxy": "http://10.0.0.1:3128"}),)},
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for each in facts.containers:
            differ = [key for key, upper in _NAMES if _differ(each, key, upper)]
            if differ:
                said = N_("in {container} the two spellings of {keys} have different values")
                about = message(said, container=each.name, keys=", ".join(differ))
                yield Found(about, (evidence_of(each.name),), each.name)


def _differ(container: Container, key: str, upper: str) -> bool:
    given = container.environ
    return upper in given and key in given and given[upper] != given[key]


RULE = ContainerCasesDiffer()
