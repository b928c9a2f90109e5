"""DP151: a proxy stands in daemon.json where dockerd takes no notice of it."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.daemon_json import PROXY_NAMES
from dockproxy.core.formats.daemon_mending import values_at
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule


class ProxyOutsideProxies(Rule):
    """See ``Rule``."""

    code = "DP151"
    name = "proxy-outside-proxies"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy stands in daemon.json where dockerd takes no notice of it")
    what = N_("dockerd starts, “docker info” shows no proxy, and pulls go direct.")
    why = N_(
        "The three names count inside the object “proxies” alone. Elsewhere dockerd takes "
        "them for flags that it knows, and ignores them."
    )
    mend = N_(
        'Move them into “proxies”: {"proxies": {"http-proxy": …, "https-proxy": …}}, then '
        "restart the daemon."
    )
    safety = N_(
        "Safe where dockerd has no other value for it: as it stands it takes no notice of this one."
    )
    sources = ("moby 26.1 daemon/config/config.go, seen in the lab",)
    bad = (
        Example(
            {"/etc/docker/daemon.json": '{"http-proxy": "http://10.0.0.1:3128"}\n'},
            at=(1, 2),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{\n  "proxy": {\n    "https-proxy": "http://10.0.0.1:3128"\n  }\n}\n'
            },
            at=(3, 5),
            fixed={
                "/etc/docker/daemon.json": '{\n  "proxies": {\n    "https-proxy": "http://10.0.0.1:3128"\n  }\n}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{\n  "debug": true,\n  "https-proxy": "http://10.0.0.1:3128",\n  "http-proxy": "http://10.0.0.1:3128",\n  "ipv6": false\n}\n'
            },
            at=(3, 3),
            fixed={
                "/etc/docker/daemon.json": '{\n  "debug": true,\n  "ipv6": false,\n  "proxies": {\n    "https-proxy": "http://10.0.0.1:3128",\n    "http-proxy": "http://10.0.0.1:3128"\n  }\n}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "http-proxy": "http://10.0.0.1:3128"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None or not facts.knows_proxies:
            return  # DP106 says what an Engine before 23.0 makes of it
        for place in read.ignored:
            said = N_("dockerd takes no notice of {name} here: it counts inside “proxies” alone")
            shown = facts.evidence(fact.path, *place.key_at)
            yield Found(message(said, name=place.path[-1]), (shown,), ".".join(place.path))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None or read.refusals:
            return None
        place = next((each for each in read.ignored if ".".join(each.path) == found.key), None)
        named = [each for each in read.ignored if place and each.path[-1] == place.path[-1]]
        if place is None or place.value is None or len(named) > 1:
            return None
        name = place.path[-1]
        if getattr(read, name.replace("-", "_")).value is not None:
            return None
        title = message(N_("write it as {name} in “proxies”"), name=name)
        repair = Repair("into-proxies", place.path, name)
        if len(place.path) > 1 and _is_all_proxies(fact.text or "", place.path[0]):
            title = message(N_("call the section “proxies”"))
            repair = Repair("rename-key", place.path[:1], "proxies")
        return Fix(title, True, (edit_of(facts, fact, "daemon", repair),), ("daemon",))


def _is_all_proxies(text: str, section: str) -> bool:
    """Whether a section is what “proxies” should be: nothing else is in it, and there is none."""
    inside = {member.key for value in values_at(text, (section,)) for member in value.members}
    return inside <= set(PROXY_NAMES) and not values_at(text, ("proxies",))


RULE = ProxyOutsideProxies()
