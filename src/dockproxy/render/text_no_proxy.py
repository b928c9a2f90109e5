"""``dockproxy no-proxy``: what entries mean to whom, and a list that was made."""

from __future__ import annotations

from collections.abc import Sequence

from dockproxy.core.model.message import N_, Message
from dockproxy.no_proxy.check import ANYWAY, Checked, Hint, Meaning
from dockproxy.no_proxy.make import Made, Spill
from dockproxy.no_proxy.members import MOST_SINGLE, OTHERS, Member
from dockproxy.no_proxy.programs import Asked
from dockproxy.render.page import INDENT, Page
from dockproxy.render.terminal import Style, clean, fit
from dockproxy.text import tr

_LONGEST = 60
_EFFECTS = {
    "ends": N_("what follows it is not read"),
    "undoes": N_("what stands before it does not count"),
    "fails": N_("every request fails"),
    "not-read": N_("not read: the list ended before it"),
}
_EVERYTHING = ("every-name", "every-ipv4", "every-ipv6")


def entry_text(checked: Checked, style: Style) -> str:
    """An entry: its name, then a line for each set of programs that are of one mind."""
    page = Page(style)
    place = page.say("entry {number}").format(number=checked.number)
    page.title(_shown(page, checked.shown) or page.say("(empty)"), place)
    if checked.again:
        text = page.say("the same as entry {number}")
        page.add(text.format(number=checked.again), INDENT)
        return page.text()
    groups: dict[str, list[Meaning]] = {}
    for meaning in checked.meanings:
        groups.setdefault(_what(page, checked, meaning), []).append(meaning)
    for what, meanings in groups.items():
        named = ", ".join(clean(meaning.program) for meaning in meanings)
        is_bad = checked.is_bad(meanings[0])
        mark = ("! " if is_bad else "  ") + f"{named}: "
        page.add(clean(what), INDENT + mark, INDENT * 3, "yellow" if is_bad else "")
    if checked.hint is not None:
        page.add(_hint(page, checked.hint), INDENT + page.arrow, INDENT * 3)
    return page.text()


def _hint(page: Page, hint: Hint) -> str:
    params = {name: _shown(page, str(value)) for name, value in hint.text.params.items()}
    text = tr(Message(hint.text.text, params), page.style.language)
    if hint.not_for:
        named = ", ".join(map(clean, hint.not_for))
        text = page.say("{hint} (but {programs} can't read it)").format(hint=text, programs=named)
    return text


def _shown(page: Page, text: str) -> str:
    return fit(clean(text), _LONGEST, page.mark)


def _what(page: Page, checked: Checked, meaning: Meaning) -> str:
    language = page.style.language
    if meaning.effect in ("fails", "not-read"):
        return page.say(_EFFECTS[meaning.effect])
    matched = checked.matched(meaning)
    said = []
    if {facet.code for facet in matched}.issuperset(_EVERYTHING):
        said.append(page.say("everything"))
        matched = tuple(facet for facet in matched if facet.code not in _EVERYTHING)
    codes = {facet.code for facet in matched}
    for facet in matched:
        text = tr(facet.text, language)
        if facet.code == "itself-other-port" and "itself" in codes and not facet.too_much:
            continue
        if facet.code == "itself" and "itself-implied-port" in codes:
            continue
        if facet.code == "itself-implied-port" and "itself" in codes:
            text = page.say("{host} on port {port}").format(**facet.text.params)
        if checked.is_partly(meaning, facet):
            text = page.say("{what}, in part").format(what=text)
        said.append(text)
    for facet in checked.failing(meaning):
        said.append(page.say("{what}: fails").format(what=tr(facet.text, language)))
    said += _anyway(page, checked, meaning) if said else []
    if checked.is_needless(meaning):
        said.append(page.say("goes direct without it"))
    elif meaning.is_one and not said:
        said.append(page.say("nothing; it is read as one entry"))
    elif checked.is_nothing(meaning) and not said:
        said.append(page.say("nothing"))
    elif not said:
        said.append(page.say("other spellings alone (--json names them)"))
    if meaning.only_alone:
        said.append(page.say("it counts as the whole list alone"))
    if meaning.effect:
        said.append(page.say(_EFFECTS[meaning.effect]))
    return "; ".join(_short(text) for text in said)


def _anyway(page: Page, checked: Checked, meaning: Meaning) -> list[str]:
    """That the host itself, which the entry does not match, goes direct all the same."""
    text = page.say("{host} itself goes direct anyway")
    return [
        text.format(host=facet.text.params["host"])
        for facet, sign in zip(checked.facets, meaning.outcomes)
        if (facet.code, sign) == ("itself", ANYWAY)
    ]


def _short(text: str) -> str:
    return fit(text, _LONGEST * 2, "…")


