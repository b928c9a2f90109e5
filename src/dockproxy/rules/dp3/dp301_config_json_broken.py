"""DP301: the docker command cannot read its config.json."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class ConfigJsonBroken(Rule):
    """See ``Rule``."""

    code = "DP301"
    name = "config-json-broken"
    severity = "error"
    component = "client"
    title = N_("The docker command cannot read its config.json")
    what = N_(
        "Each docker command warns “Error loading config file”, and new containers and builds "
        "get no proxies at all."
    )
    why = N_(
        "Where config.json is no JSON, or a value in it is of another type than the command "
        "expects, it goes on without what it could not read."
    )
    mend = N_(
        "Mend the spot that is shown. docker reads text behind the closing brace without "
        "complaint, so that is none."
    )
    sources = (
        "docker/cli 26.1 cli/config/configfile/file.go LoadFromReader, seen in the lab",
        "docker/cli issue 507: “proxies” without “default”",
    )
    bad = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128",}}}\n'
            }
        ),
        Example(
            {"/root/.docker/config.json": '{"proxies": {"httpProxy": "http://10.0.0.1:3128"}}\n'}
        ),
    )
    good = (
        Example(
            {
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
        Example({"/root/.docker/config.json": '{"auths": {}}\n'}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        yield from drifts(facts, "client", "config-json-broken")


RULE = ConfigJsonBroken()
