"""Which component's values ``env`` and ``exec`` give, and what they are."""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Unknown
from dockproxy.resolve.host import Component, Host, Origin, Value
from dockproxy.resolve.masks import is_masked

KINDS = ("daemon", "client", "builder", "container", "cli")
_OF_CLIENT = ("client-json", "context")
_HIDES = ("permission", "not-readable")


class Given(NamedTuple):
    """A component and its values by our keys, those that are empty left out.

    hidden: what kept values from being seen for want of rights; with any, values may lack some.
    """

    component: str
    name: str
    values: Mapping[str, Value]
    hidden: tuple[Unknown, ...] = ()


def given(host: Host, asked: str | None) -> Given:
    """The component asked for (``--as``); by default the client, and where it sets no proxy the
    daemon. Raises UsageError for a name that is none.
    """
    if asked is not None:
        return _of(host, _named(host, asked))
    client, daemon = host.component("client"), host.component("daemon")
    first = _of(host, client) if client is not None else None
    if first is not None and (first.values or first.hidden):
        return first
    return _of(host, daemon) if daemon is not None else first or Given("client", "", {})


def _named(host: Host, asked: str) -> Component:
    kind, colon, name = asked.partition(":")
    if kind not in KINDS or (not name and (colon or kind in ("builder", "container"))):
        raise UsageError(
            message(N_("--as {asked}: there is no such component"), asked=asked),
            hint=message(N_("choose from: {known}"), known=", ".join(_known(host))),
        )
    found = host.component(kind, name or None)
    unasked = next((item for item in host.unknown if item.about == "engine"), None)
    if found is None and kind == "container" and unasked and unasked.reason == "permission":
        raise UsageError(
            message(
                N_("--as {asked}: Docker's Engine could not be asked: no permission"), asked=asked
            ),
            hint=unasked.hint or None,
        )
    if found is None:
        raise UsageError(
            message(N_("--as {asked}: there is none on this machine"), asked=asked),
            hint=message(N_("choose from: {known}"), known=", ".join(_known(host)))
            if host.components
            else N_("no sign of Docker is seen here"),
        )
    return found


def _known(host: Host) -> list[str]:
    names = (
        f"{item.component}:{item.name}"
        if item.component in ("builder", "container")
        else item.component
        for item in host.components
    )
    return list(dict.fromkeys(names))


def _of(host: Host, component: Component) -> Given:
    kind, name = component.component, component.name
    values = {key: value for key, value in component.proxies.items() if value.value}
    hidden = _hidden(host, kind, bool(values))
    if kind == "daemon" and component.in_use and (hidden or not values):
        # What its files say can't be seen; what it uses can, unless a password is in it.
        used = {
            key: Value(value, is_masked(value), Origin("info"))
            for key, value in component.in_use.items()
        }
        if not any(value.masked for value in used.values()):
            return Given(kind, name, used)
        values = values if hidden else used
    return Given(kind, name, values, hidden)


def _hidden(host: Host, kind: str, has_values: bool) -> tuple[Unknown, ...]:
    roles = {f"files.{fact.path}": fact.role for fact in host.snapshot.files}
    found = []
    for item in host.unknown:
        role = roles.get(item.about)
        about = item.about.partition(".")[0]
        if role is not None:
            about = "client" if role in _OF_CLIENT else "daemon"
        process = item.about in ("daemon.process", "daemon.environment")
        if item.reason in _HIDES and about == kind and not (process and has_values):
            found.append(item)
    return tuple(found)
