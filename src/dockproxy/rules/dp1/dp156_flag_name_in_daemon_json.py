"""DP156: daemon.json names a flag of dockerd where its own key is called otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.daemon_mending import values_at
from dockproxy.core.formats.daemon_scalars import mirror_fault
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.resolve.option_flags import KEYS_BY_FLAG
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule

DAEMON_JSON = "/etc/docker/daemon.json"


class FlagNameInDaemonJson(Rule):
    """See ``Rule``."""

    code = "DP156"
    name = "flag-name-in-daemon-json"
    severity = "warning"
    component = "daemon"
    title = N_("daemon.json holds the name of a flag, which dockerd ignores there")
    what = N_(
        "dockerd starts, and the setting does nothing: “docker info” shows no mirror, for instance."
    )
    why = N_(
        "Some settings have two names, one as a flag (--registry-mirror) and one in daemon.json "
        "(registry-mirrors). dockerd takes the flag's name for a key that it knows, and then "
        "reads nothing from it."
    )
    mend = N_("Give the key the name that it has in daemon.json, and restart the daemon.")
    safety = N_(
        "Safe for mirrors, where dockerd has no others: as it stands it takes no notice of them."
    )
    sources = (
        "moby 20.10 to 29.7 daemon/config/config.go findConfigurationConflicts; dockerd 26.1.5 and 28.5.2 --validate: configuration OK",
    )
    bad = (
        Example(
            {DAEMON_JSON: '{"registry-mirror": ["https://mirror.corp.test"], "debug": true}\n'},
            at=(1, 21),
            fixed={
                DAEMON_JSON: '{"registry-mirrors": ["https://mirror.corp.test"], "debug": true}\n'
            },
        ),
        Example(
            {
                DAEMON_JSON: '{\n  "debug": true,\n  "insecure-registry": ["registry.corp.test:5000"]\n}\n'
            },
            at=(3, 24),
        ),
    )
    good = (
        Example(
            {
                DAEMON_JSON: '{"registry-mirrors": ["https://mirror.corp.test"], "insecure-registries": ["registry.corp.test:5000"], "labels": ["a=b"]}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None:
            return
        refused = {each.name for each in read.refusals}
        for place in read.set_at:
            flag = place.path[-1]
            key = KEYS_BY_FLAG.get(flag)
            if len(place.path) == 1 and key is not None and flag not in refused:
                said = N_("dockerd takes no notice of {flag} here: in daemon.json it is {key}")
                shown = facts.evidence(fact.path, place.line, place.column)
                yield Found(message(said, flag=flag, key=key), (shown,), flag)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        daemon, read, fact = facts.daemon, facts.daemon_read, facts.daemon_json
        key = KEYS_BY_FLAG[found.key]
        if found.key != "registry-mirror" or daemon is None or read is None or fact is None:
            return None
        if read.refusals or key in read.configured or key in daemon.switches:
            return None
        values = values_at(fact.text or "", (found.key,))
        if len(values) != 1 or values[0].kind != "array" or not values[0].items:
            return None
        if any(item.kind != "string" or mirror_fault(item.value) for item in values[0].items):
            return None
        title = message(N_("call it {key}"), key=key)
        repair = Repair("rename-key", (found.key,), key)
        return Fix(title, True, (edit_of(facts, fact, "daemon", repair),), ("daemon",))


RULE = FlagNameInDaemonJson()
