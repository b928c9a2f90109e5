"""DP230: the program that the service starts is not there."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_starts import mask

_UNIT = "/usr/lib/systemd/system/docker.service"
_DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
_START = "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"


class ProgramAbsent(Rule):
    """See ``Rule``."""

    code = "DP230"
    name = "program-absent"
    severity = "error"
    component = "daemon"
    title = N_("The program that the service starts is not there")
    what = N_(
        "The service does not start: “Failed to locate executable … No such file or directory” (status=203/EXEC)."
    )
    why = N_(
        "A command that was copied from another machine, or from Docker's own pages, names a place where this machine's packages do not put dockerd: /usr/bin with Docker's packages, /usr/sbin with Debian's."
    )
    mend = N_(
        "Write the path that this prints: command -v dockerd. Then: sudo systemctl daemon-reload && sudo systemctl restart docker"
    )
    sources = ("systemd 252 core/execute.c exec_child, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/sbin/dockerd": "#!",
                _UNIT: _START,
                _DROP_IN: "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H fd:// --https-proxy=http://10.0.0.1:3128 --http-proxy=http://10.0.0.1:3128\n",
            },
            at=(3, 1),
        ),
    )
    good = (
        Example({_UNIT: "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n"}),
        Example(
            {
                "/usr/sbin/dockerd": "#!",
                _UNIT: "[Service]\nRootDirectory=/srv\nExecStart=/usr/bin/dockerd -H fd://\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        unit = facts.unit
        if unit is None or unit.unread or mask(facts, unit):
            return
        found = facts.commands
        if len(found.counting) != 1:
            return
        path, command = found.counting[0]
        fact = facts.snapshot.file(path)
        gone = fact.traits.get("no-program", "").split() if fact is not None else ()
        if str(command.line) not in gone:
            return
        said = N_("systemd finds no program there to run")
        runs = unit.fact is not None and unit.fact.active_state == "active"
        place = facts.evidence(path, command.line, command.column)
        yield Found(message(said), (place,), str(command.line), severity="warning" if runs else "")


RULE = ProgramAbsent()
