"""Random daemon.json and config.json files, in every layout that people and programs leave."""

from __future__ import annotations

import json
from random import Random
from typing import Any, NamedTuple

Members = list[tuple[str, Any]]
"""The members of an object in their order, names twice where they stand twice; a value is one
again, or anything that json.dumps takes."""

DAEMON_NAMES = ("http-proxy", "https-proxy", "no-proxy")
CLIENT_NAMES = ("httpProxy", "httpsProxy", "noProxy", "ftpProxy", "allProxy")

_OLD_PROXIES = (
    "http://old.corp.test:3128",
    "http://10.1.1.1:8080/",
    "https://old.corp.test",
    "http://ann:s3cr%40t@old.corp.test:3128",
    "socks5://127.0.0.1:1080",
    "old.corp.test:3128",
    " http://old.corp.test:3128",
    "",
)
_OLD_LISTS = ("localhost,127.0.0.1", ".corp.test, 10.0.0.0/8", "*", "", "registry.corp.test:5443")

_UNRELATED: tuple[tuple[str, Any], ...] = (
    ("debug", True),
    ("log-driver", "json-file"),
    ("log-opts", [("max-size", "10m"), ("max-file", "3")]),
    ("live-restore", True),
    ("dns", ["10.1.1.53", "1.1.1.1"]),
    ("registry-mirrors", ["https://mirror.corp.test"]),
    ("insecure-registries", ["10.1.2.3:5000", "registry.lan:5000"]),
    ("labels", ["site=Köln", "owner=团队"]),
    ("max-concurrent-downloads", 3),
    ("features", [("buildkit", True)]),
    ("exec-opts", ["native.cgroupdriver=systemd"]),
    ("mtu", 1450),
    ("shutdown-timeout", 15),
    ("log-level", "info"),
    ("default-address-pools", [{"base": "172.31.0.0/16", "size": 24}]),
    ("default-ulimits", {"nofile": {"Name": "nofile", "Hard": 64000, "Soft": 64000}}),
    ("builder", {"gc": {"enabled": True, "defaultKeepStorage": "10GB"}}),
    ("no-such-section", [("http-proxy", "http://ignored.corp.test:1")]),
)
_REFUSED: tuple[tuple[str, Any], ...] = (
    ("no-such-key", 1),
    ("proxies", [("all-proxy", "http://old.corp.test:3128")]),
    ("proxies", [("http-proxy", 3128)]),
    ("proxies", None),
    ("proxies", []),
)
_CLIENT_UNRELATED: tuple[tuple[str, Any], ...] = (
    ("auths", [("registry.corp.test:5443", [("auth", "YW5uOnNlY3JldA==")]), ("x.test", [])]),
    ("credsStore", "pass"),
    ("credHelpers", [("gcr.io", "gcloud")]),
    ("HttpHeaders", [("User-Agent", "Docker-Client/19.03.12 (linux)")]),
    ("psFormat", "table {{.ID}}\\t{{.Names}}"),
    ("detachKeys", "ctrl-e,e"),
    ("aliases", [("builder", "buildx")]),
    ("experimental", "enabled"),
    ("plugins", [("x", [("hooks", "a<b&c")])]),
)
_BLANK = ("", "", "\n", "{}", "{}\n", "{ }", "{\n}\n", "{\r\n}\r\n", "null\n", " \n\t\n")
_BROKEN = (
    '{\n  "debug": true,\n}\n',
    '{\n  // the proxy\n  "debug": true\n}\n',
    '{"debug": true',
    "{“debug”: true}",
    '{"debug": tru}',
)


class Layout(NamedTuple):
    """How a document is written down. ends: blanks at the end of lines. lines: one member a line
    (of the document; inner: of the objects in it too).
    """

    newline: str
    indent: str
    colon: str
    comma: str
    pad: str
    ends: str
    lines: bool
    inner: bool
    ascii: bool

    @classmethod
    def random(cls, rng: Random) -> Layout:
        lines = rng.random() < 0.75
        return cls(
            rng.choice(("\n", "\n", "\r\n")),
            rng.choice(("  ", "  ", "   ", "    ", "\t", "\t", "")),
            rng.choice((": ", ": ", ":", " : ", ":\t")),
            rng.choice((", ", ",", " , ")),
            rng.choice(("", " ")),
            rng.choice(("", "", "", " ", "\t")),
            lines,
            lines and rng.random() < 0.8,
            rng.random() < 0.5,
        )

    def written(self, value: Any, depth: int = 0) -> str:
        """The value's text. A list of pairs is an object."""
        if isinstance(value, dict):
            value = list(value.items())
            if not value:
                return "{}"
        is_object = isinstance(value, list) and all(isinstance(item, tuple) for item in value)
        if not is_object:
            return json.dumps(value, ensure_ascii=self.ascii)
        if not value:
            return "{" + self.pad + "}"
        members = [
            json.dumps(name, ensure_ascii=self.ascii) + self.colon + self.written(below, depth + 1)
            for name, below in value
        ]
        if not (self.lines if depth == 0 else self.inner):
            return "{" + self.pad + self.comma.join(members) + self.pad + "}"
        inner = self.ends + self.newline + self.indent * (depth + 1)
        outer = self.ends + self.newline + self.indent * depth
        return "{" + inner + ("," + inner).join(members) + outer + "}"


