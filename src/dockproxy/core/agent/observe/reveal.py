"""The agent's ``reveal`` request: single proxy values with their user information.

What a Snapshot shows masked ``env`` and ``exec`` need as it is. They name the place where each
value stands; it is read again, here, and given only if it still is, masked, what was seen there.
Nothing but values of proxy settings can be had this way.
"""

from __future__ import annotations

import os

from dockproxy.core.agent.observe import client, dockerd
from dockproxy.core.agent.observe.look import Look, caller_of
from dockproxy.core.agent.observe.redaction import redact
from dockproxy.core.agent.observe.values import pairs
from dockproxy.core.agent.system import User, look_at, read_text, run
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.proxies import DAEMON_JSON_NAMES, PROXY_KEYS, variable_names
from dockproxy.core.model.secret import mask_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import (
        Any,
        Callable,
        Dict,
        Iterable,
        Iterator,
        List,
        Mapping,
        Optional,
        Tuple,
        TypeAlias,
    )


def reveal(request: Dict[str, Any]) -> Dict[str, Any]:
    """``{"values": […]}``: for each place of ``places`` its text, None where it is no longer so.

    A place: ``key`` (ours), ``masked`` (what was seen), ``kind``, ``path``, ``line``, ``name`` (as
    in an Origin), ``entry`` (of config.json's ``proxies``), ``container``.
    """
    given = request.get("places")
    places = given if isinstance(given, list) else []
    return {"values": [_value(request, place) for place in places if isinstance(place, dict)]}


def _value(request: Dict[str, Any], place: Dict[str, Any]) -> Optional[str]:
    read = _READERS.get(str(place.get("kind")))
    key = place.get("key")
    if read is None or key not in PROXY_KEYS:
        return None
    name = str(place.get("name"))
    by_name = place.get("kind") not in ("config.json", "daemon.json", "builder")
    if name not in variable_names(key) and by_name:
        name = f"--{DAEMON_JSON_NAMES.get(key, '')}" if place.get("kind") == "flag" else ""
    asked = {**place, "name": name}
    masked = place.get("masked")
    return next((text for text in read(request, asked) if text and mask_url(text) == masked), None)


def _raw(request: Dict[str, Any], place: Dict[str, Any], role: str) -> str:
    """The file's text with its secrets."""
    data = _data(request, place)
    return "" if data is None else redact(data, role).raw


def _data(request: Dict[str, Any], place: Dict[str, Any]) -> Optional[bytes]:
    """The file. Root reads what lies in a user's home with that user's rights, so that a link
    planted there leads to nothing that is not theirs.
    """
    from dockproxy.core.agent.apply.as_user import look_as

    look = Look(_word(request, "root"), caller_of(request))
    who = client.observe(look, "default", _word(request, "user"))[0]
    user = User(who.user, who.uid, who.gid, who.home)
    path = str(place.get("path"))
    below = (f"{who.home.rstrip('/')}/", f"{os.path.dirname(who.config_path)}/")
    rights = client.rights_of(look, user) if path.startswith(below) else None
    seen = look_at(look.root, path) if rights is None else look_as(rights, look.root, path)
    return seen.data


def _word(request: Dict[str, Any], name: str) -> str:
    value = request.get(name)
    return value if isinstance(value, str) else ""


def _client_json(request: Dict[str, Any], place: Dict[str, Any]) -> Iterator[Optional[str]]:
    from dockproxy.core.formats.client_json import read_client_json

    try:
        read = read_client_json(_raw(request, place, "client-json"))
    except ParseError:
        return
    for entry in read.entries:
        if entry.name == place.get("entry"):
            yield entry.settings[place["key"]].value


def _daemon_json(request: Dict[str, Any], place: Dict[str, Any]) -> Iterator[Optional[str]]:
    from dockproxy.core.formats.daemon_json import read_daemon_json

    try:
        read = read_daemon_json(_raw(request, place, "daemon-json"))
    except ParseError:
        return
    if place["key"] in DAEMON_JSON_NAMES:
        yield getattr(read, place["key"]).value


