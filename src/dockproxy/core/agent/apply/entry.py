"""An entry of the journal: what it holds, and how it is written down."""

from __future__ import annotations

from dockproxy.core.agent.apply import files
from dockproxy.core.agent.apply.files import ABSENT, State
from dockproxy.core.agent.apply.left_open import FINISHED
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.plan import Plan
from dockproxy.core.model.record import dump, load
from dockproxy.core.model.report import Entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple


_SCHEMA = 1
_TOKEN = 64
_LATEST = 2**40
_FORMATS = ("daemon-json", "client-json", "systemd-unit", "environment-file", "buildx-instance")


class Written(NamedTuple):
    """One file of an entry. before: as it was. after: the token of what it became.

    values: what we gave each key. temporary: the name of the temporary file, for cleaning up
    after a run that was killed. after_content: what is or may be written in place, so that a torn
    write can be told; None where a rename does it. interim: tokens of texts that stood there for a
    moment. mode: the one that we gave it, None in older journals.
    """

    before: State
    after: str
    format: str
    component: str
    values: Dict[Tuple[str, ...], Optional[str]]
    temporary: str
    owner: Optional[int] = None
    group: Optional[int] = None
    after_content: Optional[bytes] = None
    interim: Tuple[str, ...] = ()
    mode: Optional[int] = None

    @property
    def keys(self) -> Tuple[Tuple[str, ...], ...]:
        """The settings that we touched."""
        return tuple(self.values)


class Record(NamedTuple):
    """One entry, whole. plan: what was asked; of an undo, the plan of the entry taken back.

    put_back: a change that failed and put its files back by itself. daemon_ran: whether the daemon
    ran when the entry was begun. containers: ids of those that ran then. order: the newest entry's
    is the highest, whatever the clock did between them; 0 in older journals.
    """

    id: str
    at: float
    intent: str
    state: str
    plan: Plan
    files: Tuple[Written, ...]
    undoes: str = ""
    restarted: bool = False
    daemon_ran: bool = False
    containers: Tuple[str, ...] = ()
    pid: int = 0
    scope: str = "root"
    put_back: bool = False
    order: int = 0

    @property
    def turn(self) -> Tuple[int, float]:
        """Its place among the others: the newest has the highest."""
        return self.order, self.at

    def entry(self) -> Entry:
        """What a person sees of it: no contents."""
        return Entry(
            self.id,
            self.at,
            self.intent,
            self.state,
            tuple(file.before.path for file in self.files),
            self.restarted,
            self.scope,
            self.undoes,
            self.put_back,
        )


def to_json(record: Record) -> Dict[str, Any]:
    """The entry as plain JSON values."""
    import base64

    written = []
    for file in record.files:
        data = {
            **file._asdict(),
            "before": files.to_json(file.before),
            "values": [[list(key), value] for key, value in file.values.items()],
        }
        if file.after_content is not None:
            data["after_content"] = base64.b64encode(file.after_content).decode()
        written.append(data)
    return {
        "schema": _SCHEMA,
        **record._asdict(),
        "plan": dump(record.plan, reveal=True),
        "files": written,
        "containers": list(record.containers),
    }


def from_json(data: Dict[str, Any]) -> Record:
    """The entry from what ``to_json`` gave, by this version or an older one."""
    if data["schema"] > _SCHEMA:
        raise ValueError("written by a newer dockproxy")
    return Record(
        _text(data["id"]),
        float(data["at"]),
        _text(data["intent"]),
        _text(data["state"]),
        load(Plan, data["plan"]),
        tuple(_written(file) for file in data["files"]),
        _text(data["undoes"]),
        bool(data["restarted"]),
        bool(data["daemon_ran"]),
        tuple(str(item) for item in data["containers"]),
        int(data["pid"]),
        _text(data["scope"]),
        data.get("put_back") is True,  # older journals do not tell
        int(data.get("order", 0)),
    )


def checked(record: Record, name: str) -> Record:
    """The record, if it is one that was saved under that name. Raises ValueError for one that was
    spoilt since and still is JSON.
    """
    known = (*FINISHED, "planned", "written", "restarted", "broken")
    good = f"{record.id}.json" == name and record.state in known
    good = good and 0 <= record.at < _LATEST and 0 <= record.order < _LATEST
    if not (good and all(_is_sound(file) for file in record.files)):
        raise ValueError("no entry of ours")
    return record


def _is_sound(file: Written) -> bool:
    before = file.before
    ids = (before.uid, before.gid, file.owner or 0, file.group or 0)
    numbers = all(type(each) is int and 0 <= each < 2**32 for each in ids)
    places = all(path.startswith("/") for path in (before.path, before.target, *before.missing))
    token_is = file.after == ABSENT or len(file.after) == _TOKEN
    known = file.format in _FORMATS and 0 <= before.mode < 0o10000
    return numbers and places and token_is and known


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _text_or_none(value: object) -> Optional[str]:
    return None if value is None else _text(value)


def _written(data: Dict[str, Any]) -> Written:
    import base64

    after = data["after_content"]
    return Written(
        files.from_json(data["before"]),
        _text(data["after"]),
        _text(data["format"]),
        _text(data["component"]),
        {tuple(_text(part) for part in key): _text_or_none(value) for key, value in data["values"]},
        _text(data["temporary"]),
        data["owner"],
        data["group"],
        None if after is None else base64.b64decode(after),
        tuple(str(item) for item in data["interim"]),
        None if data.get("mode") is None else int(data["mode"]),
    )
