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
    from typing import Any, Callable, Dict, List, Tuple, Type, TypeVar

    R = TypeVar("R")


_PLAIN: Dict[str, Tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
}
_LARGEST = 1 << 63
"""A number beyond this is none of a machine's."""

_EXACT = ("str", "bool")
_READERS: Dict[type, Callable[[Any], Any]] = {}


class _Odd(Exception):
    """Not what the quick way takes: the slow one finds out what it is, and where."""


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
    try:
        return _quick(cls)(data)  # type: ignore[no-any-return]
    except _Odd:
        return _load(cls, data, where)


def _load(cls: Type[R], data: Any, where: str) -> R:
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
        return _load(kind, data, path)
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


def _quick(cls: type) -> Callable[[Any], Any]:
    """What makes such a record of the values that are as they should be; raises _Odd over others.

    A Snapshot holds thousands of values, and nearly all of them are well.
    """
    made = _READERS.get(cls)
    if made is None:
        made = _READERS[cls] = _record_reader(cls)
    return made


def _record_reader(cls: type) -> Callable[[Any], Any]:
    defaults: Dict[str, Any] = cls._field_defaults  # type: ignore[attr-defined]
    fields = [
        (
            name,
            _PLAIN[annotation][0] if annotation in _EXACT else None,
            _reader(annotation, cls),
            name in defaults,
            defaults.get(name),
        )
        for name, annotation in _annotations(cls).items()
    ]

    def read(data: Any) -> Any:
        if type(data) is not dict:
            raise _Odd
        values = []
        for name, exact, reader, is_optional, default in fields:
            if name in data:
                value = data[name]
                if type(value) is not exact:
                    value = reader(value)
                values.append(value)
            elif is_optional:
                values.append(default)
            else:
                raise _Odd
        return cls(*values)

    return read


def _reader(annotation: str, owner: type) -> Callable[[Any], Any]:
    if annotation.startswith("Optional["):
        inner = _reader(annotation[9:-1], owner)
        return lambda data: None if data is None else inner(data)
    if annotation.startswith("Tuple["):
        item = _reader(annotation[6:-1].partition(", ...")[0], owner)
        return lambda data: _tuple(data, item)
    if annotation == "Dict[str, str]":
        return _strings
    if annotation in _EXACT:
        wanted = _PLAIN[annotation][0]
        return lambda data: _exactly(data, wanted)
    if annotation in ("int", "float"):
        return lambda data: _plain_or_odd(annotation, data)
    return lambda data: _nested(data, owner, annotation)


def _nested(data: Any, owner: type, annotation: str) -> Any:
    """A record in a record: what reads it is made when there is one to read."""
    kind: Any = getattr(sys.modules[owner.__module__], annotation, None)
    if not hasattr(kind, "_fields"):
        raise _Odd
    return _quick(kind)(data)


def _tuple(data: Any, item: Callable[[Any], Any]) -> Tuple[Any, ...]:
    if type(data) is not list:
        raise _Odd
    return tuple([item(each) for each in data])


def _strings(data: Any) -> Dict[str, str]:
    if type(data) is not dict:
        raise _Odd
    for value in data.values():
        if type(value) is not str:
            raise _Odd
    return dict(data)


def _exactly(data: Any, wanted: type) -> Any:
    if type(data) is not wanted:
        raise _Odd
    return data


def _plain_or_odd(annotation: str, data: Any) -> Any:
    if type(data) is not int and (type(data) is not float or annotation == "int"):
        raise _Odd
    if not -_LARGEST <= data <= _LARGEST:
        raise _Odd
    return float(data) if annotation == "float" else data


def _wrong(path: str, wanted: str) -> UsageError:
    shown = path if len(path) <= 200 else f"{path[:200]}…"
    return UsageError(
        message(N_("{path} is missing or is not of type {wanted}"), path=shown, wanted=wanted)
    )
