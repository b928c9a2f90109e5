"""DP106: this Engine does not know “proxies” in daemon.json."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class EngineWithoutProxies(Rule):
    """See ``Rule``."""

    code = "DP106"
    name = "engine-without-proxies"
    severity = "error"
    component = "daemon"
    title = N_("This Engine does not know “proxies” in daemon.json")
    what = N_(
        "dockerd does not start: “the following directives don't match any configuration "
        "option: proxies”."
    )
    why = N_(
        "The key came with Engine 23.0. An older one takes its proxies from its environment alone."
    )
    mend = N_(
        "Take “proxies” out of daemon.json and set them by a systemd drop-in: dockproxy set … "
        "--via systemd does both."
    )
    sources = ("moby pull 42835; 20.10.24 seen in the lab",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            at=(1, 28),
            engine="20.10.24",
        ),
    )
    good = (
        Example({"/etc/docker/daemon.json": '{"debug": true}\n'}, engine="20.10.24"),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="23.0.0",
            info={"http_proxy": "http://10.0.0.1:3128", "https_proxy": "http://10.0.0.1:3128"},
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon, engine = facts.daemon, facts.snapshot.engine
        if daemon is None or engine is None or daemon.file_counts:
            return
        places = [facts.at(each[0].origin) for each in daemon.file.values.values()]
        if places:
            said = N_("Engine {version} will not start: “proxies” is known from 23.0 on")
            yield Found(message(said, version=engine.version), tuple(places))


RULE = EngineWithoutProxies()
