"""``--from`` something that is no file, or not there, or changes: said so, and never a hang."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dockproxy import DockproxyError, read_snapshot
from tests.cli.process import command, environment, run, run_as
from tests.cli.tree import here
from tests.support.snapshot_documents import healthy, refused

TEXT = json.dumps(healthy(), indent=2)
PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "No such file"),
    "a folder": (lambda path: path.mkdir(), "folder"),
    "a pipe nobody writes to": (os.mkfifo, "nothing in it"),
    "a link to itself": (lambda path: path.symlink_to(path), "symbolic links"),
    "below a file": (lambda path: path.parent.joinpath("x").write_text(""), "No such file"),
}


@pytest.mark.parametrize("name", PLACES)
def test_what_is_no_file_is_said_to_be_none(name: str, tmp_path: Path) -> None:
    make_it, said = PLACES[name]
    path = tmp_path / "host.json"
    make_it(path)

    assert said in refused(path)


def test_a_name_that_no_file_can_have() -> None:
    assert here("status", "--from", "").code == 2
    assert "too long" in here("status", "--from", "x" * 5000).err


def test_what_is_not_permitted_is_said_to_be_so(tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    file.write_text(TEXT)
    file.chmod(0)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    argv = ("status", "--from", str(file))
    done = run_as(65534, *argv) if os.geteuid() == 0 else run(*argv)

    assert done.returncode == 2
    assert b"Permission denied" in done.stderr


def test_a_closed_or_empty_standard_input() -> None:
    for redirect in ("<&-", "</dev/null"):
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {redirect}', "sh", *command("status", "--from", "-")],
            env=environment(),
            capture_output=True,
            timeout=20,
            check=False,
        )
        assert done.returncode == 2
        assert done.stderr.startswith(b"dockproxy: standard input: there is nothing in it")


def test_a_file_that_is_cut_while_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    file.write_bytes(TEXT.encode())
    over = threading.Event()

    def cut() -> None:
        while not over.is_set():
            file.write_bytes(TEXT.encode()[: len(TEXT) // 3])
            file.unlink(missing_ok=True)
            file.write_bytes(TEXT.encode())

    cutter = threading.Thread(target=cut)
    cutter.start()
    try:
        outcomes: set[bool] = set()
        end = time.monotonic() + 5
        while len(outcomes) < 2 and time.monotonic() < end:
            try:
                outcomes.add(read_snapshot(file).recorded)
            except DockproxyError:
                outcomes.add(False)
    finally:
        over.set()
        cutter.join()
    assert outcomes == {True, False}


def test_ctrl_c_while_waiting_for_standard_input_is_an_interruption() -> None:
    read, write = os.pipe()
    process = subprocess.Popen(
        ["env", "--default-signal=INT", *command("status", "--from", "-")],
        env=environment(),
        stdin=read,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    os.close(read)
    os.close(write)

    assert process.returncode == 130
    assert b"Traceback" not in err
    assert out == b""
