"""DP306: an entry of “proxies” in config.json has a name that docker never asks for."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.client_json import Entry
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.secret import MASK
from dockproxy.rules.client_names import beside_default
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule

CONFIG = "/root/.docker/config.json"
_ASKED_FOR = ("unix:///", "tcp://", "npipe://", "http://", "https://", "fd://")


class ClientEntryUnread(Rule):
    """See ``Rule``."""

    code = "DP306"
    name = "client-entry-unread"
    severity = "warning"
    component = "client"
    title = N_("An entry of “proxies” in config.json has a name that docker never asks for")
    what = N_("The file looks right, and containers get no proxy, without any message.")
    why = N_(
        "Each entry of “proxies” is called default, or by the whole address of a daemon, as "
        "unix:///var/run/docker.sock or tcp://HOST:PORT. docker compares the name letter by "
        "letter: Default is none, nor is an address without tcp://. Of all daemons behind ssh:// "
        "it speaks as http://docker.example.com."
    )
    mend = N_("Call the entry default.")
    safety = N_(
        "Safe where there is no entry default yet: as it stands docker never reads this one."
    )
    sources = (
        "docker/cli 26.1 cli/config/configfile/file.go ParseProxyConfig, seen in the lab",
        "docker/cli 26.1 cli/connhelper/connhelper.go: the address of ssh:// daemons",
    )
    bad = (
        Example(
            {CONFIG: '{"proxies": {"Default": {"httpProxy": "http://10.0.0.1:3128"}}}\n'},
            at=(1, 14),
            fixed={CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}}\n'},
        ),
        Example(
            {CONFIG: '{"proxies": {"ssh://root@far": {"httpProxy": "http://10.0.0.1:3128"}}}\n'},
        ),
        Example(
            {CONFIG: '{"proxies": {"office": {"httpProxy": "http://10.0.0.1:3128"}}}\n'},
            at=(1, 14),
        ),
    )
    good = (
        Example(
            {
                CONFIG: '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
        Example(
            {
                CONFIG: '{"proxies": {"tcp://10.0.0.5:2376": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128"}}}\n'
            }
        ),
        Example({CONFIG: '{"proxies": {"Default": {}}}\n'}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact = facts.client_json
        for entry in _unread(facts):
            said = N_(
                "docker never reads “{name}”: it knows “default” and whole addresses of daemons"
            )
            name = entry.name
            if name == MASK:
                said = N_(
                    "docker never reads this entry: it knows “default” and whole addresses of daemons"
                )
            shown = facts.evidence(fact.path if fact else "", *entry.key_at)
            yield Found(message(said, name=name), (shown,), f"{name}@{entry.line}")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        read, fact = facts.client_read, facts.client_json
        named = [each for each in _unread(facts) if each.name.lower() == "default"]
        if fact is None or read is None or read.default is not None or len(named) != 1:
            return None
        if found.key != f"{named[0].name}@{named[0].line}":
            return None
        if beside_default(read) or read.outside:
            return None
        repair = Repair("rename-key", (named[0].section, named[0].name), "default")
        title = message(N_("call it {name}"), name="default")
        return Fix(title, True, (edit_of(facts, fact, "client", repair),))


def _unread(facts: Facts) -> list[Entry]:
    read = facts.client_read
    return [
        entry
        for entry in (read.entries if read is not None else ())
        if entry.name != "default"
        and not entry.name.startswith(_ASKED_FOR)
        and any(setting.value for setting in entry.settings.values())
    ]


RULE = ClientEntryUnread()
