"""Each import contract is seen to hold on the tree, and to break when one bad import is added."""

from __future__ import annotations

import ast
import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / ".importlinter"


class Breach(NamedTuple):
    """One import that a contract forbids: written at the end of ``module``."""

    contract: str
    module: str
    statement: str


BREACHES = (
    Breach("layers", "resolve/host.py", "from dockproxy.plan import make"),
    Breach("layers", "text/__init__.py", "from dockproxy.resolve import host"),
    Breach("layers", "render/terminal.py", "from dockproxy import transport"),
    Breach("core-layers", "core/formats/go_json.py", "from dockproxy.core import agent"),
    Breach("core-layers", "core/formats/go_json.py", "from dockproxy.core import places"),
    Breach("core-layers", "core/model/record.py", "from dockproxy.core import formats"),
    Breach("core-travels", "core/agent/__init__.py", "from dockproxy.text import tr"),
    Breach("core-travels", "core/model/message.py", "from dockproxy.plan import intent"),
    Breach("pure", "resolve/host.py", "import os"),
    Breach("pure", "plan/make.py", "import subprocess"),
    Breach("pure", "render/terminal.py", "import time"),
    Breach("pure", "core/formats/go_json.py", "import socket"),
    Breach("pure", "semantics/__init__.py", "from pathlib import Path"),
    Breach("layers", "rules/facts.py", "from dockproxy.plan import make"),
    Breach("pure", "rules/facts.py", "import os"),
    Breach(
        "rules-apart",
        "rules/dp1/dp101_daemon_json_syntax.py",
        "from dockproxy.rules.dp1 import dp103_daemon_json_wrong_type",
    ),
    Breach("layers", "no_proxy/check.py", "from dockproxy.resolve import host"),
    Breach("pure", "no_proxy/programs.py", "import os"),
    Breach("pure-of-the-agent", "plan/make.py", "from dockproxy.core import engine"),
    Breach("transport-carries", "transport/base.py", "from dockproxy.plan import make"),
    Breach("library-touches-through-transport", "api.py", "import subprocess"),
    Breach("library-touches-through-transport", "cli/main.py", "import socket"),
    Breach("library-touches-through-transport", "cli/main.py", "from dockproxy.core import agent"),
)


def contract_ids() -> list[str]:
    """The identifiers of the contracts in .importlinter."""
    parser = configparser.ConfigParser()
    parser.read(CONFIG)
    prefix = "importlinter:contract:"
    return [name[len(prefix) :] for name in parser.sections() if name.startswith(prefix)]


def lint_imports(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """lint-imports over the package below ``folder``/src."""
    command = [str(Path(sys.executable).parent / "lint-imports"), str(CONFIG)]
    command += ["--no-cache", "--no-logo"]
    for contract in contracts:
        command += ["--contract", contract]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the sources that a test may spoil."""
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    return tmp_path


def test_the_tree_keeps_every_contract() -> None:
    done = lint_imports(ROOT)

    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(contract_ids())} kept, 0 broken." in done.stdout


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: f"{breach.module} {breach[2]}")
def test_one_bad_import_breaks_its_contract(breach: Breach, copy: Path) -> None:
    module = copy / "src" / "dockproxy" / breach.module
    module.write_text(module.read_text() + f"\n{breach.statement}\n")

    done = lint_imports(copy, breach.contract)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "0 kept, 1 broken" in done.stdout
    name = breach.module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert f"dockproxy.{name}" in done.stdout


def test_every_contract_has_been_seen_to_break() -> None:
    assert {breach.contract for breach in BREACHES} == set(contract_ids())


def foreign_imports(folder: Path) -> set[str]:
    """Top-level names outside the standard library that the package below ``folder`` imports."""
    path = str(folder / "src")
    sys.path.insert(0, path)
    try:
        graph = grimp.build_graph(
            "dockproxy",
            include_external_packages=True,
            exclude_type_checking_imports=True,
            cache_dir=None,
        )
    finally:
        sys.path.remove(path)
    outside = {name for name in graph.modules if name.split(".")[0] != "dockproxy"}
    return {name for name in outside if name.split(".")[0] not in sys.stdlib_module_names}


def test_only_the_standard_library_is_imported_and_for_compose_files_yaml() -> None:
    assert foreign_imports(ROOT) == {"yaml"}


def test_a_third_party_import_would_be_seen(copy: Path) -> None:
    module = copy / "src" / "dockproxy" / "core" / "model" / "message.py"
    module.write_text(module.read_text() + "\nimport requests\n")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from test_import_contracts import foreign_imports; from pathlib import Path;"
        "print(foreign_imports(Path(sys.argv[2])))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(Path(__file__).parent), str(copy)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(copy / "src")},
        check=True,
    )

    assert ast.literal_eval(done.stdout.strip()) == {"requests", "yaml"}
