"""Columns as the files have them, where masks have moved what stands behind them."""

from __future__ import annotations

from dockproxy.core.model.snapshot import FileFact, Snapshot
from dockproxy.resolve.host import Component, Origin, Value


def with_real_columns(snapshot: Snapshot, component: Component) -> Component:
    """The component, each origin where its file has it."""
    if component.component == "container":
        return component  # no file holds its values
    moved = {fact.path: fact for fact in snapshot.files if fact.shifts}
    if not moved:
        return component
    proxies = {key: _value(value, moved) for key, value in component.proxies.items()}
    return component._replace(proxies=proxies)


def _value(value: Value, moved: dict[str, FileFact]) -> Value:
    overrides = tuple(lost._replace(origin=_origin(lost.origin, moved)) for lost in value.overrides)
    return value._replace(origin=_origin(value.origin, moved), overrides=overrides)


def _origin(origin: Origin, moved: dict[str, FileFact]) -> Origin:
    fact = moved.get(origin.path or "")
    if fact is None or origin.line is None or origin.column is None:
        return origin
    return origin._replace(column=fact.real_column(origin.line, origin.column))
