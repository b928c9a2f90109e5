"""Core on Python 3.9, alone and isolated: what travels to a host that has nothing but Python."""

from __future__ import annotations

import glob
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from dockproxy import api
from dockproxy.core.agent.channel import Channel
from dockproxy.core.model.errors import RefusedError, UsageError
from dockproxy.transport.base import Silent
from dockproxy.transport.piped import Piped, agent_command
from tests.lab.equipment.commands import LabError
from tests.lab.equipment.downloads import Archive, cache_folder

SOURCE = Path(__file__).resolve().parents[2] / "src" / "dockproxy"

BULLSEYE = (
    "python3.9-minimal",
    "libpython3.9-minimal",
    "libpython3.9-stdlib",
    "libssl1.1",
    "libffi7",
)
"""Debian 11's Python, and the two libraries of it that later releases lack."""


class Python39:
    """An interpreter of version 3.9 and the environment that it needs."""

    def __init__(self, path: str, libraries: str = "") -> None:
        self.path = path
        self.environment = {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": libraries}

    def run(
        self, arguments: Sequence[str], text: str = "", **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run it with these arguments and this standard input."""
        return subprocess.run(
            [self.path, *arguments],
            input=text,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def works(self) -> bool:
        """Whether it starts and is what its name says."""
        try:
            return (
                self.run(["-c", "import sys; sys.exit(sys.version_info[:2] != (3, 9))"]).returncode
                == 0
            )
        except OSError:
            return False


def installed() -> Python39 | None:
    """One that this machine has: in PATH, pyenv's, or fetched by an earlier run."""
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    candidates = [shutil.which("python3.9"), *glob.glob(f"{pyenv}/versions/3.9.*/bin/python3.9")]
    for path in candidates:
        if path and Python39(path).works:
            return Python39(path)
    return fetched()


def fetched() -> Python39 | None:
    """Debian 11's, unpacked below the lab's cache."""
    tree = os.path.join(cache_folder(), "python3.9")
    python = Python39(f"{tree}/usr/bin/python3.9", f"{tree}/usr/lib/x86_64-linux-gnu")
    return python if python.works else None


def fetch() -> Python39:
    """Fetch it; skips only where there is no Debian to fetch from."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        pytest.skip("no Python 3.9 here, and no apt-get to fetch Debian's")
    try:
        for package in Archive("bullseye").download(BULLSEYE).values():
            tree = os.path.join(cache_folder(), "python3.9")
            subprocess.run(["dpkg", "-x", package, tree], check=True)
    except LabError as error:
        pytest.fail(f"Debian's Python 3.9 could not be fetched: {error}")
    python = fetched()
    assert python is not None
    return python


pytestmark = [] if installed() else [pytest.mark.network]


@pytest.fixture(scope="module")
def python() -> Python39:
    """A Python 3.9."""
    return installed() or fetch()


@pytest.fixture
def travelled(tmp_path: Path) -> Path:
    """A folder that holds core and the package's own first file, and nothing of the tool."""
    package = tmp_path / "dockproxy"
    shutil.copytree(SOURCE / "core", package / "core", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(SOURCE / "__init__.py", package)
    return tmp_path


def isolated(folder: Path, statement: str) -> list[str]:
    """Arguments for one statement with that folder in the path and nothing else of anybody's."""
    return ["-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); {statement}"]


def modules(folder: Path) -> list[str]:
    """The dotted names of all modules of core; ``__main__`` would start the agent."""
    names = []
    for path in sorted((folder / "dockproxy" / "core").rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        if parts[-1] != "__main__":
            names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def test_every_module_of_core_imports_under_python_39(python: Python39, travelled: Path) -> None:
    names = modules(travelled)
    statement = f"import importlib; [importlib.import_module(name) for name in {names!r}]"

    done = python.run(isolated(travelled, statement))

    assert len(names) > 40
    assert (done.returncode, done.stderr) == (0, "")


def test_the_agent_observes_a_tree_under_python_39(
    python: Python39, travelled: Path, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    (root / "etc/docker").mkdir(parents=True)
    content = '{"proxies": {"https-proxy": "http://10.0.0.1:3128"}}'
    (root / "etc/docker/daemon.json").write_text(content)
    caller = {"uid": 0, "gid": 0, "user": "root", "home": "/root", "environment": {}}
    request = {"do": "observe", "root": str(root), "context": None, "user": None, "caller": caller}

    done = python.run(
        ["-S", "-m", "dockproxy.core.agent"], json.dumps(request) + "\n", PYTHONPATH=str(travelled)
    )

    assert (done.returncode, done.stderr) == (0, "")
    snapshot = json.loads(done.stdout.splitlines()[-1])["answer"]["snapshot"]
    texts = {fact["path"]: fact["text"] for fact in snapshot["files"]}
    assert texts["/etc/docker/daemon.json"] == content


def test_a_newer_construct_would_be_seen(python: Python39, travelled: Path) -> None:
    module = travelled / "dockproxy" / "core" / "model" / "message.py"
    module.write_text(module.read_text() + "\nmatch 1:\n    case _:\n        pass\n")

    done = python.run(isolated(travelled, "import dockproxy.core.model.message"))

    assert "SyntaxError" in done.stderr


class FarAway(Piped):
    """What a transport to another machine is: an agent from a folder there, for whoever it runs
    as. asked: the requests that went over.
    """

    def __init__(self, python: Python39, folder: Path) -> None:
        super().__init__(agent_command(python.path, str(folder)), python.environment)
        self.asked: list[str] = []

    def request(self, request: dict[str, Any], channel: Channel) -> dict[str, Any]:
        self.asked.append(request["do"])
        return super().request({**request, "caller": None}, channel)


@pytest.fixture
def far_away(python: Python39, travelled: Path) -> Iterator[FarAway]:
    """Such a transport."""
    transport = FarAway(python, travelled)
    yield transport
    transport.close()


def test_a_transport_made_elsewhere_carries_every_request_to_one_agent(
    far_away: FarAway, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    config = root / "etc/docker/daemon.json"
    config.parent.mkdir(parents=True)
    config.write_text('{"debug": true}\n')
    proxies = api.Proxies(http_proxy="http://u:p%40ss@10.0.0.1:3128")

    host = api.observe(root=str(root), transport=far_away)
    plan = api.plan_set(host, proxies, parts=("daemon",)).plan
    done = api.apply(plan, lambda preview: preview.changed, transport=far_away)
    (entry,) = api.history(str(root), far_away)
    written = config.read_text()
    undone = api.undo(None, lambda preview: preview.changed, root=str(root), transport=far_away)
    removed = api.forget((entry.id,), str(root), far_away)
    check = {"proxy": "http://127.0.0.1:9", "target": "r.test:443", "timeout": 1.0}
    probed = far_away.request({"do": "probe", "root": "", "checks": [check]}, Silent())

    assert isinstance(done, api.Applied) and isinstance(undone, api.Applied)
    assert "http://u:p%40ss@10.0.0.1:3128" in written
    assert config.read_text() == '{"debug": true}\n'
    assert (entry.state, removed) == ("done", (entry.id,))
    assert probed["probes"][0]["answers"] is False
    assert set(far_away.asked) == {
        "observe",
        "preview",
        "apply",
        "history",
        "undo",
        "forget",
        "probe",
    }


def test_errors_of_a_far_agent_are_raised_here_and_it_answers_on(
    far_away: FarAway, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        api.observe(root=str(tmp_path / "nowhere"), transport=far_away)
    with pytest.raises(UsageError, match="does not know the request"):
        far_away.request({"do": "dance"}, Silent())

    assert api.observe(root=str(tmp_path), transport=far_away).components == ()


def test_an_agent_that_never_comes_to_be_or_goes_is_an_error_in_words(
    python: Python39, travelled: Path, tmp_path: Path
) -> None:
    nowhere = Piped(["/nonexistent/python"])
    silent = Piped(["true"])
    dying = FarAway(python, travelled)
    assert api.observe(root=str(tmp_path), transport=dying).components == ()
    assert dying._process is not None
    dying._process.kill()

    for transport in (nowhere, silent):
        with pytest.raises(api.DockproxyError, match="could not be started"):
            api.observe(root=str(tmp_path), transport=transport)
    with pytest.raises(api.DockproxyError, match="ended before it answered") as caught:
        api.observe(root=str(tmp_path), transport=dying)
    assert not isinstance(caught.value, RefusedError)
