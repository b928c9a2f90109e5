"""What costs a start little: named tuples, Protocol as a name alone, patterns compiled when needed.

``typing`` costs a start some 7 ms, and each of its named tuples 0.13 ms, since its ``__new__`` is
compiled where the class is made; of a hundred classes a command uses thirty. Here it is compiled
when the first tuple is made. To type checkers these are typing's own.
"""

from __future__ import annotations

from _collections import _tuplegetter  # type: ignore[import-not-found]

__all__ = ["NamedTuple", "Protocol", "pattern"]

TYPE_CHECKING = False  # type checkers take this name as true
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable
    from typing import Any, AnyStr, Dict, NamedTuple, Protocol, Tuple, Union

else:

    class Protocol:
        """A base that says nothing."""

        __slots__ = ()

    class _NamedTuples(type):
        """``class Name(NamedTuple)`` gives a plain subclass of tuple."""

        def __new__(cls, name, bases, space):
            if not bases:
                return super().__new__(cls, name, bases, space)
            fields = tuple(space.get("__annotations__", ()))
            defaults = {field: space[field] for field in fields if field in space}
            behind = fields[len(fields) - len(defaults) :]
            if tuple(defaults) != behind:
                raise TypeError(f"{name}: a field without a default follows one with a default")
            for number, field in enumerate(fields):
                space[field] = _tuplegetter(number, f"Field number {number}")
            space.update(
                __slots__=(),
                __match_args__=fields,
                _fields=fields,
                _field_defaults=defaults,
                __new__=_compiled_at_first(fields, defaults),
            )
            return type(name, (_Tuple,), space)

    class NamedTuple(metaclass=_NamedTuples):
        """See ``typing.NamedTuple``."""


class _Tuple(tuple):  # type: ignore[type-arg]
    """What all named tuples can do."""

    __slots__ = ()
    _fields: Tuple[str, ...] = ()

    @classmethod
    def _make(cls, values: Iterable[Any]) -> _Tuple:
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
        return made

    def _replace(self, **changes: Any) -> _Tuple:
        made = self._make(map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"Got unexpected field names: {list(changes)!r}")
        return made

    def _asdict(self) -> Dict[str, Any]:
        return dict(zip(self._fields, self))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({shown})"

    def __getnewargs__(self) -> Tuple[Any, ...]:
        return tuple(self)


def _compiled_at_first(fields: Tuple[str, ...], defaults: Dict[str, Any]) -> Callable[..., Any]:
    """A ``__new__`` that compiles the real one, with these fields as its parameters, and puts it
    into its own place.
    """

    def first(cls: Any, /, *values: Any, **named: Any) -> Any:
        owner = next(base for base in cls.__mro__ if "_fields" in base.__dict__)
        names = "".join(f"{field}, " for field in fields)
        new = eval(f"lambda _cls, {names}: _new(_cls, ({names}))", {"_new": tuple.__new__})  # noqa: S307 - names of our own fields
        new.__name__ = "__new__"
        new.__qualname__ = f"{owner.__name__}.__new__"
        new.__defaults__ = tuple(defaults.values())
        owner.__new__ = new
        return new(cls, *values, **named)

    return first


class _Pattern:
    """A pattern that is compiled when something is first asked of it, by the name of which the
    compiled one then answers.
    """

    def __init__(self, text: Union[str, bytes], flags: int) -> None:
        self.__text, self.__flags = text, flags

    def __getattr__(self, name: str) -> Any:
        import re

        value = getattr(re.compile(self.__text, self.__flags), name)
        setattr(self, name, value)
        return value


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, but compiled when it is first used: half of a module's patterns
    are of no use to a run. Not for the functions of ``re`` that take a pattern.
    """
    return _Pattern(text, flags)  # type: ignore[return-value]
