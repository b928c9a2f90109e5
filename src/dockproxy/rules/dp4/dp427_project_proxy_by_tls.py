"""DP427: a proxy in the project begins with https://."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ADDRESSES, at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import literal


class ProjectProxyByTls(Rule):
    """See ``Rule``."""

    code = "DP427"
    name = "project-proxy-by-tls"
    severity = "info"
    component = "compose"
    title = N_("A proxy in the project begins with https://")
    what = N_(
        "“first record does not look like a TLS handshake”, “wrong version number”, or a "
        "wait without end, if the proxy speaks plain HTTP."
    )
    why = N_(
        "The scheme says how to talk to the proxy itself, not what is fetched through it."
        " Many programs in containers can't speak TLS to a proxy."
    )
    mend = N_("Write http:// unless you know that the proxy speaks TLS itself.")
    sources = ("docker/cli issue 3351",)
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTPS_PROXY: https://10.0.0.1:3128\n      https_proxy: https://10.0.0.1:3128\n"
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
        for setting in settings(facts):
            if key_of(setting) in ADDRESSES and literal(setting).lower().startswith("https://"):
                said = N_("the proxy in {name} is spoken to by TLS: is it meant to be?")
                key = f"{setting.owner}.{setting.kind}.{setting.name}"
                yield Found(message(said, name=setting.name), (at(setting),), key)


RULE = ProjectProxyByTls()
