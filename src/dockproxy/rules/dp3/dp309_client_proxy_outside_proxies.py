"""DP309: a proxy stands in config.json where docker takes no notice of it."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.go_names import same_field
from dockproxy.core.formats.json_place import Place
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.client_names import has_room, is_hidden, meant, misplaced
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule

CONFIG = "/root/.docker/config.json"


class ClientProxyOutsideProxies(Rule):
    """See ``Rule``."""

    code = "DP309"
    name = "client-proxy-outside-proxies"
    severity = "warning"
    component = "client"
    title = N_("A proxy stands in config.json where docker takes no notice of it")
    what = N_("The file looks right, and containers get no proxy, without any message.")
    why = N_(
        "docker looks for proxies in an entry of “proxies” alone, as "
        '{"proxies": {"default": {"httpProxy": …}}}. Anywhere else it passes over them.'
    )
    mend = N_("Move it into “default” in “proxies”.")
    safety = N_(
        "Safe where “default” does not say it yet: as it stands docker takes no notice of it."
    )
    sources = ("docker/cli 26.1 cli/config/configfile/file.go ConfigFile, seen in the lab",)
    bad = (
        Example(
            {CONFIG: '{"auths": {}, "httpProxy": "http://10.0.0.1:3128"}\n'},
            at=(1, 15),
            fixed={
                CONFIG: '{"auths": {}, "proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}}\n'
            },
        ),
        Example(
            {
                CONFIG: '{\n\t"default": {\n\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t"noProxy": "localhost"\n\t}\n}\n'
            },
            at=(3, 3),
            fixed={
                CONFIG: '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost"\n\t\t}\n\t}\n}\n'
            },
        ),
        Example(
            {CONFIG: '{"proxy": {"default": {"httpsProxy": "http://10.0.0.1:3128"}}}\n'},
            at=(1, 24),
            fixed={CONFIG: '{"proxies": {"default": {"httpsProxy": "http://10.0.0.1:3128"}}}\n'},
        ),
    )
    good = (
        Example(
            {
                CONFIG: '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
        Example({CONFIG: '{"plugins": {"x": {"http_proxy": "http://10.0.0.1:3128"}}}\n'}),
        Example({CONFIG: '{"httpProxy": ""}\n'}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact = facts.client_json
        for place in _outside(facts):
            said = N_("docker takes no notice of {name} here: it counts in “proxies” alone")
            shown = facts.evidence(fact.path if fact else "", *place.key_at)
            yield Found(message(said, name=place.path[-1]), (shown,), ".".join(place.path))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        read, fact = facts.client_read, facts.client_json
        places = [(place, meant(place.path[-1])) for place in _outside(facts)]
        here = [(place, name) for place, name in places if ".".join(place.path) == found.key]
        if fact is None or read is None or len(here) != 1:
            return None
        place, name = here[0]
        if name is None or is_hidden(place.path) or misplaced(read, name[0]) != 1:
            return None
        if not has_room(read, name[0]):
            return None
        if same_field(place.path[0], "proxies") and place.path[1].lower() != "default":
            return None  # it may be meant for that daemon alone
        if any(same_field(warned.name, "proxies") for warned in read.warnings):
            return None  # something that is no object stands in its place
        title = message(N_("move it into “default”"))
        repair = Repair("into-default", place.path, name[1])
        return Fix(title, True, (edit_of(facts, fact, "client", repair),))


def _outside(facts: Facts) -> list[Place]:
    read = facts.client_read
    return [place for place in (read.outside if read is not None else ()) if place.value]


RULE = ClientProxyOutsideProxies()
