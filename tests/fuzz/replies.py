"""What reads the answers of other programs, and records that a file or another agent may hold."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable
from typing import Any
from unittest import mock

from dockproxy.core.agent.apply import entry, journal, mounts, units
from dockproxy.core.agent.apply.validate import without_config_file
from dockproxy.core.agent.observe import engine_api, systemd, values
from dockproxy.core.agent.observe.client import Connection
from dockproxy.core.agent.observe.managed import managed_by
from dockproxy.core.agent.observe.redaction import redact
from dockproxy.core.agent.probe import http_connect, proxy_address, socks
from dockproxy.core.agent.probe.connect import StageFailed
from dockproxy.core.agent.system import utc_seconds
from dockproxy.core.engine import Engine, EngineError
from dockproxy.core.engine.connecting import parse_endpoint
from dockproxy.core.formats.daemon_directives import is_flat, is_known
from dockproxy.core.model.errors import DockproxyError, UsageError
from dockproxy.core.model.plan import Plan
from dockproxy.core.model.proxies import entries
from dockproxy.core.model.record import dump, load
from dockproxy.core.model.secret import mask_url, traits
from dockproxy.core.model.snapshot import Process, Snapshot
from dockproxy.plan import no_proxy
from dockproxy.plan.address import parse_address
from dockproxy.render.json_v1 import status_json
from dockproxy.render.terminal import Style
from dockproxy.render.text_status import status_text
from dockproxy.resolve.flags import daemon_words, flags_said
from dockproxy.resolve.make import resolve
from dockproxy.semantics import go
from dockproxy.transport.elevated import Elevated
from tests.fuzz.readers import SECRET

Reader = Callable[[bytes], object]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def address(data: bytes) -> None:
    """Typed or found: what is shown of it, by anyone, hides the secret."""
    text = _text(data)
    go.parses(text)
    go.drops(text)
    parse_endpoint(text)
    shown = mask_url(text)
    assert mask_url(shown) == shown
    traits(text)
    shown += proxy_address.shown(text)
    try:
        shown += repr(proxy_address.parse(text))
    except proxy_address.NotAProxyAddress as error:
        shown += str(error)
    try:
        found = parse_address(text)
        assert parse_address(found.url).url == found.url
        shown += found.shown + "".join(map(str, found.notes))
    except UsageError as error:
        shown += str(error)
    assert SECRET not in shown, f"the secret shows: {shown!r}"


def no_proxy_list(data: bytes) -> None:
    text = _text(data)
    listed = entries(text)
    no_proxy.doubts(listed)
    changed = no_proxy.changed(text, [text], listed[:2])
    assert no_proxy.changed(changed, [], []) == changed


def directives(data: bytes) -> None:
    for name in _text(data).split():
        for version in ((20, 10), (23, 0), (29, 7)):
            is_known(name, version)
            is_flat(name, version)


def argv(data: bytes) -> None:
    """The words of a running dockerd."""
    words = tuple(_text(data).rstrip("\0").split("\0"))
    masked = values.masked_arguments(words)
    assert SECRET not in " ".join(masked), f"the secret shows: {masked!r}"
    values.flag_value(words, "config-file")
    without_config_file(words)
    flags_said(*daemon_words(None, Process(1, masked, 0.0)))


def environ(data: bytes) -> None:
    found = values.pairs(_text(data).split("\0"))
    shown = {**values.kept_variables(found), **values.proxy_variables(found)}
    words = values.masked_words(_text(data).split("\0"))
    assert SECRET not in json.dumps((shown, words)), f"the secret shows: {shown!r} {words!r}"


def systemctl(data: bytes) -> None:
    text = _text(data)
    units.parse_show(text)
    for block in systemd.blocks(text):
        for value in (each for lines in block.values() for each in lines):
            systemd.split_shown(value)
            utc_seconds(value)
    mounts.mount_points(text)
    managed_by(text, text[:100])


def roles(data: bytes) -> None:
    """A file of each role, as the observer redacts it."""
    for role in ("daemon-json", "client-json", "context", "unit", "drop-in", "environment-file"):
        found = redact(data, role)
        shown = json.dumps((found.text, found.traits, [name for name, _ in found.addresses]))
        assert SECRET not in shown, f"{role}: the secret shows: {shown}"


def snapshot(data: bytes) -> None:
    """A stranger's Snapshot, to the end of what is shown of it."""
    try:
        found = load(Snapshot, json.loads(data))
    except (ValueError, RecursionError, UsageError):
        return
    dump(found)
    try:
        host = resolve(found)
    except DockproxyError:
        return
    json.dumps(status_json(host))
    status_text(host, Style())


