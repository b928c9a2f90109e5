"""DP614: a registry mirror does not answer."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.probe import Probes, RegistryAnswer
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class MirrorDead(Rule):
    """See ``Rule``."""

    code = "DP614"
    name = "mirror-dead"
    severity = "warning"
    component = "daemon"
    title = N_("A registry mirror does not answer")
    what = N_(
        "Every pull begins with a wait: dockerd asks the mirrors one after the other before the "
        "registry."
    )
    why = N_(
        "Mirrors in registry-mirrors are asked first. One that is gone (most public ones in "
        "mainland China are) costs a time-out each time."
    )
    mend = N_("Take the mirror out of registry-mirrors and restart the daemon.")
    sources = ("docs.docker.com/docker-hub/image-library/mirror; seen in the lab",)
    follows = ("DP157", "DP520", "DP601", "DP602", "DP603", "DP609")
    bad = (
        Example(
            {"/etc/docker/daemon.json": '{"registry-mirrors": ["https://mirror.corp.example/"]}\n'},
            more={
                "probes": Probes(
                    mirrors=(
                        RegistryAnswer("https://mirror.corp.example/", "timeout", 0, "timed out"),
                    )
                )
            },
        ),
    )
    good = (
        Example(
            {"/etc/docker/daemon.json": '{"registry-mirrors": ["https://mirror.corp.example/"]}\n'},
            more={
                "probes": Probes(mirrors=(RegistryAnswer("https://mirror.corp.example/", "", 401),))
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for mirror in facts.snapshot.probes.mirrors if facts.snapshot.probes is not None else ():
            if not mirror.problem:
                continue
            path = facts.snapshot.daemon_json
            shown = facts.evidence_of(path, '"' + mirror.url.rstrip("/").lower())
            said = N_("the mirror {url} does not answer: {detail}")
            if mirror.proxy:
                said = N_("the mirror {url} is not reached through the proxy {proxy}: {detail}")
            detail = mirror.detail or mirror.problem
            about = message(said, url=mirror.url, proxy=mirror.proxy, detail=detail)
            yield Found(about, (shown,), mirror.url)


RULE = MirrorDead()
