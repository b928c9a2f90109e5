"""A function at work on a thread of its own."""

from __future__ import annotations

import threading
from typing import Callable, Generic, List, TypeVar

T = TypeVar("T")


class Task(Generic[T]):
    """Starts at once. An error of the function is raised where its result is asked for."""

    def __init__(self, function: Callable[[], T]) -> None:
        self._values: List[T] = []
        self._errors: List[BaseException] = []
        self._thread = threading.Thread(target=self._run, args=(function,), daemon=True)
        self._thread.start()

    def result(self) -> T:
        """What the function gave, once it has."""
        self._thread.join()
        if self._errors:
            raise self._errors[0]
        return self._values[0]

    def _run(self, function: Callable[[], T]) -> None:
        try:
            self._values.append(function())
        except BaseException as error:
            self._errors.append(error)
