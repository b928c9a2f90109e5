"""What each command loads, by name: names do not flake as times do (benchmarks/startup.py).

A command may load the packages of ours that stand here, and of the standard library's costly
modules those that stand here. Whoever adds one changes the list, and the reason can be asked for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from dockproxy.cli.main import COMMANDS, main
from tests.cli.process import SOURCE

SAMPLE = Path(SOURCE) / "dockproxy" / "demo" / "sample"
_COSTLY_TEXT = """
asyncio base64 calendar concurrent ctypes dataclasses datetime decimal difflib email getpass
hashlib heapq html http importlib.metadata inspect ipaddress json logging multiprocessing
pathlib pickle platform pprint pwd random secrets select shlex socket ssl statistics subprocess
tempfile textwrap threading tomllib unicodedata urllib.parse urllib.request uuid xml zipfile
"""
COSTLY = frozenset(_COSTLY_TEXT.split())
"""From 1 ms each up, or a door to more than one's own process."""

TELLS = "cli core.model render text"
SEES = f"{TELLS} core.formats core.places no_proxy resolve semantics transport"
READS = f"{SEES} recorded"
LOOKS = f"{SEES} core.agent core.agent.observe core.engine live"
LIBRARY = f"{LOOKS} api contact plan recorded"
CHANGES = f"{LIBRARY} core.agent.apply"
LOOKING = "base64 ipaddress json pwd select socket subprocess threading urllib.parse"
CHANGING = f"{LOOKING} calendar datetime difflib hashlib heapq shlex"
SHOWING = f"{CHANGING} pathlib random tempfile unicodedata zipfile"
_SHARED = ("", ".mounts", ".as_user", ".problems")
AS_LOOKING = frozenset(f"dockproxy.core.agent.apply{name}" for name in _SHARED)
"""Of the package that writes what whoever looks needs too."""


class Allowed(NamedTuple):
    """words: the command line, {tree} is a sample host. ours, costly: names, by blanks; of ours the
    package below ``dockproxy``. others: packages that are neither ours nor Python's.
    """

    words: str
    ours: str
    costly: str
    others: str = ""


ALLOWED = (
    Allowed("status --root {tree}", LOOKS, LOOKING),
    Allowed("status --from {tree}/host.json", READS, "ipaddress json select"),
    Allowed("snapshot --root {tree} -o {tree}/host.json", f"{LOOKS} recorded", LOOKING),
    Allowed("set http://10.0.0.1:1 --root {tree} --dry-run", CHANGES, CHANGING),
    Allowed("unset --root {tree} --dry-run", CHANGES, CHANGING),
    Allowed("undo --root {tree} --dry-run", CHANGES, CHANGING),
    Allowed("route --root {tree} redis", f"{LOOKS} route", LOOKING),
    Allowed("route --from {tree}/host.json redis", f"{READS} route", "ipaddress json select"),
    Allowed("route --https-proxy http://10.0.0.1:1 redis", f"{TELLS} route semantics", ""),
    Allowed("doctor --root {tree}", f"{LOOKS} route rules", f"{LOOKING} inspect"),
    Allowed(
        "doctor --project {tree}/project",
        f"{SEES} core.agent core.agent.observe live project rules",
        f"{LOOKING} datetime inspect",
        "yaml",
    ),
    Allowed(
        "explain DP101",
        f"{TELLS} core.formats core.places messages resolve rules semantics",
        "inspect",
    ),
    Allowed("history --root {tree}", LIBRARY, LOOKING),
    Allowed("env --root {tree}", LOOKS, LOOKING),
    Allowed("env http://10.0.0.1:1", f"{TELLS} plan", "ipaddress urllib.parse"),
    Allowed("exec --off -- /nowhere", TELLS, ""),
    Allowed(
        "no-proxy check a.example --for go", f"{TELLS} no_proxy semantics", "ipaddress unicodedata"
    ),
    Allowed("args run", TELLS, ""),
    Allowed("completion bash", TELLS, ""),
    Allowed("__complete fish set --via", f"{TELLS} plan", "ipaddress"),
    Allowed("help", TELLS, ""),
    Allowed("demo", f"{CHANGES} demo", SHOWING),
)


def package(module: str) -> str:
    """The package of ours that a module belongs to; "" for the roots of others."""
    parts = module.split(".")[1:]
    if not parts or parts == ["core"]:
        return ""
    if parts[0] != "core":
        return parts[0]
    if parts[1] == "agent" and len(parts) > 2 and module not in AS_LOOKING:
        deeper = (parts[2] in ("apply", "observe", "probe")) * 1
        return ".".join(parts[: 2 + deeper])
    return ".".join(parts[:2])


def loaded(words: list[str]) -> set[str]:
    """The modules that this command line loads."""
    code = """import sys; before = set(sys.modules)
from dockproxy.cli.main import main
try: main(sys.argv[1:])
except SystemExit: pass
print(*sorted(set(sys.modules) - before), file=sys.stderr)"""
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env={"HOME": "/nowhere", "PATH": os.environ["PATH"], "PYTHONPATH": SOURCE},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's host, mended, with a Snapshot of itself beside it."""
    folder = tmp_path_factory.mktemp("sample") / "tree"
    shutil.copytree(SAMPLE, folder)
    (folder / "etc/docker/daemon.json").write_text("{}")
    (folder / "project").mkdir()
    (folder / "project" / "compose.yaml").write_text("services: {web: {image: nginx}}\n")
    assert main(["snapshot", "--root", str(folder), "-o", str(folder / "host.json")]) == 0
    return folder


@pytest.mark.parametrize("allowed", ALLOWED, ids=lambda allowed: allowed.words)
def test_a_command_loads_what_it_may_and_no_more(allowed: Allowed, tree: Path) -> None:
    modules = loaded(allowed.words.format(tree=tree).split())

    ours = {package(name) for name in modules if name.split(".")[0] == "dockproxy"} - {""}
    assert ours == set(allowed.ours.split())
    assert modules & COSTLY <= set(allowed.costly.split())
    others = {name.split(".")[0] for name in modules} - {"dockproxy"} - sys.stdlib_module_names
    named = {name for name in others if not name.startswith(("_", "cython"))}
    assert named == set(allowed.others.split())


def test_every_command_stands_in_the_list() -> None:
    assert {allowed.words.split()[0] for allowed in ALLOWED} == {*COMMANDS, "__complete", "help"}
