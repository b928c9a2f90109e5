"""DP209: a file that looks like the daemon's environment is not read."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.resolve.unread_files import unread_file_drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import drop_in_edit


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
    safety = N_(
        "Only offered: the file may hold other variables too. An export is taken away unasked where the unit reads the file, as it stands systemd ignores the line, and where the daemon has no such setting from elsewhere."
    )
    sources = ("systemd.exec(5); Debian's docker.io unit, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/default/docker": "# ours\nHTTPS_PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironmentFile=-/etc/default/docker\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/default/docker": 'export HTTPS_PROXY="http://ann:pass@10.0.0.1:3128"\nHTTP_PROXY=http://10.0.0.1:3128\n',
            },
            at=(1, 1),
            fixed={
                "/etc/default/docker": 'HTTPS_PROXY="http://ann:pass@10.0.0.1:3128"\nHTTP_PROXY=http://10.0.0.1:3128\n'
            },
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

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None:
            return None
        if "line" not in found.message.params:
            edit = drop_in_edit(facts, Repair("add-environment-file", (fact.path,)))
            title = message(N_("have {unit} read {path}"), unit="docker.service", path=fact.path)
            return Fix(title, False, (edit,), ("daemon",))
        name = found.message.params["name"]
        edit = edit_of(facts, fact, "daemon", Repair("plain-name", (str(name),)))
        title = message(N_("write {name}=value alone on its line"), name=name)
        return Fix(title, True, (edit,), ("daemon",))


RULE = EnvironmentFileUnread()
