"""DP324: a user's config.json has proxies, and their docker commands need sudo."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Client, FileFact, Machine, Unknown
from dockproxy.core.places import linux
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_ANN = Client(
    "ann", 1000, 1000, "/home/ann", "/home/ann/.docker/config.json", "home", "default",
    "unix:///var/run/docker.sock", "default",
)  # fmt: skip
_TEXT = '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "noProxy": "localhost,127.0.0.1"}}}\n'
_FILE = FileFact(_ANN.config_path, "client-json", "file", _TEXT, uid=1000, mode=0o600)
_HERE = {"client": _ANN, "machine": Machine("host", "linux", 1000, "ann"), "files": (_FILE,)}


class SudoDocker(Rule):
    """See ``Rule``."""

    code = "DP324"
    name = "sudo-docker"
    severity = "info"
    component = "client"
    title = N_("A user's config.json has proxies, and their docker commands need sudo")
    what = N_("The proxies are set, and containers started by “sudo docker run” have none.")
    why = N_(
        "This user may not speak to the Engine, so docker works for them with sudo alone. That "
        "docker is root's: it reads /root/.docker/config.json."
    )
    mend = N_(
        "Set root's too: sudo dockproxy set … --for client --user root. Or let the user speak to "
        "the Engine; members of the group docker may, and are as mighty as root."
    )
    sources = ("docker/cli 26.1 cli/config/config.go Dir; seen in the lab",)
    bad = (Example({}, more={**_HERE, "unknown": (Unknown("engine", "permission"),)}),)
    good = (
        Example({}, more=_HERE),
        Example(
            {},
            more={
                **_HERE,
                "machine": Machine("host", "linux", 1001, "bob"),
                "unknown": (Unknown("engine", "permission"),),
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        who, fact = facts.snapshot.client, facts.client_json
        client = facts.client_component
        if who is None or fact is None or client is None or not client.in_use:
            return
        denied = any(
            (each.about, each.reason) == ("engine", "permission") for each in facts.snapshot.unknown
        )
        own = who.uid == facts.snapshot.machine.uid != 0
        if denied and own and who.endpoint == linux.DEFAULT_ENDPOINT:
            said = N_("{user} may not speak to the Engine, and sudo docker does not read {path}")
            value = next(iter(client.proxies.values()))
            about = message(said, user=who.user, path=fact.path)
            yield Found(about, (facts.at(value.origin),))


RULE = SudoDocker()
