"""DP802: a proxy's password is a flag of dockerd, and stands in the process list."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.resolve.masks import hides_login
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class PasswordInProcessList(Rule):
    """See ``Rule``."""

    code = "DP802"
    name = "password-in-process-list"
    severity = "info"
    component = "daemon"
    title = N_("A proxy's password is a flag of dockerd, and stands in the process list")
    what = N_("Nothing fails. ps shows every user of this machine the password.")
    why = N_("The words of a running program can be read by everybody.")
    mend = N_(
        "Take the flag out of ExecStart=, and put the proxy into daemon.json (mode 0600): "
        "dockproxy set does the second."
    )
    sources = ("proc(5): /proc/PID/cmdline; seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd:// --https-proxy=http://ann:pw@10.0.0.1:3128 --http-proxy=http://ann:pw@10.0.0.1:3128\n"
            }
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd:// --https-proxy=http://10.0.0.1:3128 --http-proxy=http://10.0.0.1:3128\n"
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon_component
        for key, value in daemon.proxies.items() if daemon is not None else ():
            told = facts.snapshot.traits.get(f"daemon.flags:{value.origin.name}", "")
            if told and "has-password" not in told:
                continue
            if value.origin.kind == "flag" and hides_login(value.value):
                said = N_("all users see the password of {key} in the process list")
                yield Found(message(said, key=key), (facts.at(value.origin),), key)


RULE = PasswordInProcessList()
