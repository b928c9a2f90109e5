"""DP307: an entry of “proxies” names this daemon, spelled otherwise than docker does."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.client_json import Entry
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.resolve.client import client_endpoint
from dockproxy.rules.client_names import is_hidden
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule

CONFIG = "/root/.docker/config.json"


class DaemonKeyMisspelt(Rule):
    """See ``Rule``."""

    code = "DP307"
    name = "daemon-key-misspelt"
    severity = "warning"
    component = "client"
    title = N_("An entry of “proxies” names this daemon, spelled otherwise than docker does")
    what = N_("Containers get the proxies of “default”, or none, and not those of this entry.")
    why = N_(
        "docker compares the entry's name with its daemon's address letter by letter. "
        "unix:///run/docker.sock and unix:///var/run/docker.sock are one place and two names; a "
        "slash at the end, a port left out, or capital letters make another name too."
    )
    mend = N_("Spell it as docker does; “docker context ls” shows how.")
    safety = N_(
        "Only offered: the entry then stands in for “default” whole, which may have been right "
        "until now."
    )
    sources = (
        "docker/cli 26.1 cli/config/configfile/file.go ParseProxyConfig, opts/hosts.go ParseHost, "
        "seen in the lab",
    )
    bad = (
        Example(
            {
                CONFIG: '{"proxies": {"unix:///run/docker.sock": {"httpProxy": "http://10.0.0.1:3128"}}}\n'
            },
            at=(1, 14),
            fixed={
                CONFIG: '{"proxies": {"unix:///var/run/docker.sock": {"httpProxy": "http://10.0.0.1:3128"}}}\n'
            },
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
                CONFIG: '{"proxies": {"unix:///var/run/docker.sock": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "noProxy": "localhost,127.0.0.1"}}}\n'
            }
        ),
        Example(
            {
                CONFIG: '{"proxies": {"unix:///run/user/1000/docker.sock": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128"}}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact, endpoint = facts.client_json, client_endpoint(facts.snapshot.client)
        for entry in _misspelt(facts):
            said = N_("docker calls this daemon {endpoint}, so it does not read {name}")
            shown = facts.evidence(fact.path if fact else "", *entry.key_at)
            yield Found(message(said, endpoint=endpoint, name=entry.name), (shown,), entry.name)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        read, fact = facts.client_read, facts.client_json
        misspelt = _misspelt(facts)
        if is_hidden((found.key,)) or is_hidden((client_endpoint(facts.snapshot.client),)):
            return None
        if fact is None or read is None or read.host is not None or len(misspelt) != 1:
            return None
        endpoint = client_endpoint(facts.snapshot.client)
        repair = Repair("rename-key", (misspelt[0].section, found.key), endpoint)
        title = message(N_("call it {name}"), name=endpoint)
        return Fix(title, False, (edit_of(facts, fact, "client", repair),))


def _misspelt(facts: Facts) -> list[Entry]:
    read, endpoint = facts.client_read, client_endpoint(facts.snapshot.client)
    return [
        entry
        for entry in (read.entries if read is not None else ())
        if entry.name not in (endpoint, "default")
        and _place(entry.name) == _place(endpoint) != ""
        and any(setting.value for setting in entry.settings.values())
    ]


def _place(address: str) -> str:
    """What an address means, "" for what docker never asks for (DP306)."""
    scheme, _, rest = address.partition("://")
    if scheme == "unix" and rest.startswith("/"):
        parts = [part for part in rest.split("/") if part not in ("", ".")]
        path = "/".join(parts)
        return f"unix {path.removeprefix('var/') if path.startswith('var/run/') else path}"
    if scheme == "tcp":
        host, _, path = rest.rpartition("@")[2].partition("/")
        name, colon, port = host.rpartition(":")
        if not colon or host.endswith("]"):
            name, port = host, "2375"
        return f"tcp {name.lower()}:{port}/{path}" if name else ""
    return ""


RULE = DaemonKeyMisspelt()
