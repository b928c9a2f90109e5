"""Who asks: a part of Docker, or a program, with the environment that it reads."""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.proxies import Proxies
from dockproxy.route.asked import Registries
from dockproxy.route.router import environment
from dockproxy.semantics.registry import PROGRAMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.core.model.snapshot import Unknown
    from dockproxy.resolve.host import Origin

DOCKER = ("daemon", "client", "builder", "container", "cli")
EVERY = "all"


class Party(NamedTuple):
    """as_: as it was named. program: whose semantics decides. environ: what it reads, masked.

    origins: by our keys, where the values stand; empty where they were given by hand. unknown: what
    could not be seen of it. images: whether ``redis:7`` is an image to it.
    """

    as_: str
    program: str
    environ: Mapping[str, str]
    registries: Registries = Registries()
    origins: Mapping[str, Origin] = {}
    notes: tuple[Message, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    images: bool = True


def parties_given(asked: str, proxies: Proxies | Mapping[str, str]) -> list[Party]:
    """Who is asked for, with an environment that was given. Every part of Docker reads it as Go
    does.
    """
    environ = environment(proxies)
    names = ("daemon", *PROGRAMS) if asked == EVERY else (asked,)
    images = asked == EVERY or is_docker(asked)
    return [Party(name, program_of(name), environ, images=images) for name in names]


def absent(asked: str) -> Party:
    """Who is asked for on a machine that has no such part."""
    images = is_docker(asked)
    part = asked.partition(":")[0] if images else "client"
    said = (
        N_("no daemon is seen here: answered as for one without proxies")
        if part == "daemon"
        else N_("no client is seen here: answered as for one without proxies")
    )
    return Party(asked, program_of(asked), {}, notes=(message(said),), images=images)


def check_name(asked: str) -> None:
    """Raises UsageError for what is neither a part of Docker nor a program."""
    if is_docker(asked) and "@" in asked.partition(":")[0]:
        raise UsageError(
            message(N_("--as {asked}: only programs have versions here"), asked=asked),
            hint=N_("Docker's parts are written in Go: name its version, go@1.24"),
        )
    if asked != EVERY and not is_docker(asked) and asked.partition("@")[0] not in PROGRAMS:
        known = (*DOCKER[:2], "cli", "builder:NAME", "container:NAME", *PROGRAMS, EVERY)
        raise UsageError(
            message(
                N_("--as {asked}: there is no such part of Docker and no such program"), asked=asked
            ),
            hint=message(N_("choose from: {known}"), known=", ".join(known)),
        )


def is_docker(name: str) -> bool:
    """Whether a part of Docker is named, not a program."""
    return name.partition(":")[0].partition("@")[0] in DOCKER


def program_of(name: str) -> str:
    """Whose semantics decides."""
    return "go" if is_docker(name) else name
