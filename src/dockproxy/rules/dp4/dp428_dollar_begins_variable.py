"""DP428: a dollar sign in a password begins a variable."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import RUN
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, settings
from dockproxy.rules.rule import Example, Found, Rule


class DollarBeginsVariable(Rule):
    """See ``Rule``."""

    code = "DP428"
    name = "dollar-begins-variable"
    severity = "warning"
    component = "compose"
    title = N_("A dollar sign in a password begins a variable")
    what = N_(
        "The proxy answers 407, and compose says of a part of the password “variable is not set”."
    )
    why = N_(
        "Where $NAME stands compose and the builder put a variable's value, also in the "
        "middle of a password."
    )
    mend = N_("Write the sign twice ($$) in a compose file, as %24 in an address anywhere.")
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://ann:pa$word@10.0.0.1:3128\n      http_proxy: http://ann:pa$word@10.0.0.1:3128\n"
            },
            project=True,
            at=(5, 7),
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
        for setting in settings(facts):
            if "dollar" in setting.notes and setting.kind != RUN:
                said = N_("a dollar sign in the password of {name} begins a variable")
                remedy = message(N_("write %24 for it"))
                key = f"{setting.owner}.{setting.kind}.{setting.name}"
                yield Found(message(said, name=setting.name), (at(setting),), key, remedy)


RULE = DollarBeginsVariable()
