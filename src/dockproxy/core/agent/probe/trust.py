"""Whom the daemon trusts: the certificates that Go takes from the system, however this Python was
built (one that brings its own OpenSSL may know of none).

Facts: Go 1.24 crypto/x509 root_linux.go (certFiles, certDirectories), root_unix.go: the first file
that can be read, then every file of the folders; a link within a folder is its target once more.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from typing import Iterator

FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
FOLDERS = ("/etc/ssl/certs", "/etc/pki/tls/certs")


def load_system_certificates(context: ssl.SSLContext) -> None:
    """Have the context trust them; where there are none, what this Python trusts by itself."""
    found = any(_load(context, path) for path in FILES)
    for path in _in_folders():
        found = _load(context, path) or found
    if not found:
        context.load_default_certs()


def _load(context: ssl.SSLContext, path: str) -> bool:
    try:
        context.load_verify_locations(path)
    except (OSError, ValueError):
        return False  # not there, not ours to read, or no certificate
    return True


def _in_folders() -> Iterator[str]:
    for folder in FOLDERS:
        try:
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries if not _is_twin(entry)]
        except OSError:
            continue
        for name in names:
            path = f"{folder}/{name}"
            if path not in FILES:
                yield path


def _is_twin(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and "/" not in os.readlink(entry.path)
