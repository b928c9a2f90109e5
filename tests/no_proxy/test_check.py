"""What entries mean to programs: each program's own word, put together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockproxy.no_proxy.check import Checked, Meaning, check, not_understood
from dockproxy.no_proxy.facets import facets
from dockproxy.no_proxy.programs import Asked, programs
from dockproxy.semantics.target import parse_target
from tests.no_proxy.stand_ins import ONLY_ALONE, SUFFIXES, asked, stand_in

GO = programs("go")


def checked(listing: str, *who: Asked) -> list[Checked]:
    return list(check(listing, who or GO))


def codes(found: Checked, program: str = "go") -> set[str]:
    """What that program matches in whole."""
    (meaning,) = (one for one in found.meanings if one.program == program)
    return {facet.code for facet, sign in zip(found.facets, meaning.outcomes) if sign == "+"}


@pytest.mark.parametrize(
    ("entry", "matched"),
    [
        ("t.com", {"itself", "itself-other-port", "under"}),
        (".t.com", {"under"}),
        ("*.t.com", {"under"}),
        ("t.com:80", {"itself", "itself-implied-port", "under"}),
        ("t.com:5000", {"itself", "under"}),
        ("10.0.0.0/8", {"inside"}),
        ("10.1.2.3", {"itself", "itself-other-port"}),
        ("2001:db8::1", {"itself", "itself-other-port"}),
        ("2001:db8::/32", {"inside"}),
        ("localhost", {"under"}),
    ],
)
def test_what_go_makes_of_an_entry(entry: str, matched: set[str]) -> None:
    (found,) = checked(entry)

    assert codes(found) - {"upper-case", "other-dot", "other-spelling"} == matched
    assert not found.is_fault


@pytest.mark.parametrize(
    "entry", ["10.*", "<local>", "http://t.com", "a b", "10.0.0.0/33", "a;b", "x" * 300, "\x1b[2J"]
)
def test_an_entry_that_means_nothing_to_go(entry: str) -> None:
    (found,) = checked(entry)

    assert found.matches_nothing
    assert found.is_fault


def test_loopback_is_needless_to_go_and_no_fault() -> None:
    (found,) = checked("127.0.0.1")

    assert found.is_needless(found.meanings[0])
    assert not found.is_fault


@pytest.mark.parametrize("entry", ["*", "0.0.0.0/0", "::/0"])
def test_an_entry_for_everything_is_too_much(entry: str) -> None:
    (found,) = checked(entry)

    assert found.too_much(found.meanings[0])


def test_a_suffix_that_swallows_a_neighbour_is_said_of_that_program_alone() -> None:
    suffixes = asked(SUFFIXES)

    (found,) = checked("t.com", *GO, suffixes)

    assert found.differs
    assert not found.too_much(found.meanings[0])
    assert [facet.code for facet in found.too_much(found.meanings[1])] == ["ending"]


def test_an_entry_that_counts_alone_is_asked_about_as_it_stands_in_the_list() -> None:
    alone = asked(ONLY_ALONE)

    (single,) = checked("*", alone)
    star, _other = checked("*,t.com", alone)

    assert not single.is_nothing(single.meanings[0])
    assert star.is_nothing(star.meanings[0])
    assert star.meanings[0].only_alone


def test_what_follows_an_entry_that_ends_the_list_is_not_read() -> None:
    def until_a_blank(listing: str) -> list[str]:
        return listing.partition(" ")[0].split(",")

    ends = asked(stand_in("ends", until_a_blank))

    first, second, third = checked("a.test,b.test c.test,d.test", ends)

    assert first.meanings[0].effect == ""
    assert second.meanings[0].effect == "ends"
    assert third.meanings == (Meaning("ends", "-" * len(third.facets), "not-read"),)
    assert second.is_fault and third.is_fault


def test_an_entry_that_makes_requests_fail_is_said() -> None:
    def dies_of_brackets(listing: str) -> list[str] | None:
        return None if "[" in listing else listing.split(",")

    (first, second) = checked("a.test,[::1]", asked(stand_in("dies", dies_of_brackets)))

    assert first.meanings[0].effect == ""
    assert second.meanings[0].effect == "fails"


def test_an_entry_that_is_there_twice_is_asked_about_once() -> None:
    _first, second, third = checked("a.test,b.test,b.test,")[:3]

    assert (second.again, third.again) == (0, 2)


def test_empty_entries_are_passed_over_where_they_mean_nothing() -> None:
    assert [found.entry for found in checked(",a.test,, ,b.test,")] == ["a.test", "b.test"]
    assert checked("") == []


def test_a_program_without_proxies_or_lists_has_no_say() -> None:
    never = asked(stand_in("never", lambda _listing: []))

    (found,) = checked("t.com", *GO, never)

    assert not never.reads_list
    assert [meaning.program for meaning in found.meanings] == ["go"]


def test_entries_that_nobody_understands_are_told_apart() -> None:
    entries = ["t.com", "10.*", "127.0.0.1", "<local>", "10.0.0.0/8"]

    assert not_understood(entries, ("daemon",)) == ["10.*", "<local>"]


def test_many_entries_are_asked_about_with_fewer_targets() -> None:
    found = checked(",".join(f"h{number}.test" for number in range(600)))

    assert len(found) == 600
    assert all(codes(one) >= {"itself", "under"} for one in found)


ODD = st.text(st.sampled_from("ab.*:/[]- \t1;|%,\\\x00\x1b\u202eé\udc80<>@#=0"), max_size=24)


@given(ODD | st.text(max_size=60))
def test_no_list_is_too_odd(listing: str) -> None:
    for found in check(listing, (*GO, asked(SUFFIXES), asked(ONLY_ALONE))):
        assert len(found.meanings) == 3
        for meaning in found.meanings:
            assert len(meaning.outcomes) == len(found.facets)
            found.matched(meaning)


@given(st.from_regex(r"\A[*.]{0,2}[a-z0-9]{1,3}(\.[a-z0-9]{1,3}){0,3}(:[0-9]{1,5}|/[0-9]{1,2})?\Z"))
def test_what_is_said_of_an_entry_is_what_the_program_does(entry: str) -> None:
    (found,) = checked(entry)
    decide = GO[0].decider(entry)
    bare = GO[0].decider(None)

    for facet, sign in zip(found.facets, found.meanings[0].outcomes):
        kinds = {decide(one).kind for one in facet.targets}
        assert (sign in "+=") == (kinds == {"direct"})
        if sign == "=":
            assert {bare(one).kind for one in facet.targets} == {"direct"}


@given(st.from_regex(r"\A[a-z0-9*.:/-]{1,20}\Z"))
def test_targets_are_urls(entry: str) -> None:
    for facet in facets(entry):
        for one in facet.targets:
            read = parse_target(one.url)
            assert (read.scheme, read.host, read.port) == (one.scheme, one.host, one.port)
