"""Compose files: proxies of services and of their builds, and who talks to whom.

Seen with docker compose 2.26: what it refuses, what a variable that is not set comes to, and what
of config.json still reaches a container are in tests/lab/test_project.py.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from dockproxy.core.model.light import pattern
from dockproxy.core.model.project import BUILD_ARG, ENVIRONMENT, Mention, Service
from dockproxy.core.model.secret import MASK
from dockproxy.project import shell
from dockproxy.project.source import PROXY, Source, short
from dockproxy.project.yaml_nodes import Node, Unreadable, entries, spend
from dockproxy.project.yaml_text import read

_KEY = pattern(r"(?:(?:https?|ftp|all|no)[-_]?)?prox(?:y|ies)\Z", re.IGNORECASE)
_URL = pattern(r"\b(https?)://(?:[^\s/@\"']{1,200}@)?(\[[^\]\s]{1,60}\]|[A-Za-z0-9_.-]{1,255})")
_TEMPLATE = pattern(r"\{\{|\{%|<%|@@\w")
_MOST_URLS = 50
_LONGEST = 100_000
_TALK = ("environment", "command", "entrypoint")


def read_compose(source: Source) -> None:
    """All that it says; a text that is no YAML is a spot."""
    try:
        _documents(source)
    except Unreadable as error:
        if _TEMPLATE.search(source.text):
            source.unread.append((source.fact.path, "template"))
            return
        source.spot("yaml", "", (error.line, error.column), detail=error.words)


def _documents(source: Source) -> None:
    for root in read(source.text):
        if root.kind == "map":
            _unknown_keys(source, root, "")
            _others(source, root)
            services = root.get("services")
            for key, node in entries(services) if services is not None else ():
                if key.value is not None and node.kind == "map":
                    _service(source, key, node)


def _unknown_keys(source: Source, node: Node, owner: str) -> None:
    for key, _value in entries(node):
        if key.value is not None and _KEY.match(key.value):
            source.spot(
                "unknown-key",
                f"{key.value}:",
                (key.line, key.column),
                name=owner,
                detail=key.value,
            )


def _others(source: Source, root: Node) -> None:
    for item in _list(root.get("include")):
        paths = _list(item.get("path")) if item.kind == "map" else [item]
        for path in paths:
            source.ask(source.folder, path.value or "", "compose")


def _service(source: Source, key: Node, node: Node) -> None:
    name = key.value or ""
    _unknown_keys(source, node, name)
    extends = node.get("extends")
    if extends is not None and extends.kind == "map":
        file = _text(extends.get("file"))
        if file:
            source.ask(source.folder, file, "compose")
    build = node.get("build")
    if build is not None:
        _build(source, name, build)
    assignments(source, ENVIRONMENT, node.get("environment"), name)
    env_files = []
    for item in _list(node.get("env_file")):
        path = _text(item.get("path")) if item.kind == "map" else item.value
        if path and "$" not in path:
            source.ask(source.folder, path, "dotenv")
            env_files.append(_joined(source, path))
    names = [name, _text(node.get("hostname")), _text(node.get("container_name"))]
    networks = node.get("networks")
    for _network, each in entries(networks) if networks is not None else ():
        names += [alias.value or "" for alias in _list(each.get("aliases"))]
    names += [link.value.rpartition(":")[2] for link in _list(node.get("links")) if link.value]
    build_hosts = build.get("extra_hosts") if build is not None and build.kind == "map" else None
    talks = list(_talks(source, node))[:_MOST_URLS]
    checks = tuple(_checks(source, node.get("healthcheck")))
    health = node.get("healthcheck")
    for part in (
        node.get("command"),
        node.get("entrypoint"),
        health.get("test") if health is not None and health.kind == "map" else None,
    ):
        _logins(source, name, part)
    source.services.append(
        Service(
            source.path,
            short(name),
            key.line,
            source.fact.real_column(key.line, key.column),
            _text(node.get("network_mode")),
            tuple(dict.fromkeys(short(each) for each in names if each)),
            tuple(_hosts(node.get("extra_hosts"))),
            tuple(_hosts(build_hosts)),
            tuple(env_files),
            tuple(talks),
            checks,
        )
    )


def _joined(source: Source, path: str) -> str:
    """As the path of that file will be shown."""
    folder = source.path.rpartition("/")[0]
    plain = path[2:] if path.startswith("./") else path
    return f"{folder}/{plain}" if folder else plain


def _build(source: Source, name: str, build: Node) -> None:
    context, dockerfile = ".", ""
    if build.kind == "scalar":
        context = build.value or "."
    elif build.kind == "map":
        _unknown_keys(source, build, name)
        context, dockerfile = _text(build.get("context")) or ".", _text(build.get("dockerfile"))
        notes = ("host-network",) if _text(build.get("network")) == "host" else ()
        assignments(source, BUILD_ARG, build.get("args"), name, notes)
        target = _text(build.get("target"))
        if target:
            source.asked.append((f"target:{target}", "target"))
    if "://" in context or context.startswith("git@"):
        return
    if dockerfile and not dockerfile.startswith("/"):
        path = dockerfile if context in (".", "./") else f"{context}/{dockerfile}"
        source.ask(source.folder, path, "dockerfile")


def assignments(
    source: Source, kind: str, node: Node | None, owner: str, notes: tuple[str, ...] = ()
) -> None:
    """Variables as a map or as a list of NAME=VALUE."""
    if node is None:
        return
    spend(node, len(node.items) + len(node.pairs))
    if node.kind == "list":
        for item in node.items:
            if item.kind == "scalar" and item.value is not None:
                name, equals, value = item.value.partition("=")
                quoted = len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]
                more = ("quoted",) if quoted else ()
                column = item.column + (item.quoted and item.line == item.end)
                place = (item.line, column)
                written = value if equals else None
                source.set(
                    kind, name, written, place, owner=owner, notes=(*notes, *more), end=item.end
                )
            elif item.kind == "map":
                _no_list(source, item, owner)
        return
    seen: dict[str | None, int] = {}
    for key, _value in node.pairs:
        if key.value in seen and key.value is not None and PROXY.match(key.value):
            words = f'mapping key "{key.value}" already defined at line {seen[key.value]}'
            source.spot("yaml", f"{key.value}:", (key.line, key.column), name=owner, detail=words)
        seen.setdefault(key.value, key.line)
    for key, given in entries(node):
        if key.value is not None and given.kind == "scalar":
            place = (key.line, key.column)
            source.set(
                kind,
                key.value,
                given.value,
                place,
                owner=owner,
                notes=notes,
                end=given.end,
                between=": ",
            )


def _no_list(source: Source, item: Node, owner: str) -> None:
    """``- NAME: VALUE`` is a map in a list, which compose refuses."""
    for key, _value in item.pairs:
        if key.value is not None and PROXY.match(key.value):
            words = "unexpected type map[string]interface {}"
            source.spot("yaml", f"- {key.value}:", (key.line, key.column), name=owner, detail=words)


def _talks(source: Source, node: Node) -> Iterator[Mention]:
    for section in _TALK:
        part = node.get(section)
        for each in _scalars(part):
            if each.value is None or "://" not in each.value:
                continue
            name = each.value.partition("=")[0]
            if PROXY.match(name) or "proxy" in name.lower():
                continue
            yield from _mentions(source, each, each.value, "")


def _scalars(node: Node | None) -> Iterator[Node]:
    if node is None:
        return
    if node.kind == "scalar":
        yield node
    spend(node, len(node.items))
    for item in node.items:
        if item.kind == "scalar":
            yield item
    for key, value in entries(node):
        if value.kind == "scalar" and not (key.value and "proxy" in key.value.lower()):
            yield value


def _mentions(source: Source, node: Node, text: str, by: str) -> Iterator[Mention]:
    column = source.fact.real_column(node.line, node.column)
    for match in _URL.finditer(text):
        host = match.group(2).strip("[]")
        yield Mention(
            host.lower(),
            match.group(1),
            source.path,
            node.line,
            column,
            short(f"{match.group(1)}://{match.group(2)}"),
            by,
        )


def _checks(source: Source, node: Node | None) -> Iterator[Mention]:
    if node is None:
        return
    test = node.get("test")
    if test is None or _text(node.get("disable")) == "true":
        return
    spend(test, len(test.items))
    words = [item.value or "" for item in test.items] if test.kind == "list" else [test.value or ""]
    text = " ".join(words)
    by = re.search(r"(?<![\w/-])(?:/usr/bin/|/bin/)?(curl|wget)\b", text)
    if by is None or re.search(r"--noproxy|--no-proxy|_proxy=|-Y[ =]*off|--proxy", text):
        return
    place = test.items[0] if test.items else test
    yield from _mentions(source, place, text, by.group(1))


def _logins(source: Source, name: str, part: Node | None) -> None:
    """Proxies' passwords that curl and wget are given. Of a list each item is a word."""
    if part is None or not source.secrets:
        return
    items = part.items if part.kind == "list" else [part]
    spend(part, len(items))
    starts, text = [], ""
    for item in items:
        starts.append(len(text))
        text += (item.value or "" if item.kind == "scalar" else "") + " "
        if len(text) > _LONGEST:
            break
    for found in shell.logins(text) if MASK in text else ():
        item = items[bisect_right(starts, found.offset) - 1]
        if not source.secrets.isdisjoint(range(item.line, item.end + 1)):
            place = (item.line, item.column)
            source.spot("service-login", found.text, place, name=name, notes=("password",))


def _hosts(node: Node | None) -> Iterator[str]:
    if node is None:
        return
    spend(node, len(node.items))
    for item in node.items:
        yield re.split(r"[:=]", item.value or "", maxsplit=1)[0].strip()
    for key, _value in entries(node):
        yield key.value or ""


def _list(node: Node | None) -> list[Node]:
    if node is None:
        return []
    spend(node, len(node.items))
    return node.items if node.kind == "list" else [node]


def _text(node: Node | None) -> str:
    return node.value or "" if node is not None and node.kind == "scalar" else ""
