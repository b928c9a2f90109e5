"""DP506: an entry of NO_PROXY means nothing to any program here."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import entries
from dockproxy.no_proxy.plain import unread
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import value_fix

_COMPONENTS = ("daemon", "client", "builder")

_STAR = pattern(r"\*([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)\Z")


class NoProxyEntryUnread(Rule):
    """See ``Rule``."""

    code = "DP506"
    name = "no-proxy-entry-unread"
    severity = "warning"
    component = "daemon"
    title = N_("An entry of NO_PROXY means nothing to any program here")
    what = N_("An internal host is asked through the proxy although it is listed.")
    why = N_(
        "Programs read NO_PROXY each in its own way, and some spellings none of them reads: "
        "192.168.*, a semicolon between entries, <local>, a netmask in dots."
    )
    mend = N_(
        "Write networks as ADDRESS/BITS, domains as .corp.example, and commas between. "
        "“dockproxy no-proxy check LIST” says what each entry means to whom."
    )
    safety = N_(
        "Offered: it is told from the spelling what was meant, and hosts that went through the "
        "proxy go direct then."
    )
    sources = ("docker/docs pull 8191; “dockproxy no-proxy check”, whose programs were each asked",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "no-proxy": "localhost,192.168.*"}}\n'
            },
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "no-proxy": "localhost,192.168.0.0/16"}}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "no-proxy": "a.test;b.test"}}\n'
            },
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "no-proxy": "a.test,b.test"}}\n'
            },
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "noProxy": "localhost 127.0.0.1"}}}\n'
            },
            fixed={
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "noProxy": "localhost,127.0.0.1"}}}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "no-proxy": "localhost,127.0.0.1,192.168.0.0/16,.corp.example"}}\n'
            }
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "noProxy": "localhost, 127.0.0.1 , .corp.test"}}}\n'
            }
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://10.0.0.1:3128" "HTTPS_PROXY=http://10.0.0.1:3128" "NO_PROXY=localhost,%H,.corp.example"\n',
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component in facts.host.components:
            value = component.proxies.get("no_proxy")
            if value is None or component.component not in _COMPONENTS:
                continue
            if component.component == "daemon" and facts.is_open(value):
                continue
            listed = entries(value.value)
            odd = unread(listed, containers=component.component == "client")
            for entry in odd:
                said = N_("no program that matters to the {component} understands “{entry}”")
                about = message(said, component=component.component, entry=entry)
                kind, place = component.component, facts.at(value.origin)
                yield Found(about, (place,), f"{kind}.{entry}", component=kind)
            if component.component != "client":
                continue
            told = set(odd)
            for entry in dict.fromkeys(listed):
                if entry not in told and len(entry.split()) > 1:
                    said = N_("many programs take “{entry}” for one entry: commas go between")
                    about = message(said, entry=entry)
                    yield Found(
                        about, (facts.at(value.origin),), f"client.{entry}", component="client"
                    )

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        component, _, entry = found.key.partition(".")
        after = _respelled(entry)
        if after is None:
            return None
        title = message(N_("write “{entry}” as {after}"), entry=entry, after=after)
        return value_fix(
            facts, component, "no_proxy", title, False, Repair("entry", (entry,), after)
        )


def _respelled(entry: str) -> str | None:
    """How it is written so that programs read it, several with commas between; None if that can't
    be told.
    """
    from dockproxy.no_proxy.hints import proposal

    better = proposal(entry)
    parts = better.entries if better is not None else (entry,)
    written = [_STAR.sub(r".\1", part) for part in parts]
    after = ",".join(written)
    return None if after == entry or unread(written, containers=True) else after


RULE = NoProxyEntryUnread()
