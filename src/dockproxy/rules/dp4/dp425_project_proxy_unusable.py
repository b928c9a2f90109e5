"""DP425: a proxy in the project is no address, or has no real host."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import Setting
from dockproxy.rules.addresses import has_no_host
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ADDRESSES, at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import literal
from dockproxy.semantics.go import drops


class ProjectProxyUnusable(Rule):
    """See ``Rule``."""

    code = "DP425"
    name = "project-proxy-unusable"
    severity = "warning"
    component = "compose"
    title = N_("A proxy in the project is no address, or has no real host")
    what = N_(
        "“no such host”, “invalid URL port”, “dial tcp :0”; or requests go direct without a word."
    )
    why = N_(
        "A placeholder was left in, the scheme stands there twice, or a blank or a letter"
        " stands where the port should be."
    )
    mend = N_(
        "Put the proxy that is meant there, scheme, host and port, or take the line out: what "
        "config.json says of proxies reaches services and builds by itself."
    )
    sources = (
        "moby/moby issue 35226",
        "golang.org/x/net/http/httpproxy proxy.go parseProxy",
    )
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXY: http://proxy.example.com:PORT\n      http_proxy: http://proxy.example.com:PORT\n"
            },
            project=True,
            at=(5, 7),
        ),
        Example(
            {"Dockerfile": "FROM alpine\nARG http_proxy=http://http://10.0.0.1:3128\n"},
            project=True,
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
            address = literal(setting)
            if key_of(setting) not in ADDRESSES or not address or _is_open(setting):
                continue
            if "$" not in address and (has_no_host(address) or drops(address)):
                said = N_("{name} is no address of a proxy: {value}")
                about = message(said, name=setting.name, value=address)
                remedy = message(N_("write http://HOST:PORT, with real ones"))
                key = f"{setting.owner}.{setting.kind}.{setting.name}"
                yield Found(about, (at(setting),), key, remedy)


def _is_open(setting: Setting) -> bool:
    return "quoted" in setting.notes or "data" in setting.notes


RULE = ProjectProxyUnusable()
