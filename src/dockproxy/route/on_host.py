"""Who asks, on a host: a part of Docker, or a program in a new container."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.proxies import variable_names
from dockproxy.core.model.snapshot import Snapshot, Unknown
from dockproxy.resolve.builder import options_of
from dockproxy.resolve.given import given
from dockproxy.resolve.host import BROKEN, Component, Host
from dockproxy.resolve.masks import parting, traits_of
from dockproxy.route.asked import Registries
from dockproxy.route.party import EVERY, Party, absent, is_docker, program_of
from dockproxy.semantics.registry import PROGRAMS

_BROKEN = (*BROKEN, "engine-too-old")


def parties_of(host: Host, asked: str) -> list[Party]:
    """Who is asked for, as it is on that host: programs as they are in a new container, with what
    the client gives to it. Raises UsageError for a part that is not there.
    """
    if asked == EVERY:
        names = [name for name in ("daemon", "client") if host.component(name) is not None]
        registries = registries_of(host.snapshot)
        every = [_party(host, name) for name in (*names, *PROGRAMS)]
        return [party._replace(registries=registries, images=True) for party in every]
    return [_party(host, asked)]


def _party(host: Host, asked: str) -> Party:
    kind = asked.partition(":")[0]
    of_docker = is_docker(asked)
    part = asked if of_docker else "client"
    if part == "cli":
        return Party(asked, program_of(asked), host.snapshot.environment)
    if host.component(part) is None and ":" not in part:
        return absent(asked)
    found = given(host, part)
    component = host.component(found.component, found.name)
    assert component is not None
    environ = _environment(host.snapshot, component)
    registries = registries_of(host.snapshot) if kind == "daemon" else Registries()
    origins = {key: value.origin for key, value in component.proxies.items()}
    notes = tuple(_notes(component))
    unknown = (*found.hidden, *_behind_masks(host.snapshot, component))
    return Party(asked, program_of(asked), environ, registries, origins, notes, unknown, of_docker)


def _behind_masks(snapshot: Snapshot, component: Component) -> Iterator[Unknown]:
    """Values of which what is masked may decide: a list with an ``@`` in it, and an address whose
    user or password has signs at which programs cut it.
    """
    for key, value in component.proxies.items():
        cut = value.masked and parting(traits_of(snapshot, component.component, value.origin))
        if value.masked and (key == "no_proxy" or cut):
            yield Unknown(f"{component.component}.{key}", "masked")


def _environment(snapshot: Snapshot, component: Component) -> dict[str, str]:
    kind, name = component.component, component.name
    if kind == "container":
        return next((dict(item.environ) for item in snapshot.containers if item.name == name), {})
    if kind == "builder":
        builder = next((item for item in snapshot.builders if item.name == name), None)
        for node in builder.nodes if builder is not None else ():
            seen = node.state not in ("", "absent")
            given_to = node.environ if seen else options_of(node)
            return {**node.image_environ, **given_to}
        return {}
    values = {key: value.value for key, value in component.proxies.items()}
    if component.live and component.in_use is not None:
        values = dict(component.in_use)
    return {name: value for key, value in values.items() for name in variable_names(key) if value}


def _notes(component: Component) -> list[Message]:
    notes = [drift.message for drift in component.drift if drift.code in _BROKEN]
    if component.component == "daemon" and component.live and component.in_sync is False:
        said = N_(
            "the daemon runs with other values than its files hold: answered for what runs"
            " (dockproxy status)"
        )
        notes.append(message(said))
    return notes


def registries_of(snapshot: Snapshot) -> Registries:
    """Mirrors and insecure registries: what the Engine says, else what its file says."""
    engine = snapshot.engine
    if engine is not None:
        return Registries(engine.registry_mirrors, engine.insecure_registries)
    fact = snapshot.file(snapshot.daemon_json)
    if fact is None or fact.text is None:
        return Registries()
    from dockproxy.core.formats.daemon_values import string_lists

    return Registries(*string_lists(fact.text, ("registry-mirrors", "insecure-registries")))
