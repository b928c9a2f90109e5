"""DP618: the daemon asks the registry without a proxy, and does not reach it."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.probe import DaemonAnswer, Probes
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import severity_of
from dockproxy.rules.rule import Example, Found, Rule


class DaemonGoesDirectInVain(Rule):
    """See ``Rule``."""

    code = "DP618"
    name = "daemon-goes-direct-in-vain"
    severity = "warning"
    component = "daemon"
    title = N_("The daemon asks the registry without a proxy, and does not reach it")
    what = N_("“no such host”, “connection refused” or a time-out at every pull.")
    why = N_(
        "No proxy is in force for this registry: none is set, the daemon has not been restarted "
        "since one was, or NO_PROXY names the registry."
    )
    mend = N_(
        "See what is in force: dockproxy status says which proxies the daemon uses; dockproxy set "
        "http://HOST:PORT sets one."
    )
    sources = ("seen in the lab: core/agent/probe/daemon_proof.py asks the daemon itself",)
    follows = (
        "DP151",
        "DP201",
        "DP202",
        "DP203",
        "DP204",
        "DP206",
        "DP209",
        "DP211",
        "DP213",
        "DP501",
        "DP502",
        "DP505",
    )
    bad = (
        Example(
            {"/etc/docker/daemon.json": "{}\n"},
            engine="28.5.1",
            more={
                "probes": Probes(
                    daemon=DaemonAnswer(
                        "docker.io/library/hello-world:latest",
                        "no-such-host",
                        500,
                        'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
                    )
                )
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="28.5.1",
            info={"http_proxy": "http://10.0.0.1:3128", "https_proxy": "http://10.0.0.1:3128"},
            more={
                "probes": Probes(
                    daemon=DaemonAnswer(
                        "docker.io/library/hello-world:latest", "unauthorized", 500, ""
                    )
                )
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        said = facts.snapshot.probes.daemon if facts.snapshot.probes is not None else None
        if said is not None and said.problem in (
            "no-such-host",
            "direct-refused",
            "direct-timeout",
        ):
            about = message(
                N_("the daemon asked for {image} without a proxy, in vain"), image=said.image
            )
            severity = severity_of(facts, said.image)
            yield Found(about, (Evidence(None, text=said.quote),), "daemon", severity=severity)


RULE = DaemonGoesDirectInVain()
