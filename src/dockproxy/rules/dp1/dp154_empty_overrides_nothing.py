"""DP154: an empty proxy in daemon.json switches nothing off."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_JSON_NAMES
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_UNIT = "/usr/lib/systemd/system/docker.service"
_DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
_DAEMON_JSON = "/etc/docker/daemon.json"
_START = "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"
_BOTH = "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128\n"


class EmptyOverridesNothing(Rule):
    """See ``Rule``."""

    code = "DP154"
    name = "empty-overrides-nothing"
    severity = "warning"
    component = "daemon"
    title = N_("An empty proxy in daemon.json switches nothing off")
    what = N_("“docker info” shows a proxy although daemon.json says that there is none.")
    why = N_(
        "dockerd takes an empty value for none: it leaves the variable that the daemon was started "
        "with as it is."
    )
    mend = N_(
        "Take the variable out of the place that sets it, a drop-in as a rule; dockproxy unset "
        "does so."
    )
    sources = ("moby 23.0 to 29.7 cmd/dockerd/daemon.go configureProxyEnv, seen in the lab",)
    bad = (
        Example(
            {_UNIT: _START, _DROP_IN: _BOTH, _DAEMON_JSON: '{"proxies": {"https-proxy": ""}}\n'},
            at=(1, 29),
        ),
    )
    good = (
        Example({_UNIT: _START, _DAEMON_JSON: '{"proxies": {"https-proxy": ""}}\n'}),
        Example({_UNIT: _START, _DROP_IN: _BOTH, _DAEMON_JSON: '{"debug": true}\n'}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon, read, fact = facts.daemon, facts.daemon_read, facts.daemon_json
        if daemon is None or read is None or fact is None or read.refusals:
            return
        for key, name in DAEMON_JSON_NAMES.items():
            place = getattr(read, key).place
            value = daemon.proxies.get(key)
            if place is None or place.value != "" or value is None or not value.value:
                continue
            if value.origin.kind in ("daemon.json", "flag"):
                continue
            said = N_("{name} is empty here, so the daemon keeps the one from its environment")
            shown = facts.evidence(fact.path, place.line, place.column)
            yield Found(message(said, name=name), (shown, facts.at(value.origin)), name)


RULE = EmptyOverridesNothing()
