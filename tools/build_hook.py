"""hatchling's hook: the man page, made from the sources, goes into the wheel's share/man/man1."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # type: ignore[import-not-found]


class ManPage(BuildHookInterface):  # type: ignore[misc]
    """Where ``man`` finds it: pip puts it below the environment's prefix, pipx links it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the wheel is packed."""
        sys.path.insert(0, str(Path(self.root) / "src"))
        try:
            from dockproxy.cli.man import man_page

            text = man_page()
        finally:
            del sys.path[0]
        self._folder = tempfile.TemporaryDirectory(prefix="dockproxy-man-")
        page = Path(self._folder.name) / "dockproxy.1"
        page.write_text(text, encoding="utf-8")
        page.chmod(0o644)
        build_data["shared_data"][str(page)] = "share/man/man1/dockproxy.1"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """After it."""
        self._folder.cleanup()
