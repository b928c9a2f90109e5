"""NO_PROXY lists that ``set`` writes and changes."""

from __future__ import annotations

from typing import Any

import pytest

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.snapshot import Engine, FileFact, Network
from dockproxy.plan import no_proxy
from dockproxy.plan.intent import Intent, intent_from, intent_to_unset
from dockproxy.plan.make import Proposal, propose
from dockproxy.resolve.make import resolve
from tests.support import snapshots as s


def test_adding_keeps_what_is_there_and_adds_each_entry_once() -> None:
    assert no_proxy.changed("a.example, b.example", ["B.example,c.example"], []) == (
        "a.example, b.example,c.example"
    )


def test_removing_ignores_case_and_leaves_the_rest_in_order() -> None:
    assert no_proxy.changed("a,B,c", [], ["b"]) == "a,c"


def test_containers_reach_dockers_own_networks_without_the_proxy() -> None:
    snapshot = s.host(networks=(Network("bridge", "bridge", ("172.17.0.0/16", "rubbish")),))
    listed = no_proxy.default_for_client(snapshot).split(",")
    assert "172.17.0.0/16" in listed
    assert "host.docker.internal" in listed
    assert "rubbish" not in listed


def test_the_daemon_reaches_registries_on_private_addresses_without_the_proxy() -> None:
    engine = Engine(
        "unix:///s",
        "26.1.5",
        "1.45",
        registry_mirrors=("https://10.1.2.3:5000/", "https://mirror.example.com/"),
        insecure_registries=("127.0.0.0/8", "192.168.7.7:5000", "10.9.0.0/16", "::1/128"),
    )
    listed = no_proxy.default_for_daemon(s.host(engine=engine)).split(",")
    assert {"10.1.2.3", "192.168.7.7", "10.9.0.0/16"} <= set(listed)
    assert "mirror.example.com" not in listed
    assert listed.count("127.0.0.0/8") == 1
    assert "::1/128" not in listed


@pytest.mark.parametrize(
    ("entry", "doubted"),
    [
        ("registry.example", False),
        ("*.example", False),
        ("10.0.0.0/8", False),
        ("*", False),
        ("10.*", True),
        ("192.168.1.*", True),
        ("a b", True),
        ("a;b", True),
        ("<local>", True),
        ("http://registry.example", True),
    ],
)
def test_an_entry_that_matches_nothing_is_said(entry: str, doubted: bool) -> None:
    assert bool(no_proxy.doubts([entry])) is doubted


def test_what_containers_understand_is_doubted_where_the_daemon_alone_gets_it() -> None:
    assert no_proxy.doubts(["[2001:db8::1]"], ("daemon",))
    assert no_proxy.doubts(["[2001:db8::1]"], ("daemon", "client")) == []


CLIENT = s.config_json('{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}}')
DAEMON = s.daemon_json('{"proxies": {"http-proxy": "http://10.0.0.1:3128"}}')


def _proposed(intent: Intent, *files: FileFact) -> Proposal:
    return propose(resolve(s.host(*files, engine=s.engine())), intent)


def _parts(proposal: Proposal) -> set[str]:
    return {edit.component for edit in proposal.plan.edits}


@pytest.mark.parametrize("change", ["no_proxy_add", "no_proxy_remove"])
def test_a_daemon_without_a_proxy_is_left_alone_where_entries_change(change: str) -> None:
    intent = intent_from(**{change: ("registry.example",)})  # type: ignore[arg-type]

    proposal = _proposed(intent, CLIENT)

    assert "daemon" not in _parts(proposal)
    assert proposal.plan.restart is None
    assert any("the daemon has no proxy" in str(note) for note in proposal.notes)


@pytest.mark.parametrize(
    "intent",
    [
        intent_from(no_proxy="registry.example"),
        intent_from(no_proxy_add=("registry.example",), parts=("daemon",)),
        intent_from("http://10.0.0.2:1", no_proxy_add=("registry.example",)),
    ],
    ids=["whole list", "daemon named", "with a proxy"],
)
def test_a_daemon_without_a_proxy_gets_a_list_that_is_meant_for_it(intent: Intent) -> None:
    assert "daemon" in _parts(_proposed(intent, CLIENT))


def test_a_daemon_with_a_proxy_gets_the_entry_as_well() -> None:
    intent = intent_from(no_proxy_add=("registry.example",))

    assert _parts(_proposed(intent, CLIENT, DAEMON)) == {"daemon", "client"}


def test_all_proxy_alone_leaves_the_daemon_and_its_process_alone() -> None:
    for more in ({}, {"no_proxy": "a"}, {"no_proxy_add": ("a",)}):
        proposal = _proposed(intent_from(all_proxy="socks5://10.0.0.1:1080", **more))

        assert _parts(proposal) == {"client"}
        assert proposal.plan.restart is None


def test_a_change_of_entries_changes_nothing_else_of_the_list() -> None:
    assert no_proxy.changed("a,b , c", ["d"], []) == "a,b , c,d"
    assert no_proxy.changed("a,b , c", [], ["b"]) == "a, c"
    assert no_proxy.changed("a,b , c", ["B"], ["x"]) == "a,b , c"
    assert no_proxy.changed("a", [], ["a"]) == ""


def test_an_entry_added_where_there_is_no_list_is_all_of_it() -> None:
    (edit,) = _proposed(intent_from(no_proxy_add=("b",)), CLIENT).plan.edits

    values = [change.value.reveal() for change in edit.changes if change.value is not None]
    assert values == ["b"]


def test_an_entry_to_remove_that_no_list_has_is_named() -> None:
    texts = [str(note) for note in _proposed(intent_from(no_proxy_remove=("typo",)), CLIENT).notes]
    assert any("no entry “typo”" in text for text in texts)


def test_an_entry_can_not_be_added_and_removed_at_once() -> None:
    with pytest.raises(UsageError, match="added and removed"):
        intent_from(no_proxy_add=("a,b",), no_proxy_remove=("B",))


@pytest.mark.parametrize("more", [{"no_proxy_remove": ("a",)}, {"no_proxy": ""}])
def test_what_set_changes_is_called_set(more: dict[str, Any]) -> None:
    assert _proposed(intent_from(**more), CLIENT, DAEMON).plan.intent == "set"
    assert _proposed(intent_to_unset(), CLIENT, DAEMON).plan.intent == "unset"


def test_the_list_goes_where_the_proxies_go() -> None:
    text = '{"proxies": {"http-proxy": "http://10.0.0.1:1", "no-proxy": "mine.example"}}'
    host = resolve(s.host(s.daemon_json(text)))

    plan = propose(host, intent_from("http://10.0.0.2:1", parts=("daemon",), via="systemd")).plan

    given = {change.key: change.value for edit in plan.edits for change in edit.changes}
    assert given["proxies", "no-proxy"] is None
    moved = given[("NO_PROXY",)]
    assert moved is not None
    assert moved.reveal() == "mine.example"
