"""Spoiled inputs for all that reads texts of strangers: no crash, no hang, no secret shown.

``make fuzz SECONDS=`` goes on from here with inputs that no run saw before.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable

import pytest

from tests.fuzz import run as fuzz
from tests.fuzz.large import READERS
from tests.fuzz.subjects import SUBJECTS, Subject

Record = Callable[[str, object], None]

SECONDS = 20.0
INPUTS = 100_000
SMALL, LARGE = 32 * 1024, 1024 * 1024 - 64


def _run(name: str, record: Record, inputs: int = 0, seconds: float = 0.0) -> None:
    ran = fuzz.run(name, "steady", inputs, seconds)
    record("inputs", ran.inputs)
    record("KiB", ran.bytes // 1024)
    record("faults", len(ran.faults))
    assert not ran.faults, "\n".join(str(fuzz.smaller(fault)) for fault in ran.faults)


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_reader_stands_spoiled_inputs(name: str, record_property: Record) -> None:
    _run(name, record_property, seconds=SECONDS / len(SUBJECTS))


@pytest.mark.soak
@pytest.mark.parametrize("name", SUBJECTS)
def test_a_reader_stands_100_000_spoiled_inputs(name: str, record_property: Record) -> None:
    _run(name, record_property, inputs=INPUTS)


@pytest.mark.parametrize(("name", "path"), fuzz.kept())
def test_an_input_that_was_a_fault_once_is_none_now(name: str, path: str) -> None:
    with open(path, "rb") as file:
        fault, _ = fuzz.try_one(name, file.read())
    assert fault is None, str(fault)


def _slow(name: str, size: int) -> list[str]:
    """The large texts that a reader does not stand, three times over: a busy machine's caches make
    a text take longer now and then.
    """
    found = []
    for title, text in READERS[name].items():
        for _ in range(3):
            fault, _took = fuzz.try_one(name, text(size))
            if fault is None:
                break
        if fault is not None:
            found.append(f"{title}: {fault.said} ({fault.place})")
    return found


@pytest.mark.parametrize("name", READERS)
def test_the_time_of_a_reader_grows_with_the_text_and_no_faster(name: str) -> None:
    assert _slow(name, SMALL) == []


@pytest.mark.soak
@pytest.mark.parametrize("name", READERS)
def test_the_largest_texts_that_are_read_take_no_more_than_their_time(
    name: str, record_property: Record
) -> None:
    record_property("texts of 1 MiB", len(READERS[name]))
    assert _slow(name, LARGE) == []


# The tool itself -----------------------------------------------------------------------------


def _with(monkeypatch: pytest.MonkeyPatch, reader: Callable[[bytes], object]) -> None:
    monkeypatch.setitem(SUBJECTS, "tried", Subject(reader, (b"some text", b"some other")))


def test_a_reader_that_crashes_is_found_and_its_input_made_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def reader(data: bytes) -> None:
        if b"\xff" in data:
            raise KeyError("x")

    _with(monkeypatch, reader)

    (fault,) = fuzz.run("tried", "steady", inputs=2000).faults

    assert fuzz.smaller(fault).data == b"\xff"
    assert fault.said == "KeyError: 'x'"
    again = str(fuzz.smaller(fault)).split()[-2:]
    assert again == ["tried", base64.b64encode(b"\xff").decode()]


def test_a_reader_that_is_slow_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def reader(data: bytes) -> None:
        end = time.process_time() + 0.06 * data.startswith(b"x")
        while time.process_time() < end:
            pass

    _with(monkeypatch, reader)
    monkeypatch.setattr(fuzz, "yardstick", lambda: 1.0)

    assert fuzz.try_one("tried", b"x")[0] is not None
    assert fuzz.try_one("tried", b"y")[0] is None

    monkeypatch.setattr(fuzz, "yardstick", lambda: 2.0)
    assert fuzz.try_one("tried", b"x")[0] is None


def test_a_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def reader(_data: bytes) -> None:
        while True:
            pass

    monkeypatch.setattr(fuzz, "HANGS", 0.1)
    _with(monkeypatch, reader)

    fault, _ = fuzz.try_one("tried", b"x")

    assert fault is not None
    assert fault.said.startswith("hangs")
