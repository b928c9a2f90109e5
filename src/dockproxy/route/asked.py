"""What one word asks for: a URL, a host with or without a port, an IP address, or an image."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_
from dockproxy.route.image import Address, Image, addresses_of, parse_image

_IPV6 = pattern(r"(?=[^%]*::|(?:[^:%]*:){7}|(?:[^:%]*:){6}[0-9.]+\Z)[0-9A-Fa-f:.]+(?:%[^/]+)?\Z")
_IPV4 = pattern(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}\Z")
_HOST_PORT = pattern(r"([^:/@\[\]\s]+|\[[^\[\]\s]+\]):([0-9]{1,5})\Z")
_SCP_LIKE = pattern(r"([A-Za-z0-9_.\-]+@[A-Za-z0-9.\-]+):(?![0-9]+(?:/|\Z))([^\s@]+)\Z")
"""How git takes a path over ssh: USER@HOST:PATH."""
_LONGEST = 4096


class Registries(NamedTuple):
    """What a daemon knows of registries. mirrors: of Docker Hub, as URLs, in order. insecure: hosts
    with or without a port, and networks, that may be asked by plain HTTP.
    """

    mirrors: Sequence[str] = ()
    insecure: Sequence[str] = ()


def addresses(word: str, registries: Registries, *, images: bool = True) -> list[Address]:
    """All that is contacted for this word; one address unless it is an image.

    ``redis:7`` is an image with a tag where ``images``, else a host with a port; with a dot, or as
    ``localhost``, it is a host either way. Where ``images``, a host is asked by https unless its
    port is 80; else by http unless it is 443, and a path may follow, as curl takes such words.
    Raises UsageError for what is none of all this.
    """
    if not word:
        raise UsageError(N_("nothing is asked for: the line is empty"))
    if "://" in word:
        return [Address(word)]
    if not word.strip(":.[]/"):
        raise UsageError(N_("is no address and no image's name"))
    if len(word) > _LONGEST:
        raise UsageError(N_("is no address and no image's name: too long"))
    usual, other, port = ("https", "http", "80") if images else ("http", "https", "443")
    if _IPV6.match(word):
        return [Address(f"{usual}://[{word.replace('%', '%25')}]/")]
    found = _HOST_PORT.match(word)
    if found is not None and (not images or _is_host(found.group(1))):
        scheme = other if found.group(2) == port else usual
        return [Address(f"{scheme}://{word}/")]
    if "/" not in word and _is_host(word):
        return [Address(f"{usual}://{word}/")]
    first, slash, _ = word.partition("/")
    if slash and not images and (_is_host(first) or _HOST_PORT.match(first)):
        return [Address(f"{usual}://{word}")]
    image = parse_image(word)
    if image is None and (git := _SCP_LIKE.match(word)) is not None:
        return [Address(f"ssh://{git.group(1)}/{git.group(2)}")]
    if image is None:
        raise UsageError(N_("is no address and no image's name"))
    return addresses_of(Image(*image), registries.mirrors, registries.insecure)


def _is_host(name: str) -> bool:
    """Whether a word without a slash means a host: there are no official images with a dot."""
    if name.startswith("["):
        return name.endswith("]")
    plain = re.fullmatch(r"[^\s/@:]+", name) is not None
    return plain and ("." in name or name.lower() == "localhost" or _IPV4.match(name) is not None)
