"""DP701: Docker Desktop takes no notice of “proxies” in daemon.json."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.addresses import sets_proxies
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class DockerDesktopIgnoresFiles(Rule):
    """See ``Rule``."""

    code = "DP701"
    name = "docker-desktop-ignores-files"
    severity = "info"
    component = "daemon"
    title = N_("Docker Desktop takes no notice of “proxies” in daemon.json")
    what = N_(
        "The file says one proxy, “docker info” another (http.docker.internal:3128), and pulls go "
        "the second way."
    )
    why = N_(
        "Docker Desktop has proxies of its own: Settings, Resources, Proxies. "
        "http.docker.internal:3128 is a relay inside it that leads to those, whatever they are."
    )
    mend = N_(
        "Set the proxy in Docker Desktop's settings. What stands in ~/.docker/config.json still "
        "reaches containers and builds."
    )
    sources = (
        "docs.docker.com/desktop/settings-and-maintenance/settings",
        "docker/docs pull 20905; docker/for-win issues 12989 and 13059",
    )
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="28.5.1",
            info={"operating_system": "Docker Desktop", "http_proxy": "http.docker.internal:3128"},
        ),
    )
    good = (
        Example(
            {"/etc/docker/daemon.json": "{}\n"},
            engine="28.5.1",
            info={"operating_system": "Docker Desktop", "http_proxy": "http.docker.internal:3128"},
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        engine, fact = facts.snapshot.engine, facts.daemon_json
        if engine is None or engine.operating_system != "Docker Desktop" or fact is None:
            return
        if sets_proxies(facts.unread_daemon_json):
            said = N_("Docker Desktop answers here, and does not read the proxies in {path}")
            shown = facts.evidence_of(fact.path, '"proxies"')
            yield Found(message(said, path=fact.path), (shown,))


RULE = DockerDesktopIgnoresFiles()
