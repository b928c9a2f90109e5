"""A damaged config.json: no repair of it loses a proxy that the text still has."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from dockproxy.core.formats.go_json import parse
from dockproxy.core.formats.json_repair import repaired
from dockproxy.core.model.errors import ParseError

SEED = int(os.environ.get("DOCKPROXY_SEED", "13"))
FEW, MANY = 1_500, 40_000
SIGNS = "{}[],:\"'x;. “/\n\t"
PROXY = "http://10.0.0.1:3128"
MEMBERS: dict[str, Any] = {
    "auths": {"a": {"auth": "dXNlcjpwYXNz"}, "b": {}},
    "credsStore": "pass",
    "psFormat": "table {{.Names}}",
    "HttpHeaders": {"X": "y"},
    "plugins": {"scan": {"on": "true"}},
    "aliases": {},
    "detachKeys": "ctrl-e,e",
}


def sound(rng: Random) -> str:
    """A config.json with proxies, its members in any order, laid out as docker or on one line."""
    names = ("httpProxy", "httpsProxy", "noProxy")
    default = {name: "localhost,127.0.0.1" if "no" in name else PROXY for name in names}
    members = {"proxies": {"default": default}}
    members |= {name: MEMBERS[name] for name in rng.sample(list(MEMBERS), rng.randrange(4))}
    order = rng.sample(list(members), len(members))
    layout = rng.choice([(None, (",", ":")), (None, (", ", ": ")), ("\t", None), (2, None)])
    text = json.dumps(
        {name: members[name] for name in order}, indent=layout[0], separators=layout[1]
    )
    return text + rng.choice(["", "\n"])


def damaged(rng: Random, text: str) -> tuple[str, int]:
    """The text with one damage, and where that is."""
    at = rng.randrange(len(text))
    sign = rng.choice(SIGNS)
    how = rng.randrange(4)
    rest = ("", text[at + 1 :], sign + text[at:], sign + text[at + 1 :])[how]
    return text[:at] + rest, at


def proxies(text: str) -> dict[str, str]:
    """What docker takes of it: its first value alone counts."""
    value = json.JSONDecoder().raw_decode(text.lstrip())[0]
    default = value.get("proxies", {}) if isinstance(value, dict) else {}
    default = default.get("default", {}) if isinstance(default, dict) else {}
    return dict(default) if isinstance(default, dict) else {}


def still_there(text: str, at: int) -> set[str]:
    """The proxies that stand whole before the damage."""
    return {
        name for name in proxies(text) if text.find(f'"{name}"') >= 0 and _end(text, name) <= at
    }


def _end(text: str, name: str) -> int:
    value = text.index('"', text.index(f'"{name}"') + len(name) + 2)
    return text.index('"', value + 1) + 1


@pytest.mark.parametrize("texts", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_no_repair_of_a_config_json_loses_a_proxy(
    texts: int, record_property: Callable[[str, object], None]
) -> None:
    print(f"seed {SEED}")
    rng = Random(SEED)
    counts: Counter[str] = Counter()
    while counts["damaged"] < texts:
        text = sound(rng)
        broken, at = damaged(rng, text)
        try:
            parse(broken, trailing=True)
        except ParseError:
            counts["damaged"] += 1
        else:
            continue
        repair = repaired(broken, trailing=True)
        if repair is None:
            counts["beyond repair"] += 1
            continue
        counts["safe" if repair.certain else "offered"] += 1
        lost = still_there(text, at) - set(proxies(repair.text))
        assert not lost, (text, broken, repair)
        if repair.certain:
            assert json.loads(repair.text) == json.loads(text), (text, broken, repair)
    for what, number in counts.items():
        record_property(what, number)
    assert counts["safe"] > 0.15 * texts
    assert counts["offered"] > 0.2 * texts
