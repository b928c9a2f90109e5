"""A function at work on a thread of its own."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, List, TypeVar

    T = TypeVar("T")


def begun(function: Callable[[], T]) -> Callable[[], T]:
    """Starts it at once; what is given waits for its result. An error of the function is raised
    there.
    """
    import threading

    values: List[T] = []
    errors: List[BaseException] = []

    def run() -> None:
        try:
            values.append(function())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def result() -> T:
        thread.join()
        if errors:
            raise errors[0]
        return values[0]

    return result
