"""Each fault of a config.json met by ``status``, ``set`` and ``undo``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dockproxy.core.model.secret import mask_url
from tests.cli.tree import CONFIG_JSON, PROXY, Tree
from tests.support.client_catalogue import CASES, Case

KEPT_UP_TO_SPACING = ("proxies", "Proxies")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_status_gives_what_the_docker_command_gives_and_says_what_it_says(
    tree: Tree, case: Case
) -> None:
    tree.write(CONFIG_JSON, case.text)

    said = tree.run("status")

    assert said.code == 0, said.text
    assert tree.given("client") == {key: mask_url(value) for key, value in case.gives.items()}
    assert bool(tree.drifts("client")) is bool(case.said)
    assert case.said in " ".join(said.out.split())


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_set_is_whole_or_refused_and_undo_gives_every_byte_back(tree: Tree, case: Case) -> None:
    tree.write(CONFIG_JSON, case.text)
    before = tree.seen()

    done = tree.run("set", PROXY, "--yes", "--for", "client")

    assert done.code == (0 if case.sets else 3), done.text
    if not case.sets:
        assert f"refused: {CONFIG_JSON}:" in done.out
        assert tree.seen() == before
        return
    given = tree.given("client")
    assert (given["http_proxy"], given["https_proxy"]) == (PROXY, PROXY)
    assert {key: value for key, value in given.items() if key in ("ftp_proxy", "all_proxy")} == {
        key: value for key, value in case.gives.items() if key in ("ftp_proxy", "all_proxy")
    }
    assert _others(tree.read(CONFIG_JSON)) == _others(case.text)
    assert tree.run("undo", "--yes").code == 0
    assert tree.seen() == before


def _others(text: str | bytes) -> Any:
    """All that has nothing to do with proxies; of an empty file, nothing."""
    text = text.decode() if isinstance(text, bytes) else text
    value, _ = json.JSONDecoder().raw_decode(text or "{}")
    return {key: item for key, item in value.items() if key not in KEPT_UP_TO_SPACING}
