"""DP152: the same proxy stands twice in daemon.json."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.daemon_json import PROXY_NAMES
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule


class DaemonJsonDuplicateProxy(Rule):
    """See ``Rule``."""

    code = "DP152"
    name = "daemon-json-duplicate-proxy"
    severity = "warning"
    component = "daemon"
    title = N_("The same proxy stands twice in daemon.json")
    what = N_("The daemon uses another value than the one that you see first.")
    why = N_(
        "Of keys with the same name, in any case of its letters, the last one counts (Go's "
        "decoder)."
    )
    mend = N_("Take away all but one.")
    safety = N_(
        "Only offered: the last one stays, which is the one that counts now; another may have been "
        "meant."
    )
    sources = ("Go 1.24 encoding/json decode.go, seen in the lab",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.2:3128", "http-proxy": "http://10.0.0.1:3128"}}\n'
            },
            at=(1, 29),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.2:3128", "http-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "http-proxy": "http://10.0.0.1:3128"},\n "proxies": {"https-proxy": "http://10.0.0.2:3128"}}\n'
            }
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "http-proxy": "http://10.0.0.1:3128"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None or read.refusals:
            return
        for name in PROXY_NAMES:
            setting = getattr(read, name.replace("-", "_"))
            others = [place for place in setting.shadowed if place.value is not None]
            if setting.place is not None and any(each.value != setting.value for each in others):
                said = N_("{name} stands here {number} times: the last one counts")
                places = [facts.evidence(fact.path, each.line, each.column) for each in others]
                last = facts.evidence(fact.path, setting.place.line, setting.place.column)
                about = message(said, name=name, number=len(others) + 1)
                yield Found(about, (*places, last), name)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = facts.daemon_json
        if fact is None:
            return None
        title = message(N_("keep the last {name} alone"), name=found.key)
        repair = Repair("drop-shadowed", ("proxies", found.key))
        return Fix(title, False, (edit_of(facts, fact, "daemon", repair),), ("daemon",))


RULE = DaemonJsonDuplicateProxy()
