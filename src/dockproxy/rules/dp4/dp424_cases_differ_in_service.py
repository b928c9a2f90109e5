"""DP424: a service gets two different proxies under one name."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ADDRESSES, at
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import literal


class CasesDifferInService(Rule):
    """See ``Rule``."""

    code = "DP424"
    name = "cases-differ-in-service"
    severity = "warning"
    component = "compose"
    title = N_("A service gets two different proxies under one name")
    what = N_("Some programs in the container go through the one, some through the other.")
    why = N_(
        "HTTP_PROXY and http_proxy are two variables; which one counts is each program's "
        "own choice."
    )
    mend = N_("Decide which of the two is right, and let the other say the same.")
    sources = ("“dockproxy route”, whose programs were each asked",)
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://10.0.0.1:3128\n      http_proxy: http://10.0.0.2:3128\n"
            },
            project=True,
            at=(5, 7),
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://10.0.0.1:3128\n      http_proxy: http://10.0.0.1:3128\n"
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for given in facts.services.values():
            for key in ADDRESSES:
                lower, upper = given.by_name.get(key), given.by_name.get(key.upper())
                if lower is None or upper is None or not literal(lower) or not literal(upper):
                    continue
                if literal(lower).rstrip("/") != literal(upper).rstrip("/"):
                    said = N_("{upper} and {lower} of {service} differ")
                    about = message(said, upper=upper.name, lower=key, service=given.service.name)
                    remedy = message(N_("give both the same value"))
                    yield Found(
                        about, (at(upper), at(lower)), f"{given.service.name}.{key}", remedy
                    )


RULE = CasesDifferInService()
