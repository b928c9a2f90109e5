"""Columns are those of the file, whatever was masked before them on their line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dockproxy import api
from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, DROP_IN, Tree

SECRET = "http://user:a-long-password@p:1"
FILES = {
    DAEMON_JSON: f'{{"proxies": {{"http-proxy": "{SECRET}", "no-proxy": "é",'
    f' "https-proxy": "{SECRET}"}}}}',
    CONFIG_JSON: f'{{"proxies": {{"default": {{"httpProxy": "{SECRET}", "noProxy": "x"}}}}}}',
    DROP_IN: f"[Service]\nEnvironment=HTTP_PROXY={SECRET} 'NO_PROXY=x' HTTPS_PROXY={SECRET}\n",
    "/etc/default/docker": f"HTTP_PROXY={SECRET}\nNO_PROXY=x\n",
}


@pytest.mark.parametrize("path", FILES)
def test_every_origin_stands_where_its_file_has_it(tmp_path: Path, path: str) -> None:
    masked, plain = (Tree(str(tmp_path / name)) for name in ("masked", "plain"))
    if path == "/etc/default/docker":
        for tree in (masked, plain):
            tree.write(DROP_IN, f"[Service]\nEnvironmentFile={path}\n")
    masked.write(path, FILES[path])
    plain.write(path, FILES[path].replace("user:a-long-password@", "u" * 21))

    assert _places(masked) == _places(plain)
    assert _places(plain)


def test_a_fault_behind_a_mask_stands_where_the_file_has_it(tmp_path: Path) -> None:
    masked, plain = (Tree(str(tmp_path / name)) for name in ("masked", "plain"))
    text = f'{{"proxies": {{"http-proxy": "{SECRET}", "no-proxy": 1}}}}'
    masked.write(DAEMON_JSON, text)
    plain.write(DAEMON_JSON, text.replace("user:a-long-password@", "u" * 21))

    told = [
        re.findall(r"daemon\.json:(\d+:\d+):", tree.run("status").out) for tree in (masked, plain)
    ]

    assert told[0] == told[1]
    assert len(told[0]) == 1


def test_nothing_is_told_where_nothing_stands_behind(tmp_path: Path) -> None:
    tree = Tree(str(tmp_path))
    tree.write(DAEMON_JSON, f'{{\n  "proxies": {{\n    "http-proxy": "{SECRET}"\n  }}\n}}')

    host = api.observe(root=tree.root)

    assert all(fact.shifts == () for fact in host.snapshot.files)


def _places(tree: Tree) -> list[tuple[str, str, int | None, int | None]]:
    host = api.observe(root=tree.root)
    return [
        (component.component, key, value.origin.line, value.origin.column)
        for component in host.components
        for key, value in component.proxies.items()
        if value.origin.path is not None
    ]
