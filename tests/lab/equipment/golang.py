"""The real Go: Debian's compilers unpacked in the cache, and programs built with them.

``httpproxy`` is vendored in every Go; a module of its own around that copy lets one process take
any number of environments, where http.ProxyFromEnvironment reads the environment once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile

from .commands import run
from .downloads import Archive, cache_folder, locked
from .trees import unpack

SUITES = {
    "1.15": "bullseye",
    "1.19": "bookworm",
    "1.24": "trixie",
    "1.26": "forky",
    "1.27": "forky",
}
NEWEST = "1.27"
_SOURCES = os.path.join(os.path.dirname(os.path.realpath(__file__)), "go")
_X = ("net", "text")


def goroot(version: str) -> str:
    """Where the compiler lies; it is fetched if it is not there."""
    folder = os.path.join(cache_folder(), "trees", f"go-{version}")
    if not os.path.isdir(folder):
        names = [f"golang-{version}-go", f"golang-{version}-src"]
        debs = list(Archive(SUITES[version]).download(names).values())
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="making-", dir=os.path.dirname(folder)) as scratch:
            target = os.path.join(scratch, "tree")
            os.mkdir(target)
            unpack(debs, target)
            os.rename(target, folder)
    return os.path.join(folder, "usr", "lib", f"go-{version}")


def build(name: str, version: str = NEWEST) -> str:
    """Build ``go/NAME.go`` with this Go; give the path of the program."""
    source = os.path.join(_SOURCES, f"{name}.go")
    with open(source, "rb") as file:
        mark = hashlib.sha256(file.read()).hexdigest()[:8]
    program = os.path.join(cache_folder(), "go", f"{name}-{version}-{mark}")
    with locked("go.lock"):
        if not os.path.exists(program):
            root = goroot(version)
            os.makedirs(os.path.dirname(program), exist_ok=True)
            with tempfile.TemporaryDirectory(dir=os.path.dirname(program)) as module:
                _make_module(module, root, version, source)
                environment = {
                    "PATH": "/usr/bin:/bin",
                    "HOME": module,
                    "GOROOT": root,
                    "GOCACHE": os.path.join(cache_folder(), "go", f"cache-{version}"),
                    "GOPATH": os.path.join(module, "path"),
                    "GOPROXY": "off",
                    "GOTOOLCHAIN": "local",
                    "GOFLAGS": "-mod=mod",
                    "CGO_ENABLED": "0",
                }
                made = os.path.join(module, "program")
                run(
                    [f"{root}/bin/go", "build", "-o", made, "."],
                    timeout=900,
                    cwd=module,
                    env=environment,
                )
                os.rename(made, program)
    return program


def _make_module(module: str, root: str, version: str, source: str) -> None:
    shutil.copy(source, os.path.join(module, "main.go"))
    lines = ["module oracle", f"go {version}"]
    for name in _X:
        path = f"golang.org/x/{name}"
        shutil.copytree(f"{root}/src/vendor/{path}", f"{module}/{name}")
        _write(f"{module}/{name}/go.mod", f"module {path}\ngo {version}\n")
        lines += [f"require {path} v0.0.0", f"replace {path} => ./{name}"]
    _write(f"{module}/net/go.mod", f"module golang.org/x/net\ngo {version}\n{lines[-2]}\n")
    _write(f"{module}/go.mod", "\n".join(lines) + "\n")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
