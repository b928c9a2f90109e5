"""DP323: a proxy stands in config.json behind the closing brace."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

CONFIG = "/root/.docker/config.json"


class ProxyBehindObject(Rule):
    """See ``Rule``."""

    code = "DP323"
    name = "proxy-behind-object"
    severity = "warning"
    component = "client"
    title = N_("A proxy stands in config.json behind the closing brace")
    what = N_("The file looks right, and containers get no proxy, without any message.")
    why = N_(
        "docker reads the first object of the file and stops. A second one, as “cat >>” or “tee "
        "--append” puts it there, is never looked at."
    )
    mend = N_("Make one object of the two: move “proxies” into the first.")
    sources = ("docker/cli 26.1 cli/config/configfile/file.go LoadFromReader, seen in the lab",)
    bad = (
        Example(
            {
                CONFIG: '{"auths": {}}\n{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}}\n'
            },
            at=(2, 26),
        ),
    )
    good = (
        Example(
            {
                CONFIG: '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
        Example({CONFIG: '{"auths": {}} and {"more": "httpProxy"}\n'}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact = facts.client_json
        shown = facts.noted_in(fact, "behind") if fact is not None else None
        if fact is not None and shown is not None:
            said = N_("docker reads {path} to the end of its first object, and this stands behind")
            yield Found(message(said, path=fact.path), (shown,))


RULE = ProxyBehindObject()
