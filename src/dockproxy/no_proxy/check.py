"""What each entry of a list matches, for whom: by asking each program about each target.

An entry is asked about between others, as it stands in the list, because for some programs an entry
changes what its neighbours mean: it ends the list, counts only alone, or makes every request fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import Message
from dockproxy.core.model.secret import MASK, mask_url
from dockproxy.no_proxy.facets import SEPARATORS, Facet, facets
from dockproxy.no_proxy.hints import proposal
from dockproxy.no_proxy.programs import Asked, Outcome, programs, target
from dockproxy.semantics.base import Target

ALL, PART, NONE, ANYWAY, FAILS = "+", "~", "-", "=", "!"
"""What becomes of a facet's targets: all go direct because of the entry, some, none; they go direct
without any list; they fail, and would not without the entry.
"""

_REACHED = {ALL: ALL, ANYWAY: ALL, PART: PART, NONE: NONE, FAILS: NONE}
_MANY = 500
"""Entries above which each is asked about with fewer targets."""
_MOST_ASKED = 4
"""Entries of those that a hint names, about which programs are asked."""
_BEFORE, _AFTER = "before.invalid", "after.invalid"
_HOST = ("itself", "itself-other-port", "itself-implied-port", "pattern", "dotted", "ending")
_ADDRESSES = ("inside", "outside", "addresses-beginning", "addresses-ending")
_IMPLIED = {
    "every-name": (*_HOST, "under"),
    "every-ipv4": (*_HOST, *_ADDRESSES),
    "every-ipv6": (*_HOST, *_ADDRESSES),
}


class Meaning(NamedTuple):
    """An entry to one program.

    outcomes: a sign (ALL …) for each facet. effect: "" or what it does to the list: ``ends`` it, so
    that what follows is not read; is ``not-read`` itself; ``undoes`` what stands before it; makes
    every request ``fails``. only_alone: it would match if it were the whole list. is_one: it holds
    blanks, ``;`` or ``|``, at none of which this program separates, and so matches nothing.
    """

    program: str
    outcomes: str
    effect: str = ""
    only_alone: bool = False
    is_one: bool = False


class Hint(NamedTuple):
    """What to write instead of an entry. not_for: programs to which that would mean nothing, as the
    entry does.
    """

    text: Message
    entries: tuple[str, ...]
    not_for: tuple[str, ...]


class Checked(NamedTuple):
    """An entry, as it stands between two commas. shown: it for a person, any user and password
    masked. number: its place, from 1. again: the place where the same entry stood first, if it did.
    """

    entry: str
    shown: str
    number: int
    facets: tuple[Facet, ...]
    meanings: tuple[Meaning, ...]
    again: int = 0
    hint: Hint | None = None

    def matched(self, meaning: Meaning) -> tuple[Facet, ...]:
        """What it matches for that program, in whole or in part; what is implied is left out."""
        found = [
            facet
            for facet, sign in zip(self.facets, meaning.outcomes)
            if sign in (ALL, PART) and not facet.aside
        ]
        implied = {code for facet in found for code in _IMPLIED.get(facet.code, ())}
        return tuple(facet for facet in found if facet.code not in implied)

    def failing(self, meaning: Meaning) -> tuple[Facet, ...]:
        """What fails because of it."""
        pairs = zip(self.facets, meaning.outcomes)
        return tuple(facet for facet, sign in pairs if sign == FAILS and not facet.aside)

    def is_partly(self, meaning: Meaning, facet: Facet) -> bool:
        """Whether only some of the facet's targets are matched."""
        return meaning.outcomes[self.facets.index(facet)] == PART

    def too_much(self, meaning: Meaning) -> tuple[Facet, ...]:
        """What it matches although nobody means that."""
        return tuple(facet for facet in self.matched(meaning) if facet.too_much)

    def is_nothing(self, meaning: Meaning) -> bool:
        """Whether it never matches anything for that program, nor need it."""
        signs = (ALL, PART) if meaning.is_one else (ALL, PART, ANYWAY)
        return not any(sign in meaning.outcomes for sign in signs)

    def is_troubled(self, meaning: Meaning) -> bool:
        """Whether it means nothing, or less than it says, to that program, or spoils the list."""
        if self.is_nothing(meaning) or meaning.effect not in ("", "not-read"):
            return True
        pairs = zip(self.facets, meaning.outcomes)
        is_several = SEPARATORS.search(self.entry.strip()) is not None
        return is_several and any((facet.code, sign) == ("itself", NONE) for facet, sign in pairs)

    def is_needless(self, meaning: Meaning) -> bool:
        """Whether what it would match goes direct without it."""
        signs = meaning.outcomes
        is_matching = ALL in signs or PART in signs
        return ANYWAY in signs and not is_matching and not meaning.is_one

    @property
    def matches_nothing(self) -> bool:
        """Whether no program that was asked understands it."""
        return bool(self.meanings) and all(map(self.is_nothing, self.meanings))

    @property
    def differs(self) -> bool:
        """Whether it means different things to the programs asked."""
        return len({self.reach(meaning) for meaning in self.meanings}) > 1

    def reach(self, meaning: Meaning) -> str:
        """What goes direct with this entry, for whatever reason: equal for programs of one mind."""
        signs = meaning.outcomes.replace(ANYWAY, NONE) if meaning.is_one else meaning.outcomes
        pairs = zip(self.facets, signs)
        return "".join(_REACHED[sign] for facet, sign in pairs if not facet.aside)

    @property
    def is_fault(self) -> bool:
        """Whether it never matches, matches too much or spoils the list for a program asked."""
        return any(map(self.is_bad, self.meanings))

    @property
    def is_fault_for_all(self) -> bool:
        """Whether it is so for every program asked, or spoils the list for one."""
        spoils = any(meaning.effect not in ("", "not-read") for meaning in self.meanings)
        return spoils or (bool(self.meanings) and all(map(self.is_bad, self.meanings)))

    def is_bad(self, meaning: Meaning) -> bool:
        """Whether that is so for this program."""
        return bool(self.is_nothing(meaning) or self.too_much(meaning) or meaning.effect)


