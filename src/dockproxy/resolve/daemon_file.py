"""daemon.json: its three proxies, and whether dockerd would start with the file."""

from __future__ import annotations

from collections.abc import Container

from dockproxy.core.formats.daemon_directives import NEWEST
from dockproxy.core.formats.daemon_json import DaemonJson, Options, read_daemon_json
from dockproxy.core.formats.json_place import Place, Setting
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.snapshot import Engine, FileFact
from dockproxy.resolve.capabilities import version_numbers
from dockproxy.resolve.host import Origin, Overridden

_NO_UNICODE = "failed to decode configuration JSON"
"""What dockerd says of bytes that are no UTF-8; a mask may hide them."""

_NEW_WORDS = (28, 5)
"""From this Engine on dockerd words JSON faults as Go 1.27 does (28.5.2, lab)."""


class Fault(NamedTuple):
    """Why dockerd will not start with the file, in its own words."""

    quote: str
    line: int
    column: int


class DaemonFile(NamedTuple):
    """values: per key all that the file says, the deciding one first, "" included.

    configured: the names that dockerd compares with its flags. known: whether it could be read.
    ignored: where a proxy's name stands outside of ``proxies``: dockerd takes no notice of it.
    read: all of it, None where it is no JSON to dockerd, or not there.
    """

    values: dict[str, list[Overridden]]
    configured: tuple[str, ...] = ()
    fault: Fault | None = None
    known: bool = True
    ignored: tuple[Place, ...] = ()
    read: DaemonJson | None = None


def read_daemon_file(
    fact: FileFact | None, engine: Engine | None, flagged: Container[str] = ()
) -> DaemonFile:
    """What the file says to that Engine (the newest if None); never raises over its content.

    flagged: the options that flags of dockerd set.
    """
    if fact is None or fact.kind == "missing":
        return DaemonFile({})
    if fact.kind == "dangling":
        if fact.target != "":
            return DaemonFile({})
        said = f"open {fact.path}: too many levels of symbolic links"
        return DaemonFile({}, fault=Fault(said, 1, 1))
    if fact.kind == "directory":
        return DaemonFile({}, fault=Fault(f"read {fact.path}: is a directory", 1, 1))
    if fact.text is None:
        return DaemonFile({}, known=False)
    version = engine_version(engine)
    _, _, words = fact.traits.get("fault", "").partition(" ")
    if version >= (23, 0) and words.startswith(_NO_UNICODE):
        return DaemonFile({}, fault=fault_of(fact, ParseError(words, 1, 1, 0)))
    wording = "go1.27" if version >= _NEW_WORDS else "go1.24"
    try:
        read = read_daemon_json(
            fact.text,
            engine=version,
            wording=wording,
            encoding=fact.encoding,
            bom=fact.bom,
            options=_options(fact, flagged),
        )
    except ParseError as error:
        return DaemonFile({}, fault=fault_of(fact, error))
    values = _values(fact.path, read)
    return DaemonFile(values, read.configured, _fault(fact, read), ignored=read.ignored, read=read)


def _options(fact: FileFact, flagged: Container[str]) -> Options:
    traits = fact.traits
    if "userland-proxy" in flagged and "absent" in traits:
        traits = {**traits, "absent": traits["absent"].replace("userland-proxy-path", "")}
    return Options(traits, "runtimes" in flagged, "tls" in flagged or "tlsverify" in flagged)


def engine_version(engine: Engine | None) -> tuple[int, int]:
    """That Engine's, the newest known where none can be asked."""
    numbers = version_numbers(engine.version) if engine else ()
    return (numbers[0], numbers[1]) if len(numbers) > 1 else NEWEST


def fault_of(fact: FileFact, error: ParseError) -> Fault:
    """What its program says of a file that is broken, and where: the file's own line and column,
    which whoever saw it noted, as masks shift them in what we have of it.
    """
    place, _, words = fact.traits.get("fault", "").partition(" ")
    line, _, column = place.partition(":")
    if not (line.isdecimal() and column.isdecimal()):
        return Fault(str(error.message), error.line, error.column)
    return Fault(words or str(error.message), int(line), int(column))


def _values(path: str, read: DaemonJson) -> dict[str, list[Overridden]]:
    settings = {
        "http_proxy": read.http_proxy,
        "https_proxy": read.https_proxy,
        "no_proxy": read.no_proxy,
    }
    found = {key: said(path, setting, "daemon.json") for key, setting in settings.items()}
    return {key: values for key, values in found.items() if values}


def said(path: str, setting: Setting, kind: str) -> list[Overridden]:
    """All strings that a JSON file gives for one setting, the deciding one first."""
    places = [setting.place, *reversed(setting.shadowed)]
    return [
        Overridden(place.value, _origin(path, place, kind))
        for place in places
        if place and place.value is not None
    ]


def _origin(path: str, place: Place, kind: str) -> Origin:
    return Origin(kind, path, place.line, place.column, place.path[-1])


def _fault(fact: FileFact, read: DaemonJson) -> Fault | None:
    if read.verdict is None:
        return None
    first = read.refusals[0]
    return Fault(read.verdict, first.line, fact.real_column(first.line, first.column))


def flag_conflicts(file: DaemonFile, switches: dict[str, str] | tuple[str, ...]) -> list[str]:
    """The options that are both in the file and set by flags: refused. Runtimes are merged.

    moby 20.10 to 29.7 findConfigurationConflicts, with skipDuplicates and migratedNamedConfig.
    """
    both = [name for name in switches if name in file.configured and name != "runtimes"]
    if "host-gateway-ips" in switches and "host-gateway-ip" in file.configured:
        both.append("host-gateway-ip")
    return both
