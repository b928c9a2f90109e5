"""DP218: a file that sets the daemon's proxies lies where nothing reads it."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.unit_dropins import Ignored, order_dropins
from dockproxy.core.formats.unit_mending import is_meant, meant_key
from dockproxy.core.model.finding import Evidence, Fix
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import DAEMON_KEYS
from dockproxy.core.model.snapshot import FileFact
from dockproxy.resolve.unit import unit_paths
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import MADE_TO_COUNT, drop_in

_PUT_ASIDE = pattern(
    r"(?i)(?:~|#|[._-](?:bak|back|backup|old|orig|save|saved|off|disabled?|unused|sample|example"
    r"|dist|rpm(?:save|new|orig)|dpkg-[a-z]+|ucf-[a-z]+|swp|tmp)[.0-9_-]*)\Z"
)
"""Ends of names that say that a person, or a package, meant the file not to be read."""
_NAMED = pattern(r"(?i)(?<![a-z0-9_])((?:https?|no)_proxy)[\"']?\s*=\s*[\"']?[^\s\"']")


class DropInNotRead(Rule):
    """See ``Rule``."""

    code = "DP218"
    name = "drop-in-not-read"
    severity = "warning"
    component = "daemon"
    title = N_("A file that sets the daemon's proxies lies where nothing reads it")
    what = N_(
        "The file is right, systemctl daemon-reload was run, the daemon was restarted, and it has "
        "no proxy; systemctl cat docker does not show the file."
    )
    why = N_(
        "Drop-ins of the daemon are the files whose names end in .conf in the folder "
        "docker.service.d, in one of systemd's own places. Other folders, other endings and "
        "another unit's drop-ins give the daemon nothing; nor do a user's units give the "
        "machine's daemon anything, or the other way round."
    )
    mend = N_("Move the file to /etc/systemd/system/docker.service.d/http-proxy.conf.")
    safety = N_("Only offered, as a copy at the right place: the file may lie aside on purpose.")
    sources = (
        "systemd.unit(5); systemd 252 shared/dropin.c, seen in the lab",
        "docker/docker-install issue 150",
    )
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.config": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/docker.service.d/proxy.conf": "HTTPS_PROXY=http://ann:pass@10.0.0.1:3128\nHTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(1, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://ann:pass@10.0.0.1:3128\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/root/.config/systemd/user/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.socket.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 1),
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf.bak": "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.9:3128\n",
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf.disabled": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/containerd.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        unit, daemon = facts.unit, facts.daemon
        if unit is None or daemon is None:
            return
        there = {each.path: each for each in facts.snapshot.files if each.text}
        paths = [path for path, each in there.items() if each.role in ("drop-in", "stray")]
        for ignored in order_dropins(unit.name, paths, unit_paths(facts.snapshot)).ignored:
            if ignored.why == "masked":
                continue
            fact = there[ignored.path]
            lines = _lines_that_set(fact)
            keys = {key for _line, keys in lines for key in keys}
            if not keys or keys <= daemon.proxies.keys() or keys & daemon.unsure:
                continue
            place = facts.evidence(fact.path, lines[0][0])
            if ignored.path.endswith(f"/{unit.name}.d"):
                yield _no_folder(ignored.path, place)
                continue
            severity = "info" if _is_meant_so(ignored) else ""
            yield Found(_said(ignored, unit.name), (place,), severity=severity)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        path = found.evidence[0].path or ""
        if found.remedy is not None:
            return None
        copy = Repair("copy-of", (path,))
        stem = path.rpartition("/")[2].lstrip(".").partition(".")[0] or "http-proxy"
        if stem.lower() in ("docker", "override"):
            stem = "http-proxy"
        new = drop_in(facts, stem)
        if new.kind != "missing":
            return None
        edit = edit_of(facts, new, "daemon", copy, *MADE_TO_COUNT)
        title = message(N_("copy it to {path}"), path=new.path)
        return Fix(title, False, (edit,), ("daemon",))


def _lines_that_set(fact: FileFact) -> list[tuple[int, set[str]]]:
    """The lines that give a proxy variable a value, and which."""
    found = []
    for each in parse(fact.text or "").assignments:
        meant = meant_key(each)
        if meant and meant != "Environment":
            keys = {meant.lower()} if each.value.strip("\"'") else set()
        elif meant or is_meant(each):
            keys = {match.group(1).lower() for match in _NAMED.finditer(each.value)}
        else:
            keys = set()
        if keys & set(DAEMON_KEYS):
            found.append((each.line, keys & set(DAEMON_KEYS)))
    return found


def _is_meant_so(ignored: Ignored) -> bool:
    """Whether it may well lie there on purpose: put aside, or for containerd itself."""
    name = ignored.path.rpartition("/")[2]
    if "/containerd.service.d/" in ignored.path:
        return True
    return ignored.why == "hidden" or _PUT_ASIDE.search(name) is not None


def _no_folder(path: str, place: Evidence) -> Found:
    from shlex import quote

    name, aside = quote(path), quote(f"{path}.conf")
    command = (
        f"sudo mv {name} {aside} && sudo mkdir {name} && sudo mv {aside} {name}/http-proxy.conf"
        " && sudo systemctl daemon-reload && sudo systemctl restart docker"
    )
    said = N_("{path} is a file: it is to be a folder, and the file a drop-in in it")
    remedy = message(N_("run: {command}"), command=command)
    return Found(message(said, path=path), (place,), remedy=remedy)


def _said(ignored: Ignored, unit: str) -> Message:
    folder, _, name = ignored.path.rpartition("/")
    other = folder.rpartition("/")[2].removesuffix(".d")
    if ignored.why == "wrong-suffix":
        text = N_("systemd does not read {path}: the name of a drop-in must end in .conf")
    elif ignored.why == "hidden":
        text = N_("systemd does not read {path}: its name begins with a dot")
    elif other == unit:
        text = N_("{path} gives the daemon nothing: another manager reads it, or none does")
    elif other in ("docker.socket", "containerd.service") or other.startswith("snap."):
        text = N_("{path} gives the daemon nothing: it is read for {other}")
    else:
        text = N_("nothing reads {path}: drop-ins of the daemon lie in the folder {folder}")
    return message(text, path=ignored.path, other=other, folder=f"{unit}.d", name=name)


RULE = DropInNotRead()
