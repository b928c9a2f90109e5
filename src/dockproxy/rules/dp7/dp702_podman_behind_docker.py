"""DP702: Podman answers in Docker's place, and does not read Docker's files."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.addresses import sets_proxies
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class PodmanBehindDocker(Rule):
    """See ``Rule``."""

    code = "DP702"
    name = "podman-behind-docker"
    severity = "info"
    component = "daemon"
    title = N_("Podman answers in Docker's place, and does not read Docker's files")
    what = N_("Proxies in daemon.json or a drop-in of docker.service have no effect on pulls.")
    why = N_(
        "Behind this socket is Podman. It takes its proxies from its own environment and from "
        "containers.conf; what docker run gives a container still comes from "
        "~/.docker/config.json."
    )
    mend = N_(
        'Put env = ["HTTPS_PROXY=http://HOST:PORT"] under [engine] into containers.conf, or set the variables in podman.service, and restart that.'
    )
    sources = ("podman pkg/api/handlers/compat/version.go; containers.conf(5)",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="5.4.2",
            info={"components": ("Podman Engine", "Conmon")},
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="28.5.1",
            info={
                "components": ("Engine", "containerd"),
                "http_proxy": "http://10.0.0.1:3128",
                "https_proxy": "http://10.0.0.1:3128",
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        engine, fact = facts.snapshot.engine, facts.daemon_json
        if engine is None or "Podman Engine" not in engine.components or fact is None:
            return
        if sets_proxies(facts.unread_daemon_json):
            said = N_("Podman answers here, and does not read the proxies in {path}")
            shown = facts.evidence_of(fact.path, '"proxies"')
            yield Found(message(said, path=fact.path), (shown,))


RULE = PodmanBehindDocker()
