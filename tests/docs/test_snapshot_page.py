"""docs/snapshot.md lists all that a Snapshot can contain: the allow-list that a person can read."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from dockproxy.core.model.snapshot import Snapshot
from tests.cli.tree import Tree
from tests.support.console_blocks import ROOT

PAGE = (ROOT / "docs" / "snapshot.md").read_text(encoding="utf-8")
OPENING = {"schema", "kind", "version", "host"}


def fields(record: Any, above: str = "") -> set[str]:
    """The dotted names of a record's fields, and of the records in it."""
    found: set[str] = set()
    for name, annotation in record.__annotations__.items():
        word = getattr(annotation, "__forward_arg__", str(annotation))
        inner = re.search(r"\w+(?=[\],]|\Z)", word.replace(", ...", ""))
        kind = getattr(sys.modules[record.__module__], inner.group(), None) if inner else None
        dotted = f"{above}{name}"
        found.add(dotted)
        if hasattr(kind, "_fields"):
            found |= fields(kind, f"{dotted}.")
    return found


def listed() -> set[str]:
    """The same names as the page's table has them."""
    found = set()
    for row in re.findall(r"^\| `([a-z_.\[\]]+)` \| (.*) \|$", PAGE, re.MULTILINE):
        name = row[0].replace("[]", "")
        found.add(name)
        found |= {f"{name}.{inner}" for inner in re.findall(r"`([a-z_]+)`", row[1])}
    return found


def test_the_page_lists_every_field_and_no_other() -> None:
    assert listed() == fields(Snapshot) - OPENING


def test_the_file_has_no_key_that_is_not_listed(tmp_path: Any) -> None:
    tree = Tree(str(tmp_path))
    tree.write("/etc/docker/daemon.json", '{"proxies": {"http-proxy": "http://a:b@h"}}')

    document = json.loads(tree.run("snapshot").out)

    assert set(document) <= OPENING | {name for name in listed() if "." not in name}
    for section in ("machine", "client"):
        assert {f"{section}.{name}" for name in document[section]} <= listed()
    for section in ("files", "unknown"):
        assert document[section]
        for item in document[section]:
            assert {f"{section}.{name}" for name in item} <= listed()
