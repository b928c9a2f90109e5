"""Lists that are made: accepted for members, rejected for the rest, or said where that can't be."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockproxy.core.model.errors import UsageError
from dockproxy.no_proxy.make import MOST_MEMBERS, Made, make
from dockproxy.no_proxy.members import Member, joined, parse_member
from dockproxy.no_proxy.programs import Asked, programs, target
from dockproxy.semantics import registry
from dockproxy.semantics.base import Target
from tests.no_proxy.stand_ins import NAMES, ONLY_ALONE, SUFFIXES, asked

GO = programs("go")
STAND_INS = (asked(NAMES), asked(SUFFIXES), asked(ONLY_ALONE))
REAL = programs("all")


@pytest.mark.parametrize(
    ("members", "listing"),
    [
        (["t.com"], "t.com"),
        ([".t.com"], ".t.com"),
        (["*.t.com"], ".t.com"),
        (["t.com", ".t.com"], "t.com"),
        (["t.com", "a.t.com"], "t.com"),
        ([".t.com", "a.t.com"], ".t.com"),
        (["t.com:5000"], "t.com:5000"),
        (["https://t.com/path"], "t.com:443"),
        (["10.1.2.0/24"], "10.1.2.0/24"),
        (["10.1.2.7/24"], "10.1.2.0/24"),
        (["10.0.0.0/25", "10.0.0.128/25"], "10.0.0.0/24"),
        (["10.0.0.4", "10.0.0.5"], "10.0.0.4/31"),
        (["10.0.0.0/8", "10.1.2.3"], "10.0.0.0/8"),
        (["10.1.2.3"], "10.1.2.3"),
        (["10.1.2.3:80"], "10.1.2.3:80"),
        (["[2001:db8::1]:5000"], "[2001:db8::1]:5000"),
        (["2001:db8::1"], "2001:db8::1"),
        (["2001:db8::/32"], "2001:db8::/32"),
        (["b.test", "a.test"], "b.test,a.test"),
        (["T.com", "t.com"], "t.com"),
        (["b\u00fccher.test"], "b\u00fccher.test"),
        (["localhost", "127.0.0.1"], ""),
    ],
)
def test_the_shortest_list_for_go(members: list[str], listing: str) -> None:
    made = make(members, GO)

    assert made.listing == listing
    assert made.is_exact


def test_names_under_a_host_are_said_and_no_fault() -> None:
    made = make(["t.com"], GO)

    assert [(spill.code, spill.is_harmless) for spill in made.spills] == [("under", True)]
    assert made.spills[0].example.url == "http://sub.t.com/"


def test_a_small_network_is_written_address_by_address_for_whom_knows_no_networks() -> None:
    made = make(["10.0.0.0/30"], (*GO, asked(NAMES)))

    assert made.entries == ("10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3")
    assert made.is_exact


def test_a_large_network_can_not_be_had_there_and_the_rest_is_given() -> None:
    made = make(["10.0.0.0/8", "t.com"], (*GO, asked(NAMES)))

    assert made.listing == "10.0.0.0/8,t.com"
    assert [(lack.member.shown, lack.programs) for lack in made.lacks] == [
        ("10.0.0.0/8", ("names",))
    ]
    assert not made.is_exact


def test_a_port_that_a_program_does_not_know_lets_all_ports_past_and_is_said() -> None:
    made = make(["t.com:5000"], (*GO, asked(NAMES)))

    assert made.listing == "t.com"
    assert not made.lacks
    assert {(spill.code, spill.programs) for spill in made.spills} >= {("port", ("go", "names"))}
    assert all(spill.is_harmless for spill in made.spills)


def test_a_suffix_lets_more_past_and_is_said() -> None:
    made = make(["t.com"], (asked(SUFFIXES),))

    assert made.listing == "t.com"
    assert [spill.code for spill in made.spills if not spill.is_harmless] == ["ending"]


def test_what_some_of_the_usual_programs_make_of_it_is_no_fault() -> None:
    for word in ("t.com", "10.0.0.0/8"):
        several = (*GO, asked(SUFFIXES))
        assert make([word], several).is_at_fault
        assert not make([word], several, named=False).is_at_fault
        assert make([word], several[1:], named=False).is_at_fault


def test_a_network_is_not_written_address_by_address_for_programs_that_nobody_named() -> None:
    several = (*GO, asked(NAMES))

    assert make(["10.0.0.0/24"], several, named=False).listing == "10.0.0.0/24"
    assert len(make(["10.0.0.0/28"], several, named=False).entries) == 16
    assert len(make(["10.0.0.0/24"], several).entries) == 256


def test_a_suffix_that_begins_with_a_dot_does_not() -> None:
    made = make([".t.com"], (asked(SUFFIXES), *GO))

    assert made.listing == ".t.com"
    assert made.is_exact


def test_a_program_that_reads_no_list_is_said() -> None:
    from tests.no_proxy.stand_ins import stand_in

    made = make(["t.com"], (*GO, asked(stand_in("never", lambda _listing: []))))

    assert made.listing == "t.com"
    assert [lack.programs for lack in made.lacks] == [("never",)]


@pytest.mark.parametrize(
    "word",
    [
        "",
        " ",
        "*",
        ".",
        "a b",
        "a,b",
        "a:b",
        "a:0",
        "a:99999",
        "ftp://a.test",
        "http://",
        "10.0.0.0/99",
        "a..b",
        "x" * 300,
        "\x1b[2J",
        "a\x00b",
        "\udc80",
        "[::1",
        "fe80::1%eth0",
        "a" * 10**6,
    ],
)
def test_what_is_no_member_is_refused(word: str) -> None:
    with pytest.raises(UsageError):
        make([word], GO)


def test_too_many_members_are_refused_and_as_many_as_may_be_are_quick() -> None:
    members = [f"h{number}.test" for number in range(MOST_MEMBERS)]

    assert make(members, GO).entries == tuple(members)
    with pytest.raises(UsageError, match="too many"):
        make([*members, "one.more"], GO)


def test_what_another_member_holds_is_left_out() -> None:
    words = ["a.t.com", ".t.com", "10.0.0.1", "10.0.0.0/24", "t.com:80", "t.com"]

    shown = [member.shown for member in joined(map(parse_member, words))]

    assert sorted(shown) == [".t.com", "10.0.0.0/24", "t.com"]


LABEL = st.sampled_from(["a", "b", "t", "xt", "corp", "com", "b-1"])
NAME = st.lists(LABEL, min_size=1, max_size=4).map(".".join)
ADDRESS = st.integers(0, 2**32 - 1).map(lambda number: str(IPv4Address(number)))
NETWORK = st.tuples(
    st.sampled_from(["10.0.0.0", "10.0.0.64", "10.0.1.0", "172.16.0.0"]), st.integers(12, 32)
).map(lambda pair: f"{pair[0]}/{pair[1]}")
PORT = st.sampled_from(["", "", ":80", ":443", ":5000"])
WORD = st.one_of(
    st.tuples(st.sampled_from(["", "", ".", "*."]), NAME, PORT).map("".join),
    st.tuples(ADDRESS, PORT).map("".join),
    NETWORK,
    st.sampled_from(["2001:db8::1", "[2001:db8::1]:80", "2001:db8::/126", "fd00::/8"]),
    st.tuples(st.sampled_from(["http://", "https://"]), NAME, PORT).map("".join),
)
HOST = st.one_of(
    NAME,
    ADDRESS,
    st.integers(-2, 300).map(lambda number: str(IPv4Address(0x0A000000 + number))),
    st.sampled_from(["2001:db8::1", "2001:db8::2", "fd00::1", "fe80::1"]),
)


def _is_of_the_same_owner(member: Member, asked_for: Target) -> bool:
    host = asked_for.host.lower()
    name = member.name.lower()
    if member._replace(scheme="", port=0).holds(asked_for):
        return True  # another port of it
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _hold(made: Made, whom: tuple[Asked, ...], targets: list[Target]) -> None:
    """What a Made says is so for targets that it has not tried itself."""
    for program in whom:
        outcome = program.outcome(made.listing)
        lacking = [lack.member for lack in made.lacks if program.name in lack.programs]
        more = any(
            program.name in spill.programs and not spill.is_harmless for spill in made.spills
        )
        for one in targets:
            holding = [member for member in made.members if member.holds(one)]
            if holding and not any(member in lacking for member in holding):
                assert outcome(one) == "direct", (program.name, one.url, made)
            elif not holding and not more and program.bare(one) == "proxy":
                near = any(_is_of_the_same_owner(member, one) for member in made.members)
                assert near or outcome(one) == "proxy", (program.name, one.url, made)


TARGETS = st.lists(
    st.builds(
        target,
        st.sampled_from(["http", "https"]),
        HOST,
        st.sampled_from(["", "80", "443", "5000", "8080"]),
    ),
    min_size=20,
    max_size=40,
)


def _ordinary(one: Target) -> bool:
    """Ports that nobody writes, as :443 of http, are not what a member is about."""
    return (one.scheme, one.port) not in (("http", "443"), ("https", "80"))


@given(
    st.lists(WORD, min_size=1, max_size=4),
    st.lists(st.sampled_from((*GO, *STAND_INS)), min_size=1, unique_by=lambda one: one.name),
    TARGETS,
)
def test_members_go_direct_and_nothing_else_does(
    words: list[str], whom: list[Asked], targets: list[Target]
) -> None:
    made = make(words, tuple(whom))

    _hold(made, tuple(whom), [one for one in targets if _ordinary(one)])


@given(
    st.lists(WORD, min_size=1, max_size=3),
    st.lists(st.sampled_from(REAL), min_size=1, max_size=4, unique_by=lambda one: one.name),
    TARGETS,
)
def test_the_same_of_every_program_that_is_known(
    words: list[str], whom: list[Asked], targets: list[Target]
) -> None:
    made = make(words, tuple(whom))

    _hold(made, tuple(whom), [one for one in targets if _ordinary(one)])


def test_every_known_program_is_among_them() -> None:
    assert {one.program for one in REAL} == set(registry.PROGRAMS)


@given(st.text(max_size=40))
def test_no_word_is_too_odd(word: str) -> None:
    try:
        made = make([word], GO)
    except UsageError:
        return
    assert made.is_exact or made.lacks or made.spills
