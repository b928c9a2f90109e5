"""Values of daemon.json's options that do not fit their types, as dockerd finds while it decodes.

encoding/json: a ``null`` fits all but what reads its own text (moby opts.go MemBytes); a number
that is written with a point or an exponent is no integer.
"""

from __future__ import annotations

from dockproxy.core.formats import daemon_scalars as scalars
from dockproxy.core.formats.daemon_directives import Version
from dockproxy.core.formats.daemon_options import RECORDS, member_type, type_of
from dockproxy.core.formats.go_json import Node
from dockproxy.core.formats.json_place import go_kind
from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Optional, Tuple


_GO_TYPES = {"int": "int", "ip": "net.IP", "address": "netip.Addr", "prefix": "netip.Prefix"}
_GO_TYPES.update({"size": "opts.MemBytes", "duration": "config.Duration"})


class Fault(NamedTuple):
    """kind: ``option-type``, ``option-word``, ``option-number``, ``option-address``,
    ``option-pair``, ``option-size``, ``option-gone``, ``option-runtime``, ``option-twice``,
    ``option-path`` or ``option-certificate``. path: of the value, keys as
    spelled. words: dockerd's. wanted: the type.
    """

    kind: str
    path: Tuple[str, ...]
    node: Node
    words: str
    wanted: str = ""


def type_faults(text: str, root: Node, engine: Version) -> Iterator[Fault]:
    """All values of the document's options that do not fit."""
    for member in root.members:
        kind = type_of(member.key, engine)
        if kind is not None:
            yield from _misfits(text, member.value, kind, (member.key,), engine)


def _misfits(
    text: str, node: Node, kind: str, path: Tuple[str, ...], engine: Version
) -> Iterator[Fault]:
    """Values that do not fit their type; as deep as types are."""
    if (node.kind == "null" and kind != "size") or kind == "any":
        return
    below: List[Tuple[str, Node, Optional[str]]] = []
    fits = True
    if kind.startswith("[]"):
        fits = node.kind == "array"
        below = [(str(index), item, kind[2:]) for index, item in enumerate(node.items)]
    elif kind.startswith("{}"):
        fits = node.kind == "object"
        below = [(member.key, member.value, kind[2:]) for member in node.members]
    elif kind in RECORDS:
        fits = node.kind == "object"
        below = [
            (each.key, each.value, member_type(kind, each.key, engine)) for each in node.members
        ]
    elif kind == "filter":
        ways = (_misfits(text, node, way, path, engine) for way in ("[]string", "{}{}bool"))
        fits = any(next(way, None) is None for way in ways)
    else:
        yield from _scalar(text, node, kind, path, engine)
        return
    if not fits:
        yield _misfit(node, kind, path)
        return
    for name, value, wanted in below:
        if wanted is not None:
            yield from _misfits(text, value, wanted, (*path, name), engine)


def _scalar(
    text: str, node: Node, kind: str, path: Tuple[str, ...], engine: Version
) -> Iterator[Fault]:
    if kind == "bool":
        fits = node.kind in ("true", "false")
    elif kind == "int":
        fits = node.kind == "number" and scalars.is_integer(node.value)
    else:
        fits = node.kind == "string"
    if not fits:
        yield _misfit(node, kind, path)
        return
    value, words, fault = node.value, "", "option-address"
    if kind in ("ip", "address") and value:
        good = scalars.ip_version(value, zone=kind == "address")
        words = "" if good else f"invalid IP address: {value}"
    elif kind == "prefix" and value:
        good = scalars.network_version(value, strict=True)
        words = "" if good else f'netip.ParsePrefix("{value}")'
    elif kind == "size":
        fault, raw = "option-size", text[node.start + 1 : node.end - 1]
        words = scalars.size_fault(raw, engine < (27, 0))
    elif kind == "duration":
        fault, words = "option-size", scalars.duration_fault(value)
    if words:
        yield Fault(fault, path, node, words)


def _misfit(node: Node, kind: str, path: Tuple[str, ...]) -> Fault:
    what = go_kind(node.kind)
    if node.kind == "number" and kind == "int":
        what = f"number {node.value}"
    words = f"json: cannot unmarshal {what} into … {'.'.join(path)} of type {_go_type(kind)}"
    return Fault("option-type", path, node, words, kind)


def _go_type(kind: str) -> str:
    if kind.startswith("[]"):
        return f"[]{_go_type(kind[2:])}"
    if kind.startswith("{}"):
        return f"map[string]{_go_type(kind[2:])}"
    return _GO_TYPES.get(kind, kind)
