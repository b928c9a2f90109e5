"""A whole request served with a user's rights instead of root's, by a process made for it.

What belongs to a user's own daemon (files, unit, journal) is that user's to choose, so nothing of
it is read, run or written as root. The child never comes back to root's rights; what it says is
JSON, and believed no further than the user is.
"""

from __future__ import annotations

import json
import os
import signal
from types import FrameType

from dockproxy.core.agent.channel import Channel
from dockproxy.core.agent.conversation import answer_in, last_reply
from dockproxy.core.agent.system import User, user_of
from dockproxy.core.model.errors import DockproxyError, RefusedError, UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.core.places.rootless import runtime_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, NoReturn, Optional, TextIO


_MOST_LINE = 32 * 1024 * 1024
_RELAYED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve_as(uid: object, request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    """The answer to a request that names ``as``. Raises what the handler raised."""
    user = user_of(uid) if isinstance(uid, int) and not isinstance(uid, bool) and uid > 0 else None
    if user is None:
        raise UsageError(message(N_("there is no user {user} on this machine"), user=uid))
    if os.geteuid() != 0:
        said = N_("what belongs to {user} can be changed by {user} or by root alone")
        raise RefusedError(message(said, user=user.name), hint=N_("run it with sudo"))
    _load_all()
    down, up = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(down[1])
        os.close(up[0])
        _child(user, request, down[0], up[1])
    os.close(down[0])
    os.close(up[1])
    before = {number: signal.getsignal(number) for number in _RELAYED}

    def relay(number: int, _frame: Optional[FrameType]) -> None:
        os.kill(pid, number)

    try:
        for number in _RELAYED:
            if before[number] is not signal.SIG_IGN:
                signal.signal(number, relay)
        return _converse(up[0], down[1], channel)
    finally:
        os.waitpid(pid, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _load_all() -> None:
    """Whatever a handler may import: the user need not be able to read where we are installed."""
    import dockproxy.core.agent.__main__
    import dockproxy.core.agent.apply.lookup
    import dockproxy.core.agent.apply.requests
    import dockproxy.core.agent.observe.requests
    import dockproxy.core.engine.connecting  # noqa: F401


def _child(user: User, request: Dict[str, Any], reading: int, writing: int) -> NoReturn:
    """The child's whole life."""
    status = 1
    try:
        from dockproxy.core.agent.__main__ import Pipe, serve

        os.setgroups(os.getgrouplist(user.name, user.gid))
        os.setresgid(user.gid, user.gid, user.gid)
        os.setresuid(user.uid, user.uid, user.uid)
        os.umask(0o022)
        variables = {
            "HOME": user.home,
            "USER": user.name,
            "LOGNAME": user.name,
            "PATH": os.environ.get("PATH", os.defpath),
            "XDG_RUNTIME_DIR": runtime_folder(user.uid),
        }
        os.environ.clear()
        os.environ.update(variables)
        caller = {
            "uid": user.uid,
            "gid": user.gid,
            "user": user.name,
            "home": user.home,
            "environment": variables,
        }
        source, sink = os.fdopen(reading), os.fdopen(writing, "w")
        status = serve(json.dumps({**request, "as": None, "caller": caller}), Pipe(source, sink))
    finally:
        os._exit(status)


def _converse(reading: int, writing: int, channel: Channel) -> Dict[str, Any]:
    with os.fdopen(reading) as source, os.fdopen(writing, "w") as sink:
        lines = iter(lambda: source.readline(_MOST_LINE), "")
        reply = last_reply(lines, lambda yes: _send(sink, yes), channel)
    if reply is None:
        raise DockproxyError(N_("the process with the user's rights did not come to its end"))
    return answer_in(reply)


def _send(sink: TextIO, yes: bool) -> None:
    try:
        sink.write(json.dumps(yes) + "\n")
        sink.flush()
    except BrokenPipeError:
        pass
