"""DP703: the docker command talks to another machine's daemon, and the proxies here are for this one's."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.addresses import sets_proxies
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class DaemonIsElsewhere(Rule):
    """See ``Rule``."""

    code = "DP703"
    name = "daemon-is-elsewhere"
    severity = "info"
    component = "daemon"
    title = N_(
        "The docker command talks to another machine's daemon, and the proxies here are for this "
        "one's"
    )
    what = N_("The proxy in daemon.json is right, and pulls do not use it.")
    why = N_(
        "DOCKER_HOST or the current context names a daemon on another machine. That one reads its "
        "own files."
    )
    mend = N_(
        "Run dockproxy on that machine, or choose this one's daemon: docker context use default, "
        "and no DOCKER_HOST."
    )
    sources = ("docs.docker.com/engine/manage-resources/contexts; seen in the lab",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="28.5.1",
            info={"endpoint": "tcp://10.0.0.9:2376"},
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="28.5.1",
            info={"http_proxy": "http://10.0.0.1:3128", "https_proxy": "http://10.0.0.1:3128"},
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact = facts.daemon_json
        away = any(
            item.about == "daemon.configuration" and item.reason == "remote"
            for item in facts.host.unknown
        )
        if not away or fact is None:
            return
        engine, client = facts.snapshot.engine, facts.snapshot.client
        endpoint = engine.endpoint if engine is not None else client.endpoint if client else ""
        if sets_proxies(facts.unread_daemon_json):
            said = N_(
                "the daemon in use is at {endpoint}, and does not read {path} on this machine"
            )
            shown = facts.evidence_of(fact.path, '"proxies"')
            yield Found(message(said, endpoint=endpoint, path=fact.path), (shown,))


RULE = DaemonIsElsewhere()