def plan(data: bytes) -> None:
    try:
        dump(load(Plan, json.loads(data)))
    except (ValueError, RecursionError, UsageError):
        return


def journal_entry(data: bytes) -> None:
    """An entry of the journal, as the next command reads it."""
    with mock.patch.object(journal, "read_entry", lambda _: json.loads(data)):
        record = journal.Journal("/nowhere", "root")._read("20260101-000000-0000.json")
    if record is not None:
        json.dumps(dump(record.entry()))
        journal.came_from([record], "/etc/docker/daemon.json", b"")
        json.dumps(entry.to_json(record))


class _Nobody:
    def emit(self, event: dict[str, Any]) -> None:
        """Drop it."""

    def ask(self, question: dict[str, Any]) -> bool:
        return False


class _Process:
    def __init__(self, data: bytes) -> None:
        self.stdin = io.BytesIO()
        self.stdout = io.BytesIO(data)
        self.returncode = 0

    def wait(self) -> int:
        return 0


def agent_reply(data: bytes) -> None:
    """What comes through sudo."""
    root = Elevated("sudo", False)
    root._process = _Process(data)  # type: ignore[assignment]
    with mock.patch("atexit.register"):
        try:
            root.request({}, _Nobody())
        except DockproxyError as error:
            str(error)
        except KeyboardInterrupt:
            assert b"interrupted" in data


def engine_http(data: bytes) -> None:
    """The bytes that come over the Engine's socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        with Engine("unix:///nowhere/docker.sock", timeout=30) as engine:
            engine._socket = ours
            try:
                engine.get("/info")
            except EngineError as error:
                str(error)


class _Answers:
    """An Engine that says what it was given."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def __enter__(self) -> _Answers:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def version(self) -> dict[str, Any]:
        found = self.given.get("version")
        return found if isinstance(found, dict) else {}

    def peer_pid(self) -> int:
        return 0

    def get(self, path: str) -> Any:
        if path.startswith("/containers/") and not path.startswith("/containers/json"):
            return self.given.get("container")
        return self.given.get(path.strip("/").partition("/")[0].partition("?")[0])


def engine_facts(data: bytes) -> None:
    """Well-formed JSON from an Engine that is none, or a newer one."""
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(given, dict):
        return
    with mock.patch.object(engine_api, "Engine", lambda *_, **__: _Answers(given)):
        found = engine_api.observe(Connection("unix:///x", None))
    facts = found.engine
    assert facts is not None
    shown = [facts.http_proxy, facts.https_proxy, *facts.registry_mirrors]
    shown += [value for each in found.containers for value in each.environ.values()]
    assert SECRET not in " ".join(shown), f"the secret shows: {shown}"
    json.dumps(dump(found))


class _Wire:
    """The other end of a probe's connection."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def send(self, data: bytes) -> None:
        """Take it."""

    def some(self) -> bytes:
        piece, self.data = self.data[:200], self.data[200:]
        return piece

    def exactly(self, size: int) -> bytes:
        piece, self.data = self.data[:size], self.data[size:]
        if len(piece) < size:
            raise StageFailed("closed")
        return piece


def proxy_http(data: bytes) -> None:
    wire: Any = _Wire(data)
    try:
        http_connect.request_tunnel(wire, "registry.test:443", (b"ann", SECRET.encode()), [])
    except StageFailed as failed:
        assert SECRET not in failed.detail


def proxy_socks(data: bytes) -> None:
    wire: Any = _Wire(data)
    try:
        if socks.greet(wire, (b"ann", SECRET.encode()), []):
            socks.log_in(wire, (b"ann", SECRET.encode()))
        socks.request_way(wire, "registry.test", 443)
    except StageFailed as failed:
        assert SECRET not in failed.detail


REPLIES: dict[str, Reader] = {
    "address": address,
    "no_proxy": no_proxy_list,
    "directives": directives,
    "argv": argv,
    "environ": environ,
    "systemctl": systemctl,
    "roles": roles,
    "snapshot": snapshot,
    "plan": plan,
    "journal": journal_entry,
    "agent": agent_reply,
    "engine_http": engine_http,
    "engine_facts": engine_facts,
    "proxy_http": proxy_http,
    "proxy_socks": proxy_socks,
}
