"""Rust's reqwest of two Debian suites, built by this machine's cargo from Debian's crates."""

from __future__ import annotations

import glob
import os
import shutil
from functools import partial

from tests.lab.equipment.commands import LabError, run
from tests.lab.equipment.downloads import Archive
from tests.lab.equipment.trees import unpack
from tests.lab.oracle.drivers import Driver
from tests.lab.oracle.packages import made

SOURCE = os.path.join(os.path.dirname(__file__), "ask.rs")
SUITES = {"0.12.15": "trixie", "0.13.5": "forky"}
CRATES = ("librust-reqwest-dev", "librust-tokio-dev")
CONFIG = """\
[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "{registry}"
"""
MANIFEST = """\
[package]
name = "ask"
version = "0.1.0"
edition = "2021"
[dependencies]
reqwest = { version = "*", default-features = false, features = ["native-tls", "socks"] }
tokio = { version = "1", features = ["rt", "time", "net"] }
[profile.dev]
debug = 0
"""


def built(version: str) -> str:
    """A folder with the program. It takes cargo, pkg-config and OpenSSL's headers."""
    with open(SOURCE, encoding="utf-8") as file:
        source = file.read()

    def make(folder: str) -> None:
        if shutil.which("cargo") is None:
            raise LabError("reqwest can't be built: there is no cargo here")
        tree, project = f"{folder}/tree", f"{folder}/project"
        os.mkdir(tree)
        debs = Archive(SUITES[version]).download_with_needs(CRATES, os.devnull)
        unpack([deb for deb in debs if os.path.basename(deb).startswith("librust-")], tree)
        os.makedirs(f"{project}/src")
        os.mkdir(f"{project}/.cargo")
        registry = f"{tree}/usr/share/cargo/registry"
        if not glob.glob(f"{registry}/reqwest-{version}"):
            raise LabError(f"{SUITES[version]} has another reqwest than {version}")
        for name, content in {
            ".cargo/config.toml": CONFIG.format(registry=registry),
            "Cargo.toml": MANIFEST,
            "src/main.rs": source,
        }.items():
            with open(f"{project}/{name}", "w", encoding="utf-8") as file:
                file.write(content)
        run(["cargo", "build", "-q", "--offline"], cwd=project, timeout=3000)
        shutil.copy(f"{project}/target/debug/ask", f"{folder}/ask")
        shutil.rmtree(tree)
        shutil.rmtree(project)

    return made(f"oracle-rust-reqwest-{version}", repr((CRATES, MANIFEST, source)), make)


DRIVERS = [
    Driver(
        "reqwest",
        version,
        ("/mnt/built/ask",),
        lines=True,
        binds={"built": partial(built, version)},
        strict_names=True,
    )
    for version in SUITES
]
