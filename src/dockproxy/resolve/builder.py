"""Builders: what the next container of each is given, against what its container has.

``FROM``, ``ADD`` and git sources are fetched by buildkitd with its container's environment; ``RUN``
gets the client's build args (buildx driver/docker-container, build/opt.go; BuildKit
util/resolver/resolver.go, util/gitutil/git_cli.go). An instance file that is edited changes nothing
until the container is made anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import PROXY_KEYS, variable_names
from dockproxy.core.model.snapshot import Builder, BuilderNode, Snapshot, Unknown
from dockproxy.resolve.host import Component, Drift, Origin, Overridden, Value
from dockproxy.resolve.masks import is_masked
from dockproxy.semantics.go import drops

CONTAINER_DRIVER = "docker-container"
ENVIRONMENT = "env."

_ELSEWHERE = {
    "kubernetes": N_("its pods have their environment from options of the driver (env.NAME)"),
    "remote": N_("its buildkitd runs elsewhere, with the environment that it was started with"),
}


def builders(
    snapshot: Snapshot, client: Component | None
) -> tuple[tuple[Component, ...], tuple[Unknown, ...]]:
    """A component for each builder, in the Snapshot's order, and what could not be seen."""
    components, unknown = [], []
    for builder in snapshot.builders:
        component, why = _component(builder, client, offline=bool(snapshot.machine.root))
        components.append(component._replace(driver=builder.driver, current=builder.current))
        unknown += why
    return tuple(components), tuple(unknown)


def container_names(snapshot: Snapshot) -> frozenset[str]:
    """The containers that belong to these builders: the client gives them nothing."""
    return frozenset(node.container for builder in snapshot.builders for node in builder.nodes)


def options_of(node: BuilderNode) -> dict[str, str]:
    """The variables that a node's next container is given, proxies alone."""
    names = {name for key in PROXY_KEYS for name in variable_names(key)}
    found = {option.name[len(ENVIRONMENT) :]: option.value for option in node.options}
    return {name: value for name, value in found.items() if name in names}


def _component(
    builder: Builder, client: Component | None, *, offline: bool
) -> tuple[Component, list[Unknown]]:
    about = f"builder.{builder.name}"
    if builder.fault or not builder.nodes:
        return _unread(builder), []
    first = builder.nodes[0]
    proxies = _proxies(builder.path, first)
    drift = list(_unusable(builder, proxies))
    if builder.driver != CONTAINER_DRIVER:
        reason = builder.driver if builder.driver in _ELSEWHERE else "unknown-driver"
        why = Unknown(f"{about}.in_use", reason, _ELSEWHERE.get(builder.driver, ""))
        component = Component("builder", builder.name, proxies, None, None, None, tuple(drift))
        return component, [why]
    component = Component("builder", builder.name, proxies)
    drift += [*_differing(builder), *_without(builder, client, proxies)]
    seen = [node for node in builder.nodes if node.state not in ("", "absent")]
    absent = [node for node in builder.nodes if node.state == "absent"]
    stale = [node for node in seen if not agrees(node)]
    drift += [_stale(builder, node) for node in stale]
    unknown: list[Unknown] = []
    if offline:
        pass  # that nothing is contacted is said once, of the Engine
    elif len(seen) + len(absent) < len(builder.nodes):
        unknown.append(Unknown(f"{about}.in_use", "no-engine"))
    whole = len(seen) + len(absent) == len(builder.nodes)
    component = component._replace(
        live=any(node.state == "running" for node in seen) if seen or (whole and absent) else None,
        in_use=_in_use(seen[0]) if seen else None,
        in_sync=False if stale else True if seen and whole else None,
        drift=tuple(drift),
    )
    return component, unknown


def agrees(node: BuilderNode) -> bool:
    """Whether a node's container has the proxies that its instance file gives it."""
    wanted = {**node.image_environ, **options_of(node)}
    return _given(wanted) == _given(node.environ)


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if value}


def _unread(builder: Builder) -> Component:
    place, _, words = builder.fault.partition(" ")
    component = Component("builder", builder.name, {})
    if not builder.fault:
        return component
    text = N_("{path}:{place}: {quote}. So buildx does not list its builders any more.")
    about = message(text, path=builder.path, place=place, quote=words)
    return component._replace(
        in_use={}, live=False, in_sync=False, drift=(Drift("instance-broken", about),)
    )


def _proxies(path: str, node: BuilderNode) -> dict[str, Value]:
    """The values of a node's options. Of two spellings Go takes the upper-case name's."""
    places = {option.name: option for option in node.options}
    proxies = {}
    for key in PROXY_KEYS:
        given = [
            Overridden(
                places[ENVIRONMENT + name].value,
                Origin(
                    "builder",
                    path,
                    places[ENVIRONMENT + name].line,
                    places[ENVIRONMENT + name].column,
                    ENVIRONMENT + name,
                ),
            )
            for name in variable_names(key)
            if ENVIRONMENT + name in places
        ]
        first = next((item for item in given if item.value), None)
        if first is not None:
            rest = tuple(item for item in given if item.value != first.value)
            proxies[key] = Value(first.value, is_masked(first.value), first.origin, rest)
    return proxies


def _in_use(node: BuilderNode) -> dict[str, str]:
    found = {}
    for key in PROXY_KEYS:
        values = [node.environ.get(name, "") for name in variable_names(key)]
        if any(values):
            found[key] = next(value for value in values if value)
    return found


def _unusable(builder: Builder, proxies: Mapping[str, Value]) -> list[Drift]:
    found = []
    for key, value in proxies.items():
        if key != "no_proxy" and drops(value.value):
            text = N_("{name} in {path} is no address that BuildKit can read: it connects directly")
            about = message(text, name=value.origin.name, path=builder.path)
            found.append(Drift("unusable", about, keys=(key,)))
        elif key == "no_proxy" and value.value[:1] in ("'", '"'):
            text = N_("{name} in {path} has quotation marks in its value: they match no host")
            about = message(text, name=value.origin.name, path=builder.path)
            found.append(Drift("unusable", about, keys=(key,)))
    return found


def _differing(builder: Builder) -> list[Drift]:
    first, *others = builder.nodes
    differing = [node.name for node in others if options_of(node) != options_of(first)]
    if not differing:
        return []
    text = N_("the nodes {names} have other proxies than {first}")
    about = message(text, names=", ".join(differing), first=first.name)
    return [Drift("nodes-differ", about)]


def _without(
    builder: Builder, client: Component | None, proxies: Mapping[str, Value]
) -> list[Drift]:
    """The client's proxies reach RUN alone."""
    if proxies or client is None or not client.proxies:
        return []
    text = N_("builder {name} has no proxies, though config.json has: its FROM goes without")
    about = message(text, name=builder.name)
    remedy = f"dockproxy set URL --for builder:{builder.name}"
    return [Drift("builder-without-proxies", about, remedy)]


def _stale(builder: Builder, node: BuilderNode) -> Drift:
    keys = tuple(
        key
        for key in PROXY_KEYS
        if any(
            {**node.image_environ, **options_of(node)}.get(name, "") != node.environ.get(name, "")
            for name in variable_names(key)
        )
    )
    text = N_(
        "{path} and container {container} do not agree ({keys}): an edited file counts once the"
        " container is made anew. The next build does that after this; the cache is kept:"
    )
    about = message(text, path=builder.path, container=node.container, keys=", ".join(keys))
    return Drift("stale-builder", about, f"docker rm --force {node.container}", keys)
