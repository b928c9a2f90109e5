"""The programs whose semantics is known, by name; a file is loaded when it is asked for."""

from __future__ import annotations

import re
from importlib import import_module

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.semantics.base import Semantics

PROGRAMS: dict[str, str] = {
    "go": "go",
    "curl": "curl",
    "wget": "wget",
    "busybox-wget": "busybox_wget",
    "git": "git",
    "apt": "apt",
    "urllib": "urllib",
    "requests": "requests",
    "pip": "pip",
    "httpx": "httpx",
    "aiohttp": "aiohttp",
    "node-fetch": "node_fetch",
    "node-http": "node_http",
    "undici": "undici",
    "npm": "npm",
    "axios": "axios",
    "java": "java",
    "java-httpclient": "java",
    "ruby": "ruby",
    "ruby-open-uri": "ruby",
    "php": "php",
    "php-streams": "php",
    "perl-lwp": "perl_lwp",
    "reqwest": "reqwest",
    "dnf": "dnf",
    "aria2": "aria2",
    "wget2": "wget2",
    "composer": "composer",
}
"""A program's name → the module of this folder, in the order of importance."""


class Version(NamedTuple):
    """A program in the version that answers. note: what to say if that is not the one asked for."""

    semantics: Semantics
    version: str
    note: Message | None = None


def program(asked: str) -> Version:
    """``curl`` or ``curl@7.85``: without a version the newest known one, for a version that is not
    known the nearest below. Raises UsageError for a name that is none.
    """
    name, at, wanted = asked.partition("@")
    module = PROGRAMS.get(name)
    if module is None:
        raise UsageError(
            message(N_("--as {asked}: there is no such program"), asked=asked),
            hint=message(N_("choose from: {known}"), known=", ".join(PROGRAMS)),
        )
    loaded = import_module(f"dockproxy.semantics.{module}")
    semantics: Semantics = (
        loaded.SEMANTICS if module == name.replace("-", "_") else loaded.ALL[name]
    )
    if at and not re.match(r"\d", wanted):
        raise UsageError(
            message(N_("--as {asked}: that is no version"), asked=asked),
            hint=message(N_("known: {versions}"), versions=", ".join(semantics.versions)),
        )
    if not at:
        return Version(semantics, semantics.versions[-1])
    below = [known for known in semantics.versions if _number(known) <= _number(wanted)]
    nearest = below[-1] if below else semantics.versions[0]
    if any(_number(known) == _number(wanted) for known in (*semantics.versions, *semantics.seen)):
        return Version(semantics, nearest)
    said = N_("{name} {wanted} was not looked at: answered as {nearest} does")
    return Version(semantics, nearest, message(said, name=name, wanted=wanted, nearest=nearest))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
