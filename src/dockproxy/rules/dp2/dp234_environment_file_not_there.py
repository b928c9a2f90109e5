"""DP234: the EnvironmentFile with the proxies is not there, and systemd goes on without it."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.unit_environment import file_references
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_UNIT = "/usr/lib/systemd/system/docker.service"
_DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
_START = "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/sbin/dockerd -H fd://\n"
_OPTIONAL = "[Service]\nEnvironmentFile=-/etc/sysconfig/docker-proxy\n"
_OF_PACKAGES = ("/usr/lib/", "/lib/")


class EnvironmentFileNotThere(Rule):
    """See ``Rule``."""

    code = "DP234"
    name = "environment-file-not-there"
    severity = "info"
    component = "daemon"
    title = N_("The EnvironmentFile with the proxies is not there")
    what = N_("The unit names the file, the daemon was restarted, and it has no proxy.")
    why = N_(
        "The dash in EnvironmentFile=-/etc/… lets the service start without the file, and systemd "
        "says nothing. The file lies elsewhere, often in /etc/default where it is looked for in "
        "/etc/sysconfig, or its name is spelled otherwise."
    )
    mend = N_(
        "Put the file where the line says, or the file's own path into the line; then: sudo "
        "systemctl daemon-reload && sudo systemctl restart docker"
    )
    sources = ("systemd 252 core/execute.c exec_context_load_environment, seen in the lab",)
    bad = (Example({_UNIT: _START, _DROP_IN: _OPTIONAL}, at=(2, 1)),)
    good = (
        Example({_UNIT: _START}),
        Example(
            {
                _UNIT: _START,
                _DROP_IN: f"{_OPTIONAL}Environment=HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon
        if daemon is None or daemon.unsure:
            return
        if any(key in daemon.proxies for key in ADDRESS_KEYS):
            return
        for each in file_references(facts.stack):
            fact = facts.snapshot.file(each.pattern)
            if not each.optional or fact is None or fact.kind != "missing":
                continue
            if (
                each.path.startswith(_OF_PACKAGES)
                or "proxy" not in f"{each.path}{each.pattern}".lower()
            ):
                continue
            said = N_("{path} is not there, and systemd starts the daemon without it")
            place = facts.evidence(each.path, each.line, each.column)
            about, remedy = message(said, path=each.pattern), message(self.mend)
            yield Found(about, (place,), str(each.line), remedy)


RULE = EnvironmentFileNotThere()
