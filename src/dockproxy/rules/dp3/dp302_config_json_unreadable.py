"""DP302: the docker command cannot open its config.json."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.snapshot import Client, FileFact, Machine
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

CONFIG = "/root/.docker/config.json"
_ANN = Client(
    "ann", 1000, 1000, "/home/ann", "/home/ann/.docker/config.json", "home", "default",
    "unix:///var/run/docker.sock", "default",
)  # fmt: skip


def _file(kind: str, uid: int = 0, mode: int = 0o600) -> FileFact:
    return FileFact(_ANN.config_path, "client-json", kind, uid=uid, mode=mode)


class ConfigJsonUnreadable(Rule):
    """See ``Rule``."""

    code = "DP302"
    name = "config-json-unreadable"
    severity = "error"
    component = "client"
    title = N_("The docker command cannot open its config.json")
    what = N_(
        "New containers and builds get no proxies at all. docker 26.1 says nothing of a file that "
        "it may not open, and warns “Error loading config file” of a folder."
    )
    why = N_(
        "The file belongs to somebody else, often to root since a “sudo docker login”, or in its "
        "place there is a folder, as “docker run -v” makes one where a file was meant."
    )
    mend = N_(
        "Give the file to its user: sudo chown -R NAME: ~/.docker. A folder in its place has to go: "
        "rmdir ~/.docker/config.json."
    )
    sources = ("docker/cli 26.1 and 28.5 cli/config/config.go Load, seen in the lab",)
    bad = (
        Example(
            {},
            engine="26.1.5",
            more={
                "client": _ANN,
                "machine": Machine("host", "linux", 1000, "ann"),
                "files": (_file("unreadable"),),
            },
        ),
        Example({}, more={"client": _ANN, "files": (_file("directory"),)}),
        Example({}, more={"client": _ANN, "files": (_file("dangling")._replace(target=""),)}),
        Example({}, more={"client": _ANN, "files": (_file("file")._replace(text="{}"),)}),
    )
    good = (
        Example(
            {
                CONFIG: '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
        Example({}, more={"client": _ANN, "files": (_file("missing"),)}),
        Example({}, more={"client": _ANN, "files": (_file("file", 1000)._replace(text="{}"),)}),
        Example({}, more={"client": _ANN, "files": (_file("file", 0, 0o644)._replace(text="{}"),)}),
        Example(
            {},
            engine="26.1.5",
            more={
                "client": _ANN,
                "machine": Machine("host", "linux", 1001, "bob"),
                "files": (_file("unreadable"),),
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact, who = facts.client_json, facts.snapshot.client
        said = _why(fact, who, facts.snapshot.machine) if fact and who else None
        if fact is None or who is None or said is None:
            return
        from shlex import quote

        path, user = quote(fact.path), quote(f"{who.user}:")
        command = f"sudo chown {user} {path}"
        if fact.kind == "unreadable" and not fact.mode:  # its folder cannot be entered
            command = f"sudo chown -R {user} {quote(fact.path.rpartition('/')[0])}"
        remedy = message(N_("run: {command}"), command=command)
        if fact.kind == "directory":
            remedy = message(N_("run: {command}"), command=f"rmdir {path}")
        elif fact.kind == "dangling":
            remedy = message(N_("run: {command}"), command=f"rm {path}")
        yield Found(said, (Evidence(fact.path, 1, 1),), remedy=remedy)


def _why(fact: FileFact, who: Client, machine: Machine) -> Message | None:
    if fact.kind == "directory":
        return message(N_("{path} is a folder, so docker reads no proxies from it"), path=fact.path)
    if fact.kind == "dangling" and fact.target == "":
        return message(N_("{path} is a link that leads round in a circle"), path=fact.path)
    unreadable = fact.kind == "unreadable" and machine.uid in (0, who.uid) and not machine.root
    # Of a folder's tree, root reads what its user may not: only the mode tells.
    others = who.uid not in (0, fact.uid) and not fact.mode & 0o044
    if unreadable or (bool(machine.root) and fact.kind == "file" and others):
        said = N_("{user} cannot read {path}, so docker gives no proxies to their containers")
        return message(said, user=who.user, path=fact.path)
    return None


RULE = ConfigJsonUnreadable()
