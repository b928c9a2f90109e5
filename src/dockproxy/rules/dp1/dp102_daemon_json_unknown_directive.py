"""DP102: daemon.json holds a key that dockerd does not know."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.daemon_json import PROXY_NAMES
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule

_MEANT = {name.replace("-", ""): name for name in PROXY_NAMES}


class DaemonJsonUnknownDirective(Rule):
    """See ``Rule``."""

    code = "DP102"
    name = "daemon-json-unknown-directive"
    severity = "error"
    component = "daemon"
    title = N_("daemon.json holds a key that dockerd does not know")
    what = N_(
        "dockerd does not start: “the following directives don't match any configuration option”."
    )
    why = N_(
        "dockerd takes no key that it does not know. Inside “proxies” there are http-proxy, "
        "https-proxy and no-proxy alone: no all-proxy, no ftp-proxy, and none of the client's "
        "names (httpProxy) or the environment's (http_proxy)."
    )
    mend = N_(
        "Give the key its name, or take it away. There is no all-proxy for the daemon: set "
        "http-proxy and https-proxy, which may be socks5:// addresses too. A “default” with "
        "httpProxy in it belongs into the client's ~/.docker/config.json."
    )
    safety = N_(
        "Safe where the name is one of the three in another spelling, and that one is not "
        "there yet."
    )
    sources = (
        "moby 26.1 daemon/config/config.go findConfigurationConflicts, seen in the lab",
        "docker/docs pulls 18703 and 17603: the two files confused",
    )
    bad = (
        Example(
            {"/etc/docker/daemon.json": '{"proxies": {"httpProxy": "http://10.0.0.1:3128"}}\n'},
            at=(1, 14),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{\n  "proxies": {\n    "http-proxy": "http://10.0.0.1:3128",\n    "all-proxy": "http://10.0.0.1:3128"\n  }\n}\n'
            },
            at=(4, 5),
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}}\n'
            }
        ),
        Example({"/etc/docker/daemon.json": '{"debug": true, "graph": "/x"}\n'}, at=(1, 17)),
        Example({"/etc/docker/daemon.json": '{"proxies": null}\n'}),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128", "no-proxy": "localhost"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None:
            return
        for refusal in read.refusals:
            if refusal.kind == "unknown-directive" and not too_old(facts, refusal.name):
                said = N_("dockerd will not start: it knows no “{name}”")
                place = facts.evidence(fact.path, refusal.line, refusal.column)
                yield Found(message(said, name=refusal.name), (place,), refusal.name)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        meant = _MEANT.get(found.key.replace("_", "").replace("-", "").lower())
        if read is None or fact is None or meant is None or meant in read.configured:
            return None
        repair = Repair("rename-key", ("proxies", found.key), meant)
        title = message(N_("write it as {name}"), name=meant)
        return Fix(title, True, (edit_of(facts, fact, "daemon", repair),), ("daemon",))


def too_old(facts: Facts, name: str) -> bool:
    """Whether it is an Engine that does not know “proxies” at all: DP106 says that."""
    known = facts.daemon is None or facts.daemon.file_counts
    return not known and name in ("proxies", *PROXY_NAMES)


RULE = DaemonJsonUnknownDirective()
