"""What imports can't show: a built-in ``open`` and the like, watched by an audit hook."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TREES = sorted((ROOT / "tests" / "cases").glob("*/root"))


def decide(sources: Path) -> subprocess.CompletedProcess[str]:
    """decide.py over every recorded case, with the package below ``sources``."""
    return subprocess.run(
        [sys.executable, str(Path(__file__).parent / "decide.py"), *map(str, TREES)],
        env={**os.environ, "PYTHONPATH": str(sources)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_resolve_plan_and_render_touch_nothing() -> None:
    done = decide(ROOT / "src")

    assert done.returncode == 0, done.stderr
    count, characters = map(int, done.stdout.split())
    assert count == 2 * len(TREES) > 0
    assert characters > 10_000


@pytest.mark.parametrize(
    ("module", "function", "deed"),
    [
        ("resolve/make.py", "resolve", "open('/dev/null').close()"),
        ("plan/make.py", "propose", "__import__('socket').socket().close()"),
        ("render/json_v1.py", "status_json", "__import__('os').system('true')"),
        ("core/formats/go_json.py", "parse", "__import__('os').listdir('/')"),
    ],
)
def test_a_deed_would_be_seen(module: str, function: str, deed: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src")
    spoiled = tmp_path / "src" / "dockproxy" / module
    wrapper = (
        f"\n_clean = {function}\n\n\n"
        f"def {function}(*arguments, **named):\n"
        f"    {deed}\n"
        f"    return _clean(*arguments, **named)\n"
    )
    spoiled.write_text(spoiled.read_text() + wrapper)

    done = decide(tmp_path / "src")

    assert done.returncode != 0
    assert "touched the machine" in done.stderr
