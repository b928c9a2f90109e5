"""DP104: a proxy is both a flag of dockerd and in daemon.json."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_JSON_NAMES
from dockproxy.resolve.daemon_file import flag_conflicts
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import drop_option
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.turns import CONFLICT


class ProxyFlagAndFile(Rule):
    """See ``Rule``."""

    code = "DP104"
    name = "proxy-flag-and-file"
    severity = "error"
    component = "daemon"
    title = N_("A proxy is both a flag of dockerd and in daemon.json")
    what = N_(
        "dockerd does not start: “the following directives are specified both as a flag and "
        "in the configuration file”."
    )
    why = N_("A setting may be in one of the two only, even with the same value.")
    mend = N_(
        "Take the flag out of the unit's ExecStart (a drop-in with an empty ExecStart= and a "
        "new one), or the key out of daemon.json."
    )
    safety = N_(
        "Only offered: the key is taken out of daemon.json, so the flag counts; it may be the flag "
        "that should go."
    )
    sources = ("moby 26.1 daemon/config/config.go findConfigurationConflicts, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd:// --http-proxy=http://10.0.0.1:3128\n",
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n',
            },
            at=(1, 28),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd:// --http-proxy=http://10.0.0.1:3128 --https-proxy=http://10.0.0.1:3128\n",
                "/etc/docker/daemon.json": '{"debug": true}\n',
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon, read, fact = facts.daemon, facts.daemon_read, facts.daemon_json
        if daemon is None or read is None or fact is None:
            return
        for key, said_by_flags in daemon.flags.items():
            for name in flag_conflicts(daemon.file, (DAEMON_JSON_NAMES[key],)):
                said = N_("dockerd will not start: {name} is both a flag and in {path}")
                in_file = [facts.at(each.origin) for each in daemon.file.values.get(key, ())]
                by_flag = facts.at(said_by_flags[0].origin)
                about = message(said, name=name, path=fact.path)
                yield Found(about, (*in_file[:1], by_flag), name, turn=CONFLICT)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        return drop_option(facts, found.key)


RULE = ProxyFlagAndFile()
