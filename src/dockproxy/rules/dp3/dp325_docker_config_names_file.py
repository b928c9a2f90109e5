"""DP325: DOCKER_CONFIG names the file, and docker wants the folder."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Client
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_ROOT = Client(
    "root", 0, 0, "/root", "/root/.docker/config.json/config.json", "DOCKER_CONFIG", "default",
    "unix:///var/run/docker.sock", "default",
)  # fmt: skip


class DockerConfigNamesFile(Rule):
    """See ``Rule``."""

    code = "DP325"
    name = "docker-config-names-file"
    severity = "error"
    component = "client"
    title = N_("DOCKER_CONFIG names the file, and docker wants the folder")
    what = N_("docker warns, or says nothing, and new containers get no proxies.")
    why = N_("The variable DOCKER_CONFIG names the folder in which config.json lies.")
    mend = N_("Name the folder: export DOCKER_CONFIG=$HOME/.docker, or unset DOCKER_CONFIG.")
    sources = ("docker/cli 26.1 cli/config/config.go Dir, seen in the lab",)
    bad = (Example({}, more={"client": _ROOT}),)
    good = (
        Example({}, more={"client": _ROOT._replace(config_path="/srv/ci/config.json")}),
        Example({}, more={"client": _ROOT._replace(config_from="home")}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        who = facts.snapshot.client
        if who is None or who.config_from != "DOCKER_CONFIG":
            return
        folder = posixpath.dirname(who.config_path)
        if posixpath.basename(folder) == "config.json":
            said = N_("DOCKER_CONFIG is {path}: docker looks for a config.json in it")
            shown = Evidence(None, text=f"DOCKER_CONFIG={folder}")
            remedy = message(N_("run: {command}"), command="unset DOCKER_CONFIG")
            yield Found(message(said, path=folder), (shown,), remedy=remedy)


RULE = DockerConfigNamesFile()
