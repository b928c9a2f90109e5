"""DP221: passEnvironment= hands on what systemd itself does not have."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.unit_environment import Pattern, pass_patterns
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_KEYS
from dockproxy.core.model.snapshot import Process
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class PassEnvironmentEmpty(Rule):
    """See ``Rule``."""

    code = "DP221"
    name = "pass-environment-empty"
    severity = "warning"
    component = "daemon"
    title = N_("PassEnvironment= hands on what systemd itself does not have")
    what = N_("The unit says PassEnvironment=HTTPS_PROXY, and the daemon has no proxy.")
    why = N_(
        "PassEnvironment= takes a variable from the environment of the service manager itself, which knows nothing of /etc/environment or of any shell."
    )
    mend = N_('Set the value in the drop-in itself: Environment="HTTPS_PROXY=http://HOST:PORT"')
    sources = (
        "systemd.exec(5) PassEnvironment=; systemd 252 core/execute.c build_pass_environment, seen in the lab",
    )
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nPassEnvironment=HTTP_PROXY HTTPS_PROXY NO_PROXY\n",
            },
            at=(2, 1),
            engine="26.1.5",
            loaded=(),
            more={
                "dockerd": Process(
                    1000, ("/usr/sbin/dockerd", "-H", "fd://"), 4102444800.0, environ={}
                )
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        unit, daemon = facts.unit, facts.daemon
        running = facts.snapshot.dockerd
        if unit is None or daemon is None or running is None or running.environ is None:
            return
        lacking: dict[tuple[str, int], list[Pattern]] = {}
        for pattern in pass_patterns(unit.stack):
            key = pattern.text.lower()
            if key not in DAEMON_KEYS or running.environ.get(pattern.text) or key in daemon.proxies:
                continue
            lacking.setdefault((pattern.path, pattern.line), []).append(pattern)
        for (path, line), patterns in lacking.items():
            said = N_("systemd itself has no {names}, so there is nothing to hand on")
            names = ", ".join(each.text for each in patterns)
            place = facts.evidence(path, line, patterns[0].column)
            yield Found(message(said, names=names), (place,), str(line))


RULE = PassEnvironmentEmpty()
