"""DP413: a service reaches another service of the project through the proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.addresses import host_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import folder_of, is_covered, literal


class NoProxyLacksService(Rule):
    """See ``Rule``."""

    code = "DP413"
    name = "no-proxy-lacks-service"
    severity = "warning"
    component = "compose"
    title = N_("A service reaches another service of the project through the proxy")
    what = N_(
        "Requests between services fail with 502, 503, 504 or “no such host”, answered by"
        " the proxy."
    )
    why = N_(
        "The proxy does not know the names of a compose project's services, and programs "
        "send it every name that NO_PROXY does not list."
    )
    mend = N_("Add the service's name to NO_PROXY and no_proxy of the one that calls it.")
    sources = (
        "bigbluebutton/docker issue 143",
        "getsentry/sentry-docs issue 16230",
    )
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      http_proxy: http://10.0.0.1:3128\n      HTTP_PROXY: http://10.0.0.1:3128\n      no_proxy: localhost\n      SEARCH: http://search:9200\n  search:\n    image: search\n"
            },
            project=True,
            at=(8, 15),
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      http_proxy: http://10.0.0.1:3128\n      HTTP_PROXY: http://10.0.0.1:3128\n      no_proxy: localhost,search\n      NO_PROXY: localhost,search\n      SEARCH: http://search:9200\n  search:\n    image: search\n"
            },
            project=True,
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      http_proxy: http://10.0.0.1:3128\n      HTTP_PROXY: http://10.0.0.1:3128\n      no_proxy: localhost,.internal,log:9200\n      NO_PROXY: localhost,.internal,log:9200\n      SEARCH: http://search.internal:9200\n      LOG: http://log:9200\n  search:\n    image: search\n    hostname: search.internal\n  log:\n    image: search\n"
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        found = facts.services.values()
        names: dict[str, dict[str, str]] = {}
        for given in found:
            known = names.setdefault(folder_of(given.service.path), {})
            known.update({name.lower(): given.service.name for name in given.service.names})
        for given in found:
            lists, listed = given.lists(), given.listed()
            if listed is None:
                continue
            told = set()
            for mention in given.service.talks_to:
                other = names[folder_of(given.service.path)].get(mention.host)
                proxy = given.address(mention.scheme)
                if other in (None, given.service.name) or proxy is None or mention.host in told:
                    continue
                if is_covered(mention.host, listed) or host_of(literal(proxy)) == mention.host:
                    continue
                told.add(mention.host)
                said = N_(
                    "requests of {service} for {host}, a service of this project, go to the proxy"
                )
                about = message(said, service=given.service.name, host=mention.host)
                remedy = message(N_("add {host} to no_proxy and NO_PROXY"), host=mention.host)
                places = (at(mention), at(proxy), *(at(each) for each in lists[:1]))
                yield Found(about, places, f"{given.service.name}.{mention.host}", remedy)


RULE = NoProxyLacksService()
