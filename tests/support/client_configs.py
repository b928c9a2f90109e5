"""Random config.json whose every proxy has a value of its own, so that each can be followed.

A value holds ``m12.test``; ``d12.http_proxy.`` in an entry ``default`` that the daemon's own entry
stands in for; ``o12.test`` where it is meant for another daemon.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

NAMES = {
    "http_proxy": "httpProxy",
    "https_proxy": "httpsProxy",
    "ftp_proxy": "ftpProxy",
    "all_proxy": "allProxy",
    "no_proxy": "noProxy",
}
_MISSPELT: tuple[Callable[[str], str], ...] = (
    lambda key: key.replace("_", "-"),
    lambda key: key,
    str.upper,
    lambda key: key.replace("_", "-").upper(),
    lambda key: key.replace("_", " ").title().replace(" ", "_"),
)
_OTHERS = (
    '"auths": {"r.test": {"auth": "YTpi"}}', '"auths": {}', '"psFormat": "table {{.ID}}"',
    '"credsStore": ""', '"detachKeys": "ctrl-e,e"', '"plugins": {"x": {"httpProxy": "y"}}',
    '"features": {"hooks": "true"}', '"mine": [1, {"a": null}]', '"pruneFilters": ["a=b"]',
    '"HttpHeaders": {"X-Y": "z"}', '"experimental": "enabled"', '"imagesFormat": null',
    '"newer": {"deep": {"er": true}}', '"auths": {"r.test": {}, "s.test": null}', '"": 1',
)  # fmt: skip
_BAD_OTHERS = (
    '"psFormat": 5', '"auths": []', '"auths": {"r.test": {"auth": "?"}}', '"HTTPHEADERS": {"X": 1}',
    '"plugins": {"x": "y"}', '"features": {"hooks": true}', '"pruneFilters": "a=b"',
    '"auths": {"r.test": {"auth": "YTpi", "EMAIL": 1}}', '"auths": {"r.test": {"auth": "YWI="}}',
    '"credHelpers": {"r.test": ["x"]}', '"detachKeys": false', '"auths": {"r.test": 1}',
)  # fmt: skip
_ODD = ("null", '""', "3128", "true", "[]", "{}", '["x"]', '{"url": "x"}', "null", '""')


class Configs:
    """A stream of them, for the daemon at ``socket``."""

    def __init__(self, rng: Random, socket: str) -> None:
        self.rng = rng
        self.socket = socket
        self.count = 0
        self.has_own = False

    def text(self) -> str:
        """One that is JSON."""
        rng, self.count = self.rng, 0
        self.has_own = rng.random() < 0.3
        members = [rng.choice(_OTHERS) for _ in range(rng.choice((0, 1, 1, 2, 3)))]
        if rng.random() < 0.08:
            members.append(rng.choice(_BAD_OTHERS))
        for _ in range(rng.choice((1, 1, 1, 1, 1, 1, 0, 2))):
            members.append(self._section())
        if rng.random() < 0.12:
            members.append(self._misplaced())
        rng.shuffle(members)
        return "{" + ", ".join(members) + "}"

    def _section(self) -> str:
        rng = self.rng
        name = rng.choice(("proxies",) * 12 + ("Proxies", "PROXIES", "proxie\\u0073"))
        if rng.random() < 0.06:
            return f'"{name}": ' + rng.choice(("null", "null", f'"{self._value("")}"', "[]", "5"))
        entries = [self._entry() for _ in range(rng.choice((0, 1, 1, 1, 2, 2)))]
        if self.has_own:
            entries.append(f'"unix://{self.socket}": {self._fields("m")}')
        if rng.random() < 0.12:
            entries += [self._field(rng.choice(list(NAMES)), "m", 0.3) for _ in range(2)]
        rng.shuffle(entries)
        return f'"{name}": {{' + ", ".join(entries) + "}"

    def _entry(self) -> str:
        rng, kind = self.rng, self.rng.random()
        if kind < 0.6:
            return f'"default": {self._fields("d" if self.has_own else "m")}'
        if kind < 0.72:
            name = rng.choice(("Default", "DEFAULT", "office", "ssh://root@far", self.socket))
            return f'"{name}": {self._fields("m")}'
        if kind < 0.84:
            path = rng.choice(("/" + self.socket, self.socket.replace("/", "/./", 1)))
            return f'"unix://{path}": {self._fields("m")}'
        if kind < 0.95:
            name = rng.choice(("tcp://10.0.0.9:2376", "unix:///elsewhere.sock", "https://d.test:1"))
            return f'"{name}": {self._fields("o")}'
        return f'"default": {rng.choice(("null", "5", "[]", f"[{self._fields(chr(109))}]"))}'

    def _fields(self, tag: str) -> str:
        rng = self.rng
        keys = rng.sample(list(NAMES), rng.choice((0, 1, 2, 2, 3, 5)))
        if keys and rng.random() < 0.08:
            keys.append(rng.choice(keys))
        fields = [self._field(key, tag, 0.08) for key in keys]
        if rng.random() < 0.05:
            inner = rng.choice(("proxies", "default"))
            fields.append(f'"{inner}": ' + self._fields("m" if tag == "d" else tag))
        if rng.random() < 0.05:
            fields.append('"_remark": "the company"')
        return "{" + ", ".join(fields) + "}"

    def _field(self, key: str, tag: str, misspelt: float) -> str:
        rng, name = self.rng, NAMES[key]
        if rng.random() < misspelt:
            name = rng.choice(_MISSPELT)(key)
            tag = "m" if tag == "d" else tag
        elif rng.random() < 0.1:
            name = "".join(rng.choice((char.lower(), char.upper())) for char in name)
        elif rng.random() < 0.05:
            name = f"\\u{ord(name[0]):04x}{name[1:]}"
        if rng.random() < 0.1:
            return f'"{name}": {rng.choice(_ODD)}'
        return f'"{name}": "{self._value(key, tag)}"'

    def _value(self, key: str, tag: str = "m") -> str:
        self.count += 1
        marker = f"d{self.count}.{key}." if tag == "d" else f"{tag}{self.count}.test"
        if key == "no_proxy":
            return f"localhost,{marker}"
        user = self.rng.choice(("", "", "u:p%40x@"))
        return f"http://{user}{marker}:3128"

    def _misplaced(self) -> str:
        rng = self.rng
        field = self._field(rng.choice(list(NAMES)), "m", 0.2)
        return rng.choice(
            (
                field,
                f'"default": {{{field}}}',
                f'"proxy": {{"default": {{{field}}}}}',
                f'"Proxy": {{{field}}}',
                f'"elsewhere": {{{field}}}',
            )
        )

    def data(self) -> bytes:
        """Bytes, in some layout, to which something may have happened."""
        rng, text = self.rng, self.text()
        layout = rng.random()
        if layout < 0.5:
            indent = rng.choice(("\t", "  ", "    "))
            text = _laid_out(text, indent, rng.choice(("\n", "\n", "\r\n")))
        kind = rng.random()
        if kind < 0.76:
            return text.encode()
        return rng.choice(_BEFALLS)(rng, text)


def _laid_out(text: str, indent: str, newline: str) -> str:
    """On many lines; what stands twice and escapes stay."""
    depth, quoted, made = 0, False, []
    for index, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        if quoted or char not in "{}, ":
            made.append(char)
        elif char == "{" and text[index + 1] != "}":
            depth += 1
            made.append("{" + newline + indent * depth)
        elif char == "}" and text[index - 1] != "{":
            depth -= 1
            made.append(newline + indent * depth + "}")
        elif char == ",":
            made.append("," + newline + indent * depth)
        elif char != " " or text[index - 1] != ",":
            made.append(char)
    return "".join(made) + newline


def _cut(rng: Random, text: str) -> bytes:
    return text[: rng.randrange(len(text))].encode()


def _trailing_comma(rng: Random, text: str) -> bytes:
    at = rng.choice([index for index, char in enumerate(text) if char == "}"])
    return (text[:at] + "," + text[at:]).encode()


def _comment(rng: Random, text: str) -> bytes:
    at = rng.choice([index for index, char in enumerate(text) if char in "{,"]) + 1
    return (text[:at] + rng.choice(("// x\n", "/* x */", "# x\n")) + text[at:]).encode()


def _second(rng: Random, text: str) -> bytes:
    return (
        text + "\n" + text.replace(".test", "0.test").replace('"httpProxy": "y"', '"z": "y"')
    ).encode()


def _behind(rng: Random, text: str) -> bytes:
    return (text + rng.choice((" and more", "}", text, "\n\0", " // x"))).encode()


def _encoded(rng: Random, text: str) -> bytes:
    return text.encode(rng.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")))


def _quotes(rng: Random, text: str) -> bytes:
    new = rng.choice(("“", "'", "”"))
    return text.replace('"', new, rng.choice((1, 2, 1000))).encode()


def _whole(rng: Random, text: str) -> bytes:
    return rng.choice((b"", b" \n", b"null", b"[]", b"5", b'"x"', b"{}", b"nul", b"{}{}", b"\0"))


_BEFALLS: tuple[Callable[[Random, str], bytes], ...] = (
    _cut, _trailing_comma, _comment, _behind, _second, _encoded, _quotes, _whole,
)  # fmt: skip


def value_at(text: str, offset: int) -> str:
    """The JSON value that begins there, "" if none does."""
    try:
        end = json.JSONDecoder(strict=False).raw_decode(text, offset)[1]
    except ValueError:
        return ""
    return text[offset:end]