def check(listing: str, asked: Sequence[Asked]) -> Iterator[Checked]:
    """Each entry in turn; an empty one only where it means something to somebody."""
    readers = [program for program in asked if program.reads_list]
    entries = listing.split(",")
    lean = len(entries) > _MANY
    ended: set[str] = set()
    shown_as = _masked(entries)
    done: dict[tuple[str, bool, bool], tuple[int, tuple[Facet, ...], tuple[Meaning, ...]]] = {}
    for number, entry in enumerate(entries, 1):
        place = (entry, number > 1, number < len(entries))
        shown = shown_as.get(number, "") or mask_url(entry.strip())
        first, found, meanings = done.get(place) or (0, facets(shown, lean), ())
        if not first:
            meanings = tuple(_meaning(program, place, found) for program in readers)
            done[place] = (number, found, meanings)
        read = tuple(
            Meaning(meaning.program, NONE * len(found), "not-read")
            if meaning.program in ended
            else meaning
            for meaning in meanings
        )
        ended |= {meaning.program for meaning in meanings if meaning.effect == "ends"}
        checked = Checked(entry, shown, number, found, read, first)
        if not first:
            checked = checked._replace(hint=_hint(checked, readers))
        if entry.strip() or not all(
            checked.is_nothing(meaning) and not meaning.effect for meaning in read
        ):
            yield checked


def _hint(checked: Checked, readers: Sequence[Asked]) -> Hint | None:
    """What to write instead, if one of those to whom the entry is of no use says it is better."""
    pairs = [
        (program, meaning)
        for program, meaning in zip(readers, checked.meanings)
        if meaning.effect != "not-read" and checked.is_troubled(meaning)
    ]
    proposed = proposal(checked.shown) if pairs else None
    if proposed is None:
        return None
    tried = [(entry, facets(entry, lean=True)) for entry in proposed.entries[:_MOST_ASKED]]
    not_for = tuple(
        program.name
        for program, _meaning in pairs
        if not any(_is_understood(program, entry, found) for entry, found in tried)
    )
    if len(not_for) == len(pairs):
        return None
    return Hint(proposed.text, proposed.entries, not_for)


