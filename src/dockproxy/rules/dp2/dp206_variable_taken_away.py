"""DP206: a variable is set, and something takes it away again."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.unit_environment import Claim
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import variable_names
from dockproxy.rules.drifts import drifts
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule


class VariableTakenAway(Rule):
    """See ``Rule``."""

    code = "DP206"
    name = "variable-taken-away"
    severity = "warning"
    component = "daemon"
    title = N_("A variable is set, and something takes it away again")
    what = N_("A drop-in sets the proxy and the daemon has none.")
    why = N_(
        "UnsetEnvironment= takes a variable away whatever sets it; an empty Environment= "
        "forgets all that was set before it."
    )
    mend = N_("Take the UnsetEnvironment= or the empty Environment= out, if it is not meant.")
    safety = N_("Only offered: somebody may have meant to take it away.")
    sources = ("systemd.exec(5); systemd 252, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
                "/etc/systemd/system/docker.service.d/zz.conf": "[Service]\nUnsetEnvironment=HTTPS_PROXY\n",
            },
            at=(2, 1),
            fixed={"/etc/systemd/system/docker.service.d/zz.conf": "[Service]\n"},
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for found in drifts(facts, "daemon", "unset"):
            takers = self._takers(facts, found)
            places = tuple(facts.evidence(t.path, t.line, t.column) for _, t in takers if t.path)
            yield found._replace(evidence=places) if places else found

    def _takers(self, facts: Facts, found: Found) -> list[tuple[str, Claim]]:
        """By variable what takes it away."""
        key = found.key.partition(".")[0]
        removed = facts.unit.disk.removed if facts.unit is not None else {}
        return [(name, removed[name].claim) for name in variable_names(key) if name in removed]

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        for name, taker in self._takers(facts, found):
            fact = facts.snapshot.file(taker.path)
            if fact is None:
                continue
            repair, title = Repair("drop-reset"), N_("take the empty Environment= out of {path}")
            if taker.kind == "unset-environment":
                repair = Repair("drop-unset", (name,))
                title = N_("take {name} out of UnsetEnvironment= in {path}")
            edit = edit_of(facts, fact, "daemon", repair)
            about = message(title, name=name, path=taker.path)
            return Fix(about, False, (edit,), ("daemon",))
        return None


RULE = VariableTakenAway()
