"""DP103: a value in daemon.json is of the wrong type."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class DaemonJsonWrongType(Rule):
    """See ``Rule``."""

    code = "DP103"
    name = "daemon-json-wrong-type"
    severity = "error"
    component = "daemon"
    title = N_("A value in daemon.json is of the wrong type")
    what = N_("dockerd does not start: “cannot unmarshal … into Go struct field”.")
    why = N_(
        "The three proxies are strings and “proxies” is an object; a list, a number, true or "
        "false in their place is refused."
    )
    mend = N_(
        "Write the value as one string in quotes; NO_PROXY too is one string with commas, no list."
    )
    sources = ("moby 26.1 daemon/config/config.go, seen in the lab",)
    bad = (
        Example(
            {"/etc/docker/daemon.json": '{"proxies": {"no-proxy": ["localhost", "127.0.0.1"]}}\n'},
            at=(1, 26),
        ),
        Example({"/etc/docker/daemon.json": "[]\n"}, at=(1, 1)),
        Example({"/etc/docker/daemon.json": '{"proxies": {"http-proxy": 3128}}\n'}),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"no-proxy": "localhost,127.0.0.1", "http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None:
            return
        unknown = {each.name for each in read.refusals if each.kind == "unknown-directive"}
        for refusal in read.refusals:
            if refusal.name in unknown:
                continue  # a string for “proxies”: DP102 says that
            if refusal.kind in ("wrong-type", "not-an-object", "number-range"):
                said = N_("dockerd will not start: {quote}")
                place = facts.evidence(fact.path, refusal.line, refusal.column)
                yield Found(message(said, quote=refusal.message), (place,), refusal.name)


RULE = DaemonJsonWrongType()
