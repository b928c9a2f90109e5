"""DP305: a key of “proxies” in config.json means nothing to docker."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import CLIENT_JSON_NAMES
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule

_MEANT = {name.lower(): name for name in CLIENT_JSON_NAMES.values()}


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
            at=(1, 40),
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
        read, fact = facts.client_read, facts.client_json
        for entry in read.entries if read is not None and fact is not None else ():
            for place in entry.unknown:
                said = N_("docker passes over {name}: it is none of its names")
                shown = facts.evidence(fact.path, place.line, place.column) if fact else None
                if shown is not None and _plain(place.path[-1]) in _MEANT:
                    about = message(said, name=place.path[-1])
                    yield Found(about, (shown,), ".".join(place.path))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        read, fact = facts.client_read, facts.client_json
        for entry in read.entries if read is not None else ():
            for place in entry.unknown:
                meant = _MEANT.get(_plain(place.path[-1]))
                if ".".join(place.path) != found.key or meant is None or fact is None:
                    continue
                key = next(ours for ours, name in CLIENT_JSON_NAMES.items() if name == meant)
                same = [each for each in entry.unknown if _plain(each.path[-1]) == meant.lower()]
                if entry.settings[key].value is not None or len(same) > 1:
                    return None
                repair = Repair("rename-key", place.path, meant)
                title = message(N_("write it as {name}"), name=meant)
                return Fix(title, True, (edit_of(facts, fact, "client", repair),))
        return None


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


RULE = ClientKeyUnknown()
