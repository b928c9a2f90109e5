"""The loop: input after input into one reader, each with a limit of time, faults kept."""

from __future__ import annotations

import base64
import gc
import itertools
import os
import signal
import time
import traceback
from collections.abc import Iterator
from types import FrameType
from typing import NamedTuple

from tests.fuzz.mutate import ADDRESSES, Mutator
from tests.fuzz.readers import SECRET, Reader
from tests.fuzz.subjects import SUBJECTS, Subject

FOUND = os.path.join(os.path.dirname(__file__), "found")
"""Inputs that were faults once, READER-NAME.bin each: tried again by every run of the tests."""

HANGS = 20.0

YARDSTICK = 0.0045
"""The seconds of processor time that ``yardstick`` takes on the machine that the limits are of."""


class Fault(NamedTuple):
    """An input that a reader does not stand, and what it did."""

    reader: str
    data: bytes
    said: str
    place: str

    @property
    def kind(self) -> tuple[str, str]:
        """What tells it from other faults: where, and of which sort."""
        return self.place, self.said.partition(":")[0]

    def __str__(self) -> str:
        shown = base64.b64encode(self.data).decode()
        again = f"python -m tests.fuzz --again {self.reader} {shown}"
        return f"{self.reader}: {self.said} ({self.place})\n  {again}"


class Ran(NamedTuple):
    """What came of a number of inputs. slowest: the largest part of its limit that one took."""

    inputs: int
    bytes: int
    seconds: float
    slowest: float
    faults: list[Fault]


class _Hangs(Exception):
    """The reader has had far more time than its limit."""


def limit(size: int) -> float:
    """The seconds of processor time that a reader may take: 50 ms, and 1 ms for each KiB."""
    return 0.05 + size / 1024 / 1000


def yardstick() -> float:
    """How many times longer than there this machine takes now for the same work, at least 1.

    Words and lists that are made, kept and forgotten: what readers do. Other programs at work cost
    that its caches, four times over at worst.
    """
    before = time.process_time()
    for _ in range(4):
        nested: list[object] = []
        places = {}
        for number in range(5000):
            word = f'"k{number}":'
            places[word] = len(word.strip('"'))
            nested = [nested, word]
        while nested:
            nested = nested[0]  # type: ignore[assignment]
    return max(1.0, (time.process_time() - before) / YARDSTICK)


def try_one(name: str, data: bytes) -> tuple[Fault | None, float]:
    """One input; gives the part of the limit that it took, too."""
    subject = SUBJECTS[name]
    allowed = limit(len(data)) * subject.readings
    taken = slower = 0.0
    for attempt in range(4):
        before = time.process_time()
        said, place = _said(subject.reader, data)
        taken = time.process_time() - before
        if said:
            return Fault(name, data, said, place), taken / allowed
        if taken <= allowed:
            return None, taken / allowed
        slower = yardstick()
        if taken <= allowed * slower:
            return None, taken / allowed / slower
        gc.collect()  # a machine with more to do than this is slow now and then; not four times
        if attempt == 2:
            time.sleep(0.2)
    said = f"slow: took {taken:.2f} s where {allowed:.2f} s are allowed"
    said += f" (on a machine {slower:.1f} times slower)" * (slower > 1)
    return Fault(name, data, said, "time"), taken / allowed


def _said(reader: Reader, data: bytes) -> tuple[str, str]:
    """What the reader raised, "" if nothing, and the line that did."""
    before = signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, HANGS)
    try:
        reader(data)
    except _Hangs:
        return f"hangs: not done after {HANGS:.0f} s", "time"
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{os.path.basename(last.filename)}:{last.lineno}"
        return f"{type(error).__name__}: {error}"[:300], place
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return "", ""


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise _Hangs


def inputs_of(name: str, seed: str) -> Iterator[bytes]:
    """Endless inputs for that reader, the same for the same seed."""
    subject = SUBJECTS[name]
    mutator = Mutator(f"{seed} {name}", subject.corpus, subject.as_json)
    while True:
        yield mutator.next(SECRET)


def run(name: str, seed: str, inputs: int = 0, seconds: float = 0.0) -> Ran:
    """That many inputs, or as many as the processor does in that time. It ends at ten faults."""
    faults: dict[tuple[str, str], Fault] = {}
    done = size = 0
    slowest = 0.0
    begun = time.process_time()
    for data in inputs_of(name, seed):
        if (inputs and done >= inputs) or (seconds and time.process_time() - begun > seconds):
            break
        fault, part = try_one(name, data)
        done, size, slowest = done + 1, size + len(data), max(slowest, part)
        if fault is not None:
            faults.setdefault(fault.kind, fault)
            if len(faults) > 9:
                break
    return Ran(done, size, time.process_time() - begun, slowest, list(faults.values()))


def kept() -> list[tuple[str, str]]:
    """Reader and path of each input that was a fault once."""
    files = sorted(file for file in os.listdir(FOUND) if file.endswith(".bin"))
    return [(file.rpartition("-")[0], os.path.join(FOUND, file)) for file in files]


def keep(fault: Fault) -> str:
    """Write the input where the tests will try it again; gives the path."""
    for number in itertools.count(1):
        path = os.path.join(FOUND, f"{fault.reader}-{number}.bin")
        if not os.path.exists(path):
            break
    with open(path, "wb") as file:
        file.write(fault.data)
    return path


def smaller(fault: Fault) -> Fault:
    """The same fault from a shorter input, as far as cutting pieces out leads there."""
    data, kind = fault.data, fault.kind
    if fault.place == "time":
        return fault
    addresses = [address.format(SECRET).encode() for address in ADDRESSES]
    planted = next((each for each in addresses if each in data), b"")
    piece = max(len(data) // 2, 1)
    while piece:
        at = 0
        while at < len(data):
            shorter = data[:at] + data[at + piece :]
            again, _ = try_one(fault.reader, shorter) if planted in shorter else (None, 0)
            if again is not None and again.kind == kind:
                data, fault = shorter, again
            else:
                at += piece
        piece //= 2
    return fault


__all__ = ["FOUND", "Fault", "Ran", "Subject", "keep", "kept", "limit", "run", "smaller", "try_one"]
