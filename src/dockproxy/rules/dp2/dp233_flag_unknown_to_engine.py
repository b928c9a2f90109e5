"""DP233: the unit gives dockerd flags for proxies that this Engine does not know."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.unit_exec import proxy_flags_of
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.resolve.capabilities import engine_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule

_UNIT = "/usr/lib/systemd/system/docker.service"
_DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
_START = "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"
_FLAGS = "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// --http-proxy=http://a:b@10.0.0.1:3128 --https-proxy http://10.0.0.1:3128 --debug\n"


class FlagUnknownToEngine(Rule):
    """See ``Rule``."""

    code = "DP233"
    name = "flag-unknown-to-engine"
    severity = "error"
    component = "daemon"
    title = N_("This Engine does not know dockerd's flags for proxies")
    what = N_("dockerd does not start: “unknown flag: --http-proxy”.")
    why = N_(
        "--http-proxy, --https-proxy and --no-proxy are known from Engine 23.0 on, as “proxies” in "
        "daemon.json is."
    )
    mend = N_(
        "Take the flags out of ExecStart=, and set the proxies with Environment= in the same "
        "section, or bring the Engine up to date."
    )
    safety = N_("Safe: dockerd does not start with them, and takes the same from its environment.")
    sources = ("moby 20.10 and 23.0 cmd/dockerd/config.go installConfigFlags, seen in the lab",)
    bad = (
        Example(
            {_UNIT: _START, _DROP_IN: _FLAGS},
            engine="20.10.24",
            at=(3, 1),
            fixed={
                _DROP_IN: '[Service]\nExecStart=\nEnvironment="HTTP_PROXY=http://a:b@10.0.0.1:3128"\nEnvironment="HTTPS_PROXY=http://10.0.0.1:3128"\nExecStart=/usr/sbin/dockerd -H fd:// --debug\n'
            },
        ),
    )
    good = (
        Example(
            {_UNIT: _START, _DROP_IN: _FLAGS},
            engine="23.0.0",
            info={
                "http_proxy": "http://xxxxx:xxxxx@10.0.0.1:3128",
                "https_proxy": "http://10.0.0.1:3128",
            },
        ),
        Example({_UNIT: _START, _DROP_IN: _FLAGS}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        engine = engine_of(facts.snapshot)
        if engine is None or facts.knows_proxies:
            return
        for path, each in facts.commands.counting:
            flags = proxy_flags_of(each.value)
            if flags:
                said = N_("Engine {version} will not start: {flag} is known from 23.0 on")
                about = message(said, version=engine.version, flag=f"--{flags[0]}")
                place = facts.evidence(path, each.line, each.column)
                yield Found(about, (place,), str(each.line))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None:
            return None
        edit = edit_of(facts, fact, "daemon", Repair("flags-out-of-exec"))
        title = message(N_("write them as Environment= instead"))
        return Fix(title, True, (edit,), ("daemon",))


RULE = FlagUnknownToEngine()
