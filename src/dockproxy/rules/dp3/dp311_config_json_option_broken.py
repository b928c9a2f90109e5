"""DP311: docker cannot read something in config.json that has nothing to do with proxies."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

CONFIG = "/root/.docker/config.json"


class ConfigJsonOptionBroken(Rule):
    """See ``Rule``."""

    code = "DP311"
    name = "config-json-option-broken"
    severity = "warning"
    component = "client"
    title = N_("docker cannot read something in config.json that has nothing to do with proxies")
    what = N_("Each docker command warns “Error loading config file”. The proxies still count.")
    why = N_(
        "docker goes on without a value whose type is wrong, and without the logins behind one "
        "that is none. It warns of the first fault alone, which may hide a fault in the proxies."
    )
    mend = N_(
        "Mend the value that is shown. A login is written by docker login: docker logout, then "
        "docker login, makes it anew."
    )
    sources = (
        "docker/cli 26.1 and 28.5 cli/config/configfile/file.go ConfigFile, decodeAuth, seen in "
        "the lab",
    )
    bad = (
        Example({CONFIG: '{"psFormat": 5}\n'}, at=(1, 14)),
        Example({CONFIG: '{"auths": {"r.test": {"auth": "!"}}}\n'}, at=(1, 31)),
        Example({CONFIG: '{"features": {"buildkit": true}}\n'}, at=(1, 27)),
    )
    good = (
        Example(
            {
                CONFIG: '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
        Example({CONFIG: '{"auths": {"r.test": {"auth": "YTpi"}}, "psFormat": null, "mine": 5}\n'}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.client_read, facts.client_json
        if read is None or fact is None:
            return
        for warned in read.others:
            said = N_("docker warns of {name}: there a value of type {kind} is none")
            about = message(said, name=warned.name.partition(".")[0], kind=warned.message)
            shown = facts.evidence(fact.path, warned.line, warned.column)
            yield Found(about, (shown,), f"{warned.name}@{warned.line}:{warned.column}")
        login = facts.noted_in(fact, "login")
        if login is not None:
            yield Found(message(N_("docker warns of a login here that is none")), (login,), "login")


RULE = ConfigJsonOptionBroken()
