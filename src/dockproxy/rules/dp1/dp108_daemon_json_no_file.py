"""DP108: what should be daemon.json is no file."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import FileFact
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_UNIT = "/usr/lib/systemd/system/docker.service"
_DAEMON_JSON = "/etc/docker/daemon.json"


class DaemonJsonNoFile(Rule):
    """See ``Rule``."""

    code = "DP108"
    name = "daemon-json-no-file"
    severity = "error"
    component = "daemon"
    title = N_("The file that dockerd should read is no file, or is not there")
    what = N_(
        "dockerd does not start: “is a directory”, “too many levels of symbolic links”, or, of a "
        "file that --config-file names, “no such file or directory”."
    )
    why = N_(
        "A folder of that name is often made by “docker run -v” for a file that was not there yet. "
        "No file at all, and a link to nothing (DP160), keep it from nothing, but not where "
        "--config-file names it."
    )
    mend = N_(
        "Put the file there (“{}” is enough), take the folder or the link away, or take "
        "--config-file out of the unit."
    )
    sources = ("moby 20.10 to 29.7 cmd/dockerd/daemon.go loadDaemonCliConfig, seen in the lab",)
    bad = (
        Example({f"{_DAEMON_JSON}/x": "", _UNIT: "[Service]\nExecStart=/usr/bin/dockerd\n"}),
        Example({_UNIT: "[Service]\nExecStart=/usr/bin/dockerd --config-file /srv/daemon.json\n"}),
    )
    good = (
        Example({_UNIT: "[Service]\nExecStart=/usr/bin/dockerd\n"}),
        Example(
            {
                _UNIT: "[Service]\nExecStart=/usr/bin/dockerd --config-file=/srv/daemon.json\n",
                "/srv/daemon.json": "{}\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact = facts.daemon_json
        if facts.daemon is None or fact is None:
            return
        quote = self._quote(fact, "config-file" in facts.daemon.switches)
        if quote:
            said = message(N_("dockerd will not start: {quote}"), quote=quote)
            yield Found(said, (Evidence(fact.path),))

    def _quote(self, fact: FileFact, named: bool) -> str:
        if fact.kind == "directory":
            return f"read {fact.path}: is a directory"
        if fact.kind == "dangling" and fact.target == "":
            return f"open {fact.path}: too many levels of symbolic links"
        if named and fact.kind in ("missing", "dangling"):
            return f"open {fact.path}: no such file or directory"
        return ""


RULE = DaemonJsonNoFile()
