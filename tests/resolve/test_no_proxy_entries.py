"""Entries that no program which reads the list understands are said, and change no verdict."""

from __future__ import annotations

import pytest

from dockproxy.resolve.host import Drift
from dockproxy.resolve.make import resolve
from tests.support import snapshots as s


def said(part: str, listing: str) -> list[Drift]:
    daemon = s.daemon_json(f'{{"proxies": {{"no-proxy": "{listing}"}}}}')
    client = s.config_json(f'{{"proxies": {{"default": {{"noProxy": "{listing}"}}}}}}')
    host = resolve(s.host(daemon, client, engine=s.engine(no_proxy=listing)))
    component = host.component(part)
    assert component is not None
    assert not component.is_change_due
    return [drift for drift in component.drift if drift.code == "not-understood"]


@pytest.mark.parametrize("part", ["daemon", "client"])
def test_an_entry_that_matches_nothing_is_said_of_both(part: str) -> None:
    (drift,) = said(part, "t.test,10.*,localhost,<local>")

    assert str(drift.message) == "no_proxy: “10.*”, “<local>” match nothing."
    assert drift.keys == ("no_proxy",)
    assert drift.remedy == ""


@pytest.mark.parametrize("part", ["daemon", "client"])
def test_nothing_is_said_of_a_list_that_is_understood(part: str) -> None:
    assert said(part, "localhost,127.0.0.1,127.0.0.0/8,::1,.t.test,*.t.test,*, ,") == []


def test_what_containers_understand_is_said_of_the_daemon_alone() -> None:
    (drift,) = said("daemon", "[2001:db8::1]")

    assert str(drift.message) == "no_proxy: “[2001:db8::1]” matches nothing."
    assert said("client", "[2001:db8::1]") == []


def test_of_many_the_first_are_named() -> None:
    (drift,) = said("daemon", ",".join(f"{number}.*" for number in range(10, 20)))

    assert str(drift.message).endswith("“14.*” and 5 more match nothing.")
