"""Our reading and editing of JSON files beside the real dockerd's and docker CLI's.

dockerd: started as nobody it reads its file, says which proxies of the environment it replaces by
which values, and ends for want of rights before it touches anything. The docker CLI: its
``create``, sent to a recorder in place of an Engine, carries the variables that config.json gives
to a container. So each run shows whether the file was taken, the words if not, and the values.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from dockproxy.core.agent.apply import file_values
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.formats.client_json import cli_warning, read_client_json
from dockproxy.core.formats.daemon_json import read_daemon_json
from dockproxy.core.formats.text_codec import decode
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.secret import mask_url
from tests.lab.as_nobody import run_as_nobody
from tests.lab.equipment.trees import Trees
from tests.properties import odd_json
from tests.support.fake_engine import FakeEngine, json_answer
from tests.support.line_diff import changed_lines

pytestmark = pytest.mark.lab

Record = Callable[[str, object], None]

FEW, MANY = 50, 10_000
"""Texts of each kind of file in the tests and in the soak, both engines together."""
ENGINES = {"26.1.5": ((26, 1), "go1.24"), "newest": ((28, 5), "go1.27")}
NAMES = {"HTTP_PROXY": "http_proxy", "HTTPS_PROXY": "https_proxy", "NO_PROXY": "no_proxy"}
UNKNOWN = "the following directives don't match any configuration option: "
NO_CONTAINER = "no container is asked for"
VALUE = 'http://10.0.0.1:3128/a=%41"\\é<&'
SOCKET_KEY = b"unix:///var/run/docker.sock"
SEED = int(os.environ.get("DOCKPROXY_SEED", "11"))


class Said(NamedTuple):
    """What a program makes of a file. words: why it does not take it (all of it), "" if it does.
    values: by our keys, those that are not empty.
    """

    words: str
    values: dict[str, str]


class Dockerd:
    """A real dockerd, as nobody."""

    format = "daemon-json"
    key = ("proxies", "http-proxy")
    ours = "http_proxy"
    generate = staticmethod(odd_json.daemon_json)

    def __init__(self, folder: Path, engine: str) -> None:
        self.version, self.wording = ENGINES[engine]
        self.path = folder / "daemon.json"
        self._program = f"{Trees().prepare(engine)['engine']}/usr/sbin"
        shutil.copy(f"{self._program}/docker-proxy", folder)  # dockerd looks for it

    def reads(self, data: bytes) -> Said:
        self.path.write_bytes(data)
        old = dict.fromkeys(NAMES, "what nobody writes")
        done = run_as_nobody(
            [f"{self._program}/dockerd", "--config-file", str(self.path)],
            {**old, "PATH": f"{self.path.parent}:/usr/sbin:/usr/bin:/sbin:/bin"},
        )
        log = done.stderr.decode("utf-8", "replace")
        refused = f"unable to configure the Docker daemon with file {self.path}: "
        if refused in log:
            return Said(_sorted(log.partition(refused)[2].strip("\n")), {})
        assert "needs to be started with root" in log, log
        replaced = re.findall(r" name=(\w+) new-value=(\"(?:[^\"\\]|\\.)*\"|\S+)", log)
        # Where the value is no URL to Go, dockerd masks nothing.
        return Said("", {NAMES[name]: mask_url(_unquoted(value)) for name, value in replaced})

    def we_read(self, data: bytes) -> Said:
        decoded = decode(data)
        try:
            found = read_daemon_json(
                decoded.text,
                engine=self.version,
                wording=self.wording,
                encoding=decoded.encoding,
                bom=bool(decoded.bom),
            )
        except ParseError as error:
            return Said(str(error.message), {})
        if found.verdict is not None:
            return Said(_sorted(found.verdict), {})
        values = {key: getattr(found, key).value for key in NAMES.values()}
        return Said("", {key: mask_url(value) for key, value in values.items() if value})


class Client:
    """A real docker CLI, with a recorder in place of an Engine."""

    format = "client-json"
    key = ("proxies", "default", "httpProxy")
    ours = "http_proxy"

    def __init__(self, folder: Path, engine: str) -> None:
        self.newer = engine == "newest"
        _, self.wording = ENGINES[engine]
        self.path = folder / "config.json"
        self._program = f"{Trees().prepare(engine)['engine']}/usr/bin"
        self._socket = str(folder / "e.sock")
        self._engine = FakeEngine(
            self._socket,
            {
                "/_ping": lambda connection: connection.sendall(
                    b"HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nContent-Length: 0\r\n\r\n"
                ),
                "/containers/create": json_answer({"Id": "a" * 64, "Warnings": []}, 201),
            },
        )

    def generate(self, rng: Random) -> bytes:
        return odd_json.config_json(rng).replace(SOCKET_KEY, f"unix://{self._socket}".encode())

    def reads(self, data: bytes) -> Said:
        self.path.write_bytes(data)
        self._engine.bodies.clear()
        done = subprocess.run(
            [f"{self._program}/docker", "--config", str(self.path.parent), "create", "x"],
            env={"PATH": self._program, "DOCKER_HOST": f"unix://{self._socket}"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        said = done.stderr.decode("utf-8", "replace")
        if done.returncode != 0:  # another option is of no use to it
            return Said(f"{NO_CONTAINER}: {said}", {})
        (body,) = (each for each in self._engine.bodies if each)
        words = [word.partition("=") for word in json.loads(body)["Env"] or ()]
        values = {name: value for name, _, value in words}
        assert {name.lower(): value for name, value in values.items()} == {
            name: value for name, value in values.items() if name.islower()
        }, "both cases of a name do not say the same"
        shown = [line for line in said.splitlines() if line]
        return Said("\n".join(shown), {k: v for k, v in values.items() if k.islower()})

    def we_read(self, data: bytes) -> Said:
        text = decode(data, "client").text
        try:
            found = read_client_json(text, f"unix://{self._socket}", wording=self.wording)
        except ParseError as error:
            return Said(cli_warning(str(self.path), str(error.message), newer=self.newer), {})
        words = ""
        if found.warnings:
            said = found.warnings[0].message
            words = cli_warning(str(self.path), said, newer=self.newer)
        settings = found.used.settings if found.used else {}
        return Said(words, {key: each.value for key, each in settings.items() if each.value})


def _unquoted(value: str) -> str:
    """A value as Go's logger writes it."""
    return str(ast.literal_eval(value)) if value.startswith('"') else value


