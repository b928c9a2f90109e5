"""The client: which proxies config.json gives to new containers and builds.

docker/cli 26.1 cli/config/configfile/file.go ParseProxyConfig: the entry named as the daemon's
address, whole, else ``default``. The names of fields are read without regard to case, entries are
compared as spelled; of an entry given twice the last replaces the first whole.
"""

from __future__ import annotations

from dockproxy.core.formats.go_json import Node, parse, position
from dockproxy.core.formats.go_names import same_field
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import CLIENT_JSON_NAMES
from dockproxy.core.model.snapshot import FileFact, Snapshot
from dockproxy.resolve.host import Component, Drift, Origin, Overridden, Value
from dockproxy.resolve.masks import is_masked

SSH_HOST = "http://docker.example.com"
"""What the CLI calls every daemon behind ssh:// (docker/cli cli/connhelper/connhelper.go)."""


def config_fact(snapshot: Snapshot) -> FileFact | None:
    """The client's config.json, None if it was not looked at."""
    return snapshot.file(snapshot.client.config_path) if snapshot.client else None


def client(snapshot: Snapshot) -> tuple[Component, str]:
    """The client's component, and the entry of ``proxies`` that is read for its daemon."""
    name = snapshot.client.user if snapshot.client else snapshot.machine.user
    fact = config_fact(snapshot)
    if fact is None or fact.kind in ("missing", "dangling"):
        return Component("client", name, {}, {}, True, True), "default"
    if fact.kind != "file" or fact.text is None:
        return Component("client", name, {}), "default"
    try:
        root = parse(fact.text, trailing=True)
    except ParseError as error:
        drift = _broken(fact.path, error)
        return Component("client", name, {}, {}, True, False, (drift,)), "default"
    entry, found = _entry(root, _daemon_host(snapshot))
    proxies: dict[str, Value] = {}
    for key, field in CLIENT_JSON_NAMES.items():
        value = _value(fact, found, field)
        if value is not None:
            proxies[key] = value
    in_use = {key: value.value for key, value in proxies.items()}
    return Component("client", name, proxies, in_use, True, True), entry


def _daemon_host(snapshot: Snapshot) -> str:
    endpoint = snapshot.client.endpoint if snapshot.client else ""
    return SSH_HOST if endpoint.startswith("ssh://") else endpoint


def _entry(root: Node, host: str) -> tuple[str, Node | None]:
    entries: dict[str, Node] = {}
    for member in root.members:
        if same_field(member.key, "proxies"):
            entries.update((entry.key, entry.value) for entry in member.value.members)
    name = host if host in entries else "default"
    return name, entries.get(name)


def _value(fact: FileFact, entry: Node | None, field: str) -> Value | None:
    """The field's last non-null string; an earlier spelling of it is overridden."""
    text = fact.text or ""
    said = []
    for member in entry.members if entry else ():
        if same_field(member.key, field) and member.value.kind == "string":
            line, column = position(text, member.start)
            origin = Origin("config.json", fact.path, line, column, member.key)
            said.insert(0, Overridden(member.value.value, origin))
    if not said or not said[0].value:
        return None
    return Value(said[0].value, is_masked(said[0].value), said[0].origin, tuple(said[1:]))


def _broken(path: str, error: ParseError) -> Drift:
    text = N_(
        "{path}:{line}:{column}: {quote}. The docker command warns, and gives no proxies at all."
    )
    about = message(text, path=path, line=error.line, column=error.column, quote=error.message)
    return Drift("config-json-broken", about)
