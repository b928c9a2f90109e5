"""DP210: the key Environment= is missing or misspelt."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.unit_mending import meant_key
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import MADE_TO_COUNT


class EnvironmentKeyMisspelt(Rule):
    """See ``Rule``."""

    code = "DP210"
    name = "environment-key-misspelt"
    severity = "warning"
    component = "daemon"
    title = N_("The key Environment= is missing or misspelt")
    what = N_(
        "The line is in the file, systemctl cat shows it, and the daemon has no proxy; the journal says “Unknown key”."
    )
    why = N_(
        "systemd reads variables from Environment= alone, spelled just so: environment=, Enviroment= and a bare HTTP_PROXY= are keys that it does not know."
    )
    mend = N_('Write the line as: Environment="HTTPS_PROXY=http://10.0.0.1:3128"')
    safety = N_("Safe: as it stands systemd ignores the whole line.")
    sources = ("systemd 252 shared/conf-parser.c next_assignment, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nenvironment=HTTPS_PROXY=http://10.0.0.1:3128\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nHTTP_PROXY=http://10.0.0.1:3128\nexport HTTPS_PROXY="http://10.0.0.1:3128"\n',
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\nEnvironment="HTTPS_PROXY=http://10.0.0.1:3128"\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnviroment="HTTP_PROXY=http://10.0.0.1:3128" "HTTPS_PROXY=http://10.0.0.1:3128"\n',
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://10.0.0.1:3128" "HTTPS_PROXY=http://10.0.0.1:3128"\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment:HTTPS_PROXY=http://ann:pw@10.0.0.1:3128\nEnvironment: HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://ann:pw@10.0.0.1:3128\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment:\n  - HTTP_PROXY=http://10.0.0.1:3128\n  - "HTTPS_PROXY=http://10.0.0.1:3128"\n',
            },
            at=(3, 3),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\n  Environment=HTTP_PROXY=http://10.0.0.1:3128\n  Environment="HTTPS_PROXY=http://10.0.0.1:3128"\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment＝"HTTP_PROXY=http://a:b@10.0.0.1:3128"\nEnvironment："HTTPS_PROXY=http://10.0.0.1:3128"\n',
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://a:b@10.0.0.1:3128"\nEnvironment="HTTPS_PROXY=http://10.0.0.1:3128"\n'
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
            inside = [each for each in content.assignments if each.section == "Service"]
            for misspelt in (True, False):
                lines = [each for each in inside if (meant_key(each) == "Environment") == misspelt]
                lines = [each for each in lines if meant_key(each)]
                if not lines:
                    continue
                said = N_("systemd does not know “{key}”: it must be Environment=")
                if not misspelt:
                    said = N_("systemd does not know “{key}”: Environment= is missing before it")
                places = tuple(facts.evidence(path, each.line, each.column) for each in lines)
                yield Found(message(said, key=lines[0].key), places, lines[0].key)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None:
            return None
        title = message(N_("write the line with Environment="))
        edit = edit_of(facts, fact, "daemon", *MADE_TO_COUNT)
        return Fix(title, True, (edit,), ("daemon",))


RULE = EnvironmentKeyMisspelt()
