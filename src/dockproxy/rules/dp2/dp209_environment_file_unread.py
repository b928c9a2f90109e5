"""DP209: a file that looks like the daemon's environment is not read."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.resolve.unread_files import unread_file_drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class EnvironmentFileUnread(Rule):
    """See ``Rule``."""

    code = "DP209"
    name = "environment-file-unread"
    severity = "warning"
    component = "daemon"
    title = N_("A file that looks like the daemon's environment is not read")
    what = N_(
        "/etc/default/docker or /etc/sysconfig/docker sets the proxy, and the daemon has none."
    )
    why = N_(
        "Such a file is read only if the unit says EnvironmentFile=, as Debian's does and "
        "Docker's own does not; a line that begins with export is skipped."
    )
    mend = N_(
        "Set the proxy with dockproxy set, or add EnvironmentFile=-/etc/default/docker to a "
        "drop-in."
    )
    sources = ("systemd.exec(5); Debian's docker.io unit, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/default/docker": "# ours\nHTTPS_PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 1),
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/default/docker": "HTTPS_PROXY=http://10.0.0.1:3128\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        if facts.daemon is None:
            return
        for drift in unread_file_drifts(facts.daemon):
            path = drift.message.params["path"]
            line = int(drift.message.params.get("line", "0")) or facts.line_of(path, drift.keys)
            yield Found(drift.message, (facts.evidence(path, line),), ".".join(drift.keys))


RULE = EnvironmentFileUnread()
