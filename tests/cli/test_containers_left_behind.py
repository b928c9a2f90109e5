"""What is said of containers that keep old proxies: only where what they are given was changed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dockproxy.cli import propose
from dockproxy.cli.change import Ending
from dockproxy.core.model.report import FilePreview, Preview
from dockproxy.plan.intent import Intent, intent_from, intent_to_unset
from dockproxy.resolve.host import Component

OLD = SimpleNamespace(
    components=(Component("container", "web", {}, in_sync=False),),
)


def told(part: str, intent: Intent) -> str:
    file = FilePreview("/f", "/f", part, True, True, True, "", "")
    said: list[str] = []
    eyes: Any = SimpleNamespace(observe_after=lambda: OLD)
    console: Any = SimpleNamespace(out=said.append)
    propose._still_old(eyes, console, Ending("applied", 0, Preview(True, (file,))), intent)
    return "".join(said)


@pytest.mark.parametrize("part", ["daemon", "builder"])
def test_nothing_is_said_of_containers_that_a_change_has_nothing_to_do_with(part: str) -> None:
    assert told(part, intent_from("http://10.0.0.1:1")) == ""


def test_what_becomes_of_them_depends_on_the_command() -> None:
    assert "get the new ones" in told("client", intent_from("http://10.0.0.1:1"))
    assert "lose them" in told("client", intent_to_unset())
