"""Images, written straight into the registry: no host and no proxy takes part."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import secrets
import subprocess
import tarfile
from typing import Any

REPOSITORY = "busybox"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"

_layers: dict[str, tuple[bytes, str]] = {}


def fresh(storage: str, address: str, tools: str) -> str:
    """Store a busybox image with a layer and a tag of its own; give its reference."""
    tag = secrets.token_hex(6)
    base = _busybox(tools)
    own = _layer({"etc/fresh": tag.encode()})
    config = {
        "architecture": _architecture(),
        "os": "linux",
        "created": "2024-01-01T00:00:00Z",
        "config": {"Env": ["PATH=/bin"], "Cmd": ["sh"]},
        "rootfs": {"type": "layers", "diff_ids": [base[1], own[1]]},
        "history": [{"created_by": "busybox-static"}, {"created_by": "a fresh layer"}],
    }
    store = _Store(storage, REPOSITORY)
    raw = json.dumps(config).encode()
    manifest: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(raw), "digest": store.blob(raw)},
        "layers": [
            {"mediaType": LAYER, "size": len(data), "digest": store.blob(data)}
            for data, _ in (base, own)
        ],
    }
    store.tag(tag, json.dumps(manifest).encode())
    return f"{address}/{REPOSITORY}:{tag}"


class _Store:
    """The folders of distribution 2.8 (registry/storage/paths.go)."""

    def __init__(self, root: str, repository: str) -> None:
        self._root = root
        self._repository = os.path.join(root, "repositories", repository)

    def blob(self, data: bytes) -> str:
        """Store a config or layer of the repository; give its digest."""
        digest = self._data(data)
        self._link(f"_layers/{_as_path(digest)}/link", digest)
        return digest

    def tag(self, tag: str, manifest: bytes) -> None:
        """Store a manifest under a tag."""
        digest = self._data(manifest)
        self._link(f"_manifests/revisions/{_as_path(digest)}/link", digest)
        self._link(f"_manifests/tags/{tag}/index/{_as_path(digest)}/link", digest)
        self._link(f"_manifests/tags/{tag}/current/link", digest)

    def _data(self, data: bytes) -> str:
        hexadecimal = hashlib.sha256(data).hexdigest()
        path = os.path.join(self._root, "blobs/sha256", hexadecimal[:2], hexadecimal, "data")
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)
        return f"sha256:{hexadecimal}"

    def _link(self, path: str, digest: str) -> None:
        full = os.path.join(self._repository, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="ascii") as file:
            file.write(digest)


def _as_path(digest: str) -> str:
    return digest.replace(":", "/")


def _architecture() -> str:
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)


def _busybox(tools: str) -> tuple[bytes, str]:
    if tools not in _layers:
        binary = os.path.join(tools, "usr/bin/busybox")
        with open(binary, "rb") as file:
            content = file.read()
        applets = subprocess.run(
            [binary, "--list"], capture_output=True, text=True, check=True
        ).stdout.split()
        files: dict[str, bytes | str] = {f"bin/{name}": "busybox" for name in applets}
        files["bin/busybox"] = content
        files["etc/passwd"] = b"root:x:0:0:root:/root:/bin/sh\n"
        files["etc/group"] = b"root:x:0:\n"
        _layers[tools] = _layer(files, ("root", "tmp", "var", "usr"))
    return _layers[tools]


def _layer(
    files: dict[str, bytes] | dict[str, bytes | str], folders: tuple[str, ...] = ()
) -> tuple[bytes, str]:
    """Give a compressed layer and the digest of its tar; text is where a link points."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        tops = {name.split("/")[0] for name in files}
        for folder in sorted(tops | set(folders)):
            info = tarfile.TarInfo(folder)
            info.type, info.mode = tarfile.DIRTYPE, 0o1777 if folder == "tmp" else 0o755
            tar.addfile(info)
        for name, content in sorted(files.items()):
            info = tarfile.TarInfo(name)
            info.mode = 0o755 if name.startswith("bin/") else 0o644
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    tarred = buffer.getvalue()
    digest = f"sha256:{hashlib.sha256(tarred).hexdigest()}"
    return gzip.compress(tarred, 6, mtime=0), digest
