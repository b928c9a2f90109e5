"""The docker CLI's config.json, as far as proxies are concerned."""

from __future__ import annotations

from dockproxy.core.formats.client_fields import OTHER_FIELDS, misfits
from dockproxy.core.formats.go_json import Member, Node, Positions, parse
from dockproxy.core.formats.go_names import same_field
from dockproxy.core.formats.json_place import (
    Place,
    Setting,
    go_field,
    go_kind,
    place_of,
    setting_of,
)
from dockproxy.core.formats.redact_names import PROXY_NAME
from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Optional, Tuple


FIELDS: Dict[str, str] = {
    "http_proxy": "httpProxy",
    "https_proxy": "httpsProxy",
    "ftp_proxy": "ftpProxy",
    "no_proxy": "noProxy",
    "all_proxy": "allProxy",
}
"""Our key to the field of an entry of ``proxies`` (cli 26.1 configfile/file.go, ProxyConfig)."""


DEEPEST = 7
"""Objects round a proxy's name that docker does not look at; deeper it is somebody else's."""


class Entry(NamedTuple):
    """One entry of ``proxies``: ``default``, or a daemon's address, as spelled.

    settings: by our keys. unknown: members that the CLI passes over without a word. kind: of the
    value, as Node's. section: ``proxies`` as it is spelled there. key_at: line and column of its
    name.
    """

    name: str
    line: int
    column: int
    settings: Dict[str, Setting]
    unknown: Tuple[Place, ...] = ()
    kind: str = "object"
    section: str = "proxies"
    key_at: Tuple[int, int] = (0, 0)


class Warned(NamedTuple):
    """A value of a wrong type: the CLI warns (of the first one only), and goes on without it."""

    message: str
    line: int
    column: int
    name: str


class ClientJson(NamedTuple):
    """What the CLI takes from config.json. host: the entry of the address asked for, or None.

    entries: all that count, by name. warnings: those about ``proxies``, in the text's order.
    replaced: entries that a later one of the same name, or ``"proxies": null``, does away with.
    others: what has the wrong type beside ``proxies``. outside: proxies' names where the CLI takes
    no notice of them.
    """

    default: Optional[Entry] = None
    host: Optional[Entry] = None
    entries: Tuple[Entry, ...] = ()
    warnings: Tuple[Warned, ...] = ()
    replaced: Tuple[Entry, ...] = ()
    others: Tuple[Warned, ...] = ()
    outside: Tuple[Place, ...] = ()

    @property
    def used(self) -> Optional[Entry]:
        """The entry that counts: the address's own stands in for ``default`` whole."""
        return self.host or self.default


def read_client_json(
    text: str, host_key: Optional[str] = None, *, wording: str = "go1.24"
) -> ClientJson:
    """What the docker CLI takes for the daemon at ``host_key`` (``unix:///var/run/docker.sock``).

    text: decoded with the dialect ``client``. Raises ParseError where the CLI gives up the whole
    file and goes on with no proxies; an empty file is none. What follows the first value is not
    looked at. cli 26.1 to 29 cli/config/configfile/file.go, LoadFromReader and ParseProxyConfig.
    """
    if not text.strip(" \t\r\n"):
        return ClientJson()
    root = parse(text, trailing=True, wording=wording)
    reading = _Reading(text, wording)
    reading.read(root)
    entries = reading.entries
    host = None if host_key is None else entries.get(host_key)
    return ClientJson(
        entries.get("default"),
        host,
        tuple(entries.values()),
        tuple(reading.warnings),
        tuple(reading.replaced),
        tuple(reading.others),
        tuple(reading.outside),
    )


def string_at(text: str, name: str) -> Setting:
    """A string at the top of config.json (``currentContext``, ``credsStore``), as the CLI takes it.

    Raises ParseError as read_client_json does.
    """
    if not text.strip(" \t\r\n"):
        return Setting()
    root = parse(text, trailing=True)
    named = [member for member in root.members if same_field(member.key, name)]
    positions = Positions(text)
    return setting_of([place_of(positions, member) for member in named])


