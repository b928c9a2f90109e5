"""Snapshots that are broken, cut off, newer, or no Snapshots: one clean line, and exit 2."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from dockproxy import DockproxyError, load_snapshot
from dockproxy.core.formats.snapshot_json import LIMIT
from tests.cli.tree import here
from tests.support.snapshot_documents import changed, healthy, leaves, refused, shown

TEXT = json.dumps(healthy(), indent=2)
BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "there is nothing in it"),
    "blank": (b" \n\n", "there is nothing in it"),
    "binary": (bytes(range(256)) * 16, "no text"),
    "a PNG": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no text"),
    "NULs": (b"\0" * 1000, "no JSON"),
    "no JSON": (b"hello", "no JSON"),
    "a list": (b"[]", "no Snapshot"),
    "null": (b"null", "no Snapshot"),
    "a number": (b"1", "no Snapshot"),
    "an object": (b"{}", "no Snapshot"),
    "another document": (b'{"schema": 1, "kind": "status"}', "of the kind status"),
    "no kind": (b'{"schema": 1}', "of the kind ?"),
    "only opened": (b'{"schema": 1, "kind": "snapshot"}', "version is missing"),
    "cut in half": (TEXT[: len(TEXT) // 2].encode(), "breaks off here"),
    "cut by one": (TEXT.rstrip()[:-1].encode(), "breaks off here"),
    "cut in a string": (b'{"schema": 1, "kin', "breaks off here"),
    "twice": ((TEXT + TEXT).encode(), "no JSON"),
    "NaN": (TEXT.replace("2000.0", "NaN").encode(), "a number in it that is none"),
    "Infinity": (TEXT.replace("2000.0", "-Infinity").encode(), "a number in it that is none"),
    "1e999": (TEXT.replace("2000.0", "1e999").encode(), "taken_at is missing or is not of type"),
    "1e400 pid": (TEXT.replace(": 42", ": " + "9" * 400).encode(), "is not of type int"),
    "5,000 digits": (TEXT.replace("2000.0", "9" * 5000).encode(), "a number in it that is none"),
    "a key twice": (TEXT.replace('"kind"', '"taken_at": 1, "kind"').encode(), "taken_at stands"),
    "100,000 arrays deep": (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "100,000 objects deep": (b'{"a":' * 100_000, "nested too deeply"),
    "deep in an unknown key": (
        b'{"schema": 1, "more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "nested too deeply",
    ),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), "no JSON"),
    "half of UTF-16": (b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1], "no text"),
    "no schema word": (TEXT.replace('"schema": 1', '"schema": true').encode(), "no Snapshot"),
    "schema as text": (TEXT.replace('"schema": 1', '"schema": "1"').encode(), "no Snapshot"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_refused_in_one_line_with_its_place(name: str, tmp_path: Path) -> None:
    content, said = BROKEN[name]
    file = tmp_path / "host.json"
    file.write_bytes(content)

    told = refused(file)

    assert said in told
    assert str(file) in told.splitlines()[0]
    assert len(told) < 600


def test_it_says_where_the_json_breaks(tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    file.write_text(TEXT.replace('"dockerd": {', '"dockerd": {{'))
    line = TEXT.splitlines().index('  "dockerd": {') + 1

    assert f"{file}:{line}:" in refused(file)


def test_a_newer_one_is_told_from_a_broken_one(tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    file.write_text(json.dumps({"schema": 2, "kind": "snapshot", "version": "9.1", "new": {}}))

    told = refused(file)

    assert "made by a newer dockproxy (9.1, schema 2; this one reads 1)" in told
    assert "update dockproxy here" in told


def test_an_older_one_is_told_too(tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    file.write_text(json.dumps({"schema": 0, "kind": "snapshot", "version": "0.0"}))

    assert "made by an older dockproxy (0.0, schema 0" in refused(file)


def test_a_newer_version_of_the_same_schema_is_read_and_its_new_keys_are_ignored(
    tmp_path: Path,
) -> None:
    document = healthy()
    document["version"] = "9.1"
    document["new"] = {"deep": [1, None, {"x": "y"}]}
    document["engine"]["new"] = None
    document["files"][0]["new"] = 1.5

    assert shown(tmp_path / "host.json", document) == shown(tmp_path / "host.json", healthy())


def test_an_error_is_a_document_where_one_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    file.write_text("[")

    refused(file, "--json")
    document = json.loads(here("status", "--from", str(file), "--json").out)

    assert (document["kind"], document["where"]) == ("error", f"{file}:1:2")


def test_a_wrong_type_is_refused_at_any_depth_with_its_path() -> None:
    document = healthy()
    places = [where for where in leaves(document) if where and where[0] not in ("kind", "host")]
    refusals = 0
    for where in places:
        for value in ({"a": 1}, [1], 1, "x", None):
            try:
                load_snapshot(json.dumps(changed(document, where, value)))
            except DockproxyError as error:
                refusals += 1
                assert where[0] == "schema" or f" {where[0]}" in str(error), (where, str(error))

    assert len(places) > 170
    assert refusals > 2.8 * len(places)


def test_100_mb_is_refused_without_being_read(tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    with file.open("wb") as sparse:
        sparse.truncate(100 * 1024 * 1024)

    begun = time.monotonic()
    assert "larger than any Snapshot" in refused(file)
    assert time.monotonic() - begun < 20
    assert LIMIT < 100 * 1024 * 1024


def test_what_never_ends_is_refused_too() -> None:
    assert "larger than any Snapshot" in refused(Path("/dev/zero"))
