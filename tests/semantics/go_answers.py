"""What the real Go says, and our decisions in its words: tests/lab/equipment/go/proxies.go."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from dockproxy.semantics import go_url
from dockproxy.semantics.base import Decision, Target
from dockproxy.semantics.go import VERSIONS, ProxyFunc

SEMANTICS_OF = {"1.15": "1.15", "1.19": "1.19", "1.24": "1.24", "1.26": "1.26", "1.27": "1.27"}
"""The real versions, and which of ours each is."""

_USER = re.compile(r"\A([a-z][a-z0-9+.-]*://)([^/?#]*)@")
_PLAIN_IN_USER = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~$&+,;="
)


class Recorded(NamedTuple):
    """One environment, where it goes, and what Go says of each."""

    environ: Mapping[str, str]
    targets: Sequence[str]
    said: Sequence[str]


def our_words(environ: Mapping[str, str], targets: Sequence[str], version: str) -> list[str]:
    """What we say of each target."""
    assert SEMANTICS_OF[version] in VERSIONS
    decide = ProxyFunc(environ, SEMANTICS_OF[version])
    return [_words(decide(Target(url, "", "", ""))) for url in targets]


def _words(decision: Decision) -> str:
    if decision.kind == "error":
        return "error cgi" if decision.variable else "error url"
    if decision.kind == "direct":
        return "direct"
    return "proxy " + _USER.sub(_rewritten, decision.proxy, count=1)


def _rewritten(found: re.Match[str]) -> str:
    name, colon, password = found.group(2).partition(":")
    return f"{found.group(1)}{_as_go_writes(name)}{colon}{_as_go_writes(password)}@"


def _as_go_writes(part: str) -> str:
    """User information is escaped anew by URL.String; we keep it as it was written."""
    return go_url.escaped(go_url.unescaped(part), _PLAIN_IN_USER)


def wide(text: str) -> str:
    """A character for each byte."""
    return go_url.as_bytes(text).decode("latin-1")


def narrow(text: str) -> str:
    """The text of such bytes."""
    return text.encode("latin-1").decode("utf-8", "surrogateescape")


def recorded(path: Path) -> Iterator[Recorded]:
    """Lines of JSON as ``python -m tests.lab.go_oracle`` writes them."""
    for line in path.read_text(encoding="ascii").splitlines():
        found = json.loads(line)
        yield Recorded(
            {narrow(name): narrow(value) for name, value in found["env"]},
            [narrow(target) for target in found["targets"]],
            [narrow(said) for said in found["said"]],
        )
