"""DP219: the daemon has failed, and nothing starts it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dockproxy.core.model.finding import Evidence, Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Machine, Systemd, UnitFact
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import restart_fix
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_starts import NO_START


def _left(active: str, sub: str, result: str, fixed: Mapping[str, str] | None = None) -> Example:
    """A host whose docker.service is in that state."""
    unit = UnitFact("docker.service", "loaded", active, sub, result)
    return Example(
        {
            "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"
        },
        more={
            "machine": Machine("here", "linux", 0, "root"),
            "systemd": Systemd(252, True, {}, (unit,)),
        },
        fixed=fixed,
    )


class DaemonGivenUp(Rule):
    """See ``Rule``."""

    code = "DP219"
    name = "daemon-given-up"
    severity = "error"
    component = "daemon"
    title = N_("The daemon has failed, and nothing starts it again")
    what = N_(
        "Each docker command says “Cannot connect to the Docker daemon”, also after the fault was mended."
    )
    why = N_(
        "After three starts within a minute systemd gives a failed service up (start-limit-hit); starts that went well count too. It then refuses to start it, however right the files are by now."
    )
    mend = N_(
        "Mend what is said above, if anything is; then run: sudo systemctl reset-failed docker && sudo systemctl start docker. If it fails again, journalctl -u docker says why."
    )
    safety = N_(
        "Only offered: whoever looks after the machine may want it down until the cause is known. A daemon that fails again is left as it was."
    )
    sources = (
        "systemd.unit(5) StartLimitBurst=; docker.service of Docker and Debian, seen in the lab",
    )
    follows = NO_START
    bad = (
        _left("failed", "failed", "exit-code", fixed={}),
        _left("failed", "failed", "start-limit-hit", fixed={}),
    )
    good = (_left("inactive", "dead", "success"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact = facts.snapshot.unit("docker.service")
        if fact is None or fact.active_state != "failed" or facts.snapshot.dockerd is not None:
            return
        said = N_("{unit} has failed ({result}), and systemd does not start it again")
        place = Evidence(None, text=f"{fact.name}: {fact.active_state} ({fact.result})")
        yield Found(message(said, unit=fact.name, result=fact.result or "?"), (place,))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        return restart_fix(facts, N_("forget that {unit} failed, and start it"))


RULE = DaemonGivenUp()