def _sorted(words: str) -> str:
    """dockerd names unknown directives in any order."""
    if not words.startswith(UNKNOWN):
        return words
    return UNKNOWN + ", ".join(sorted(words[len(UNKNOWN) :].split(", ")))


@pytest.fixture
def folders() -> Iterator[list[Path]]:
    """A folder for each processor, that nobody can read."""
    names = [tempfile.mkdtemp(prefix="dp-") for _ in range(min(os.cpu_count() or 1, 4))]
    for name in names:
        os.chmod(name, 0o755)
    yield [Path(name) for name in names]
    for name in names:
        shutil.rmtree(name)


class _Trial:
    """Texts read by us and by the program, edited, and read by it again."""

    def __init__(self, program: Dockerd | Client, seed: str) -> None:
        self.program = program
        self.rng = Random(seed)
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []

    def run(self, texts: int) -> _Trial:
        for _ in range(texts):
            data = self.program.generate(self.rng)
            self.counts["texts"] += 1
            before = self._agree("read", data)
            if before is not None:
                self._edit(data, before, self.rng.choice((VALUE, VALUE, None)))
        return self

    def _agree(self, what: str, data: bytes) -> Said | None:
        ours, real = self.program.we_read(data), self.program.reads(data)
        if not ours.words and _of_another_option(real.words):
            if isinstance(self.program, Client) and real.values not in ({}, ours.values):
                self.faults.append(f"{what}: {_shown(data)}\n  ours: {ours}\n  real: {real}")
            self.counts[f"{what}: another option is at fault"] += 1
            return None
        if ours != real:
            self.faults.append(f"{what}: {_shown(data)}\n  ours: {ours}\n  real: {real}")
            return None
        self.counts[f"{what} alike"] += 1
        self.counts[f"{what} alike, and taken without a word"] += not real.words
        return real

    def _edit(self, data: bytes, before: Said, value: str | None) -> None:
        program = self.program
        try:
            change = [(program.key, value)]
            after = file_values.with_values(data, "f", program.format, change, False)
        except Refusal as refused:
            self.counts[f"not edited: {refused.problem.code}"] += 1
            if not before.words:
                self.faults.append(f"taken, but not edited: {_shown(data)}: {refused.problem}")
            return
        assert after is not None
        self.counts["edited"] += 1
        lines = _changed_lines(data, after, program.format, value is None)
        if lines:
            self.faults.append(f"{lines}: {_shown(data)} -> {_shown(after)}")
        if after == data:
            self.counts["edited: nothing to change"] += 1
            return
        real = self._agree("edited, then read", after)
        if real is None or real.words:
            return
        wanted = {key: each for key, each in before.values.items() if key != program.ours}
        if value is not None:
            wanted[program.ours] = value
        if before.words == "" and real.values != wanted and not self._elsewhere(data):
            self.faults.append(f"asked {value!r}, {real.values}: {_shown(data)} {_shown(after)}")
        else:
            self.counts["edited, and the value as asked, all others as before"] += 1

    def _elsewhere(self, data: bytes) -> bool:
        """Whether an entry of the Engine's own stands before the one that is edited."""
        if isinstance(self.program, Dockerd):
            return False
        text = decode(data, "client").text
        return read_client_json(text, f"unix://{self.program._socket}").host is not None


