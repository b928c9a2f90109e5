"""Records to JSON and back: every record of the model is a NamedTuple of plain values.

``load`` checks each value against the field's annotation, so a Snapshot or a request from a
stranger's file is either well-formed or refused with the path of the field that is not.
"""

from __future__ import annotations

import sys

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple, Type, TypeVar

    R = TypeVar("R")


_PLAIN: Dict[str, Tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
}
_LARGEST = 1 << 63
"""A number beyond this is none of a machine's."""


def dump(value: Any, reveal: bool = False) -> Any:
    """The JSON form of a record: dicts, lists and plain values. A Secret shows only if reveal."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if hasattr(value, "_fields"):
        return {name: dump(getattr(value, name), reveal) for name in value._fields}
    if isinstance(value, dict):
        return {str(key): dump(item, reveal) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [dump(item, reveal) for item in value]
    if hasattr(value, "reveal"):
        return value.reveal() if reveal else str(value)
    raise TypeError(f"not a record's value: {type(value).__name__}")


def load(cls: Type[R], data: Any, where: str = "") -> R:
    """The record of class ``cls`` that ``data`` (parsed JSON) spells; unknown keys are ignored.

    Raises UsageError with the field's path if a value is missing or of another type.
    """
    if not isinstance(data, dict):
        raise _wrong(where or cls.__name__, "object")
    defaults: Dict[str, Any] = cls._field_defaults  # type: ignore[attr-defined]
    values: List[Any] = []
    for name, annotation in _annotations(cls).items():
        path = f"{where}.{name}" if where else name
        if name in data:
            values.append(_value(annotation, data[name], path, cls))
        elif name in defaults:
            values.append(defaults[name])
        else:
            raise _wrong(path, annotation)
    return cls(*values)


def _annotations(cls: type) -> Dict[str, str]:
    raw = cls.__annotations__
    return {name: str(getattr(kind, "__forward_arg__", kind)) for name, kind in raw.items()}


def _value(annotation: str, data: Any, path: str, owner: type) -> Any:
    if annotation.startswith("Optional["):
        return None if data is None else _value(annotation[9:-1], data, path, owner)
    if annotation in _PLAIN:
        return _plain(annotation, data, path)
    if annotation.startswith("Tuple["):
        if not isinstance(data, list):
            raise _wrong(path, "list")
        inner = annotation[6:-1]
        if not inner.endswith(", ..."):
            raise TypeError(f"{path}: only Tuple[X, ...] is supported")
        return tuple(
            _value(inner[:-5], item, f"{path}[{index}]", owner) for index, item in enumerate(data)
        )
    if annotation.startswith("Dict[str, "):
        if not isinstance(data, dict):
            raise _wrong(path, "object")
        inner = annotation[10:-1]
        return {key: _value(inner, item, f"{path}.{key}", owner) for key, item in data.items()}
    kind = getattr(sys.modules[owner.__module__], annotation)
    if hasattr(kind, "_fields"):
        return load(kind, data, path)
    if hasattr(kind, "reveal"):
        return kind(_value("str", data, path, owner))
    raise TypeError(f"{path}: cannot load {annotation}")


def _plain(annotation: str, data: Any, path: str) -> Any:
    if not isinstance(data, _PLAIN[annotation]) or (
        isinstance(data, bool) and annotation != "bool"
    ):
        raise _wrong(path, annotation)
    if isinstance(data, (int, float)) and not -_LARGEST <= data <= _LARGEST:  # nor NaN
        raise _wrong(path, annotation)
    return float(str(data)) if annotation == "float" else data


def _wrong(path: str, wanted: str) -> UsageError:
    shown = path if len(path) <= 200 else f"{path[:200]}…"
    return UsageError(
        message(N_("{path} is missing or is not of type {wanted}"), path=shown, wanted=wanted)
    )
