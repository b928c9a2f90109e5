"""What reads texts of strangers: each reader as a function of bytes, under one name.

A reader may refuse its input in its own way, which is no fault. Any other exception is one, and so
is a promise that does not hold: what is edited reads as asked, what is redacted hides the secret.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dockproxy.core.agent.apply import file_values
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.formats import (
    environment_file,
    redact_environment_file,
    redact_json,
    redact_unit,
    text_codec,
)
from dockproxy.core.formats.buildx_instance import read_instance, set_options
from dockproxy.core.formats.client_json import read_client_json, string_at
from dockproxy.core.formats.daemon_encoding import encoding_fault
from dockproxy.core.formats.daemon_json import read_daemon_json
from dockproxy.core.formats.go_json import parse as parse_json
from dockproxy.core.formats.redact_instance import instance_texts
from dockproxy.core.formats.systemd_unit import environment_assignments
from dockproxy.core.formats.systemd_unit import parse as parse_unit
from dockproxy.core.formats.systemd_words import expand_specifiers, split_words
from dockproxy.core.formats.unit_edit import is_empty_dropin
from dockproxy.core.formats.unit_environment import (
    effective_environment,
    file_references,
    pass_patterns,
    unset_patterns,
)
from dockproxy.core.model.errors import DockproxyError, ParseError

Reader = Callable[[bytes], object]

SECRET = "s3cr3tW0RD"
VALUE = 'http://10.0.0.1:3128/?a=%41"\\é'
PROXY = ("proxies", "http-proxy")
CLIENT_PROXY = ("proxies", "default", "httpProxy")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def go_json(data: bytes) -> None:
    """Every node lies inside its parent, and spells itself."""
    text = _text(data)
    for trailing in (False, True):
        for wording in ("go1.24", "go1.27"):
            try:
                root = parse_json(text, trailing=trailing, wording=wording)
            except ParseError as fault:
                assert 0 <= fault.offset <= len(text)
                continue
            waiting = [root]
            while waiting:
                node = waiting.pop()
                below = [*node.items, *(member.value for member in node.members)]
                assert all(node.start < each.start <= each.end < node.end for each in below)
                waiting += below


def daemon_json(data: bytes) -> None:
    decoded = text_codec.decode(data)
    for engine, wording in (((20, 10), "go1.24"), ((26, 1), "go1.24"), ((29, 7), "go1.27")):
        try:
            found = read_daemon_json(
                decoded.text,
                engine=engine,
                wording=wording,
                encoding=decoded.encoding,
                bom=bool(decoded.bom),
            )
        except ParseError:
            continue
        assert found.verdict is None or found.refusals


def client_json(data: bytes) -> None:
    text = text_codec.decode(data, "client").text
    for wording in ("go1.24", "go1.27"):
        try:
            read_client_json(text, "unix:///var/run/docker.sock", wording=wording)
            string_at(text, "currentContext")
        except ParseError:
            continue


def codec(data: bytes) -> None:
    for dialect in ("daemon", "client"):
        decoded = text_codec.decode(data, dialect)
        assert text_codec.encode(decoded, decoded.text) == data
        encoding_fault(decoded.text, decoded.encoding, bool(decoded.bom))


def unit(data: bytes) -> None:
    found = parse_unit(_text(data))
    is_empty_dropin(found.text)
    for assignment in found.assignments:
        assert found.text[assignment.start : assignment.end]
        for item in environment_assignments(found, assignment):
            assert 0 <= item.start <= item.end <= len(found.text)


def words(data: bytes) -> None:
    text = _text(data)
    for unescape in (True, False):
        for word in split_words(text, unescape).words:
            expand_specifiers(word.text)


def unit_environment(data: bytes) -> None:
    """The text cut in three: the unit, a drop-in, and its EnvironmentFile."""
    text = _text(data)
    third = len(text) // 3
    stack = [("a.service", parse_unit(text[:third])), ("b.conf", parse_unit(text[third:-third]))]
    files = {each.pattern: text[-third:] for each in file_references(stack)}
    pass_patterns(stack)
    unset_patterns(stack)
    effective_environment(stack, files, {"HTTP_PROXY": "x"}, None)


def environment_files(data: bytes) -> None:
    for systemd in (252, 255):
        content = environment_file.parse(_text(data), systemd)
        for entry in content.entries:
            assert entry.start <= entry.value_start <= entry.value_end <= len(content.text)


def _edited(data: bytes, format_: str, key: file_values.Key, value: str | None) -> None:
    """The edit is read as asked, changes nothing else's bytes at its ends, and is done at once."""
    try:
        before = file_values.values(data, format_, [key])
        after = file_values.with_values(data, "f", format_, [(key, value)], False)
    except (Refusal, ParseError):
        return
    assert after is not None
    got = file_values.values(after, format_, [key])[key]
    assert got == value, f"{format_}: {got!r} is read, {value!r} was set"
    again = file_values.with_values(after, "f", format_, [(key, value)], False)
    assert again == after, f"{format_}: a second edit changes the text once more"
    if before[key] == value and format_ != "client-json":
        pass


