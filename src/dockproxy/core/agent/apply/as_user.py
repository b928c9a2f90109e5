"""Run a function with another user's rights, so that what that user planted leads nowhere else.

The answer crosses a trust boundary: it is JSON, never pickle.
"""

from __future__ import annotations

import base64
import json
import os

from dockproxy.core.agent.apply.problems import Refusal, refusal
from dockproxy.core.agent.system import Seen, look_at
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_
from dockproxy.core.model.record import dump, load
from dockproxy.core.model.report import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Optional


MOST_ANSWER = 32 * 1024 * 1024


class Identity(NamedTuple):
    """Whose rights: None stands for this process's own."""

    uid: int
    gid: int


def identity(owner: Optional[int], group: Optional[int]) -> Optional[Identity]:
    """The rights to take on for a file of this owner, or None where our own are meant."""
    if owner is None or os.geteuid() != 0 or owner == 0:
        return None
    return Identity(owner, _primary_group(owner) if group is None else group)


def _primary_group(uid: int) -> int:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_gid
    except KeyError:
        return uid


def _groups(who: Identity) -> List[int]:
    import pwd

    try:
        name = pwd.getpwuid(who.uid).pw_name
    except KeyError:
        return [who.gid]
    return os.getgrouplist(name, who.gid)


def call(who: Optional[Identity], function: Callable[[], Any]) -> Any:
    """What ``function`` gives (plain JSON values), run with these rights.

    Raises the Refusal or OSError that it raised.
    """
    if who is None:
        return function()
    groups = _groups(who)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _child(who, groups, function, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        data = answer.read(MOST_ANSWER + 1)
    os.waitpid(pid, 0)
    return _unpack(data)


def look_as(who: Identity, root: str, path: str) -> Seen:
    """``system.look_at`` with these rights."""
    given = call(who, lambda: _seen_to_json(look_at(root, path)))
    data, status = given["data"], given["status"]
    return Seen(
        str(given["kind"]),
        str(given["inside"]),
        str(given["real"]),
        None if data is None else base64.b64decode(data),
        None if status is None else os.stat_result(*status),
        str(given["reason"]),
    )


def _seen_to_json(seen: Seen) -> Any:
    data = None if seen.data is None else base64.b64encode(seen.data).decode()
    status = None if seen.status is None else list(seen.status.__reduce__()[1])
    return {**seen._asdict(), "data": data, "status": status}


def _child(who: Identity, groups: List[int], function: Callable[[], Any], writing: int) -> None:
    """The child's whole life: it never returns."""
    status = 1
    try:
        os.setgroups(groups)
        os.setresgid(who.gid, who.gid, who.gid)
        os.setresuid(who.uid, who.uid, who.uid)
        os.umask(0o077)
        answer = _answer(function)
        with os.fdopen(writing, "wb") as out:
            out.write(json.dumps(answer).encode())
        status = 0
    finally:
        os._exit(status)


def _answer(function: Callable[[], Any]) -> Any:
    try:
        return {"value": function()}
    except Refusal as refused:
        return {"problem": dump(refused.problem)}
    except OSError as error:
        return {"errno": error.errno or 0, "words": error.strerror or ""}


def _unpack(data: bytes) -> Any:
    try:
        answer = json.loads(data if len(data) <= MOST_ANSWER else b"")
    except ValueError as error:
        said = N_("the process with the user's rights did not come to its end")
        raise refusal("io-error", said) from error
    if "problem" in answer:
        raise Refusal(load(Problem, answer["problem"]))
    if "errno" in answer:
        raise OSError(int(answer["errno"]), str(answer["words"]))
    return answer["value"]