def _builder(request: Dict[str, Any], place: Dict[str, Any]) -> Iterator[Optional[str]]:
    from dockproxy.core.formats.buildx_instance import read_instance

    if place["name"].partition(".")[2] not in variable_names(str(place["key"])):
        return
    data = _data(request, place) or b""
    try:
        read = read_instance(data.decode("utf-8", "surrogateescape"))
    except ParseError:
        return
    for node in read.nodes:
        yield node.values().get(place["name"])


def _unit(request: Dict[str, Any], place: Dict[str, Any]) -> Iterator[Optional[str]]:
    from dockproxy.core.formats.systemd_unit import environment_assignments, parse

    unit = parse(_raw(request, place, "unit"))
    words = [
        word
        for assignment in unit.service("Environment")
        for word in environment_assignments(unit, assignment)
        if word.counts and word.name == place["name"] and word.line == place.get("line")
    ]
    yield from (word.value for word in reversed(words))


def _environment_file(request: Dict[str, Any], place: Dict[str, Any]) -> Iterator[Optional[str]]:
    from dockproxy.core.formats.environment_file import parse

    entries = parse(_raw(request, place, "environment-file")).entries
    for entry in reversed(entries):
        if entry.counts and entry.name == place["name"] and entry.line == place.get("line"):
            yield entry.value


def _flag(request: Dict[str, Any], place: Dict[str, Any]) -> Iterator[Optional[str]]:
    """Of the unit's ExecStart, else of the running dockerd's words."""
    from dockproxy.core.formats.systemd_unit import parse
    from dockproxy.core.formats.systemd_words import plain_word, split_words

    unit = parse(_raw(request, place, "unit"))
    for assignment in reversed(unit.service("ExecStart")):
        words = [plain_word(word.text) for word in split_words(assignment.value).words]
        yield from _flags(words, place["name"])
    if not request.get("root"):
        command = read_text(f"/proc/{dockerd.find((dockerd.pid_of_file(),))}/cmdline") or ""
        yield from _flags(command.split("\0"), place["name"])


def _flags(words: List[str], flag: str) -> Iterator[str]:
    found = []
    for word, following in zip(words, [*words[1:], ""]):
        name, equals, value = word.partition("=")
        if name == flag:
            found.append(value if equals else following)
    return reversed(found)


def _process(request: Dict[str, Any], place: Dict[str, Any]) -> Iterator[Optional[str]]:
    if not request.get("root"):
        environ = read_text(f"/proc/{dockerd.find((dockerd.pid_of_file(),))}/environ") or ""
        yield pairs(environ.split("\0")).get(place["name"])


def _manager(request: Dict[str, Any], place: Dict[str, Any]) -> Iterator[Optional[str]]:
    if not request.get("root"):
        from dockproxy.core.formats.systemd_words import split_words

        for line in run(("systemctl", "show-environment")).out.split("\n"):
            words = [line, *(word.text.lstrip("$") for word in split_words(line).words)]
            yield from (pairs((word,)).get(place["name"]) for word in words)


def _environment(request: Dict[str, Any], place: Dict[str, Any]) -> Iterator[Optional[str]]:
    yield caller_of(request).environment.get(place["name"])


def _container(request: Dict[str, Any], place: Dict[str, Any]) -> Iterator[Optional[str]]:
    from urllib.parse import quote

    from dockproxy.core.engine import Engine, EngineError

    if request.get("root"):
        return
    look = Look("", caller_of(request))
    _, connection = client.observe(look, _word(request, "context"), _word(request, "user"))
    with Engine(connection.endpoint, tls=connection.tls) as engine:
        try:
            path = f"/containers/{quote(str(place.get('container')), safe='')}/json"
            answer: Mapping[str, Any] = engine.get(path)
        except EngineError:
            return
    words_of_it = answer.get("Config", {}).get("Env") or ()
    yield pairs(word for word in words_of_it if isinstance(word, str)).get(place["name"])


_Reader: TypeAlias = "Callable[[Dict[str, Any], Dict[str, Any]], Iterable[Optional[str]]]"
_READERS: Mapping[str, _Reader] = {
    "config.json": _client_json,
    "daemon.json": _daemon_json,
    "builder": _builder,
    "systemd": _unit,
    "environment-file": _environment_file,
    "flag": _flag,
    "process": _process,
    "manager": _manager,
    "environment": _environment,
    "container": _container,
}
KINDS: Tuple[str, ...] = tuple(_READERS)
