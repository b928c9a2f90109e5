"""Containers on the status screen: counted, and named where something is to be done."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.render.page import INDENT, Page
from dockproxy.render.terminal import clean
from dockproxy.resolve.host import Component

PURPOSE = N_("made earlier, each keeps what it was given then")


def containers(page: Page, containers: list[Component]) -> None:
    """How many are as a new one would be, and which are not."""
    page.title("containers", page.say(PURPOSE))
    stale = [item for item in containers if item.drift]
    own = [item for item in containers if item.in_sync is False and not item.drift]
    if any(item.in_sync is None for item in containers):
        text = page.say("{count}; what a new one would be given could not be seen")
        page.add(text.format(count=len(containers)), INDENT)
    elif not stale and not own:
        text = page.say("{count}, each with what a new one would be given")
        page.add(text.format(count=len(containers)), INDENT)
    if stale:
        text = page.say("{count} of {all} made before the client's configuration changed: {names}")
        text = text.format(
            count=len(stale), all=len(containers), names=page.names([item.name for item in stale])
        )
        page.add(text, INDENT, INDENT * 2, colour="yellow")
        text = page.say("They keep the old values until they are created anew, a restart won't do.")
        page.add(text, INDENT * 2)
    drifts = [drift for item in stale for drift in item.drift if drift.remedy]
    for remedy in dict.fromkeys(drift.remedy for drift in drifts):
        page.add(clean(remedy), INDENT * 2 + page.arrow)
    projects = dict.fromkeys(drift.message.params.get("project", "") for drift in drifts)
    if any(projects):
        names = page.names([project for project in projects if project])
        text = page.say("in the folder of the compose project: {names}").format(names=names)
        page.add(text, INDENT * 3)
    if own:
        text = page.say("{count} of {all} with values of their own (--env, compose): {names}")
        text = text.format(
            count=len(own), all=len(containers), names=page.names([item.name for item in own])
        )
        page.add(text, INDENT, INDENT * 2)


def _names(page: Page, containers: list[Component]) -> str:
    return page.names([item.name for item in containers])
