"""DP224: a variable in the init script's file is not exported."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.environment_file import parse
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import DAEMON_KEYS, variable_names
from dockproxy.core.model.snapshot import Machine, Process, Unknown
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule

_OPENRC = "/etc/conf.d/docker"
_FILES = (_OPENRC, "/etc/default/docker", "/etc/sysconfig/docker")
_RUNS = {
    "machine": Machine("here", "linux", 0, "root"),
    "unknown": (Unknown("systemd", "no-systemd"),),
    "dockerd": Process(1000, ("/usr/bin/dockerd",), 4102444800.0, environ={}),
}


class VariableNotExported(Rule):
    """See ``Rule``."""

    code = "DP224"
    name = "variable-not-exported"
    severity = "warning"
    component = "daemon"
    title = N_("A variable in the init script's file is not exported")
    what = N_("The file that the init script reads sets the proxy, and the daemon has none.")
    why = N_(
        "Where no systemd runs, the init script sources the file as shell, and dockerd gets a "
        "variable only if the shell exports it."
    )
    mend = N_("Write export before it, then restart the daemon the way this system does.")
    safety = N_("Safe: as it stands the shell keeps the variable to itself.")
    sources = (
        "Debian docker.io /etc/init.d/docker; OpenRC docker.initd, docker.confd (Alpine, Gentoo)",
    )
    bad = (
        Example(
            {
                "/etc/conf.d/docker": '# proxies\nHTTPS_PROXY=http://10.0.0.1:3128\nhttp_proxy="http://10.0.0.1:3128"\n',
            },
            more=_RUNS,
            at=(2, 1),
            fixed={
                "/etc/conf.d/docker": '# proxies\nexport HTTPS_PROXY=http://10.0.0.1:3128\nexport http_proxy="http://10.0.0.1:3128"\n'
            },
        ),
        Example(
            {"/etc/default/docker": "DOCKER_OPTS=\nHTTPS_PROXY=http://10.0.0.1:3128\n"},
            more=_RUNS,
            at=(2, 1),
            fixed={
                "/etc/default/docker": "DOCKER_OPTS=\nexport HTTPS_PROXY=http://10.0.0.1:3128\n"
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/conf.d/docker": "HTTPS_PROXY=http://10.0.0.1:3128\nexport HTTPS_PROXY\nexport HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            more=_RUNS,
        ),
        Example({"/etc/default/docker": "set -a\nHTTPS_PROXY=http://10.0.0.1:3128\n"}, more=_RUNS),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon
        reasons = [(each.about, each.reason) for each in facts.snapshot.unknown]
        if daemon is None or ("systemd", "no-systemd") not in reasons:
            return
        files = [fact for path in _FILES if (fact := facts.snapshot.file(path)) and fact.text]
        for fact in files[:1]:
            entries = parse(fact.text or "").entries
            exported = set(fact.traits.get("exports", "").split())
            exported |= {each.name.partition(" ")[2] for each in entries if not each.counts}
            known = {name: key for key in DAEMON_KEYS for name in variable_names(key)}
            for entry in entries:
                key = known.get(entry.name, "")
                if not key or not entry.value or "*" in exported or entry.name in exported:
                    continue
                if key not in daemon.proxies:
                    said = N_("{name} is set here and not exported: the daemon does not get it")
                    place = facts.evidence(fact.path, entry.line, entry.column)
                    yield Found(message(said, name=entry.name), (place,), entry.name)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None:
            return None
        edit = edit_of(facts, fact, "daemon", Repair("export", (found.key,)))
        title = message(N_("export {name}"), name=found.key)
        return Fix(title, True, (edit,), ("daemon",))


RULE = VariableNotExported()
