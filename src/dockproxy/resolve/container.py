"""Containers: what each was given when it was made, against what a new one would be given."""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import PROXY_KEYS, variable_names
from dockproxy.core.model.snapshot import Container, FileFact, Snapshot
from dockproxy.core.places.linux import BUILDX_CONTAINER
from dockproxy.resolve.builder import container_names
from dockproxy.resolve.host import Component, Drift, Origin, Overridden, Value
from dockproxy.resolve.masks import is_masked, secret_number

_COMPOSE = "docker compose up --detach --force-recreate"


def containers(
    snapshot: Snapshot, client: Component | None, config: FileFact | None
) -> tuple[Component, ...]:
    """A component for each container but the builders', in the Snapshot's order. config: the
    client's config.json.
    """
    of_builders = container_names(snapshot)
    masks = _Masks(_behind_masks(client, config), snapshot.traits)
    wanted = client.in_use if client is not None and client.in_sync else None
    alike: dict[frozenset[tuple[str, str]], _Given] = {}
    return tuple(
        _component(item, _given(item.environ, wanted, alike), wanted, config, masks)
        for item in snapshot.containers
        if item.name not in of_builders
    )


class _Given(NamedTuple):
    """What an environment comes to. differ: keys that a new container would get otherwise."""

    proxies: dict[str, Value]
    in_use: dict[str, str]
    differ: tuple[str, ...]


def _given(
    environ: Mapping[str, str],
    wanted: Mapping[str, str] | None,
    alike: dict[frozenset[tuple[str, str]], _Given],
) -> _Given:
    """Judged once for all containers that were given the same."""
    same = frozenset(environ.items())
    if same not in alike:
        values = {key: _value(environ, key) for key in PROXY_KEYS}
        proxies = {key: value for key, value in values.items() if value is not None}
        differ = [
            key for key in PROXY_KEYS if wanted is not None and _differs(environ, key, wanted)
        ]
        in_use = {key: value.value for key, value in proxies.items()}
        alike[same] = _Given(proxies, in_use, tuple(differ))
    return alike[same]


class _Masks(NamedTuple):
    """wanted: per key the number of what the client's value hides. traits: the Snapshot's."""

    wanted: Mapping[str, str]
    traits: Mapping[str, str]

    def differ(self, container: Container, key: str) -> bool:
        """Whether the container has another user or password behind the same mask."""
        wanted = self.wanted.get(key, "")
        given = (
            secret_number(self.traits.get(f"container.{container.id}:{name}", ""))
            for name in variable_names(key)
        )
        return bool(wanted) and any(number not in ("", wanted) for number in given)


def _behind_masks(client: Component | None, config: FileFact | None) -> dict[str, str]:
    if client is None or config is None:
        return {}
    found = {}
    for key, value in client.proxies.items():
        if value.masked:
            ending = f".{value.origin.name}"
            numbers = {
                secret_number(told) for name, told in config.traits.items() if name.endswith(ending)
            }
            if len(numbers) == 1:  # with several entries it is not known whose this is
                found[key] = numbers.pop()
    return found


def _component(
    container: Container,
    given: _Given,
    wanted: Mapping[str, str] | None,
    config: FileFact | None,
    masks: _Masks,
) -> Component:
    drift: tuple[Drift, ...] = ()
    in_sync = None
    if wanted is not None:
        keys = given.differ
        if masks.wanted:
            hidden = [key for key in PROXY_KEYS if key in keys or masks.differ(container, key)]
            keys = tuple(hidden)
        in_sync = not keys
        foreign = _is_of_a_builder(container) or bool(container.swarm_service)
        if keys and not foreign and not _made_after(container, config):
            drift = (_stale(container, keys),)
    return Component(
        "container",
        container.name,
        given.proxies,
        given.in_use,
        container.state == "running",
        in_sync,
        drift,
    )


def _value(environ: Mapping[str, str], key: str) -> Value | None:
    """The value of a key in a container. Programs differ over the case (curl reads lower case
    alone), so the other spelling's different value is kept beside it; empty means switched off.
    """
    given = [
        Overridden(environ[variable], Origin("container", name=variable))
        for variable in variable_names(key)
        if variable in environ
    ]
    if not given:
        return None
    first = next((item for item in given if item.value), given[0])
    rest = tuple(item for item in given if item.value != first.value)
    return Value(first.value, is_masked(first.value), first.origin, rest)


def _differs(environ: Mapping[str, str], key: str, wanted: Mapping[str, str]) -> bool:
    value = wanted.get(key, "")
    return any(environ.get(name, "") != value for name in variable_names(key))


def _is_of_a_builder(container: Container) -> bool:
    """Another user's builder: buildx gives its container nothing of config.json."""
    return container.name.startswith(BUILDX_CONTAINER)


def _made_after(container: Container, config: FileFact | None) -> bool:
    """Then it was given its own values (--env, compose), and making it anew changes nothing."""
    return config is not None and config.kind == "file" and container.created_at > config.mtime


def _stale(container: Container, keys: tuple[str, ...]) -> Drift:
    names = ", ".join(keys)
    if container.compose_project:
        text = N_(
            "Container {container} was made before the client's configuration changed "
            "(what differs: {keys}); in the folder of its compose project {project}:"
        )
        about = message(
            text, container=container.name, keys=names, project=container.compose_project
        )
        return Drift("stale-container", about, _COMPOSE, keys)
    text = N_(
        "Container {container} was made before the client's configuration changed "
        "(what differs: {keys}): it keeps the old values until it is created anew."
    )
    return Drift("stale-container", message(text, container=container.name, keys=names), "", keys)
