"""The named tuples of ours do what typing's do."""

from __future__ import annotations

import copy
import pickle
import typing
from collections.abc import Callable

import pytest

from dockproxy.core.model import light


class Ours(light.NamedTuple):
    """Of ours."""

    first: str
    second: int = 2
    third: tuple[str, ...] = ()

    @property
    def both(self) -> str:
        return self.first * self.second

    @classmethod
    def made(cls) -> Ours:
        return cls("m")


class Theirs(typing.NamedTuple):
    """Of typing's."""

    first: str
    second: int = 2
    third: tuple[str, ...] = ()


class Later(Ours):
    """A class of a class of ours, met before any tuple of either was made."""


CALLS: tuple[Callable[[typing.Any], object], ...] = (
    lambda made: made("a"),
    lambda made: made("a", 3),
    lambda made: made(first="a", third=("x",)),
    lambda made: made(second=1, first="b"),
    lambda made: made._make(["a", 1, ()]),
    lambda made: made("a")._replace(second=9),
    lambda made: tuple(made("a")._asdict().items()),
    lambda made: made._fields,
    lambda made: made._field_defaults,
    lambda made: made.__match_args__,
    lambda made: made("a")[1],
    lambda made: made("a").first,
    lambda made: hash(made("a")),
    lambda made: sorted([made("b"), made("a")]),
    lambda made: made("a") + (1,),  # noqa: RUF005 - the operator is what is tried
    lambda made: copy.copy(made("a")),
)
REFUSED: tuple[Callable[[typing.Any], object], ...] = (
    lambda made: made(),
    lambda made: made("a", 1, (), 4),
    lambda made: made("a", fourth=1),
    lambda made: made("a", first="b"),
    lambda made: made("a")._replace(fourth=1),
    lambda made: made._make(["a"]),
    lambda made: setattr(made("a"), "first", "b"),
    lambda made: setattr(made("a"), "other", "b"),
)


@pytest.mark.parametrize("call", CALLS)
def test_what_they_give_is_the_same(call: Callable[[object], object]) -> None:
    assert call(Ours) == call(Theirs)


@pytest.mark.parametrize("call", REFUSED)
def test_what_they_refuse_is_the_same(call: Callable[[object], object]) -> None:
    with pytest.raises(Exception) as theirs:
        call(Theirs)
    with pytest.raises(theirs.type) as ours:
        call(Ours)
    assert str(ours.value).replace("Ours", "Theirs") == str(theirs.value)


def test_a_class_of_a_class_makes_its_own_and_the_other_still_its_own() -> None:
    assert type(Later("a")) is Later
    assert type(Later("a")._replace(second=1)) is Later
    assert type(Ours("a")) is Ours


def test_methods_names_and_text_are_kept() -> None:
    assert Ours("ab").both == "abab"
    assert Ours.made() == ("m", 2, ())
    assert repr(Ours("a")) == "Ours(first='a', second=2, third=())"
    assert Ours.__doc__ == "Of ours."
    assert pickle.loads(pickle.dumps(Ours("a"))) == Ours("a")


def test_a_field_without_a_default_behind_one_with_a_default_is_refused() -> None:
    with pytest.raises(TypeError, match="without a default"):

        class Wrong(light.NamedTuple):
            first: str = ""
            second: int  # type: ignore[misc]