def cli_warning(path: str, message: str, *, newer: bool = False) -> str:
    """The line that the CLI prints for a fault in the file; newer: as from 28.5 on."""
    if newer:
        return f"WARNING: Error parsing config file ({path}): {message}"
    return f"WARNING: Error loading config file: {path}: {message}"


class _Reading:
    __slots__ = ("entries", "others", "outside", "positions", "replaced", "warnings", "wording")

    def __init__(self, text: str, wording: str) -> None:
        self.positions = Positions(text)
        self.wording = wording
        self.entries: Dict[str, Entry] = {}
        self.warnings: List[Warned] = []
        self.replaced: List[Entry] = []
        self.others: List[Warned] = []
        self.outside: List[Place] = []

    def read(self, root: Node) -> None:
        if root.kind not in {"object", "null"}:
            self.warn(root, "", "Go value", "configfile.ConfigFile")
        for member in root.members:
            if not same_field(member.key, "proxies"):
                self.other(member)
                continue
            if member.value.kind == "null":
                self.replaced += self.entries.values()
                self.entries.clear()
            elif member.value.kind != "object":
                self.warn_of(member, (), "map[string]configfile.ProxyConfig")
            for inner in member.value.members:
                if inner.key in self.entries:
                    self.replaced.append(self.entries.pop(inner.key))
                self.entries[inner.key] = self.entry(inner, (member.key,))

    def other(self, member: Member) -> None:
        """What is not ``proxies``: an option of the CLI's, or a name that it passes over."""
        field = next((name for name in OTHER_FIELDS if same_field(member.key, name)), None)
        if field is None:
            self.outside += self.proxies_in(member, ())
            return
        for path, node in misfits(member.value, OTHER_FIELDS[field]):
            place = self.positions.of(node.start)
            self.others.append(Warned(go_kind(node.kind), *place, ".".join((field, *path))))

    def proxies_in(self, member: Member, parents: Tuple[str, ...]) -> Iterator[Place]:
        """Strings with a proxy's name, here or a few objects deeper."""
        if member.value.kind == "string" and PROXY_NAME.fullmatch(member.key):
            yield place_of(self.positions, member, parents)
        for inner in member.value.members if len(parents) < DEEPEST else ():
            yield from self.proxies_in(inner, (*parents, member.key))

    def entry(self, member: Member, parents: Tuple[str, ...]) -> Entry:
        if member.value.kind not in {"object", "null"}:
            self.warn_of(member, parents, "configfile.ProxyConfig")
        parents = (*parents, member.key)
        places: Dict[str, List[Place]] = {key: [] for key in FIELDS}
        unknown: List[Place] = []
        for inner in member.value.members:
            place = place_of(self.positions, inner, parents)
            key = _our_key(inner.key)
            if key is None:
                unknown.append(place)
                for deeper in inner.value.members:
                    self.outside += self.proxies_in(deeper, (*parents, inner.key))
                continue
            places[key].append(place)
            if place.kind not in {"string", "null"}:
                self.warn_of(inner, parents, "string")
        settings = {key: setting_of(found) for key, found in places.items()}
        line, column = self.positions.of(member.value.start)
        return Entry(
            member.key,
            line,
            column,
            settings,
            tuple(unknown),
            member.value.kind,
            parents[0],
            self.positions.of(member.start),
        )

    def warn_of(self, member: Member, parents: Tuple[str, ...], wanted: str) -> None:
        """Before 1.27 Go names the field by its tag, and no key of a map."""
        if self.wording == "go1.27":
            into = go_field("ConfigFile", (*parents, member.key))
        elif wanted == "string":
            into = f"Go struct field ProxyConfig.proxies.{FIELDS[_our_key(member.key) or '']}"
        else:
            into = "Go struct field ConfigFile.proxies"
        self.warn(member.value, ".".join((*parents, member.key)), into, wanted)

    def warn(self, node: Node, name: str, into: str, wanted: str) -> None:
        said = f"json: cannot unmarshal {go_kind(node.kind)} into {into} of type {wanted}"
        self.warnings.append(Warned(said, *self.positions.of(node.start), name))


def _our_key(name: str) -> Optional[str]:
    for key, field in FIELDS.items():
        if same_field(name, field):
            return key
    return None
