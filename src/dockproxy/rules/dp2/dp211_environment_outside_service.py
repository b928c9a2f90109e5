"""DP211: a proxy is set outside of the unit's [Service] section."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.systemd_unit import Assignment
from dockproxy.core.formats.unit_mending import is_meant, is_service_misspelt, meant_key
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import MADE_TO_COUNT


class EnvironmentOutsideService(Rule):
    """See ``Rule``."""

    code = "DP211"
    name = "environment-outside-service"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy is set outside of the unit's [Service] section")
    what = N_("The drop-in is there, systemctl cat shows it, and the daemon has no proxy.")
    why = N_(
        "Environment= counts in the section [Service] alone. Before the first header, in "
        "[Unit], or in a section whose name is spelled otherwise ([service]) systemd ignores "
        "it."
    )
    mend = N_("Put the line [Service] before it.")
    safety = N_(
        "Safe: as it stands systemd ignores the line. Where a section [service] holds other "
        "settings too, which would come to life with it, it is only offered."
    )
    sources = ("systemd 252 shared/conf-parser.c, seen in the lab",)
    follows = ("DP228",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "Environment=HTTPS_PROXY=http://10.0.0.1:3128\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(1, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Unit]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128\nAfter=squid.service\n",
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Unit]\n[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128\n[Unit]\nAfter=squid.service\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128\n",
            },
            at=(1, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "Environment=“HTTPS_PROXY=http://ann:p%40ss@10.0.0.1:3128” HTTP_PROXY = http://10.0.0.1:3128\n",
            },
            at=(1, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTPS_PROXY=http://ann:p%%40ss@10.0.0.1:3128" HTTP_PROXY=http://10.0.0.1:3128\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "HTTPS_PROXY=http://10.0.0.1:3128\nHTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(1, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\n"
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for path, content in facts.stack:
            outside: dict[str | None, list[Assignment]] = {}
            for assignment in content.assignments:
                if assignment.section == "Service":
                    continue
                if is_meant(assignment) or meant_key(assignment):
                    outside.setdefault(assignment.section, []).append(assignment)
            for section, lines in outside.items():
                said = N_("systemd ignores this line: it stands in no [Service] section")
                if section is not None:
                    said = N_("systemd ignores this line: it stands in [{section}], not [Service]")
                heads = [
                    head
                    for head in content.headers
                    if head.name == section and is_service_misspelt(section or "")
                ]
                places = (
                    *(facts.evidence(path, head.line + 1) for head in heads),
                    *(facts.evidence(path, each.line, each.column) for each in lines),
                )
                about = message(said, section=section or "")
                own = (section or "").startswith("X-")  # a person's own, meant so
                yield Found(about, places, section or "", severity="info" if own else "")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None or found.severity == "info":
            return None
        section = found.message.params.get("section", "")
        edit = edit_of(facts, fact, "daemon", *MADE_TO_COUNT)
        safe = not is_service_misspelt(str(section)) or _holds_nothing_else(facts, fact.path)
        title = message(N_("bring the line into a [Service] section"))
        return Fix(title, safe, (edit,), ("daemon",))


def _holds_nothing_else(facts: Facts, path: str) -> bool:
    """Whether all that stands in sections meant for [Service] names proxies."""
    return all(
        is_meant(each) or bool(meant_key(each))
        for there, content in facts.stack
        if there == path
        for each in content.assignments
        if is_service_misspelt(each.section or "")
    )


RULE = EnvironmentOutsideService()
