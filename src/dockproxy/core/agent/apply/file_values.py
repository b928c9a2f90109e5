"""Values of a file: read as its own program reads them, and written by its smallest change."""

from __future__ import annotations

from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.formats import environment_file, text_codec
from dockproxy.core.formats.buildx_instance import read_instance, set_options
from dockproxy.core.formats.client_json import read_client_json
from dockproxy.core.formats.daemon_encoding import encoding_fault
from dockproxy.core.formats.daemon_json import DaemonJson, read_daemon_json
from dockproxy.core.formats.json_edit import set_values
from dockproxy.core.formats.json_place import Setting
from dockproxy.core.formats.systemd_unit import environment_assignments
from dockproxy.core.formats.systemd_unit import parse as parse_unit
from dockproxy.core.formats.text_codec import DIALECTS
from dockproxy.core.formats.unit_edit import is_empty_dropin, set_environment
from dockproxy.core.model.errors import DockproxyError, ParseError
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.proxies import CLIENT_JSON_NAMES, DAEMON_JSON_NAMES
from dockproxy.core.model.report import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, FrozenSet, Optional, Sequence, Tuple, TypeAlias


Key = tuple[str, ...]
Values: TypeAlias = "Dict[Key, Optional[str]]"

_MEND = Message(N_("mend that spot in an editor, then run the same command again"))
_INDENTS = {"daemon-json": "  ", "client-json": "\t"}


def with_values(
    content: Optional[bytes],
    path: str,
    format_: str,
    wanted: Sequence[Tuple[Key, Optional[str]]],
    made_by_us: bool,
) -> Optional[bytes]:
    """The file's bytes with these values; None where no file shall be.

    made_by_us: dockproxy created this file, so it goes when nothing is left in it.
    Raises Refusal where the file can't be read by its own program, or not be edited so.
    """
    gone = format_ == "buildx-instance"  # with its file the whole builder is gone
    if content is None and (gone or all(value is None for _, value in wanted)):
        return None
    try:
        after = _edited(content or b"", format_, wanted)
    except ParseError as error:
        raise broken(path, error) from error
    except Refusal:
        raise
    except DockproxyError as error:
        where, hint = (f"{path}:{error.where}", _MEND) if error.where else (path, error.hint)
        raise Refusal(Problem("not-editable", error.message, True, where, "", hint)) from error
    if made_by_us and after != content and _is_empty(after, format_):
        return None
    return after


def _edited(content: bytes, format_: str, wanted: Sequence[Tuple[Key, Optional[str]]]) -> bytes:
    if format_ in DIALECTS:
        dialect = DIALECTS[format_]
        decoded = text_codec.decode(content, dialect)
        if dialect == "daemon":
            fault = encoding_fault(decoded.text, decoded.encoding, bool(decoded.bom))
            if fault is not None:
                raise fault
        text = set_values(
            decoded.text, wanted, dialect=dialect, indent=_INDENTS[format_], drop_empty=True
        )
        return text_codec.encode(decoded, text)
    text = content.decode("utf-8", "surrogateescape")
    if format_ == "buildx-instance":
        options = [((key[0], key[1]), value) for key, value in wanted]
        return set_options(text, options).encode("utf-8", "surrogateescape")
    named = [(key[-1], value) for key, value in wanted]
    edit = set_environment if format_ == "systemd-unit" else environment_file.edit
    return edit(text, named).encode("utf-8", "surrogateescape")


def broken(path: str, error: ParseError) -> Refusal:
    """The Refusal for a JSON file that its own program can't read."""
    where = f"{path}:{error.line}:{error.column}"
    text = message(N_("the file is not valid JSON, so nothing is changed in it"))
    return Refusal(Problem("broken-json", text, True, where, str(error.message), _MEND))


def _is_empty(content: bytes, format_: str) -> bool:
    """Whether the file holds no setting and no comment any more."""
    if format_ in DIALECTS:
        text = text_codec.decode(content, DIALECTS[format_]).text
        return text.strip(" \t\r\n") in ("", "{}")
    text = content.decode("utf-8", "surrogateescape")
    return is_empty_dropin(text) if format_ == "systemd-unit" else not text.strip()


def values(content: Optional[bytes], format_: str, keys: Sequence[Key]) -> Values:
    """What the file's own program takes for each key, None where it takes nothing.

    Raises ParseError where that program refuses the text.
    """
    if content is None or not keys:
        return dict.fromkeys(keys)
    if format_ == "daemon-json":
        settings = _daemon_settings(content)
        return {key: settings.get(key[-1], Setting()).value for key in keys}
    if format_ == "client-json":
        text = text_codec.decode(content, "client").text
        return {key: _client_value(text, key) for key in keys}
    text = content.decode("utf-8", "surrogateescape")
    if format_ == "buildx-instance":
        nodes = {node.name: node.values() for node in read_instance(text).nodes}
        return {key: nodes.get(key[0], {}).get(key[1]) for key in keys}
    if format_ == "systemd-unit":
        there = _unit_values(text)
    else:
        there = environment_file.parse(text).values()
    return {key: there.get(key[-1]) for key in keys}


def faults(content: Optional[bytes], format_: str) -> FrozenSet[Tuple[str, str]]:
    """What keeps dockerd from starting with a daemon.json that is JSON, by kind and name.

    Raises ParseError where it is none.
    """
    if content is None or format_ != "daemon-json":
        return frozenset()
    return frozenset((item.kind, item.name) for item in _daemon_json(content).refusals)


def _daemon_settings(content: bytes) -> Dict[str, Setting]:
    found = _daemon_json(content)
    return {name: getattr(found, ours) for ours, name in DAEMON_JSON_NAMES.items()}


def _daemon_json(content: bytes) -> DaemonJson:
    decoded = text_codec.decode(content, "daemon")
    return read_daemon_json(decoded.text, encoding=decoded.encoding, bom=bool(decoded.bom))


def _client_value(text: str, key: Key) -> Optional[str]:
    """key: ``("proxies", ENTRY, "httpProxy")``."""
    entry = read_client_json(text, key[1]).host
    names = {name: ours for ours, name in CLIENT_JSON_NAMES.items()}
    return None if entry is None else entry.settings.get(names[key[2]], Setting()).value


def _unit_values(text: str) -> Dict[str, str]:
    unit = parse_unit(text)
    found: Dict[str, str] = {}
    for assignment in unit.service("Environment"):
        if not assignment.value:
            found.clear()
        for item in environment_assignments(unit, assignment):
            if item.counts:
                found[item.name] = item.value
    return found
