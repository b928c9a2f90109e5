"""DP216: the path of an EnvironmentFile is ignored."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule


class EnvironmentFilePathIgnored(Rule):
    """See ``Rule``."""

    code = "DP216"
    name = "environment-file-path-ignored"
    severity = "warning"
    component = "daemon"
    title = N_("The path of an EnvironmentFile is ignored")
    what = N_("The file is there and right, and the daemon has none of it.")
    why = N_(
        "EnvironmentFile= takes one absolute path, as it stands: with quotes around it, or relative, it is no absolute path and systemd ignores the line."
    )
    mend = N_(
        "Write the path without quotes and from the root: EnvironmentFile=/etc/docker/proxy.env"
    )
    safety = N_("Safe where quotes are all that is wrong: as it stands systemd ignores the line.")
    sources = ("systemd 252 core/load-fragment.c config_parse_unit_env_file, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironmentFile="-/etc/docker/proxy.env"\n',
            },
            at=(2, 17),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironmentFile=-/etc/docker/proxy.env\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironmentFile=docker/proxy.env\n",
            },
            at=(2, 17),
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironmentFile=-/etc/docker/proxy.env\n",
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for path, content in facts.stack:
            for assignment in content.service("EnvironmentFile"):
                if not assignment.value or assignment.value.lstrip("-")[:1] in ("/", "%"):
                    continue
                said = N_("systemd ignores this path: it must begin with a slash, without quotes")
                column = assignment.column + assignment.value_start - assignment.start
                place = facts.evidence(path, assignment.line, column)
                yield Found(message(said), (place,), str(assignment.line))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None or (
            '"' not in found.evidence[0].text and "'" not in found.evidence[0].text
        ):
            return None
        edit = edit_of(facts, fact, "daemon", Repair("unquote-path"))
        return Fix(message(N_("take the quotes away")), True, (edit,), ("daemon",))


RULE = EnvironmentFilePathIgnored()
