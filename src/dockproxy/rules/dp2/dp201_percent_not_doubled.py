"""DP201: a percent sign in a unit is not doubled."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.systemd_unit import environment_assignments
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import DAEMON_KEYS
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule


class PercentNotDoubled(Rule):
    """See ``Rule``."""

    code = "DP201"
    name = "percent-not-doubled"
    severity = "warning"
    component = "daemon"
    title = N_("A percent sign in a unit is not doubled")
    what = N_(
        "The proxy is gone after a daemon-reload; the journal says “Failed to resolve "
        "specifiers, ignoring”."
    )
    why = N_(
        "In a unit “%” begins a specifier. A password with %40 in it must be written %%40, or "
        "systemd drops the whole assignment."
    )
    mend = N_(
        "Double each percent sign in that Environment= line, then systemctl daemon-reload and "
        "restart the daemon. In an EnvironmentFile percent signs stay as they are."
    )
    safety = N_(
        "Safe: as it stands systemd ignores the assignment, and with doubled signs it takes "
        "what was written."
    )
    sources = (
        "docker/for-linux issues 628 and 1149",
        "systemd/systemd issue 9842",
        "systemd 252 core/load-fragment.c config_parse_environ, seen in the lab",
    )
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTPS_PROXY=http://ann:p%40ss@10.0.0.1:3128" HTTP_PROXY=http://10.0.0.1:3128\n',
            },
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTPS_PROXY=http://ann:p%%40ss@10.0.0.1:3128" HTTP_PROXY=http://10.0.0.1:3128\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTPS_PROXY=http://ann:p%%40ss@10.0.0.1:3128" HTTP_PROXY=http://10.0.0.1:3128\n',
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for path, content in facts.stack:
            for assignment in content.service("Environment"):
                for item in environment_assignments(content, assignment):
                    if item.note == "unresolved" and item.name.lower() in DAEMON_KEYS:
                        said = N_("systemd ignores {name}: a percent sign must be doubled here")
                        shown = facts.evidence(path, item.line, item.column)
                        yield Found(message(said, name=item.name), (shown,), item.name)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None:
            return None
        repair = Repair("double-percent", (found.key,))
        title = message(N_("double the percent signs of {name}"), name=found.key)
        return Fix(title, True, (edit_of(facts, fact, "daemon", repair),), ("daemon",))


RULE = PercentNotDoubled()
