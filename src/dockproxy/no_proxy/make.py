"""The shortest list that lets just these past the proxy, in all programs named.

Entries are spelled in every way that is known, and tried: what a program makes of one is asked, not
known here. In this order: no request fails; all members go direct wherever that can be had; as few
others as can be do; the list is short.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message
from dockproxy.no_proxy.members import (
    HARMLESS,
    MOST_SINGLE,
    SAME_OWNER,
    Member,
    Trial,
    inside,
    joined,
    others,
    parse_member,
)
from dockproxy.no_proxy.programs import Asked
from dockproxy.semantics.base import Target

MOST_MEMBERS = 256
"""Above this the list is one that nobody wants to carry in a variable."""
MOST_SINGLES = 1024
"""Addresses that may be written one by one, of all networks together."""
FEW_SINGLES = 16
"""The same of one network, where programs were not named: a list is to be carried about."""
_MOST_TRIED = 12
"""Candidates of which every choice is tried; of more, the best is added step by step."""

Entries = tuple[str, ...]


class Lack(NamedTuple):
    """A member that goes through the proxy, wholly or in part, whatever stands in the list."""

    member: Member
    programs: tuple[str, ...]
    partly: bool


class Spill(NamedTuple):
    """What goes direct with a member although it is none. code: see members.OTHERS."""

    member: Member
    code: str
    programs: tuple[str, ...]
    example: Target

    @property
    def is_harmless(self) -> bool:
        """Whether it is of the same owner as the member (members.SAME_OWNER)."""
        return self.code in SAME_OWNER


class Made(NamedTuple):
    """entries: the list. usual: the programs that were asked because nobody named any: what some of
    them alone lack or take beyond it is said, and no fault.
    """

    members: tuple[Member, ...]
    entries: Entries
    lacks: tuple[Lack, ...]
    spills: tuple[Spill, ...]
    usual: tuple[str, ...] = ()

    @property
    def listing(self) -> str:
        """The value of NO_PROXY."""
        return ",".join(self.entries)

    @property
    def is_exact(self) -> bool:
        """Whether just the members go direct, but for what is of the same owner (SAME_OWNER)."""
        return not self.lacks and all(spill.is_harmless for spill in self.spills)

    @property
    def is_at_fault(self) -> bool:
        """Whether a lack, or more than is meant, counts."""
        return any(map(self.counts, self.lacks)) or any(map(self.counts, self.spills))

    def counts(self, fault: Lack | Spill) -> bool:
        """Whether it keeps the list from being what was asked for."""
        if isinstance(fault, Spill):
            return not fault.is_harmless and set(fault.programs) >= set(self.usual)
        lacking = {
            name for one in self.lacks if one.member == fault.member for name in one.programs
        }
        return lacking >= set(self.usual)


def make(texts: Sequence[str], asked: Sequence[Asked], *, named: bool = True) -> Made:
    """The list for these members. named: whether somebody chose the programs. Raises UsageError for
    a member that is none, and for too many.
    """
    if len(texts) > MOST_MEMBERS:
        said = message(N_("{count} are too many for one list"), count=len(texts))
        raise UsageError(said, hint=message(N_("at most {most}"), most=MOST_MEMBERS))
    members = joined(parse_member(text) for text in texts)
    singles = MOST_SINGLES
    of_one = MOST_SINGLE if named else FEW_SINGLES
    entries: list[str] = []
    for cluster in sorted(_clusters(members), key=lambda one: min(map(members.index, one))):
        trial = _Trials(cluster, members, asked)
        candidates = []
        for candidate in _candidates(cluster):
            if len(candidate) <= max(1, min(singles, of_one)):
                candidates.append(candidate)
        chosen = trial.best(candidates)
        singles -= len(chosen) * (len(chosen) > 1)
        entries += [entry for entry in chosen if entry not in entries]
    made = _seen(members, tuple(entries), asked)
    return made if named else made._replace(usual=tuple(one.name for one in asked))


def _clusters(members: Iterable[Member]) -> Iterator[list[Member]]:
    """Members whose entries may bear on one another: those of one domain."""
    named = sorted(
        (member for member in members if member.network is None),
        key=lambda member: member.name.split(".")[::-1],
    )
    cluster: list[Member] = []
    for member in named:
        if cluster and not _is_under(member.name, cluster[0].name):
            yield cluster
            cluster = []
        cluster.append(member)
    if cluster:
        yield cluster
    for member in members:
        if member.network is not None:
            yield [member]


def _is_under(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _candidates(members: Iterable[Member]) -> list[Entries]:
    """Every spelling of these that some program may understand, each once."""
    found: dict[Entries, None] = {}
    for member in members:
        spelled = _of_network(member) if member.network is not None else _of_name(member)
        for entries in spelled:
            found.setdefault(entries)
    return list(found)


def _of_name(member: Member) -> Iterator[Entries]:
    names = [member.name]
    if not member.name.isascii():
        from dockproxy.semantics.go_idna import to_ascii

        names.append(to_ascii(member.name) or member.name)
    for name in names:
        for entry in (name, f".{name}", f"*.{name}"):
            if member.port:
                yield (f"{entry}:{member.port}",)
            yield (entry,)
    if len(names) > 1:
        yield tuple(names)


def _of_network(member: Member) -> Iterator[Entries]:
    network, port = member.network, member.port
    assert network is not None
    first, last = network[0], network[-1]
    bracket = (lambda text: f"[{text}]") if network.version == 6 else str
    if first == last:
        if port:
            yield (f"{bracket(first)}:{port}",)
            if network.version == 6:
                yield (f"{first}:{port}",)
        yield (str(first),)
        if network.version == 6:
            yield (f"[{first}]",)
            yield (str(first), f"[{first}]")
        yield (f"{first}/{network.max_prefixlen}",)
        return
    if port:
        yield (f"{network}:{port}",)
    yield (str(network),)
    if network.version == 6:
        yield (f"[{first}]/{network.prefixlen}",)
    yield (f"{first}-{last}",)
    if network.version == 4:
        yield (f"{first}/{network.netmask}",)
    if network.num_addresses <= MOST_SINGLE:
        singles = [str(address) for address in network]
        yield tuple(singles)
        if port:
            yield tuple(f"{bracket(address)}:{port}" for address in singles)
        if network.version == 6:
            yield tuple(f"[{address}]" for address in singles)


class _Cost(NamedTuple):
    """What speaks against a choice, the weightiest first."""

    failing: int
    lacking: int
    missed: int
    spilled: int
    harmless: int
    entries: int
    characters: int


class _Effect(NamedTuple):
    """What entries do in one program: bits of the targets that go direct; whether requests fail."""

    wanted: int
    spilled: int
    harmless: int
    fails: bool = False


class _Trials:
    """The targets of a few members, and what candidates make of them in each program."""

    def __init__(
        self, cluster: Sequence[Member], members: Sequence[Member], asked: Sequence[Asked]
    ) -> None:
        self._asked = asked
        self._wanted: list[Target] = []
        self._masks: list[int] = []
        for member in cluster:
            mask = 0
            for one in inside(member):
                mask |= 1 << len(self._wanted)
                self._wanted.append(one)
            self._masks.append(mask)
        trials = [trial for member in cluster for trial in _others(member, members)]
        self._spilled = [trial.target for trial in trials if trial.code not in HARMLESS]
        self._harmless = [trial.target for trial in trials if trial.code in HARMLESS]
        self._bare = [self._effect(program, None) for program in asked]

    def best(self, candidates: Sequence[Entries]) -> Entries:
        """The entries that cost the least."""
        effects = {entries: self._effects(entries) for entries in candidates}
        useful = [entries for entries in candidates if self._is_useful(effects[entries])]
        if len(useful) <= _MOST_TRIED:
            choices = (
                choice for size in range(len(useful) + 1) for choice in combinations(useful, size)
            )
            found = min(choices, key=lambda choice: self._cost(choice, effects))
        else:
            found = self._step_by_step(useful, effects)
        return _flat(found)

    def _step_by_step(
        self, useful: Sequence[Entries], effects: dict[Entries, list[_Effect]]
    ) -> tuple[Entries, ...]:
        """Add what helps most, then take away what is not needed."""
        chosen: tuple[Entries, ...] = ()
        cost = self._cost(chosen, effects)
        for _step in useful:
            rest = [entries for entries in useful if entries not in chosen]
            tried = [(self._cost((*chosen, entries), effects), entries) for entries in rest]
            better, entries = min(tried)
            if better >= cost:
                break
            chosen, cost = (*chosen, entries), better
        for entries in sorted(chosen, key=lambda entries: -len(entries)):
            fewer = tuple(kept for kept in chosen if kept != entries)
            if self._cost(fewer, effects) <= cost:
                chosen, cost = fewer, self._cost(fewer, effects)
        return chosen

    def _effects(self, entries: Entries) -> list[_Effect]:
        return [self._effect(program, ",".join(entries)) for program in self._asked]

    def _effect(self, program: Asked, listing: str | None) -> _Effect:
        outcome = program.bare if listing is None else program.outcome(listing)

        def bits(targets: Sequence[Target]) -> int:
            return sum((outcome(one) == "direct") << place for place, one in enumerate(targets))

        fails = outcome(_SOMEWHERE) == "error"
        return _Effect(bits(self._wanted), bits(self._spilled), bits(self._harmless), fails)

    def _is_useful(self, effects: list[_Effect]) -> bool:
        pairs = zip(effects, self._bare)
        return any(effect.wanted & ~bare.wanted for effect, bare in pairs) and not any(
            effect.fails for effect in effects
        )

    def _cost(self, choice: Sequence[Entries], effects: dict[Entries, list[_Effect]]) -> _Cost:
        failing = lacking = missed = spilled = harmless = 0
        for place, bare in enumerate(self._bare):
            wanted, beyond, near = bare.wanted, 0, 0
            for entries in choice:
                effect = effects[entries][place]
                failing += effect.fails
                wanted |= effect.wanted
                beyond |= effect.spilled
                near |= effect.harmless
            lacking += sum(wanted & mask != mask for mask in self._masks)
            missed += sum((mask & ~wanted).bit_count() for mask in self._masks)
            spilled += (beyond & ~bare.spilled).bit_count()
            harmless += (near & ~bare.harmless).bit_count()
        flat = _flat(choice)
        return _Cost(failing, lacking, missed, spilled, harmless, len(flat), sum(map(len, flat)))


def _flat(choice: Iterable[Entries]) -> Entries:
    return tuple(dict.fromkeys(entry for entries in choice for entry in entries))


def _others(member: Member, members: Sequence[Member]) -> list[Trial]:
    """Those near it that are of no member, nor stand under one: that one tells of them."""
    return [
        trial
        for trial in others(member)
        if not any(
            one.holds(trial.target) or (one is not member and one.stands_over(trial.target))
            for one in members
        )
    ]


_SOMEWHERE = Target("http://elsewhere.invalid/", "http", "elsewhere.invalid", "")


def _seen(members: tuple[Member, ...], entries: Entries, asked: Sequence[Asked]) -> Made:
    """The whole list as each program takes it: what is said of it was seen of it."""
    lacks: dict[tuple[Member, bool], list[str]] = {}
    spills: dict[tuple[Member, str], tuple[list[str], Target]] = {}
    trials = {member: (inside(member), _others(member, members)) for member in members}
    for program in asked:
        outcome = program.outcome(",".join(entries))
        for member, (wanted, near) in trials.items():
            direct = [outcome(one) == "direct" for one in wanted]
            if not all(direct):
                lacks.setdefault((member, any(direct)), []).append(program.name)
            codes = set()
            for code, one in near:
                if code not in codes and outcome(one) == "direct" != program.bare(one):
                    codes.add(code)
                    spills.setdefault((member, code), ([], one))[0].append(program.name)
    return Made(
        members,
        entries,
        tuple(Lack(member, tuple(names), partly) for (member, partly), names in lacks.items()),
        tuple(
            Spill(member, code, tuple(names), one)
            for (member, code), (names, one) in spills.items()
        ),
    )