def daemon_json(rng: Random, bare: bool = False) -> bytes | None:
    """A daemon.json, or None for none. bare: with no proxy in it that is not empty."""
    kind = rng.random()
    if kind < 0.15:
        return None
    if kind < 0.25:
        return _encoded(rng, rng.choice(_BLANK))
    if kind < 0.29:
        return rng.choice(_BROKEN).encode()
    members = rng.sample(_UNRELATED, rng.randint(0, 5))
    if rng.random() < 0.6:
        for section in _sections(rng, bare):
            members.insert(rng.randint(0, len(members)), section)
    if rng.random() < 0.04:
        members.append(rng.choice(_REFUSED))
    if not bare and rng.random() < 0.06:
        members.append(("http-proxy", "http://ignored.corp.test:1"))
    if members and rng.random() < 0.08:
        members.insert(rng.randint(0, len(members)), rng.choice(members))
    return _encoded(rng, _document(rng, members))


def config_json(rng: Random, bare: bool = False) -> bytes | None:
    """A docker CLI's config.json, or None for none. bare: as for daemon_json."""
    kind = rng.random()
    if kind < 0.25:
        return None
    if kind < 0.35:
        return rng.choice(_BLANK).encode()
    if kind < 0.38:
        return rng.choice(_BROKEN).encode()
    members = rng.sample(_CLIENT_UNRELATED, rng.randint(0, 4))
    if rng.random() < 0.6:
        entries: Members = []
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
            name = rng.choice(_ENTRIES)
            entries.append(
                (name, None if rng.random() < 0.05 else _proxies(rng, CLIENT_NAMES, bare))
            )
        name = "Proxies" if rng.random() < 0.1 else "proxies"
        members.insert(rng.randint(0, len(members)), (name, entries))
        if rng.random() < 0.08:
            more = [("default", _proxies(rng, CLIENT_NAMES, bare))]
            members.insert(rng.randint(0, len(members)), (rng.choice(("proxies", "PROXIES")), more))
    if rng.random() < 0.04:
        members.append(("proxies", None))
    text = _document(rng, members)
    if rng.random() < 0.03:
        text += "left over from an editor\n"
    return text.encode()


_ENTRIES = (
    "default",
    "default",
    "default",
    "unix:///var/run/docker.sock",
    "tcp://10.1.1.1:2376",
    "Default",
)


def _sections(rng: Random, bare: bool) -> Members:
    """The section of the proxies, once as a rule."""
    sections: Members = []
    for _ in range(rng.choice((1, 1, 1, 1, 1, 2, 2, 3))):
        name = rng.choice(("proxies",) * 6 + ("Proxies", "PROXIES"))
        sections.append((name, _proxies(rng, DAEMON_NAMES, bare)))
    return sections


def _proxies(rng: Random, names: tuple[str, ...], bare: bool) -> Members:
    members: Members = []
    for name in rng.sample(names, rng.randint(0, len(names))):
        value: str | None = rng.choice(_OLD_LISTS if "no" in name else _OLD_PROXIES)
        if bare:
            value = ""
        if rng.random() < 0.05:
            value = None
        members.append((name, value))
    if members and rng.random() < 0.08:
        members.append(rng.choice(members))
    return members


def _document(rng: Random, members: Members) -> str:
    layout = Layout.random(rng)
    before = rng.choice(("",) * 8 + ("\n", " "))
    after = rng.choice(("\n", "\n", "\n", "", "\r\n", "\n\n", "  \n", "\t"))
    return before + layout.written(members) + after


def _encoded(rng: Random, text: str) -> bytes:
    kind = rng.random()
    if kind < 0.8:
        return text.encode()
    if kind < 0.9:
        return b"\xef\xbb\xbf" + text.encode()
    if kind < 0.95:
        return b"\xff\xfe" + text.encode("utf-16-le")
    return b"\xfe\xff" + text.encode("utf-16-be")
