"""A rule's page, the list of all rules, and what error texts mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dockproxy.core.model.message import N_
from dockproxy.messages.here import not_about
from dockproxy.messages.recognise import Match
from dockproxy.render.page import INDENT, Page
from dockproxy.render.terminal import Style, clean, fit
from dockproxy.rules.registry import modules
from dockproxy.rules.rule import Example, Rule, clipped, example_pair

_HEADINGS = {
    "what": N_("What happens"),
    "why": N_("Why"),
    "mend": N_("How to mend it"),
    "safety": N_("Fix safety"),
}

_LONGEST_QUOTE = 200
_MOST_CODES = 8
_PURPOSES = {
    "daemon": N_("pull, push, search, and FROM in builds"),
    "client": N_("what new containers and builds are given"),
    "builder": N_("FROM, ADD and git sources of its builds"),
    "cli": N_("the docker command itself"),
    "container": N_("containers that there are already"),
    "build": N_("Dockerfiles, and what they make"),
    "compose": N_("compose files, and what they start"),
}


def page_text(rule: Rule, style: Style) -> str:
    """Everything about one rule."""
    page = Page(style)
    page.title(f"{rule.code} {rule.name}", page.severity(rule.severity))
    page.add(page.say(rule.title))
    for name, heading in _HEADINGS.items():
        text = getattr(rule, name)
        if text:
            page.blank()
            page.title(page.say(heading))
            page.add(page.say(text), INDENT, INDENT)
    for heading, shown in zip((N_("Wrong"), N_("Right")), example_pair(rule)):
        if shown is not None:
            page.blank()
            page.title(page.say(heading))
            _example(page, shown)
    page.blank()
    page.title(page.say(N_("Sources")))
    for source in rule.sources:
        page.add(clean(source), INDENT, INDENT * 2)
    return page.text()


def _example(page: Page, example: Example) -> None:
    for path, content in example.files.items():
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        text = text.expandtabs(4)
        page.lines.append(f"{INDENT}{path}")
        page.lines += [
            f"{INDENT * 2}{clean(line)}".rstrip() for line in clipped(text.rstrip("\n")).split("\n")
        ]


def list_text(rules: Iterable[Rule], style: Style) -> str:
    """Every rule on a line, under the component that it is about."""
    page = Page(style)
    by_component: dict[str, list[Rule]] = {}
    for rule in rules:
        by_component.setdefault(rule.component, []).append(rule)
    for component, its in by_component.items():
        if page.lines:
            page.blank()
        page.title(component, page.say(_PURPOSES[component]) if component in _PURPOSES else "")
        for rule in its:
            page.add(page.say(rule.title), f"{rule.code}  ")
    return page.text()


def matches_text(matches: Sequence[Match], style: Style) -> str:
    """What messages mean, with what causes them, and what of that is so on this machine."""
    page = Page(style)
    for match in matches:
        if page.lines:
            page.blank()
        page.title(page.say(match.kind.title))
        if match.number > 1:
            words = fit(clean(match.line), _LONGEST_QUOTE, page.mark)
            said = page.say("line {number}: {words}").format(number=match.number, words=words)
            page.add(said, INDENT, INDENT * 2, "dim")
        page.add(page.say(match.kind.text), INDENT, INDENT)
        for cause in match.kind.causes:
            page.add(page.say(cause), f"{INDENT}{'•' if style.unicode else '*'} ", INDENT * 2)
        if match.here is not None:
            said = page.say("so it is here: {code} (dockproxy doctor, dockproxy explain {code})")
            page.add(said.format(code=match.here), INDENT + page.arrow, INDENT * 2, "yellow")
        elif match.kind.codes:
            said = page.say("more: dockproxy explain {codes}")
            others = not_about(match.line)
            known = [each for each in match.kind.codes if each in modules()]
            known = [each for each in known if not each.startswith(others)][:_MOST_CODES]
            if known:
                page.add(said.format(codes=" ".join(known)), INDENT, INDENT * 2, "dim")
    return page.text()
