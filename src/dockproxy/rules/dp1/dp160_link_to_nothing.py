"""DP160: a file that may set proxies is a link to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.core.model.snapshot import FileFact
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_PATH = "/usr/lib/systemd/system/docker.service"
_UNIT = {_PATH: "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"}
_DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
_DAEMON_JSON = "/etc/docker/daemon.json"


def _link(path: str, role: str) -> FileFact:
    return FileFact(path, role, "dangling", target="/srv/config")


def _host(link: FileFact) -> Example:
    unit = FileFact(_PATH, "unit", "file", _UNIT[_PATH])
    return Example(_UNIT, more={"files": (unit, link)})


class LinkToNothing(Rule):
    """See ``Rule``."""

    code = "DP160"
    name = "link-to-nothing"
    severity = "warning"
    component = "daemon"
    title = N_("A file where proxies are set is a link to nothing")
    what = N_("Docker has no proxy, and nobody says why: what is not there is read as empty.")
    why = N_(
        "The link is right and what it leads to is gone, or on a file system that is not mounted, "
        "or was given relative to another folder. dockerd, systemd and docker say nothing of it."
    )
    mend = N_(
        "Put the file back where the link leads (ls -l shows it), or take the link away; then "
        "restart the daemon, or make the containers anew."
    )
    sources = (
        "moby 26.1 cmd/dockerd/daemon.go, systemd 252 and docker/cli 26.1 cli/config/config.go "
        "Load, seen in the lab",
    )
    bad = (
        _host(_link(_DROP_IN, "drop-in")),
        _host(_link(_DAEMON_JSON, "daemon-json")),
    )
    good = (
        Example(
            {
                **_UNIT,
                _DROP_IN: "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon_component
        for fact in facts.snapshot.files:
            if fact.kind != "dangling" or not fact.target:
                continue
            component = "client" if fact.role == "client-json" else "daemon"
            if component == "daemon":
                if daemon is None or any(key in daemon.proxies for key in ADDRESS_KEYS):
                    continue
                if fact.path != facts.snapshot.daemon_json and not _is_drop_in(facts, fact):
                    continue
            elif fact != facts.client_json:
                continue
            said = N_("{path} is a link to {target}, where nothing is: no proxy is read from it")
            about = message(said, path=fact.path, target=fact.target)
            yield Found(about, (Evidence(fact.path),), component=component)


def _is_drop_in(facts: Facts, fact: FileFact) -> bool:
    """Whether systemd would read it for the daemon."""
    folder, _, name = fact.path.rpartition("/")
    unit = facts.unit
    if unit is None or not name.endswith(".conf"):
        return False
    return folder.endswith(f"/{unit.name}.d")


RULE = LinkToNothing()
