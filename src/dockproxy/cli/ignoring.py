"""``dockproxy doctor``'s configuration: which findings are ignored, and why (docs/doctor.md).

A project's own file counts with ``--project`` alone, so that no folder that one happens to stand in
silences what is wrong with a machine; and what another machine is, its Snapshot or its tree, is
judged by ``--config`` alone.
"""

from __future__ import annotations

import argparse
import os
import stat

from dockproxy.cli.console import Console
from dockproxy.core.model.errors import ParseError, UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.render.terminal import clean
from dockproxy.rules.ignores import Divided, Ignore
from dockproxy.text import tr

OF_MACHINE = "/etc/dockproxy/config.toml"
OF_USER = "dockproxy/config.toml"
OF_PROJECT = ".dockproxy.toml"
_LIMIT = 1 << 18
_HINT = N_("docs/doctor.md shows such a file")


def ignores(args: argparse.Namespace, console: Console) -> tuple[Ignore, ...]:
    """All that is to be ignored. Raises UsageError for a file that is broken, and for one that was
    named and can't be read.
    """
    if args.config is not None:
        return _read(args.config)
    if args.no_config:
        return ()
    project = getattr(args, "project", None)
    if project:
        path = os.path.join(project, OF_PROJECT)
        return _read(path, follow=False) if os.path.lexists(path) else ()
    if args.from_file is not None or args.root:
        return ()
    found: list[Ignore] = []
    for path in (OF_MACHINE, _of_user()):
        if path and os.path.lexists(path):
            if os.access(path, os.R_OK):
                found += _read(path)
            else:
                said = N_("{path} can't be read, so nothing is ignored by it")
                console.note(clean(tr(message(said, path=path))))
    return tuple(found)


def say_unused(console: Console, divided: Divided) -> None:
    """What is ignored and not there: it may have been mended, or be misspelt."""
    for each in divided.unused:
        said = N_("{file}:{line}: nothing was found that {code} here would ignore")
        about = message(said, file=each.file, line=each.line, code=each.code)
        console.note(clean(tr(about)))


def _of_user() -> str:
    """XDG Base Directory 0.8: a relative path is not valid."""
    folder = os.environ.get("XDG_CONFIG_HOME", "")
    if not folder.startswith("/"):
        home = os.environ.get("HOME", "")
        folder = f"{home}/.config" if home.startswith("/") else ""
    return f"{folder}/{OF_USER}" if folder else ""


def _read(path: str, *, follow: bool = True) -> tuple[Ignore, ...]:
    from dockproxy.rules.ignores_file import read_ignores
    from dockproxy.rules.registry import begins_a_code, no_such_rule

    try:
        entries = read_ignores(_text(path, follow))
    except ParseError as error:
        raise UsageError(error.message, f"{path}:{error.line}:{error.column}", _HINT) from None
    found = []
    for entry in entries:
        code = entry.values["code"].strip().upper()
        if not begins_a_code(code):
            shown = code if len(code) < 40 else f"{code[:40]}…"
            raise no_such_rule(shown, f"{path}:{entry.code_line}")
        reason = " ".join(entry.values["reason"].split())
        found.append(Ignore(code, reason, entry.values.get("path", ""), path, entry.line))
    return tuple(found)


def _text(path: str, follow: bool) -> str:
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
    try:
        handle = os.open(path, flags if follow else flags | os.O_NOFOLLOW)
    except (OSError, ValueError) as error:
        why = os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
        raise UsageError(message(N_("it can't be read: {why}"), why=why), path) from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UsageError(N_("a configuration is a plain file"), path, _HINT)
        content = b""
        while piece := os.read(handle, _LIMIT):
            content += piece
            if len(content) > _LIMIT:
                raise UsageError(N_("this is too large for a configuration"), path, _HINT)
    finally:
        os.close(handle)
    try:
        return content.decode("utf-8-sig")
    except UnicodeError:
        raise UsageError(N_("this is no text in UTF-8"), path, _HINT) from None
