"""DP228: the service has no command to start."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.unit_exec import leading_variables
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import MADE_TO_COUNT, drop_in
from dockproxy.rules.unit_starts import hidden_by_fragment, mask

_UNIT = "/usr/lib/systemd/system/docker.service"
_OWN = "/etc/systemd/system/docker.service"
_START = "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"
_PROXIES = (
    "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128\n"
)
_EMPTIED, _IGNORED = "emptied", "ignored"


class NoCommand(Rule):
    """See ``Rule``."""

    code = "DP228"
    name = "no-command"
    severity = "error"
    component = "daemon"
    title = N_("The service has no command to start")
    what = N_(
        "The service does not start: “Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.” (bad-setting)."
    )
    why = N_(
        "A file docker.service in /etc/systemd/system takes the place of the whole unit of the package; a drop-in, in the folder docker.service.d, adds to it. And an empty ExecStart= takes the command away, so a new one has to follow."
    )
    mend = N_(
        "Make a drop-in of the file: sudo mkdir -p /etc/systemd/system/docker.service.d && sudo mv /etc/systemd/system/docker.service /etc/systemd/system/docker.service.d/http-proxy.conf && sudo systemctl daemon-reload && sudo systemctl restart docker. Behind an empty ExecStart= write the whole command of the unit, which systemctl cat docker shows."
    )
    safety = N_(
        "Only offered, where the package's unit is there too: the file becomes a drop-in of it."
    )
    sources = ("systemd 252 core/service.c service_verify, seen in the lab",)
    bad = (
        Example(
            {_UNIT: _START, _OWN: _PROXIES},
            at=(1, 1),
            fixed={f"{_OWN}.d/http-proxy.conf": _PROXIES},
        ),
        Example({_OWN: _PROXIES}, at=(1, 1)),
        Example(
            {_UNIT: _START, f"{_OWN}.d/http-proxy.conf": f"{_PROXIES}ExecStart=\n"},
            at=(3, 1),
        ),
        Example({_UNIT: "[Service]\nExecStart=-sbin/dockerd -H fd://\n"}, at=(2, 1)),
        Example({_UNIT: "[Service]\nType=oneshot\nRemainAfterExit=yes\n"}, at=(1, 1)),
    )
    good = (
        Example({_UNIT: _START, f"{_OWN}.d/http-proxy.conf": _PROXIES}),
        Example({_UNIT: _START, _OWN: _PROXIES + "ExecStart=/usr/sbin/dockerd -H fd://\n"}),
        Example({f"{_OWN}.d/http-proxy.conf": _PROXIES}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        unit = facts.unit
        if unit is None or unit.fragment is None or unit.unread or mask(facts, unit):
            return
        own = facts.snapshot.file(unit.fragment)
        if own is not None and own.kind == "dangling":
            return
        found = facts.commands
        if found.counting or found.may_be_none or unit.stack[0][1].stopped is not None:
            return
        if found.ignored is not None:
            path, command, quote = found.ignored
            if leading_variables(command.value):
                return  # DP229 says so
            said = N_("systemd refuses the unit: it takes no command from this line: {quote}")
            place = facts.evidence(path, command.line, command.column)
            yield Found(message(said, quote=quote), (place,), _IGNORED)
            return
        if found.emptied is not None:
            path, empty = found.emptied
            said = N_(
                "systemd refuses the unit: the command is taken away here, and no other follows"
            )
            yield Found(message(said), (facts.evidence(path, empty.line, empty.column),), _EMPTIED)
            return
        behind = hidden_by_fragment(facts, unit)
        said = N_("systemd refuses the unit: it has no ExecStart=")
        if behind:
            said = N_("systemd refuses the unit: it has no ExecStart=, and hides {path}")
        about = message(said, path=behind[0]) if behind else message(said)
        headers = unit.stack[0][1].headers
        line = next((each.line + 1 for each in headers if each.name == "Service"), 1)
        yield Found(about, (facts.evidence(unit.fragment, line),), "none")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        unit, own = facts.unit, file_of(facts, found)
        if found.key in (_EMPTIED, _IGNORED) or unit is None or own is None or own.kind != "file":
            return None
        new = drop_in(facts, "http-proxy")
        if new.kind != "missing" or not hidden_by_fragment(facts, unit):
            return None
        edits = (
            edit_of(facts, new, "daemon", Repair("copy-of", (own.path,)), *MADE_TO_COUNT),
            edit_of(facts, own, "daemon", Repair("take-away")),
        )
        title = message(N_("make it a drop-in of the package's unit: {path}"), path=new.path)
        return Fix(title, False, edits, ("daemon",))


RULE = NoCommand()
