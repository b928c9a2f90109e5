"""What new containers and builds are given."""

from __future__ import annotations

import json

import pytest

from dockproxy.core.model.snapshot import Network
from dockproxy.plan.client import gateways
from dockproxy.plan.intent import intent_from, intent_to_unset
from dockproxy.plan.make import propose
from dockproxy.resolve.make import resolve
from tests.support import snapshots as s

BRIDGE = Network("bridge", "bridge", ("172.17.0.0/16",), ("172.17.0.1",))
OTHER = Network("app", "bridge", ("172.18.0.0/16",), ("172.18.0.1", "fd00::1"))


def test_the_default_entry_is_set() -> None:
    host = resolve(s.host())
    (edit,) = propose(host, intent_from("http://10.0.0.1:3128", parts=("client",))).plan.edits
    keys = {change.key for change in edit.changes}
    assert edit.path == s.CONFIG
    assert (edit.owner, edit.group) == (1000, 1000)
    assert {("proxies", "default", name) for name in ("httpProxy", "httpsProxy", "noProxy")} == keys


def test_an_entry_for_this_daemons_address_is_the_one_that_counts() -> None:
    entries = {s.SOCKET: {"httpProxy": "http://10.0.0.9:1"}, "default": {}}
    text = json.dumps({"proxies": entries})
    host = resolve(s.host(s.config_json(text)))
    (edit,) = propose(host, intent_from("http://10.0.0.1:3128", parts=("client",))).plan.edits
    assert {change.key[1] for change in edit.changes} == {s.SOCKET}


def test_a_loopback_proxy_becomes_the_gateway_where_it_answers_there() -> None:
    host = resolve(s.host(networks=(OTHER, BRIDGE)))
    proposal = propose(
        host, intent_from("http://127.0.0.1:7890"), answering_gateways=("172.17.0.1",)
    )
    values = {
        edit.component: {change.value.reveal() for change in edit.changes if change.value}
        for edit in proposal.plan.edits
    }
    assert "http://127.0.0.1:7890" in values["daemon"]
    assert "http://172.17.0.1:7890" in values["client"]
    assert "http://127.0.0.1:7890" not in values["client"]


def test_a_loopback_proxy_that_containers_can_not_reach_is_left_out_with_what_to_change() -> None:
    host = resolve(s.host(networks=(BRIDGE,)))
    proposal = propose(host, intent_from("http://localhost:7890"))
    assert [edit.component for edit in proposal.plan.edits] == ["daemon"]
    (left,) = proposal.left_out
    assert left.component == "client"
    assert "172.17.0.1:7890" in str(left.how)
    assert "allow LAN" in str(left.how)


def test_a_loopback_address_is_written_where_it_was_forced() -> None:
    host = resolve(s.host())
    proposal = propose(host, intent_from("http://localhost:7890"), allow_loopback=True)
    assert [edit.component for edit in proposal.plan.edits] == ["daemon", "client"]


def test_gateways_name_the_default_bridge_first_and_only_ipv4() -> None:
    assert gateways(s.host(networks=(OTHER, BRIDGE))) == ("172.17.0.1", "172.18.0.1")


def test_unset_touches_only_the_keys_that_are_there() -> None:
    text = '{"proxies": {"default": {"httpProxy": "http://10.0.0.9:1", "allProxy": "x"}}}'
    host = resolve(s.host(s.config_json(text)))
    (edit,) = propose(host, intent_to_unset(("client",))).plan.edits
    assert {change.key[2] for change in edit.changes} == {"httpProxy", "allProxy"}


def test_unset_of_nothing_is_no_edit() -> None:
    assert propose(resolve(s.host()), intent_to_unset()).plan.edits == ()


def test_an_address_on_a_link_of_this_machine_is_not_given_to_containers() -> None:
    proposal = propose(resolve(s.host()), intent_from("http://[fe80::1%eth0]:3128"))
    assert [edit.component for edit in proposal.plan.edits] == ["daemon"]
    values = {change.value.reveal() for change in proposal.plan.edits[0].changes if change.value}
    assert "http://[fe80::1%25eth0]:3128" in values
    (left,) = proposal.left_out
    assert (left.component, "--for daemon" in str(left.how)) == ("client", True)


@pytest.mark.parametrize(
    ("subnets", "left"), [(("172.17.0.0/16",), True), (("172.17.0.0/16", "fd00::/64"), False)]
)
def test_an_ipv6_proxy_is_left_out_where_docker_s_networks_have_none(
    subnets: tuple[str, ...], left: bool
) -> None:
    host = resolve(s.host(networks=(Network("bridge", "bridge", subnets, ("172.17.0.1",)),)))

    proposal = propose(host, intent_from("http://[fd00::9]:3128"))

    assert ["has IPv6" in str(part.why) for part in proposal.left_out] == [True] * left
    assert {edit.component for edit in proposal.plan.edits} == {"daemon", "client"} - (
        {"client"} if left else set()
    )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://h:1", []),
        ("https://h:1", ["trust the proxy's certificate"]),
        ("socks5://h:1", ["With socks5h:// apt does too"]),
        ("socks5h://h:1", ["know socks5:// only"]),
    ],
)
def test_a_scheme_that_not_all_programs_speak_is_remarked_upon(url: str, words: list[str]) -> None:
    notes = propose(resolve(s.host()), intent_from(url)).notes
    said = [str(note) for note in notes if "containers and builds" in str(note)]
    assert len(said) == len(words)
    assert all(word in text for word, text in zip(words, said, strict=True))


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://u:p%40s@h:1", ""),
        ("http://u:密码@h:1", "requests"),
        ("http://u:p%2541@h:1", "git"),
        ("socks5://u:p%2541@h:1", ""),
    ],
)
def test_a_password_that_a_well_known_program_can_not_send_is_remarked_upon(
    url: str, word: str
) -> None:
    notes = propose(resolve(s.host()), intent_from(url)).notes
    said = [str(note) for note in notes if "the user or password holds" in str(note)]
    assert [word in text for text in said] == ([True] if word else [])


@pytest.mark.parametrize("address", ["http://u:p#w@10.0.0.1:3128", "10.0.0.1:3128"])
def test_an_address_that_was_mended_is_planned_where_docker_has_networks(address: str) -> None:
    host = resolve(s.host(networks=(BRIDGE,)))

    proposal = propose(host, intent_from(address))

    assert {edit.path for edit in proposal.plan.edits} == {s.CONFIG, s.DAEMON_JSON}


def test_an_ipv6_proxy_that_is_forced_is_remarked_upon_once() -> None:
    host = resolve(s.host(networks=(BRIDGE,)))

    proposal = propose(host, intent_from("http://[fd00::9]:3128"), allow_loopback=True)

    assert {edit.component for edit in proposal.plan.edits} == {"daemon", "client"}
    assert sum("has IPv6" in str(note) for note in proposal.notes) == 1
