"""Project: what a folder's compose files, Dockerfiles, bake files and .env say of proxies.

Facts alone, each with its place; no text of a file is kept, so nothing else that stands in a
project can get out of it. Paths are as a person would type them.
"""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple


ENV, ARG, RUN = "env", "arg", "run"
ENVIRONMENT, BUILD_ARG, BAKE_ARG, DOTENV = "environment", "build-arg", "bake-arg", "dotenv"


class Setting(NamedTuple):
    """One place that sets a proxy variable, or hands one on.

    kind: ``env``, ``arg`` (of a Dockerfile), ``run`` (given to one command in it), ``environment``,
    ``build-arg`` (of a compose service), ``bake-arg``, ``dotenv``. name: as it is spelled. value:
    masked; None where the name alone stands there. owner: the service, stage or target. text: the
    assignment alone, masked, never the whole line. notes: ``password`` (one that is written out),
    ``dollar`` (a sign in it begins a variable), ``variable`` (a value that comes from elsewhere),
    ``committed``, ``ignored`` (its file, as far as git's own files tell), ``shipped`` (its stage is
    part of an image that is built), ``onbuild``, ``quoted`` (quotes are part of the value),
    ``host-network``, ``before-from``, ``undeclared:NAME``, ``data`` (a command prints or
    writes it), ``background`` (the same RUN starts a program beside it), ``idle`` (no RUN comes
    behind it).
    """

    path: str
    line: int
    column: int
    text: str
    kind: str
    name: str
    value: Optional[str] = None
    owner: str = ""
    notes: Tuple[str, ...] = ()


class Mention(NamedTuple):
    """A host that a service talks HTTP to. scheme: ``http`` or ``https``. by: ``curl`` or ``wget``
    in a health check, else "".
    """

    host: str
    scheme: str
    path: str
    line: int
    column: int
    text: str
    by: str = ""


class Service(NamedTuple):
    """A compose service. names: by which others reach it. network: its network_mode.
    mapped: names of its extra_hosts. build_mapped: those of its build. env_files: paths.
    """

    path: str
    name: str
    line: int
    column: int
    network: str = ""
    names: Tuple[str, ...] = ()
    mapped: Tuple[str, ...] = ()
    build_mapped: Tuple[str, ...] = ()
    env_files: Tuple[str, ...] = ()
    talks_to: Tuple[Mention, ...] = ()
    checks: Tuple[Mention, ...] = ()


class Spot(NamedTuple):
    """Anything else that a rule asks for. kind: ``yaml`` (not readable; detail: the reader's
    words), ``dockerfile`` (the same), ``unknown-key``, ``export-alone``, ``tool`` (a proxy written
    into a program's own settings; detail: the program), ``add`` (a Dockerfile fetches by itself),
    ``login``, ``service-login`` (a proxy's password among a command's words).
    """

    path: str
    line: int
    column: int
    text: str
    kind: str
    name: str = ""
    detail: str = ""
    notes: Tuple[str, ...] = ()


class Project(NamedTuple):
    """files: those that were read. folder: as it was named."""

    folder: str
    files: Tuple[str, ...] = ()
    settings: Tuple[Setting, ...] = ()
    services: Tuple[Service, ...] = ()
    spots: Tuple[Spot, ...] = ()
