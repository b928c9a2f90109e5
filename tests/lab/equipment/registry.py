"""A registry behind TLS whose name only the proxies can resolve."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .trees import REGISTRY_ADDRESS, REGISTRY_PORT

if TYPE_CHECKING:
    from .lab import Lab

CONFIG = """
version: 0.1
log: {{accesslog: {{disabled: true}}, level: warn}}
storage:
  filesystem: {{rootdirectory: /lab/registry}}
  delete: {{enabled: true}}
http:
  addr: {address}
  secret: lab
{tls}
"""
TLS = "  tls: {certificate: /lab/registry.crt, key: /lab/registry.key}"


class Registry:
    """Debian's docker-registry; its loopback address can't be reached from the host."""

    address = REGISTRY_ADDRESS

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    @property
    def storage(self) -> str:
        """The registry's own folder, distribution's file system driver."""
        return self._lab.spaces.path("outside", "lab", "registry", "docker", "registry", "v2")

    def launch(self) -> None:
        """Start it; ``wait`` returns when it listens."""
        os.makedirs(self._lab.spaces.path("outside", "lab", "registry"), exist_ok=True)
        argv = self._configured("registry.yml", f"127.0.0.1:{REGISTRY_PORT}", TLS)
        self._lab.spaces.spawn("registry", self._lab.spaces.enter(argv, root="outside"))

    def in_plain_http(self, address: str) -> list[str]:
        """Give the command line that serves the same images at another address, without TLS."""
        return self._configured("plain-registry.yml", address, "")

    def _configured(self, name: str, address: str, tls: str) -> list[str]:
        path = self._lab.spaces.path("outside", "lab", name)
        with open(path, "w", encoding="ascii") as file:
            file.write(CONFIG.format(address=address, tls=tls))
        return ["/usr/bin/docker-registry", "serve", f"/lab/{name}"]

    def wait(self) -> None:
        """Wait until it listens."""
        self._lab.spaces.wait_for_port("registry", REGISTRY_PORT)

    def has(self, image: str) -> bool:
        """Say if the registry has that tag: the proof of a push."""
        name, _, tag = image.removeprefix(f"{self.address}/").partition(":")
        return os.path.exists(
            os.path.join(self.storage, "repositories", name, "_manifests/tags", tag, "current/link")
        )
