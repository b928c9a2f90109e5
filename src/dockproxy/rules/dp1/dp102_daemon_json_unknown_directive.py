"""DP102: daemon.json holds a key that dockerd does not know."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from dockproxy.core.formats.daemon_json import PROXY_NAMES
from dockproxy.core.formats.daemon_mending import as_one, paths_of, values_at
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule

_MEANT = {name.replace("-", ""): name for name in PROXY_NAMES}
_WITHOUT_EFFECT = (
    *("api-cors-header", "cluster-advertise", "cluster-store", "cluster-store-opts"),
    "oom-score-adjust",
)
"""Options that Engines before 24, 26 and 29 knew; what they did nobody does any more."""
_AS = N_("write it as {name}")
_AWAY = N_("take {name} away")


class DaemonJsonUnknownDirective(Rule):
    """See ``Rule``."""

    code = "DP102"
    name = "daemon-json-unknown-directive"
    severity = "error"
    component = "daemon"
    title = N_("daemon.json holds a key that dockerd does not know")
    what = N_(
        "dockerd does not start: “the following directives don't match any configuration option”."
    )
    why = N_(
        "dockerd takes no key that it does not know. Inside “proxies” there are http-proxy, "
        "https-proxy and no-proxy alone: no all-proxy, no ftp-proxy, and none of the client's "
        "names (httpProxy) or the environment's (http_proxy)."
    )
    mend = N_(
        "Give the key its name, or take it away. There is no all-proxy for the daemon: set "
        "http-proxy and https-proxy, which may be socks5:// addresses too. A “default” with "
        "httpProxy in it belongs into the client's ~/.docker/config.json."
    )
    safety = N_(
        "Safe where the name is one of the three in another spelling, and that one is not "
        "there yet. What has to be moved, or can only be dropped, is offered."
    )
    sources = (
        "moby 26.1 daemon/config/config.go findConfigurationConflicts, seen in the lab",
        "docker/docs pulls 18703 and 17603: the two files confused",
    )
    bad = (
        Example(
            {"/etc/docker/daemon.json": '{"proxies": {"httpProxy": "http://10.0.0.1:3128"}}\n'},
            at=(1, 14),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{\n  "proxies": {\n    "http-proxy": "http://10.0.0.1:3128",\n    "all-proxy": "http://10.0.0.1:3128"\n  }\n}\n'
            },
            at=(4, 5),
            fixed={
                "/etc/docker/daemon.json": '{\n  "proxies": {\n    "http-proxy": "http://10.0.0.1:3128",\n    "https-proxy": "http://10.0.0.1:3128"\n  }\n}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "noProxy": "localhost"}}}\n'
            },
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "no-proxy": "localhost"}}\n'
            },
        ),
        Example(
            {"/etc/docker/daemon.json": '{"proxies": "http://10.0.0.1:3128"}\n'},
            at=(1, 2),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"default": {"httpProxy": "http://10.0.0.1:3128"}, "debug": true}\n'
            },
            at=(1, 14),
            fixed={
                "/etc/docker/daemon.json": '{"debug": true, "proxies": {"http-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {"/etc/docker/daemon.json": '{"debug": true, "graph": "/x"}\n'},
            at=(1, 17),
            fixed={"/etc/docker/daemon.json": '{"debug": true, "data-root": "/x"}\n'},
        ),
        Example(
            {"/etc/docker/daemon.json": '{"cluster-advertise": "eth0:2376", "debug": true}\n'},
            at=(1, 2),
            fixed={"/etc/docker/daemon.json": '{"debug": true}\n'},
        ),
        Example({"/etc/docker/daemon.json": '{"data_root": "/x"}\n'}, at=(1, 2)),
        Example(
            {"/etc/docker/daemon.json": '{"proxies": null}\n'},
            fixed={"/etc/docker/daemon.json": "{}\n"},
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128", "no-proxy": "localhost"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None:
            return
        for refusal in read.refusals:
            if refusal.kind == "unknown-directive" and not too_old(facts, refusal.name):
                said = N_("dockerd will not start: it knows no “{name}”")
                place = facts.evidence(fact.path, refusal.line, refusal.column)
                yield Found(message(said, name=refusal.name), (place,), refusal.name)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None or too_old(facts, PROXY_NAMES[0]):
            return None
        mend = _mend(fact.text or "", found.key, read.configured)
        if mend is None:
            return None
        title, safe, repairs = mend
        return Fix(title, safe, (edit_of(facts, fact, "daemon", *repairs),), ("daemon",))


_Mend = tuple[Message, bool, list[Repair]]


def _mend(text: str, name: str, there: Collection[str]) -> _Mend | None:
    """Title, safety and repairs. there: all names that dockerd sees in the file."""
    paths, plain = paths_of(text, name), _plain(name)
    alike = [each for each in there if _plain(each) == plain]
    if len(paths) != 1:
        return None
    path = paths[0]
    if plain in _MEANT:
        return _renamed(text, path, _MEANT[plain]) if len(alike) == 1 else None
    if path == ("proxies",):
        return _instead_of_the_object([value.kind for value in values_at(text, path)])
    if path == ("graph",) and "data-root" not in there:
        return message(_AS, name="data-root"), False, [Repair("rename-key", path, "data-root")]
    if path == (name,) and name in _WITHOUT_EFFECT:
        return message(_AWAY, name=name), False, [Repair("drop-key", path)]
    if path[0] != "proxies":
        return None
    if plain in ("allproxy", "ftpproxy"):
        return _of_no_use(text, path, there)
    inner = [member.key for value in values_at(text, path) for member in value.members]
    known = [each for each in inner if _plain(each) in _MEANT]
    meant = [_MEANT[_plain(each)] for each in known]
    plain_there = {_plain(each) for each in there}
    if not known or len(set(meant)) < len(meant) or plain_there & set(map(_plain, known)):
        return None
    if any(
        as_one(value, [to]) is None
        for each, to in zip(known, meant)
        for value in values_at(text, (*path, each))
    ):
        return None
    moved = [Repair("into-proxies", (*path, each), to) for each, to in zip(known, meant)]
    title = message(N_("write what is in it as {names}"), names=", ".join(meant))
    return title, False, [*moved, Repair("drop-key", path)]


def _renamed(text: str, path: tuple[str, ...], meant: str) -> _Mend | None:
    if path[:-1] == ("proxies",):
        return message(_AS, name=meant), True, [Repair("rename-key", path, meant)]
    if all(as_one(value, [meant]) is None for value in values_at(text, path)):
        return None
    title = message(N_("write it as {name} in “proxies”"), name=meant)
    return title, False, [Repair("into-proxies", path, meant)]


def _instead_of_the_object(kinds: list[str]) -> _Mend | None:
    path = ("proxies",)
    if kinds == ["null"]:
        return message(_AWAY, name="proxies"), True, [Repair("drop-key", path)]
    if kinds == ["string"]:
        title = message(N_("make it an object with http-proxy and https-proxy"))
        return title, False, [Repair("spread", path)]
    return None


def _of_no_use(text: str, path: tuple[str, ...], there: Collection[str]) -> _Mend:
    """all-proxy is what http-proxy and https-proxy were meant to be, where they are missing."""
    plain = {_plain(each) for each in there}
    missing = [each for each in PROXY_NAMES[:2] if _plain(each) not in plain]
    is_text = [value.kind for value in values_at(text, path)] == ["string"]
    if missing and is_text and _plain(path[-1]) == "allproxy":
        title = message(_AS, name=" and ".join(missing))
        return title, False, [Repair("into-proxies", path, " ".join(missing))]
    return message(_AWAY, name=path[-1]), False, [Repair("drop-key", path)]


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def too_old(facts: Facts, name: str) -> bool:
    """Whether it is an Engine that does not know “proxies” at all: DP106 says that."""
    return not facts.knows_proxies and name in ("proxies", *PROXY_NAMES)


RULE = DaemonJsonUnknownDirective()
