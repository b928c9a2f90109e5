"""daemon.json as dockerd reads it, as far as proxies are concerned."""

from __future__ import annotations

from dockproxy.core.formats.daemon_directives import NEWEST, Version, is_flat, is_known
from dockproxy.core.formats.daemon_encoding import encoding_fault
from dockproxy.core.formats.go_json import Member, Node, Positions, parse, position
from dockproxy.core.formats.go_names import same_field, trimmed
from dockproxy.core.formats.json_place import (
    Place,
    Setting,
    go_field,
    go_kind,
    place_of,
    setting_of,
)
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, TypeAlias


PROXY_NAMES = ("http-proxy", "https-proxy", "no-proxy")
_HUGE = pattern(r"[eE]\+?0*[1-9][0-9]{2}|[0-9]{300}")


class Refusal(NamedTuple):
    """Why dockerd does not start with this file, in its own words.

    kind: ``not-an-object``, ``number-range``, ``unknown-directive``, ``wrong-type``, or one of
    daemon_types.Fault. name: the directive, or the path of the value. place: of the value, where
    it is one. wanted: the type that it should be of.
    """

    message: str
    line: int
    column: int
    kind: str
    name: str
    place: Optional[Place] = None
    wanted: str = ""


class Options(NamedTuple):
    """What is known of the options besides the proxies. traits: of a text with masks in it, None
    for a text without. more_runtimes: whether flags of dockerd add runtimes; tls_by_flags:
    whether they ask for TLS.
    """

    traits: Optional[Mapping[str, str]] = None
    more_runtimes: bool = False
    tls_by_flags: bool = False


class DaemonJson(NamedTuple):
    """What dockerd takes from a daemon.json that is JSON.

    refusals: in the order in which dockerd looks; it names only the first, or all unknown
    directives at once. With any, it does not start and the settings are what is meant.
    configured: the names that dockerd compares with its flags (a name that is there and a flag
    of the same name: refused), and set_at where each stands. ignored: settings of a proxy's name
    where dockerd takes no notice.
    """

    http_proxy: Setting = Setting()
    https_proxy: Setting = Setting()
    no_proxy: Setting = Setting()
    refusals: Tuple[Refusal, ...] = ()
    configured: Tuple[str, ...] = ()
    ignored: Tuple[Place, ...] = ()
    set_at: Tuple[Place, ...] = ()

    @property
    def verdict(self) -> Optional[str]:
        """What dockerd says, or None if nothing here keeps it from starting."""
        if not self.refusals:
            return None
        first = self.refusals[0]
        if first.kind != "unknown-directive":
            return first.message
        names = [refusal.name for refusal in self.refusals if refusal.kind == first.kind]
        return _unknown(", ".join(names))


def read_daemon_json(
    text: str,
    *,
    engine: Version = NEWEST,
    wording: str = "go1.24",
    encoding: str = "utf-8",
    bom: bool = False,
    options: Optional[Options] = None,
) -> DaemonJson:
    """What dockerd of that version takes from the file's text (text_codec.decode).

    wording: of the Go it was built with: ``go1.21``, ``go1.24`` or ``go1.27``. options: judge the
    values of its other options too.
    Raises ParseError where the text is not JSON, or not Unicode, to it.
    moby 23.0 to 29.7 daemon/config/config.go, getConflictFreeConfiguration: decode, trim blanks,
    json.Unmarshal to a map, findConfigurationConflicts, json.Unmarshal to the struct. Before 23.0
    the file was read with json.Decoder: no byte order mark, no empty file, and what follows the
    first value is not looked at.
    """
    old = engine < (23, 0)
    if old and bom:
        raise ParseError("invalid character 'ï' looking for beginning of value", 1, 1, 0)
    plain = text if old else trimmed(text)
    fault = None if old else encoding_fault(text, encoding, bom)
    if fault is not None:
        raise fault
    if not plain.strip(" \t\r\n"):
        if old:
            raise ParseError("EOF", *position(text, len(text)), len(text))
        return DaemonJson()
    try:
        root = parse(plain, trailing=old, wording=wording)
    except ParseError as error:
        raise _prefixed(error, wording) from None
    if root.kind == "null":
        return DaemonJson()
    return _Reading(text, root, engine, wording).result(options)


def _prefixed(error: ParseError, wording: str) -> ParseError:
    """moby 29.7.2, and Debian's 28.5.2, put words before what encoding/json says."""
    said = str(error.message)
    if wording == "go1.27":
        said = f"invalid JSON: {said}"
    return ParseError(said, error.line, error.column, error.offset)


def _unknown(names: str) -> str:
    return f"the following directives don't match any configuration option: {names}"


