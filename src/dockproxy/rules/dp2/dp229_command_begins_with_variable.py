"""DP229: a variable stands before the service's command."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.unit_exec import leading_variables
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule

_UNIT = "/usr/lib/systemd/system/docker.service"
_OWN = "/etc/systemd/system/docker.service"
_PROXY = "HTTPS_PROXY=http://10.0.0.1:3128"


class CommandBeginsWithVariable(Rule):
    """See ``Rule``."""

    code = "DP229"
    name = "command-begins-with-variable"
    severity = "error"
    component = "daemon"
    title = N_("A variable stands before the service's command")
    what = N_(
        "The service does not start: “Neither a valid executable name nor an absolute path” "
        "(bad-setting). A daemon that still runs goes down at its next restart."
    )
    why = N_(
        "NAME=VALUE before a command is a shell's grammar. systemd runs no shell, and takes the "
        "first word of ExecStart= for the program."
    )
    mend = N_(
        "Write the variables on a line of their own, Environment=NAME=VALUE, and begin ExecStart= "
        "with the program's path."
    )
    safety = N_("Safe: as it stands the service can not start, and the values stay as they are.")
    sources = ("systemd 252 core/load-fragment.c config_parse_exec, seen in the lab",)
    bad = (
        Example(
            {
                _OWN: f"[Service]\nExecStart=HTTP_PROXY=http://a:b@10.0.0.1:1 {_PROXY} /usr/sbin/dockerd -H fd://\n"
            },
            at=(2, 1),
            fixed={
                _OWN: f"[Service]\nEnvironment=HTTP_PROXY=http://a:b@10.0.0.1:1 {_PROXY}\nExecStart=/usr/sbin/dockerd -H fd://\n"
            },
        ),
        Example(
            {
                _UNIT: "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                f"{_OWN}.d/http-proxy.conf": f'[Service]\nExecStart=\nExecStart="{_PROXY}" dockerd\n',
            },
            at=(3, 1),
            fixed={
                f"{_OWN}.d/http-proxy.conf": f'[Service]\nExecStart=\nEnvironment="{_PROXY}"\nExecStart=dockerd\n'
            },
        ),
    )
    good = (
        Example({_OWN: f"[Service]\nExecStart=/usr/bin/env {_PROXY} /usr/sbin/dockerd -H fd://\n"}),
        Example({_OWN: f"[Service]\nEnvironment={_PROXY}\nExecStart=/usr/sbin/dockerd -H fd://\n"}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        refused = [
            (path, content.refused)
            for path, content in facts.stack
            if content.refused is not None and content.refused.key == "ExecStart"
        ]
        for path, each in [*facts.commands.counting, *refused]:
            words = leading_variables(each.value)
            if words:
                name = words.lstrip("\"'").partition("=")[0]
                said = N_("systemd refuses the unit: it takes {name}=… for the program to start")
                place = facts.evidence(path, each.line, each.column)
                yield Found(message(said, name=name), (place,), str(each.line))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None:
            return None
        edit = edit_of(facts, fact, "daemon", Repair("variables-out-of-exec"))
        title = message(N_("write the variables on a line of their own: Environment="))
        return Fix(title, True, (edit,), ("daemon",))


RULE = CommandBeginsWithVariable()
