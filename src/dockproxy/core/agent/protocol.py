"""The agent's protocol: a request, a dict of plain JSON values, to its answer.

The handlers are imported when they are asked for: a request loads what it needs and no more.
"""

from __future__ import annotations

import os

from dockproxy.core.agent.channel import Channel
from dockproxy.core.agent.paths import resolve
from dockproxy.core.model.errors import (
    ChangedError,
    DockproxyError,
    RefusedError,
    UsageError,
)
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.record import dump
from dockproxy.core.places import linux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Type, TypeAlias


Handler: TypeAlias = "Callable[[Dict[str, Any], Channel], Dict[str, Any]]"

_KINDS: Dict[str, Type[DockproxyError]] = {
    "usage": UsageError,
    "refused": RefusedError,
    "changed": ChangedError,
    "error": DockproxyError,
}


def handle(request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    """The answer to one request. Raises DockproxyError; UsageError for a root that is no folder.

    ``as``: the uid with whose rights it is to be served, where root's agent is asked.
    """
    if request.get("as") not in (None, os.geteuid()):
        from dockproxy.core.agent.becoming import serve_as

        return serve_as(request["as"], request, channel)
    do = request.get("do")
    request = {**request, "root": _root(request.get("root"))}
    if do == "observe":
        return _observe(request, channel)
    if do == "signs":
        from dockproxy.core.agent.observe.signs import signs

        return signs(request)
    if do == "reveal":
        from dockproxy.core.agent.observe.reveal import reveal

        return reveal(request)
    if do == "names":
        from dockproxy.core.agent.observe.names import names

        return names(request)
    if do == "project":
        from dockproxy.core.agent.observe.project import project

        return project(request)
    if do in ("history", "turn") and not _is_to_be_read(request):
        return {"entries": [], "unfinished": [], "waited": False}
    if do in ("preview", "apply", "undo", "history", "turn", "forget"):
        return _apply_handler(do)(request, channel)
    if do == "probe":
        from dockproxy.core.agent.probe.requests import probe

        return probe(request, channel)
    raise UsageError(message(N_("the agent does not know the request {name}"), name=do))


def _root(given: object) -> str:
    """``--root``'s folder, absolute; "" for none. ``/`` is a folder like any other: files only."""
    if not isinstance(given, str) or not given:
        return ""
    if not os.path.isdir(given):
        raise UsageError(message(N_("{root} is no folder"), root=given))
    return os.path.abspath(given)


def _is_to_be_read(request: Dict[str, Any]) -> bool:
    """Seen without loading what reads a journal: most machines have none, or one in which nothing
    is left open where a request asks for that alone (``"finished": false``).
    """
    caller = dict(request.get("caller") or {})
    caller["home"] = caller.get("home") or os.path.expanduser("~")
    folder = linux.journal_folder(request["root"], os.geteuid(), caller)
    try:
        real = resolve(request["root"], folder).real
        there = os.path.lexists(real)
    except OSError:
        return True  # what is amiss with it is said by who reads it
    if not there or request.get("finished") is not False:
        return there
    from dockproxy.core.agent.apply.left_open import may_be_left_open

    return may_be_left_open(real)


def _observe(request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    from dockproxy.core.agent.observe.requests import observe

    return {"snapshot": dump(observe(request, channel), reveal=request.get("secrets") is True)}


def _apply_handler(do: str) -> Handler:
    if do in ("history", "turn", "forget"):
        from dockproxy.core.agent.apply import lookup

        looking: Handler = getattr(lookup, do)
        return looking
    from dockproxy.core.agent.apply import requests

    handler: Handler = getattr(requests, do)
    return handler


def error_to_json(error: DockproxyError) -> Dict[str, Any]:
    """An error as the protocol carries it."""
    names = {cls: name for name, cls in _KINDS.items()}
    kind = next(names[cls] for cls in type(error).__mro__ if cls in names)
    return {
        "kind": kind,
        "message": dump(error.message),
        "where": error.where,
        "hint": None if error.hint is None else dump(error.hint),
    }


def error_from_json(data: Any) -> DockproxyError:
    """The error that an agent's reply names; a malformed one is itself an error."""
    if not isinstance(data, dict):
        return DockproxyError(N_("the agent's answer could not be read"))
    where = data.get("where")
    hint = data.get("hint")
    return _KINDS.get(str(data.get("kind")), DockproxyError)(
        _message(data.get("message")),
        where if isinstance(where, str) else None,
        None if hint is None else _message(hint),
    )


def _message(data: Any) -> Message:
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        return Message(N_("the agent's answer could not be read"))
    params = data.get("params")
    values = params if isinstance(params, dict) else {}
    return Message(data["text"], {str(name): str(value) for name, value in values.items()})