class _Reading:
    __slots__ = ("engine", "positions", "prefix", "root", "text", "wording")

    def __init__(self, text: str, root: Node, engine: Version, wording: str) -> None:
        self.text = text
        self.positions = Positions(text)
        self.root = root
        self.engine = engine
        self.wording = wording
        self.prefix = "invalid JSON: json: " if wording == "go1.27" else "json: "

    def result(self, options: Optional[Options]) -> DaemonJson:
        if self.root.kind != "object":
            said = f"cannot unmarshal {go_kind(self.root.kind)} into Go value"
            said += " of type map[string]interface {}"
            return DaemonJson(refusals=(self.refusal(said, self.root, "not-an-object", ""),))
        sections = [member for member in self.root.members if same_field(member.key, "proxies")]
        configured = self.configured()
        places: Dict[str, List[Place]] = {name: [] for name in PROXY_NAMES}
        for section in sections:
            for member in section.value.members:
                for name in PROXY_NAMES:
                    if same_field(member.key, name):
                        places[name].append(place_of(self.positions, member, (section.key,)))
        http, https, no_proxy = (setting_of(places[name]) for name in PROXY_NAMES)
        refusals = [
            *self.too_large(),
            *self.unknown(configured),
            *self.wrong_types(sections),
        ]
        if options is not None:
            refusals += self.options(options)
        return DaemonJson(
            http,
            https,
            no_proxy,
            tuple(refusals),
            tuple(configured),
            tuple(self.ignored(sections)),
            tuple(self.set_at(configured)),
        )

    def options(self, options: Options) -> Iterator[Refusal]:
        if all(same_field(member.key, "proxies") for member in self.root.members):
            return
        from dockproxy.core.formats.daemon_values import value_faults

        faults = value_faults(self.text, self.root, self.engine, options)
        for kind, path, node, words, wanted in faults:
            member = Member(path[-1], node.start, node.start, node)
            place = place_of(self.positions, member, path[:-1])
            name = ".".join(path)
            yield Refusal(words, place.line, place.column, kind, name, place, wanted)

    def refusal(self, said: str, node: Node, kind: str, name: str) -> Refusal:
        return Refusal(self.prefix + said, *self.positions.of(node.start), kind, name)

    def configured(self) -> Dict[str, Member]:
        """The names that findConfigurationConflicts sees: of keys spelled alike the last counts,
        and a section that is an object stands for its members (configValuesSet).
        """
        last = {member.key: member for member in self.root.members}
        names: Dict[str, Member] = {}
        for key, member in last.items():
            if member.value.kind == "object" and not is_flat(key, self.engine):
                names.update((inner.key, inner) for inner in member.value.members)
            else:
                names[key] = member
        return dict(sorted(names.items(), key=_start))

    def set_at(self, configured: Dict[str, Member]) -> Iterator[Place]:
        above = {
            id(inner): (each.key,) for each in self.root.members for inner in each.value.members
        }
        for member in configured.values():
            yield place_of(self.positions, member, above.get(id(member), ()))

    def unknown(self, configured: Dict[str, Member]) -> Iterator[Refusal]:
        for name, member in configured.items():
            if not is_known(name, self.engine):
                place = self.positions.of(member.start)
                yield Refusal(_unknown(name), *place, "unknown-directive", name)

    def too_large(self) -> Iterator[Refusal]:
        """Numbers that no float64 holds: the first reading is into Go values of no type."""
        if _HUGE.search(self.text) is None:
            return
        found = 0
        for way, node in _numbers(self.root):
            if found < _ENOUGH and float(node.value) in {float("inf"), float("-inf")}:
                found += 1
                path = _keys(way)
                into = "Go value"
                if self.wording == "go1.27" and path not in {(), ("",)}:
                    into = go_field("", path)
                said = f"cannot unmarshal number {node.value} into {into} of type float64"
                yield self.refusal(said, node, "number-range", ".".join(path))

    def wrong_types(self, sections: Sequence[Member]) -> Iterator[Refusal]:
        for section in sections:
            kind = section.value.kind
            if kind not in {"object", "null"}:
                yield self.wrong_type(section, (), "proxies")
            for member in section.value.members:
                for name in PROXY_NAMES:
                    if same_field(member.key, name) and member.value.kind not in _FITTING:
                        yield self.wrong_type(member, (section.key,), name)

    def wrong_type(self, member: Member, parents: Tuple[str, ...], name: str) -> Refusal:
        """Each Go names the field in its own way: by its tag, or by the keys as spelled."""
        struct, tag = ("Proxies", f"proxies.{name}") if parents else ("Config", "proxies")
        if self.wording == "go1.27":
            field = go_field("Config", (*parents, member.key))
        elif self.wording == "go1.24":
            field = f"Go struct field {struct}.CommonConfig.{tag}"
        else:
            field = f"Go struct field {struct}.{tag}"
        wanted = "string" if parents else "config.Proxies"
        said = f"cannot unmarshal {go_kind(member.value.kind)} into {field}"
        path = ".".join((*parents, member.key))
        found = self.refusal(f"{said} of type {wanted}", member.value, "wrong-type", path)
        place = place_of(self.positions, member, parents)
        return found._replace(place=place, wanted="string" if parents else "object")

    def ignored(self, sections: Sequence[Member]) -> Iterator[Place]:
        read = set(map(id, sections))
        for member in self.root.members:
            if member.key in PROXY_NAMES:
                yield place_of(self.positions, member)
            elif id(member) not in read and not is_flat(member.key, self.engine):
                for inner in member.value.members:
                    if inner.key in PROXY_NAMES:
                        yield place_of(self.positions, inner, (member.key,))


Way: TypeAlias = "Optional[Tuple[Any, str]]"
"""A key, and the way to what it is in: a path that costs the same however deep it leads."""

_ENOUGH = 20
"""Numbers out of range that are named; dockerd names the first."""

_FITTING = frozenset(("string", "null"))


def _start(item: Tuple[str, Member]) -> int:
    return item[1].start


def _numbers(root: Node) -> Iterator[Tuple[Way, Node]]:
    """All numbers, each with the way to it, in the text's order."""
    waiting: List[Tuple[Way, Node]] = [(None, root)]
    while waiting:
        way, node = waiting.pop()
        if node.kind == "number":
            yield way, node
        below: List[Tuple[Way, Node]]
        below = [((way, member.key), member.value) for member in node.members]
        below += [((way, str(index)), item) for index, item in enumerate(node.items)]
        waiting.extend(reversed(below))


def _keys(way: Way) -> Tuple[str, ...]:
    found: List[str] = []
    while way is not None:
        way, key = way
        found.append(key)
    return tuple(reversed(found))
