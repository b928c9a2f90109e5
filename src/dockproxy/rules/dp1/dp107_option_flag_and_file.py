"""DP107: an option is both a flag of dockerd and in daemon.json."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.daemon_json import PROXY_NAMES
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.resolve.daemon_file import flag_conflicts
from dockproxy.resolve.flags import daemon_words
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import drop_option
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.turns import CONFLICT

_UNIT = "/usr/lib/systemd/system/docker.service"


class OptionFlagAndFile(Rule):
    """See ``Rule``."""

    code = "DP107"
    name = "option-flag-and-file"
    severity = "error"
    component = "daemon"
    title = N_("An option is both a flag of dockerd and in daemon.json")
    what = N_(
        "dockerd does not start: “the following directives are specified both as a flag and "
        "in the configuration file: hosts”."
    )
    why = N_(
        "A setting may be in one of the two only, lists too. The usual one is “hosts”: "
        "docker.service starts dockerd with -H fd:// already."
    )
    mend = N_(
        "Take the option out of daemon.json. To keep it there, give the unit a drop-in with an "
        "empty ExecStart= and a new one that has no such flag (for “hosts”: no -H)."
    )
    safety = N_(
        "Only offered: the option is taken out of daemon.json, so the flag counts; it may be the "
        "flag that should go."
    )
    sources = (
        "moby 20.10 to 29.7 daemon/config/config.go findConfigurationConflicts, seen with dockerd "
        "20.10.24, 26.1.5, 28.5.2",
        "https://docs.docker.com/engine/daemon/troubleshoot/ (daemon.json and start-up scripts)",
    )
    bad = (
        Example(
            {
                _UNIT: "[Service]\nExecStart=/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock\n",
                "/etc/docker/daemon.json": '{\n  "debug": true,\n  "hosts": ["unix:///var/run/docker.sock", "tcp://127.0.0.1:2375"]\n}\n',
            },
            at=(3, 3),
            fixed={"/etc/docker/daemon.json": '{\n  "debug": true\n}\n'},
        ),
        Example(
            {
                _UNIT: "[Service]\nExecStart=/usr/sbin/dockerd -Dl warn --label=a=b\n",
                "/etc/docker/daemon.json": '{"debug": false, "log-level": "info", "labels": ["c=d"]}\n',
            },
            at=(1, 2),
            fixed={"/etc/docker/daemon.json": "{}\n"},
        ),
    )
    good = (
        Example(
            {
                _UNIT: "[Service]\nExecStart=/usr/bin/dockerd -H fd:// --add-runtime=a=/usr/bin/a\n",
                "/etc/docker/daemon.json": '{"debug": true, "runtimes": {"b": {"path": "/usr/bin/b"}}}\n',
            }
        ),
        Example(
            {
                _UNIT: "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/hosts.conf": "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd\n",
                "/etc/docker/daemon.json": '{"hosts": ["fd://", "tcp://127.0.0.1:2375"]}\n',
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon, read, fact = facts.daemon, facts.daemon_read, facts.daemon_json
        if daemon is None or read is None or fact is None:
            return
        _, origin = daemon_words(daemon.unit, facts.snapshot.dockerd)
        for name in flag_conflicts(daemon.file, daemon.switches):
            if name in PROXY_NAMES:
                continue
            flag = daemon.switches.get(name, "--host-gateway-ip")
            said = N_("dockerd will not start: {name} is in {path}, and {flag} is given too")
            about = message(said, name=name, path=fact.path, flag=flag)
            there = [each for each in read.set_at if each.path[-1] == name]
            in_file = [facts.evidence(fact.path, *each.key_at) for each in there]
            places = (*in_file, facts.at(origin._replace(name=flag)))
            yield Found(about, places, name, turn=CONFLICT)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        return drop_option(facts, found.key)


RULE = OptionFlagAndFile()
