"""``dockproxy snapshot`` and ``--from``: what is written, where, and that nothing else is read."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dockproxy.core.agent.system import TEXT_LIMIT
from dockproxy.core.formats.snapshot_json import LIMIT
from tests.cli.process import command, environment, run
from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, PROXY, Said, Tree, here

URL = "http://ann:p%40ss@10.0.0.1:3128"
FILE = json.dumps({"proxies": {"http-proxy": URL, "https-proxy": URL, "no-proxy": "a.test"}})


@pytest.fixture
def host(tree: Tree) -> Tree:
    """A host with a password in daemon.json."""
    tree.write(DAEMON_JSON, FILE)
    return tree


def recorded(file: Path, *words: str) -> Said:
    return here("status", "--from", str(file), *words)


def test_it_opens_as_every_document_does(host: Tree) -> None:
    said = host.run("snapshot")

    assert said.code == 0
    document = json.loads(said.out)
    assert list(document)[:4] == ["schema", "kind", "version", "host"]
    assert (document["schema"], document["kind"]) == (1, "snapshot")
    assert document["host"]["root"] == host.root
    assert [item["reason"] for item in document["unknown"]] == ["offline"] * 3
    assert said.out.isascii()


def test_no_secret_is_in_it(host: Tree) -> None:
    out = host.run("snapshot").out

    assert "xxxxx:xxxxx@10.0.0.1:3128" in out
    assert "ann" not in out
    assert "p%40ss" not in out
    assert "secrets" not in json.loads(out)


def test_it_is_written_whole_beside_what_was_there_and_its_mode_is_the_masks(
    host: Tree, tmp_path: Path
) -> None:
    file = tmp_path / "host.json"
    file.write_text("old")
    mask = os.umask(0o027)
    try:
        said = host.run("snapshot", "-o", str(file))
    finally:
        os.umask(mask)

    assert (said.code, said.out) == (0, "")
    assert str(file) in said.err
    assert json.loads(file.read_text())["kind"] == "snapshot"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["host", "host.json"]


@pytest.mark.parametrize("place", ["nowhere/host.json", "", "host", "host.json/x"])
def test_where_it_can_not_be_written_what_was_there_stays(
    host: Tree, tmp_path: Path, place: str
) -> None:
    (tmp_path / "host.json").write_text("old")

    said = host.run("snapshot", "-o", str(tmp_path / place) if place else "")

    assert said.code == 2
    assert "can't be written" in said.err
    assert sorted(os.listdir(tmp_path)) == ["host", "host.json"]
    assert (tmp_path / "host.json").read_text() == "old"


def test_a_full_disk_leaves_what_was_there(
    host: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "host.json"
    file.write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = host.run("snapshot", "-o", str(file))

    assert said.code == 2
    assert "No space left on device" in said.err
    assert file.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["host", "host.json"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
@pytest.mark.parametrize(("owner", "given"), [(4321, 4321), (4322, 0), (0, 0)])
def test_under_sudo_it_is_the_callers_in_a_folder_of_theirs(
    host: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: int, given: int
) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    os.chown(folder, owner, owner)
    monkeypatch.setenv("SUDO_UID", "4321")

    assert host.run("snapshot", "-o", str(folder / "host.json")).code == 0

    assert (folder / "host.json").stat().st_uid == given


def test_it_goes_into_a_device_or_pipe_that_is_named(host: Tree) -> None:
    assert host.run("snapshot", "-o", "/dev/null").code == 0
    done = run("snapshot", "--root", host.root, "-o", "/dev/stderr")
    assert json.loads(done.stderr[: done.stderr.rindex(b"}") + 1])["kind"] == "snapshot"


def test_secrets_are_given_only_to_a_file_of_ones_own(host: Tree, tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    file.write_text("old")
    file.chmod(0o644)

    said = host.run("snapshot", "--with-secrets", "-o", str(file))

    assert said.code == 0
    assert "HOLDS SECRETS (2)" in said.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["secrets"] == [
        {"about": DAEMON_JSON, "name": "proxies.http-proxy", "value": URL},
        {"about": DAEMON_JSON, "name": "proxies.https-proxy", "value": URL},
    ]


@pytest.mark.parametrize("output", [[], ["-o", "-"], ["-o", "/dev/stdout"], ["-o", "/dev/null"]])
def test_secrets_are_never_given_to_a_stream(host: Tree, output: list[str]) -> None:
    said = host.run("snapshot", "--with-secrets", *output)

    assert said.code == 2
    assert said.out == ""
    assert "file of their own" in said.err


@pytest.mark.parametrize("words", [[], ["--with-secrets"]])
@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_neither_followed_nor_replaced(
    host: Tree, tmp_path: Path, words: list[str], there: bool
) -> None:
    target = tmp_path / "others"
    if there:
        target.write_text("theirs")
    link = tmp_path / "host.json"
    link.symlink_to(target)

    said = host.run("snapshot", *words, "-o", str(link))

    assert said.code == 2
    assert "symbolic link" in said.err
    assert os.readlink(link) == str(target)
    assert target.exists() is there
    assert not there or target.read_text() == "theirs"


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_goes_on_where_it_was_by_any_of_its_names(
    host: Tree, tmp_path: Path, name: str
) -> None:
    before = os.readlink("/dev/stdout")
    log = tmp_path / "log"
    log.write_text("before\n")
    with log.open("a") as stream:
        argv = command("snapshot", "--root", host.root, "-o", name)
        subprocess.run(argv, env=environment(), stdout=stream, timeout=20, check=True)

    assert os.readlink("/dev/stdout") == before
    first, _, rest = log.read_text().partition("\n")
    assert first == "before"
    assert json.loads(rest)["kind"] == "snapshot"


def test_what_is_read_from_a_file_with_secrets_shows_none(host: Tree, tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    host.run("snapshot", "--with-secrets", "-o", str(file))

    shown = [recorded(file).out, recorded(file, "--json").out]
    shown.append(here("snapshot", "--from", str(file)).out)

    assert all("xxxxx:xxxxx@10.0.0.1:3128" in text for text in shown)
    assert not any("p%40ss" in text or "secrets" in text for text in shown)


def test_auths_and_other_secrets_are_not_even_among_the_secrets(host: Tree, tmp_path: Path) -> None:
    config = {
        "auths": {"r.test": {"auth": "QVVUSA=="}},
        "HttpHeaders": {"X-Token": "t0ken"},
        "proxies": {"default": {"httpProxy": URL}},
    }
    host.write(CONFIG_JSON, json.dumps(config))
    file = tmp_path / "host.json"

    host.run("snapshot", "--with-secrets", "-o", str(file))

    text = file.read_text()
    assert "QVVUSA" not in text
    assert "t0ken" not in text
    names = {(item["about"], item["name"]) for item in json.loads(text)["secrets"]}
    assert (CONFIG_JSON, "proxies.default.httpProxy") in names


def test_from_standard_input_it_is_read_as_from_a_file(host: Tree) -> None:
    document = host.run("snapshot").out.encode()

    done = subprocess.run(
        command("status", "--from", "-", "--json"),
        input=document,
        env=environment(),
        capture_output=True,
        timeout=20,
        check=True,
    )

    components = json.loads(done.stdout)["components"]
    assert components == host.status()["components"]


def test_from_a_pipe_that_is_slow_it_is_waited_for(host: Tree, tmp_path: Path) -> None:
    document = host.run("snapshot").out.encode()
    read, write = os.pipe()

    def feed() -> None:
        with os.fdopen(write, "wb") as pipe:
            for at in range(0, len(document), 1 + len(document) // 5):
                threading.Event().wait(0.05)
                pipe.write(document[at : at + 1 + len(document) // 5])
                pipe.flush()

    feeder = threading.Thread(target=feed)
    feeder.start()
    done = subprocess.run(
        command("status", "--from", f"/dev/fd/{read}"),
        env=environment(),
        pass_fds=[read],
        capture_output=True,
        timeout=20,
        check=False,
    )
    feeder.join()
    os.close(read)

    assert done.returncode == 0, done.stderr
    assert b"10.0.0.1:3128" in done.stdout


@pytest.mark.parametrize("words", [["--root", "/"], ["--user", "ann"], ["--context", "c"]])
def test_from_speaks_of_what_was_seen_then(host: Tree, tmp_path: Path, words: list[str]) -> None:
    file = tmp_path / "host.json"
    host.run("snapshot", "-o", str(file))

    said = recorded(file, *words)

    assert said.code == 2
    assert f"{words[0]} does not go with --from" in said.err


@pytest.mark.parametrize("words", [["set", PROXY], ["unset"], ["undo"], ["history"]])
def test_nothing_is_changed_from_a_file_not_even_on_trial(words: list[str]) -> None:
    said = here(*words, "--from", "host.json", *(["--dry-run"] if words[0] != "history" else []))

    assert said.code == 2
    assert "on the machine" in said.err
    assert "unrecognized" not in said.err


def test_check_and_strict_judge_what_was_seen(host: Tree, tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    host.run("snapshot", "-o", str(file))

    assert recorded(file, "--check").code == 0
    assert recorded(file, "--strict").code == 2  # a tree: no Engine was asked


def test_powershells_utf_16_and_a_bom_are_read(host: Tree, tmp_path: Path) -> None:
    text = host.run("snapshot").out
    for encoding in ("utf-8-sig", "utf-16"):
        file = tmp_path / "host.json"
        file.write_bytes(text.encode(encoding))
        assert recorded(file).code == 0


WATCHED = """
import sys
from dockproxy.cli import main
seen = []
watching = False
CLEAN = ("open", "os.", "socket.", "subprocess.", "shutil.", "glob.", "pathlib.", "fcntl.")

def hook(event, arguments):
    if watching and event.startswith(CLEAN) and event != "os.putenv":
        seen.append((event, str(arguments[0] if arguments else "")))

sys.addaudithook(hook)
file = sys.argv[1]
main.main(["status", "--from", file])  # loads what has to be loaded
watching = True
codes = [main.main(["status", "--from", file, *more]) for more in ([], ["--json"])]
watching = False
print(codes, [event for event in seen if event != ("open", file)], file=sys.stderr)
"""


def test_of_this_machine_nothing_is_read(host: Tree, tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    host.run("snapshot", "-o", str(file))

    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(file)],
        env=environment({"HTTP_PROXY": "http://of-this-shell:1", "DOCKER_HOST": "tcp://other:1"}),
        capture_output=True,
        timeout=30,
        check=False,
    )

    assert done.stderr.decode().splitlines()[-1] == "[0, 0] []", done.stderr
    assert b"of-this-shell" not in done.stdout


def test_limits_fit_together() -> None:
    assert LIMIT > 8 * TEXT_LIMIT
