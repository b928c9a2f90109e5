"""DP418: quotes are part of a proxy's value."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import BUILD_ARG, ENVIRONMENT
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, settings
from dockproxy.rules.rule import Example, Found, Rule


class QuotesInProxyValue(Rule):
    """See ``Rule``."""

    code = "DP418"
    name = "quotes-in-proxy-value"
    severity = "warning"
    component = "compose"
    title = N_("Quotes are part of a proxy's value")
    what = N_(
        "“unsupported protocol scheme”, “invalid proxy”, or the proxy is dropped without a word."
    )
    why = N_(
        "In a list, quotes behind the equals sign are characters like any other: YAML "
        "takes away only those around the whole item."
    )
    mend = N_(
        'Put the quotes around the whole item, or leave them out: - "HTTP_PROXY=http://HOST:PORT".'
    )
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {
                "compose.yaml": 'services:\n  web:\n    image: nginx\n    environment:\n      - HTTP_PROXY="http://10.0.0.1:3128"\n      - http_proxy="http://10.0.0.1:3128"\n'
            },
            project=True,
            at=(5, 9),
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      - \"HTTP_PROXY=http://10.0.0.1:3128\"\n      - 'http_proxy=http://10.0.0.1:3128'\n"
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for setting in settings(facts, ENVIRONMENT, BUILD_ARG):
            if "quoted" in setting.notes:
                said = N_("the quotes are part of {name}'s value")
                remedy = message(N_("take the quotes behind the equals sign away"))
                key = f"{setting.owner}.{setting.kind}.{setting.name}"
                yield Found(message(said, name=setting.name), (at(setting),), key, remedy)


RULE = QuotesInProxyValue()
