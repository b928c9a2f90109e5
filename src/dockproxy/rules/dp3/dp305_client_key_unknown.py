"""DP305: a key of “proxies” in config.json means nothing to docker."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.client_json import Entry
from dockproxy.core.formats.json_place import Place
from dockproxy.core.formats.redact_names import PROXY_NAME
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.client_names import is_hidden, meant, misplaced
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule


class ClientKeyUnknown(Rule):
    """See ``Rule``."""

    code = "DP305"
    name = "client-key-unknown"
    severity = "warning"
    component = "client"
    title = N_("A key of “proxies” in config.json means nothing to docker")
    what = N_("The file looks right, and containers get no proxy, without any message.")
    why = N_(
        "In an entry of “proxies” docker knows httpProxy, httpsProxy, noProxy, ftpProxy and "
        "allProxy. Names with dashes are daemon.json's, names with underscores are the "
        "environment's."
    )
    mend = N_("Write the name as docker does: httpProxy, httpsProxy, noProxy.")
    safety = N_("Safe: as it stands docker takes no notice of the key.")
    sources = ("docker/cli 26.1 cli/config/configfile/file.go ProxyConfig, seen in the lab",)
    bad = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"http-proxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128"}}}\n'
            },
            at=(1, 26),
            fixed={
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128"}}}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact = facts.client_json
        for _, place in _unknown(facts):
            said = N_("docker passes over {name}: it is none of its names")
            shown = facts.evidence(fact.path if fact else "", *place.key_at)
            yield Found(message(said, name=place.path[-1]), (shown,), ".".join(place.path))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = facts.client_json
        for entry, place in _unknown(facts):
            name = meant(place.path[-1])
            if ".".join(place.path) != found.key or name is None or fact is None:
                continue
            same = [each for each in entry.unknown if meant(each.path[-1]) == name]
            if entry.settings[name[0]].value is not None or len(same) > 1 or is_hidden(place.path):
                return None
            read = facts.client_read
            if read is None or (entry.name == "default" and misplaced(read, name[0]) > 1):
                return None
            repair = Repair("rename-key", place.path, name[1])
            title = message(N_("write it as {name}"), name=name[1])
            return Fix(title, True, (edit_of(facts, fact, "client", repair),))
        return None


def _unknown(facts: Facts) -> Iterator[tuple[Entry, Place]]:
    """Members with a proxy's name, or nearly one, that docker does not know."""
    read = facts.client_read
    for entry in (*read.entries, *read.replaced) if read is not None else ():
        for place in entry.unknown:
            name = place.path[-1]
            if place.value and (meant(name) or PROXY_NAME.fullmatch(name)):
                yield entry, place


RULE = ClientKeyUnknown()
