"""Debian packages, fetched with apt from lists of our own: the machine's stay as they are."""

from __future__ import annotations

import fcntl
import glob
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from .commands import LabError, run

REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))


def cache_folder() -> str:
    """Give the one ignored folder that all downloads and trees live in."""
    return os.path.realpath(os.environ.get("DOCKPROXY_LAB_CACHE") or os.path.join(REPO, ".lab"))


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock of the cache: two labs that start at once build a tree once."""
    os.makedirs(cache_folder(), exist_ok=True)
    with open(os.path.join(cache_folder(), name), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def os_release() -> dict[str, str]:
    """Read /etc/os-release (os-release(5)) of this machine."""
    found = {}
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            for line in file:
                key, _, value = line.strip().partition("=")
                found[key] = value.strip("\"'")
    except OSError:
        return {}
    return found


def mirror() -> str:
    """Give the address that this machine's own apt sources name for Debian's main archive."""
    suite = os_release().get("VERSION_CODENAME", "")
    for uri, suites in _sources():
        if suite in suites:
            return uri.rstrip("/")
    raise LabError(f"no apt source of this machine names the suite {suite!r}")


def _sources() -> Iterator[tuple[str, list[str]]]:
    paths = ["/etc/apt/sources.list", *sorted(glob.glob("/etc/apt/sources.list.d/*"))]
    for path in paths:
        if not os.path.isfile(path):
            continue
        with open(path, encoding="utf-8", errors="replace") as file:
            content = file.read()
        if path.endswith(".sources"):
            for stanza in re.split(r"\n\s*\n", content):
                fields = dict(re.findall(r"(?m)^([A-Za-z-]+):[ \t]*(.*)$", stanza))
                if "deb" in fields.get("Types", "").split():
                    for uri in fields.get("URIs", "").split():
                        yield uri, fields.get("Suites", "").split()
        else:
            for found in re.finditer(r"(?m)^deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)", content):
                yield found.group(1), [found.group(2)]


class Archive:
    """One suite of Debian, with apt's lists and the packages fetched from it."""

    def __init__(self, suite: str) -> None:
        self.suite = suite
        self.folder = os.path.join(cache_folder(), "apt", suite)

    def download(self, packages: Sequence[str]) -> dict[str, str]:
        """Fetch these packages alone; give the path of each. What is here stays as it is."""
        have = {name: self._have(name) for name in packages}
        missing = [name for name, path in have.items() if path is None]
        if missing:
            with self._alone():
                self._update()
                command = ["apt-get", *self._options(), "download", *missing]
                run(command, timeout=900, cwd=self._debs())
            have = {name: self._have(name) for name in packages}
        found = {name: path for name, path in have.items() if path is not None}
        if len(found) != len(packages):
            raise LabError(f"apt-get download left out {sorted(set(packages) - set(found))}")
        return found

    def download_with_needs(self, packages: Sequence[str], status: str) -> list[str]:
        """Fetch these packages and all they need that a tree's dpkg ``status`` lacks."""
        target = os.path.join(self.folder, "with-" + "-".join(packages))
        os.makedirs(os.path.join(target, "partial"), exist_ok=True)
        options = [
            *self._options(),
            *("-o", f"Dir::State::status={status}"),
            *("-o", f"Dir::Cache::archives={target}"),
        ]
        command = ["install", "-y", "--download-only", "--no-install-recommends", *packages]
        with self._alone():
            self._update()
            run(["apt-get", *options, *command], timeout=900)
        return sorted(glob.glob(os.path.join(target, "*.deb")))

    def _alone(self) -> AbstractContextManager[None]:
        """Apt's lists are one program's at a time, and it does not wait for them."""
        return locked(f"apt-{self.suite}.lock")

    def _debs(self) -> str:
        path = os.path.join(self.folder, "debs")
        os.makedirs(path, exist_ok=True)
        return path

    def _have(self, package: str) -> str | None:
        found = sorted(glob.glob(os.path.join(self._debs(), f"{package}_*.deb")))
        return found[-1] if found else None

    def _update(self) -> None:
        for name in ("lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        source = os.path.join(self.folder, "sources.list")
        keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
        with open(source, "w", encoding="utf-8") as file:
            file.write(f"deb [signed-by={keyring}] {mirror()} {self.suite} main\n")
        if not glob.glob(os.path.join(self.folder, "lists", "*_Packages*")):
            run(["apt-get", *self._options(), "update"], timeout=600)

    def _options(self) -> list[str]:
        settings = (
            f"Dir::Etc::sourcelist={self.folder}/sources.list",
            "Dir::Etc::sourceparts=-",
            "Dir::Etc::preferences=-",
            "Dir::Etc::preferencesparts=-",
            f"Dir::State::Lists={self.folder}/lists",
            f"Dir::Cache={self.folder}/cache",
            "APT::Sandbox::User=root",
            "Acquire::Languages=none",
            "Acquire::Retries=3",
            "DPkg::Lock::Timeout=600",
            "APT::Update::Post-Invoke-Success::=true",
        )
        return ["-q", *(part for setting in settings for part in ("-o", setting))]
