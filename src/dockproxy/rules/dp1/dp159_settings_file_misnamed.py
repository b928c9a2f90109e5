"""DP159: a file that sets proxies has a name that neither dockerd nor docker reads."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.go_json import position
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.snapshot import FileFact
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule

_ROLES = ("misnamed-daemon", "misnamed-client")
_KEY = pattern(r'(?i)"(https?)([-_]?)proxy"\s*:\s*"[^"]')


class SettingsFileMisnamed(Rule):
    """See ``Rule``."""

    code = "DP159"
    name = "settings-file-misnamed"
    severity = "warning"
    component = "daemon"
    title = N_("A file that sets proxies has a name that Docker does not read")
    what = N_("The file is right, Docker was restarted, and nothing of it counts.")
    why = N_(
        "The daemon reads /etc/docker/daemon.json (spelled so), and the docker command reads "
        "~/.docker/config.json. Files beside them are read by nobody."
    )
    mend = N_(
        "Put its settings into the file that is read, or give it that name if there is no such "
        "file yet; then restart the daemon, or make the containers anew."
    )
    safety = N_("Only offered, as a copy under the right name: the file may lie aside on purpose.")
    sources = (
        "docs.docker.com/engine/daemon and /engine/cli/proxy: where the files are",
        "moby 26.1 cmd/dockerd/options.go defaultDaemonConfigFile; cli 26.1 cli/config/config.go ConfigFileName",
    )
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/docker/deamon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128"}}\n',
            },
            at=(1, 14),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/docker/daemon.json": '{"debug": true}\n',
                "/etc/docker/daemon.json.txt": '{"proxies": {"https-proxy": "http://10.0.0.1:3128"}}\n',
            },
            at=(1, 14),
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/root/.docker/config": '{\n  "proxies": {\n    "default": {\n      "httpProxy": "http://ann:pw@10.0.0.1:3128"\n    }\n  }\n}\n',
            },
            at=(4, 7),
            fixed={
                "/root/.docker/config.json": '{\n  "proxies": {\n    "default": {\n      "httpProxy": "http://ann:pw@10.0.0.1:3128"\n    }\n  }\n}\n',
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n',
                "/etc/docker/config.json": '{"auths": {}}\n',
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for fact in facts.snapshot.files:
            found = _KEY.search(fact.text or "") if fact.role in _ROLES else None
            if found is None:
                continue
            of_daemon = _is_of_daemon(fact)
            wanted = _wanted(facts, fact)
            part = facts.host.component("daemon" if of_daemon else "client")
            given = part.proxies if part is not None else {}
            if not wanted or (of_daemon and facts.daemon is None):
                continue
            if f"{found.group(1).lower()}_proxy" in given:
                continue
            said = N_("nothing reads the proxies in {path}: Docker reads {wanted}")
            about = message(said, path=fact.path, wanted=wanted)
            place = facts.evidence(fact.path, *position(fact.text or "", found.start()))
            yield Found(about, (place,), severity="info" if _is_config(fact) else "")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        path = found.evidence[0].path or ""
        fact = facts.snapshot.file(path)
        wanted = _wanted(facts, fact) if fact is not None else ""
        there = facts.snapshot.file(wanted)
        if fact is None or _is_config(fact) or (there is not None and there.kind != "missing"):
            return None
        component = "daemon" if _is_of_daemon(fact) else "client"
        new = FileFact(wanted, f"{component}-json", "missing")
        repairs = (Repair("copy-of", (path,)), Repair("json-syntax"))
        title = message(N_("copy it to {path}"), path=wanted)
        return Fix(title, False, (edit_of(facts, new, component, *repairs),), (component,))


def _is_config(fact: FileFact) -> bool:
    """Whether it has the right name, and DOCKER_CONFIG names another folder."""
    return fact.role == "misnamed-client" and fact.path.endswith("/config.json")


def _is_of_daemon(fact: FileFact) -> bool:
    """Whether it has the daemon's names in it, not the client's."""
    found = _KEY.search(fact.text or "")
    return found is not None and bool(found.group(2)) and fact.role == "misnamed-daemon"


def _wanted(facts: Facts, fact: FileFact) -> str:
    """The file that is read."""
    who = facts.snapshot.client
    if _is_of_daemon(fact):
        return facts.snapshot.daemon_json
    return who.config_path if who is not None else ""


RULE = SettingsFileMisnamed()
