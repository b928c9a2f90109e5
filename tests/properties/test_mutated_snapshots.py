"""Snapshots changed at random, in their bytes and in their values: read, or refused cleanly.

Whatever is taken must be resolved, shown as text and as JSON, and be written anew, in time.
DOCKPROXY_SNAPSHOTS sets how many; ``make soak`` tries 100,000.
"""

from __future__ import annotations

import copy
import json
import os
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from dockproxy import DockproxyError, dump_snapshot, load_snapshot
from dockproxy.render.json_v1 import status_json
from dockproxy.render.terminal import Style
from dockproxy.render.text_status import status_text
from tests.support.snapshot_documents import at, changed, healthy, leaves

COUNT = int(os.environ.get("DOCKPROXY_SNAPSHOTS", "400"))
SEED = int(os.environ.get("DOCKPROXY_SEED", "1"))
STYLES = (Style(width=40), Style(language="zh_CN"), Style(unicode=False, encoding="ascii"))

WORDS = (
    *(
        "",
        " ",
        "\0",
        "\udc80",
        "\udfff",
        "\ud83d",
        "\n",
        "\r\n",
        "\t",
        "\\",
        '"',
        "'",
        "%",
        "%%",
        "%a",
        "$",
        "${",
        "=",
        ":",
        "@",
    ),
    *("{", "}", "[", "]", "/", "//", "..", "*", "?", "#", ";", "\x1b[2J", "\u202e", "\ud800", "é"),
    *("中", "\U0001f600", "xxxxx:xxxxx@", "http://", "no", "docker.service", "/etc/docker", "-"),
    *("[Service]\n", "Environment=", "EnvironmentFile=", "UnsetEnvironment=", "ExecStart=", "\\\n"),
    *("HTTP_PROXY=", "proxies", "http-proxy", "default", "utf-16-le", "file", "missing", "offline"),
    *("%a" * 300, "\\" * 500, '"' * 500, "{" * 500, "[" * 2000, "A=" * 400, " " * 2000, "x" * 5000),
)
NUMBERS = (0, -1, 1, 2**31, 2**63, -(2**63), 10**18, 10**30, 0.5, -1e300, 1e17, 99999999999.0)


def mutated(rng: Random, document: dict[str, Any]) -> bytes:
    """A document with some of its values, or of its bytes, changed."""
    whole = copy.deepcopy(document)
    for _ in range(rng.choice((0, 1, 1, 2, 3, 8))):
        _change_a_value(rng, whole)
    content = json.dumps(whole, ensure_ascii=rng.random() < 0.7, indent=rng.choice((None, 2)))
    data = bytearray(content.encode("utf-8", "surrogatepass"))
    for _ in range(rng.choice((0, 0, 0, 1, 3))):
        _change_a_byte(rng, data)
    return bytes(data)


def _change_a_value(rng: Random, whole: dict[str, Any]) -> None:
    places = [place for place in leaves(whole) if place]
    place = rng.choice(places)
    above, key = at(whole, place[:-1]), place[-1]
    value = above[key]
    deed = rng.randrange(6)
    if deed == 0:
        del above[key]
    elif deed == 1:
        above[key] = copy.deepcopy(at(whole, rng.choice(places)))
    elif deed == 2:
        above[key] = rng.choice((None, True, [], {}, *NUMBERS, rng.choice(WORDS)))
    elif isinstance(value, str):
        cut = rng.randint(0, len(value))
        end = cut if rng.random() < 0.6 else rng.randint(cut, len(value))
        above[key] = value[:cut] + rng.choice(WORDS) * rng.choice((1, 1, 3)) + value[end:]
    elif isinstance(value, list):
        above[key] = value * rng.choice((0, 2, 3)) if len(value) < 30 else value[::-1]
    elif isinstance(value, dict):
        value[rng.choice(WORDS)] = rng.choice((1, "x", None, []))
    else:
        above[key] = rng.choice(NUMBERS)


def _change_a_byte(rng: Random, data: bytearray) -> None:
    place = rng.randrange(len(data) + 1)
    deed = rng.randrange(4)
    if deed == 0:
        del data[place:]
        data += b" "
    elif deed == 1:
        data[place:place] = rng.choice((b"{", b"]", b'"', b",", b"\\u", b"\xff", b"NaN", b"1e999"))
    elif deed == 2:
        del data[place : place + rng.randint(1, 20)]
    else:
        data[place : place + 1] = bytes((rng.randrange(256),))


def outcome(data: bytes) -> str:
    """``taken`` or ``refused``; any other exception is a fault."""
    try:
        host = load_snapshot(data)
    except DockproxyError as error:
        assert str(error)
        return "refused"
    for style in STYLES:
        text = status_text(host, style)
        assert all(char.isprintable() or char == "\n" for char in text)
        text.encode(style.encoding)
    json.dumps(status_json(host), allow_nan=False)
    again = load_snapshot(dump_snapshot(host))
    assert again == host
    return "taken"


def check(begin: int, count: int, record: Callable[[str, object], None]) -> dict[str, int]:
    """Try so many; how often each outcome was."""
    document = healthy()
    counts = {"taken": 0, "refused": 0}
    slowest = 0.0
    for seed in range(begin, begin + count):
        data = mutated(Random(seed), document)
        started = time.process_time()
        try:
            counts[outcome(data)] += 1
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}") from error
        taken = time.process_time() - started
        slowest = max(slowest, taken)
        assert taken < 4.0, f"seed {seed}: {taken:.1f} s for {len(data)} bytes"
    record("snapshots taken", counts["taken"])
    record("snapshots refused", counts["refused"])
    record("slowest, ms", round(slowest * 1000))
    return counts


def test_a_mutated_snapshot_is_taken_or_refused(
    record_property: Callable[[str, object], None],
) -> None:
    counts = check(SEED, COUNT, record_property)

    assert counts["taken"] > 0.2 * COUNT
    assert counts["refused"] > 0.2 * COUNT


@pytest.mark.soak
def test_every_odd_word_at_every_place(record_property: Callable[[str, object], None]) -> None:
    document = healthy()
    counts = {"taken": 0, "refused": 0}
    for place in leaves(document):
        text = at(document, place)
        if not isinstance(text, str):
            continue
        for word in WORDS:
            for cut in {0, len(text) // 2, len(text)}:
                spoiled = changed(document, place, text[:cut] + word + text[cut:])
                counts[outcome(json.dumps(spoiled).encode())] += 1

    record_property("snapshots taken", counts["taken"])
    record_property("snapshots refused", counts["refused"])
    assert counts["taken"] > 10_000


@pytest.mark.soak
def test_100_000_mutated_snapshots(record_property: Callable[[str, object], None]) -> None:
    counts = check(SEED, 100_000, record_property)

    assert counts["taken"] > 20_000