def _shown(data: bytes) -> str:
    return repr(data if len(data) < 600 else data[:400] + b" ... " + data[-150:])


def _of_another_option(words: str) -> bool:
    """Whether these words are about the value of an option that dockproxy does not read."""
    if words.startswith(NO_CONTAINER):
        return True
    if "illegal base64" in words or "Invalid auth" in words:
        return True
    if "cannot unmarshal" in words:
        return "roxies" not in words and "Go value" not in words
    return bool(
        re.search(
            "is not an ip address|IP address|ParseAddr|"
            "invalid (address pool|logging|log|exec-opt|mirror)",
            words,
        )
    )


def _changed_lines(before: bytes, after: bytes, format_: str, taken: bool) -> str:
    """What is wrong with the difference, "" if it is as small as it can be.

    One value set: at most one line differs (the value's own; or the one before it gets a comma),
    and what comes in is the value's line and the braces round it. One taken away: what goes are
    such lines, and at most one loses its comma; so for each time that its name is there.
    """
    dialect = "daemon" if format_ == "daemon-json" else "client"
    old, new = (decode(data, dialect) for data in (before, after))
    if (old.encoding, old.bom, old.tail) != (new.encoding, new.bom, new.tail):
        return "the encoding changed"
    whole = re.fullmatch(r"\s*(?:null)?\s*", old.text) is not None
    named = len(re.findall(r'(?i)http(?:-|\\u002d)?p\w*xy"', old.text)) if taken else 1
    one, two = old.text.split("\n"), new.text.split("\n")
    gone, come = changed_lines(one, two)
    if not whole and min(gone, come) > max(named, 1):
        return f"{gone} lines went and {come} came"
    return ""


@pytest.mark.usefixtures("lab_machine")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("program", [Dockerd, Client], ids=["daemon.json", "config.json"])
@pytest.mark.parametrize("texts", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_texts_are_read_and_edited_as_the_real_program_reads_them(
    folders: list[Path],
    program: type[Dockerd | Client],
    engine: str,
    texts: int,
    record_property: Record,
) -> None:
    trials = [
        _Trial(program(folder, engine), f"{SEED} {index}") for index, folder in enumerate(folders)
    ]
    with ThreadPoolExecutor(len(trials)) as pool:
        done = list(pool.map(lambda trial: trial.run(texts // len(ENGINES) // len(trials)), trials))
    counts: Counter[str] = Counter()
    for trial in done:
        counts += trial.counts
    for what, number in sorted(counts.items()):
        record_property(what, number)
    faults = [fault for trial in done for fault in trial.faults]
    assert not faults, f"{len(faults)} of {counts['texts']} differ:\n" + "\n".join(faults[:5])
    assert counts["read alike, and taken without a word"] > 0.2 * counts["texts"]
    assert counts["edited"] > 0.3 * counts["texts"]
    assert counts["read: another option is at fault"] < 0.05 * counts["texts"] + 2