class Tally:
    """What is said at the end: entries by their faults."""

    def __init__(self) -> None:
        self.count = 0
        self._nothing: list[str] = []
        self._for_some: list[str] = []
        self._too_much: list[str] = []
        self._spoils: list[str] = []
        self._differs: list[str] = []

    @property
    def is_faulty(self) -> bool:
        """Whether an entry is to be said of a program in play."""
        return any((self._nothing, self._for_some, self._too_much, self._spoils))

    def add(self, checked: Checked) -> None:
        """One more."""
        self.count += 1
        if checked.again:
            return
        entry, meanings = checked.shown, checked.meanings
        if checked.matches_nothing:
            self._nothing.append(entry)
        elif any(checked.is_nothing(meaning) for meaning in meanings):
            self._for_some.append(entry)
        if any(checked.too_much(meaning) for meaning in meanings):
            self._too_much.append(entry)
        if any(meaning.effect not in ("", "not-read") for meaning in meanings):
            self._spoils.append(entry)
        if checked.differs:
            self._differs.append(entry)

    def text(self, asked: Sequence[Asked], style: Style) -> str:
        """The end of the screen."""
        page = Page(style)
        self._programs(page, asked)
        readers = [program for program in asked if program.reads_list]
        if not self.count:
            page.add(page.say("The list is empty."))
        for entries, text in (
            (self._nothing, N_("match nothing at all: {entries}")),
            (self._for_some, N_("match nothing for some of these programs: {entries}")),
            (self._too_much, N_("match more than is meant: {entries}")),
            (self._spoils, N_("spoil the rest of the list: {entries}")),
            (self._differs, N_("mean different things to different programs: {entries}")),
        ):
            if entries:
                named = page.names([entry or page.say("(empty)") for entry in entries])
                page.add(page.say(text).format(entries=named), INDENT + "! ", colour="yellow")
        if self._nothing or self._for_some or self._spoils:
            text = page.say("{command} makes a list that suits all of them, where one does")
            page.add(text.format(command="dockproxy no-proxy make HOST …"), INDENT + page.arrow)
        if self.count and readers and not self.is_faulty and not self._differs:
            mark = "✓ " if style.unicode else "+ "
            text = page.say("Every entry is understood, and by all alike.")
            page.add(text, INDENT + mark, colour="green")
        return page.text()

    @staticmethod
    def _programs(page: Page, asked: Sequence[Asked]) -> None:
        for test, text in (
            ([one for one in asked if one.always_direct], N_("{programs}: no proxy is ever used")),
            (
                [one for one in asked if not one.reads_list and not one.always_direct],
                N_("{programs}: no list is ever read"),
            ),
        ):
            if test:
                named = ", ".join(clean(one.name) for one in test)
                page.add(page.say(text).format(programs=named), INDENT)
        readers = [one for one in asked if one.reads_list]
        if readers:
            named = ", ".join(told(one) for one in readers)
            page.add(page.say("asked: {programs}").format(programs=named), INDENT, colour="dim")


def told(program: Asked) -> str:
    """A program by its name, what stands behind that, and the version that answers."""
    if program.name == program.program:
        return f"{clean(program.name)} {program.version}"
    if program.name.partition("@")[0] == program.program:
        return clean(program.name)
    return f"{clean(program.name)} ({program.program} {program.version})"


def _has_few_addresses(member: Member) -> bool:
    return member.network is not None and member.network.num_addresses <= MOST_SINGLE


def made_notes(made: Made, style: Style) -> str:
    """What is to be said of a list that was made; "" for nothing."""
    page = Page(style)
    for lack in made.lacks:
        counts = made.counts(lack)
        text = N_("missing: {member} still goes through the proxy in {programs}")
        if lack.partly:
            text = N_("missing: part of {member} still goes through the proxy in {programs}")
        if not counts:
            text = N_("note: {member} still goes through the proxy in {programs}")
            if lack.partly:
                text = N_("note: part of {member} still goes through the proxy in {programs}")
        named = page.say(text).format(
            member=_shown(page, lack.member.shown), programs=", ".join(lack.programs)
        )
        page.add(named, indent=INDENT, colour="yellow" if counts else "dim")
    if any(_has_few_addresses(lack.member) for lack in made.lacks if not made.counts(lack)):
        said = page.say("who names such a program by --for gets a network's addresses one by one")
        page.add(said, INDENT + page.arrow)
    alike: dict[tuple[bool, str, tuple[str, ...]], list[Spill]] = {}
    for spill in made.spills:
        key = (not made.counts(spill), spill.code, spill.programs)
        alike.setdefault(key, []).append(spill)
    for (is_harmless, code, names), spills in sorted(alike.items(), key=lambda one: one[0][0]):
        text = N_("too much: with {members}, more goes direct in {programs}: {what} ({example})")
        if is_harmless:
            text = N_("note: with {members}, more goes direct in {programs}: {what} ({example})")
        said = page.say(text).format(
            members=page.names([spill.member.shown for spill in spills]),
            programs=", ".join(names),
            what=tr(OTHERS[code], style.language),
            example=_shown(page, spills[0].example.url),
        )
        page.add(said, indent=INDENT, colour="dim" if is_harmless else "yellow")
    if not made.entries and not made.lacks:
        page.add(page.say("no list is needed: all of it goes direct by itself"))
    return page.text() if page.lines else ""