def _masked(entries: Sequence[str]) -> dict[int, str]:
    """Pieces of a user and a password that hold commas, by their place: from an entry that may
    begin them to the one with the ``@``, which itself is masked as any.
    """
    found: dict[int, str] = {}
    begun = 0
    for number, entry in enumerate(entries, 1):
        if "@" in entry or "%40" in entry:
            for place in range(begun, number) if begun else ():
                found[place] = MASK
            begun = 0
        elif ":" in entry.partition("://")[2] or not _ends_as_a_host(entry):
            begun = begun or number
    return found


def _ends_as_a_host(entry: str) -> bool:
    """Whether a colon in it is that of a port or of IPv6."""
    ending = _IPV6_END if entry.count(":") > 1 else _PORT_END
    return ":" not in entry or ending.fullmatch(entry.rpartition(":")[2].strip()) is not None


_PORT_END = pattern(r"[0-9]{0,5}")
_IPV6_END = pattern(r"[0-9A-Fa-f.]{0,15}\]?(?:/[0-9]*)?")


def _meaning(program: Asked, place: tuple[str, bool, bool], found: tuple[Facet, ...]) -> Meaning:
    entry, follows, is_followed = place
    words = [_BEFORE] * follows + [entry] + [_AFTER] * is_followed
    outcome = program.outcome(",".join(words))
    outcomes = _outcomes(program, outcome, found)
    effect = ""
    if outcome(_BARE) == "error":
        effect = "fails"
    elif follows and outcome(_GUARDS[0]) != "direct":
        effect = "undoes"
    elif is_followed and outcome(_GUARDS[1]) != "direct":
        effect = "ends"
    only_alone = False
    if len(words) > 1 and not set(outcomes) & {ALL, PART, ANYWAY}:
        only_alone = bool(set(_outcomes(program, program.outcome(entry), found)) & {ALL, PART})
    is_one = not set(outcomes) & {ALL, PART} and _is_one(program, entry)
    return Meaning(program.name, outcomes, effect, only_alone, is_one)


def _is_one(program: Asked, entry: str) -> bool:
    """Whether it holds what separates for some, and for this program nothing of that does."""
    separators = dict.fromkeys(found[0] for found in SEPARATORS.findall(entry.strip()))
    for separator in separators:
        outcome = program.outcome(f"{_BEFORE}{separator}{_AFTER}")
        if any(outcome(guard) == "direct" for guard in _GUARDS):
            return False
    return bool(separators)


_BARE = target("http", "unrelated.invalid")
_GUARDS = (target("http", _BEFORE), target("http", _AFTER))


def _outcomes(program: Asked, outcome: Outcome, found: tuple[Facet, ...]) -> str:
    return "".join(_sign(program, outcome, facet.targets) for facet in found)


def _sign(program: Asked, outcome: Outcome, targets: tuple[Target, ...]) -> str:
    kinds = [outcome(one) for one in targets]
    if "direct" not in kinds:
        return FAILS if "error" in kinds else NONE
    without = [program.bare(one) for one in targets]
    if without.count("direct") == len(targets):
        return ANYWAY
    new = sum(now == "direct" != before for now, before in zip(kinds, without))
    if not new:
        return NONE
    return ALL if "proxy" not in kinds and "error" not in kinds else PART


def not_understood(entries: Iterable[str], names: Sequence[str]) -> list[str]:
    """Those entries that match nothing for any of these programs, nor need it for one of them.

    The programs are loaded one by one, and only while there is an entry left.
    """
    left = list(dict.fromkeys(entries))
    for name in names:
        if not left:
            break
        for program in programs(name, missing_ok=True):
            left = [entry for entry in left if not _is_understood(program, entry, facets(entry))]
    return left


def _is_understood(program: Asked, entry: str, found: tuple[Facet, ...]) -> bool:
    outcome = program.outcome(entry)
    targets = (one for facet in found for one in facet.targets)
    direct = next((one for one in targets if outcome(one) == "direct"), None)
    if direct is None or not _is_one(program, entry):
        return direct is not None
    return any(
        outcome(one) == "direct" != program.bare(one) for facet in found for one in facet.targets
    )
