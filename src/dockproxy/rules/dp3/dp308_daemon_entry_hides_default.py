"""DP308: the entry for this daemon stands in for “default”, and gives less."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import CLIENT_JSON_NAMES
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

CONFIG = "/root/.docker/config.json"


class DaemonEntryHidesDefault(Rule):
    """See ``Rule``."""

    code = "DP308"
    name = "daemon-entry-hides-default"
    severity = "info"
    component = "client"
    title = N_("The entry for this daemon stands in for “default”, and gives less")
    what = N_("What “default” says does not reach containers, though it is not set elsewhere.")
    why = N_(
        "docker reads one entry of “proxies”: the one that is called as its daemon's address, or "
        "else “default”. It never adds the two together."
    )
    mend = N_(
        "Nothing, if this daemon is to have less. Else write what is missing into its entry, or "
        "take the entry away."
    )
    sources = ("docker/cli 26.1 cli/config/configfile/file.go ParseProxyConfig, seen in the lab",)
    bad = (
        Example(
            {
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "noProxy": "localhost"}, "unix:///var/run/docker.sock": {"httpProxy": "http://10.0.0.1:3128"}}}\n'
            },
            at=(1, 74),
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
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128"}, "tcp://10.0.0.5:2376": {}}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.client_read, facts.client_json
        if read is None or fact is None or read.host is None or read.default is None:
            return
        if read.host is read.default:
            return
        given = read.host.settings
        lost = {
            key: setting.place
            for key, setting in read.default.settings.items()
            if setting.value and not (key in given and given[key].value)
        }
        places = [place for place in lost.values() if place is not None]
        if places:
            said = N_("{names} of “default” reach no container: docker reads {entry} in its place")
            names = ", ".join(CLIENT_JSON_NAMES[key] for key in lost)
            shown = [facts.evidence(fact.path, each.line, each.column) for each in places]
            own = facts.evidence(fact.path, read.host.line, read.host.column)
            about = message(said, names=names, entry=read.host.name)
            yield Found(about, (*shown, own), read.host.name)


RULE = DaemonEntryHidesDefault()