def edit_daemon_json(data: bytes) -> None:
    _edited(data, "daemon-json", PROXY, VALUE)
    _edited(data, "daemon-json", PROXY, None)


def edit_client_json(data: bytes) -> None:
    _edited(data, "client-json", CLIENT_PROXY, VALUE)
    _edited(data, "client-json", CLIENT_PROXY, None)


def edit_unit(data: bytes) -> None:
    _edited(data, "systemd-unit", ("HTTP_PROXY",), VALUE)
    _edited(data, "systemd-unit", ("HTTP_PROXY",), None)


def edit_environment_file(data: bytes) -> None:
    _edited(data, "environment-file", ("HTTP_PROXY",), VALUE)
    _edited(data, "environment-file", ("HTTP_PROXY",), None)


def buildx_instance(data: bytes) -> None:
    """Every node's option is read as it was set, and taken away again."""
    text = _text(data)
    try:
        nodes = read_instance(text).nodes
    except ParseError:
        return
    for node in nodes[:3]:
        key = (node.name, "env.HTTP_PROXY")
        for value in (VALUE, None):
            after = set_options(text, [(key, value)])
            got = {each.name: each.values().get(key[1]) for each in read_instance(after).nodes}
            assert got[node.name] == value
            assert set_options(after, [(key, value)]) == after


def redact_instances(data: bytes) -> None:
    raw, shown = instance_texts(_text(data))
    assert raw.count("\n") == shown.count("\n")
    _hidden(shown, [])


def _hidden(shown: str, addresses: list[tuple[str, str]]) -> None:
    """The text, and the names under which traits are told."""
    assert SECRET not in shown, f"the secret shows: {shown!r}"
    names = [name for name, _ in addresses]
    assert not any(SECRET in name for name in names), f"the secret is in a name: {names!r}"


def redact_daemon_json(data: bytes) -> None:
    text = text_codec.decode(data).text
    shown = redact_json.redact(text)
    assert shown.count("\n") == text.count("\n")
    _hidden(shown, redact_json.told(text).addresses)


def redact_client_json(data: bytes) -> None:
    text = text_codec.decode(data, "client").text
    shown = redact_json.redact(text, "client")
    assert shown.count("\n") == text.count("\n")
    _hidden(shown, redact_json.told(text, "client").addresses)


def redact_units(data: bytes) -> None:
    text = _text(data)
    _hidden(redact_unit.redact(text), redact_unit.unit_addresses(text))


def redact_environment_files(data: bytes) -> None:
    text = _text(data)
    shown = redact_environment_file.redact_environment_file(text)
    _hidden(shown, redact_environment_file.environment_file_addresses(text))


def refused(run: Callable[[], Any]) -> Any:
    """What it gives, or None where it refuses in our own words."""
    try:
        return run()
    except DockproxyError:
        return None


FORMATS: dict[str, Reader] = {
    "go_json": go_json,
    "daemon_json": daemon_json,
    "client_json": client_json,
    "text_codec": codec,
    "systemd_unit": unit,
    "systemd_words": words,
    "unit_environment": unit_environment,
    "environment_file": environment_files,
    "edit_daemon_json": edit_daemon_json,
    "edit_client_json": edit_client_json,
    "edit_unit": edit_unit,
    "edit_environment_file": edit_environment_file,
    "redact_daemon_json": redact_daemon_json,
    "redact_client_json": redact_client_json,
    "redact_unit": redact_units,
    "redact_environment_file": redact_environment_files,
    "buildx_instance": buildx_instance,
    "redact_instance": redact_instances,
}
