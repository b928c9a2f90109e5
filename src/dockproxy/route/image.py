"""An image's name, and every address that a pull of it touches.

distribution/reference normalize.go splitDockerDomain; moby 26.1 registry/service_v2.go
lookupV2Endpoints: mirrors of Docker Hub first, in their order, then the registry; one that is
insecure is asked by https and then by http.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.route.registries import HUB, HUB_REGISTRY, known

_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = pattern(rf"{_PART}(?:/{_PART})*\Z")
_TAG = pattern(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\Z")
_DIGEST = pattern(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}\Z")
_DOMAIN = pattern(r"(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::[0-9]+)?\Z")
_LONGEST_NAME = 255


class Image(NamedTuple):
    """name: as it was asked for. registry: HOST[:PORT], ``docker.io`` for Docker Hub."""

    name: str
    registry: str
    path: str


class Address(NamedTuple):
    """One thing that is contacted. purpose: ``manifest``, ``token`` or ``blob``, "" if it was asked
    for by itself. part_of: the image's name, or "".
    """

    url: str
    purpose: str = ""
    part_of: str = ""


def parse_image(name: str) -> Image | None:
    """NAME, REGISTRY/NAME, with :TAG or @DIGEST; None for what Docker would refuse."""
    rest, at, digest = name.partition("@")
    if at and not _DIGEST.match(digest):
        return None
    before, colon, tag = rest.rpartition(":")
    if colon and "/" not in tag:
        if not _TAG.match(tag):
            return None
        rest = before
    first, slash, path = rest.partition("/")
    has_domain = slash and (
        "." in first or ":" in first or first == "localhost" or first.lower() != first
    )
    registry, path = (first, path) if has_domain else (HUB, rest)
    if registry == "index.docker.io":
        registry = HUB
    if registry == HUB and "/" not in path:
        path = f"library/{path}"
    if len(path) > _LONGEST_NAME or not _PATH.match(path) or not _DOMAIN.match(registry):
        return None
    return Image(name, registry, path)


def addresses_of(image: Image, mirrors: Sequence[str], insecure: Sequence[str]) -> list[Address]:
    """In the order in which they are contacted: of each endpoint manifest, token, blobs."""
    found: list[Address] = []
    if image.registry == HUB:
        for mirror in mirrors:
            found += _of_endpoint(mirror if "://" in mirror else f"https://{mirror}", image.name)
    host = HUB_REGISTRY if image.registry == HUB else image.registry
    found += _of_endpoint(f"https://{host}", image.name)
    if image.registry != HUB and is_insecure(host, insecure):
        found += _of_endpoint(f"http://{host}", image.name)
    return list(dict.fromkeys(found))


def _of_endpoint(url: str, name: str) -> Iterable[Address]:
    manifest = f"{url.rstrip('/')}/v2/"
    elsewhere = known(url.partition("://")[2].partition("/")[0])
    yield Address(manifest, "manifest", name)
    if elsewhere is None:
        yield Address(manifest, "blob", name)
        return
    tokens, blobs = elsewhere
    if tokens is not None:
        yield Address(f"https://{tokens}", "token", name)
    for blob in blobs:
        yield Address(f"https://{blob}/", "blob", name)


def is_insecure(host: str, insecure: Sequence[str]) -> bool:
    """Whether dockerd may ask HOST[:PORT] by plain HTTP: what is listed just so, and addresses in
    listed networks and in loopback (moby 26.1 registry/config.go isSecureIndex).
    dockerd looks a name up for that; here nothing is looked up, and of names ``localhost`` counts.
    """
    if host in (entry.rpartition("://")[2] for entry in insecure):
        return True
    name = host.rpartition(":")[0] if re.search(r":[0-9]+\Z", host) else host
    bare = name.strip("[]")
    if bare in ("localhost", "::1") or re.match(r"127\.[0-9.]+\Z", bare):
        return True
    networks = [entry for entry in insecure if "/" in entry]
    if not networks or not re.match(r"[0-9.]+\Z|[0-9a-fA-F]*:", bare):
        return False
    from ipaddress import ip_address, ip_network

    try:
        address = ip_address(bare)
    except ValueError:
        return False
    for entry in networks:
        try:
            if address in ip_network(entry, strict=False):
                return True
        except ValueError:
            continue
    return False
