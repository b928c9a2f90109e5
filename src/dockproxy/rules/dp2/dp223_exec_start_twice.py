"""DP223: a drop-in gives the service a second command."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule


class ExecStartTwice(Rule):
    """See ``Rule``."""

    code = "DP223"
    name = "exec-start-twice"
    severity = "error"
    component = "daemon"
    title = N_("A drop-in gives the service a second command")
    what = N_(
        "The service does not start: “more than one ExecStart= setting … Refusing” (bad-setting)."
    )
    why = N_(
        "ExecStart= in a drop-in is added to that of the unit, and a service like docker.service may have one alone. An empty ExecStart= before it takes the first one away."
    )
    mend = N_(
        "Put a line ExecStart= before the new one, then run: sudo systemctl daemon-reload && sudo systemctl restart docker"
    )
    safety = N_(
        "Safe: systemd refuses the unit as it is, and the command of the drop-in is the one that was added."
    )
    sources = ("systemd 252 core/service.c service_verify, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nExecStart=/usr/sbin/dockerd -H fd:// --http-proxy=http://10.0.0.1:3128 --https-proxy=http://10.0.0.1:3128\n",
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// --http-proxy=http://10.0.0.1:3128 --https-proxy=http://10.0.0.1:3128\n"
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// --http-proxy=http://10.0.0.1:3128 --https-proxy=http://10.0.0.1:3128\n",
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        found = facts.commands
        if len(found.counting) < 2 or found.kind == "oneshot":
            return
        path, last = found.counting[-1]
        said = N_("systemd refuses the unit: it has {number} commands, and one alone is allowed")
        shown = [(path, last), *found.counting[:-1]]
        places = tuple(facts.evidence(there, each.line, each.column) for there, each in shown)
        places = tuple(dict.fromkeys(places))
        yield Found(message(said, number=len(found.counting)), places, str(last.line))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None or any(each.path == fact.path for each in found.evidence[1:]):
            return None
        edit = edit_of(facts, fact, "daemon", Repair("reset-exec"))
        title = message(N_("have this command take the place of the unit's own"))
        return Fix(title, True, (edit,), ("daemon",))


RULE = ExecStartTwice()
