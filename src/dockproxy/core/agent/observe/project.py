"""A project's folder: the files in it that can bear on proxies. Nothing outside of it is opened.

A symbolic link is followed as chroot would, so one that leads out of the folder leads to nothing;
folders behind links are not walked through.
"""

from __future__ import annotations

import os

from dockproxy.core.agent.system import look_at
from dockproxy.core.formats.redact_pieces import put_in, shifts
from dockproxy.core.formats.redact_project import project_pieces
from dockproxy.core.formats.text_codec import decode
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_
from dockproxy.core.model.record import dump
from dockproxy.core.model.snapshot import FileFact, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Set, Tuple


MOST_NAMES = 100_000
MOST_FILES = 2_000
MOST_DEEP = 16
_INDEX_LIMIT = 64 * 1024 * 1024

_COMPOSE = pattern(r"(?:.*[._-])?(?:docker-)?compose(?:[._-].*)?\.ya?ml\Z")
_DOCKERFILE = pattern(r"(?:Dockerfile|dockerfile|Containerfile)(?:[._-].*)?\Z|.*\.[Dd]ockerfile\Z")
_BAKE = pattern(r"docker-bake(?:\..*)?\.(?:json|hcl)\Z")
_NO_DOCKERFILE = pattern(
    r".*\.(?:dockerignore|md|rst|txt|py|sh|js|ts|go|rb|j2|jinja2?|tmpl|tpl|template|erb|in|orig|rej)\Z"
)
_SKIPPED_TEXT = """
.git .hg .svn node_modules bower_components .venv venv .tox .nox __pycache__ .mypy_cache
site-packages .terraform .gradle .m2
"""
_SKIPPED = frozenset(_SKIPPED_TEXT.split())


def role_of(name: str) -> str:
    """``compose``, ``dockerfile``, ``bake``, ``dotenv``, or "" for a file that bears on nothing."""
    if name == ".env":
        return "dotenv"
    if _BAKE.match(name):
        return "bake"
    if _COMPOSE.match(name):
        return "compose"
    if _DOCKERFILE.match(name) and not _NO_DOCKERFILE.match(name):
        return "dockerfile"
    return ""


def project(request: Dict[str, Any]) -> Dict[str, Any]:
    """Texts of a folder's files, user information masked. ``also``: further ones by path and role,
    instead of those that are found by their names.
    """
    root = str(request["root"])
    if not root:
        raise UsageError(N_("a project is a folder"))
    unknown: List[Unknown] = []
    also = request.get("also")
    if also is None:
        found = list(_walk(root, unknown))
    else:
        found = [(str(path), str(role)) for path, role in also]
    files = [_fact(root, path, role, unknown) for path, role in found[:MOST_FILES]]
    if len(found) > MOST_FILES:
        unknown.append(Unknown("project.files", "too-many"))
    committed, ignored = _git(root, [path for path, role in found if role == "dotenv"])
    return {
        "files": dump(tuple(files)),
        "unknown": dump(tuple(unknown)),
        "committed": committed,
        "ignored": ignored,
    }


def _walk(root: str, unknown: List[Unknown]) -> Iterator[Tuple[str, str]]:
    """Paths below root, as ``/a/b``, and roles; in order, folders behind files."""
    folders = [("", 0)]
    seen = 0
    while folders:
        folder, depth = folders.pop()
        try:
            with os.scandir((root.rstrip("/") or "/") + folder) as entries:
                names: List[Tuple[str, bool]] = []
                for entry in entries:
                    seen += 1
                    if seen > MOST_NAMES:
                        break
                    names.append((entry.name, _is_folder(entry)))
        except OSError:
            unknown.append(Unknown(f"files.{folder or '/'}", "permission"))
            continue
        deeper = []
        for name, is_folder in sorted(names):
            role = role_of(name)
            if is_folder:
                if name not in _SKIPPED and depth < MOST_DEEP:
                    deeper.append((f"{folder}/{name}", depth + 1))
            elif role:
                yield f"{folder}/{name}", role
        folders.extend(reversed(deeper))
        if seen > MOST_NAMES:
            unknown.append(Unknown("project.files", "too-many"))
            return


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _fact(root: str, path: str, role: str, unknown: List[Unknown]) -> FileFact:
    seen = look_at(root, path)
    fact = FileFact(path, role, seen.kind)
    if seen.data is None:
        reason = seen.reason or {"dangling": "outside", "other": "no-file"}.get(seen.kind, "")
        if reason:
            unknown.append(Unknown(f"files.{path}", reason))
        return fact
    decoded = decode(seen.data)
    found = project_pieces(decoded.text)
    told = {"secrets": found.secrets, "dollars": found.dollars}
    traits = {name: " ".join(map(str, sorted(lines))) for name, lines in told.items() if lines}
    return fact._replace(
        text=put_in(decoded.text, found.pieces),
        bom=bool(decoded.bom),
        traits=traits,
        shifts=tuple(shifts(decoded.text, found.pieces)),
    )


def _git(root: str, paths: List[str]) -> Tuple[List[str], List[str]]:
    """Of these files those that git keeps, and those that a .gitignore names: by git's own index
    and by plain lines alone, for no program of a stranger's folder is run."""
    if not paths:
        return [], []
    index = look_at(root, "/.git/index", _INDEX_LIMIT).data
    kept = _index(index, {path.lstrip("/") for path in paths}) if index else set()
    committed = [path for path in paths if path.lstrip("/") in kept]
    seen: Dict[str, Set[str]] = {}
    return committed, [path for path in paths if _is_ignored(root, path, seen)]


def _index(data: bytes, wanted: Set[str]) -> Set[str]:
    """Those of the paths that an index has (git Documentation/gitformat-index.txt, version 2).

    A path stands there whole and ends in NUL; what stands before it is its length.
    """
    found: Set[str] = set()
    if data[:8] != b"DIRC\0\0\0\2":
        return found
    for path in wanted:
        name = path.encode("utf-8", "surrogateescape")
        if bytes((min(len(name), 0xFFF) & 0xFF,)) + name + b"\0" in data:
            found.add(path)
    return found


def _is_ignored(root: str, path: str, seen: Dict[str, Set[str]]) -> bool:
    """seen: the lines of each folder's .gitignore that was read."""
    folder, _, name = path.rpartition("/")
    patterns = {name, f"/{name}", f"**/{name}", "*.env", ".env*", "/.env*", path}
    while True:
        if folder not in seen:
            data = look_at(root, f"{folder}/.gitignore").data or b""
            lines = data.decode("utf-8", "replace").split("\n")
            seen[folder] = {line.strip() for line in lines}
        if not patterns.isdisjoint(seen[folder]):
            return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]
