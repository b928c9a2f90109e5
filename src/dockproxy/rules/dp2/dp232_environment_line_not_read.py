"""DP232: a line of an EnvironmentFile has another sign in the place of its equals sign."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from dockproxy.core.formats.environment_file import OTHER_EQUALS
from dockproxy.core.formats.go_json import position
from dockproxy.core.formats.unit_environment import file_references
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule

_UNIT = "/usr/lib/systemd/system/docker.service"
_FILE = "/etc/docker/proxy.env"
_READS = f"[Service]\nEnvironmentFile={_FILE}\nExecStart=/usr/sbin/dockerd -H fd://\n"


class EnvironmentLineNotRead(Rule):
    """See ``Rule``."""

    code = "DP232"
    name = "environment-line-not-read"
    severity = "warning"
    component = "daemon"
    title = N_("A line of an EnvironmentFile has another sign in the place of =")
    what = N_("The file is read, the daemon was restarted, and it has no proxy.")
    why = N_(
        "An EnvironmentFile holds NAME=value. HTTP_PROXY: http://… is YAML, as compose files have "
        "it, and systemd skips a line without an equals sign, without a word."
    )
    mend = N_("Write the line as HTTPS_PROXY=http://10.0.0.1:3128")
    safety = N_("Safe: as it stands systemd ignores the whole line.")
    sources = ("systemd 252 basic/env-file.c parse_env_file_internal, seen in the lab",)
    bad = (
        Example(
            {
                _UNIT: _READS,
                _FILE: "# proxies\nHTTP_PROXY: http://a:b@10.0.0.1:3128\nHTTPS_PROXY：http://10.0.0.1:3128\n",
            },
            at=(2, 1),
            fixed={
                _FILE: "# proxies\nHTTP_PROXY=http://a:b@10.0.0.1:3128\nHTTPS_PROXY=http://10.0.0.1:3128\n"
            },
        ),
    )
    good = (
        Example(
            {
                _UNIT: _READS,
                _FILE: "# HTTP_PROXY: http://10.0.0.9:3128\nHTTP_PROXY = http://10.0.0.1:3128\nHTTPS_PROXY=http://10.0.0.1:3128\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        references = file_references(facts.stack)
        for fact in facts.snapshot.files:
            if fact.role != "environment-file" or not fact.text:
                continue
            if not any(fnmatchcase(fact.path, each.pattern) for each in references):
                continue
            for line in OTHER_EQUALS.finditer(fact.text):
                name, sign = line.group(1).strip(), line.group(2).strip()
                said = N_("systemd skips this line: behind {name} stands “{sign}”, not “=”")
                about = message(said, name=name, sign=sign)
                row, column = position(fact.text, line.start())
                yield Found(about, (facts.evidence(fact.path, row, column),), f"{row}.{name}")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None:
            return None
        edit = edit_of(facts, fact, "daemon", Repair("plain-equals"))
        return Fix(message(N_("write = behind the names")), True, (edit,), ("daemon",))


RULE = EnvironmentLineNotRead()
