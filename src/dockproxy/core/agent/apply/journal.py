"""The record of what was changed: written before the change, and the way back from it.

One file an entry, replaced whole at each step, so that it is always readable. It holds the old
bytes of each file, old passwords too: its folder is 0700 and its files are 0600.
"""

from __future__ import annotations

import json
import os
import re
import time

from dockproxy.core.agent import paths
from dockproxy.core.agent.apply.entry import Record, Written, checked, from_json, to_json
from dockproxy.core.agent.apply.files import sync_folder, token, write_all
from dockproxy.core.agent.apply.left_open import FINISHED, read_entry
from dockproxy.core.agent.apply.problems import Refusal, of_error, refusal
from dockproxy.core.agent.system import utc_seconds
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, Message
from dockproxy.core.model.report import Entry
from dockproxy.core.places.linux import journal_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional


KEPT = 20
_NO_ENTRY = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
_NAME = pattern(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}\.json", re.ASCII)


class Journal:
    """The journal of one scope, ``root`` or ``user``."""

    def __init__(self, folder: str, scope: str) -> None:
        self.folder = folder
        self.scope = scope

    def open(self) -> None:
        """Make its folder. Raises Refusal where that can't be."""
        try:
            _make_folders(os.path.dirname(self.folder), 0o755 if self.scope == "root" else 0o700)
            _make_folders(self.folder, 0o700)
            os.chmod(self.folder, 0o700)
        except OSError as error:
            raise Refusal(of_error(error, self.folder)) from error

    def tidy(self) -> None:
        """Remove what a dead run left half written. Under the lock alone: a living run's would go
        as well. Raises Refusal where that can't be.
        """
        try:
            for name in os.listdir(self.folder):
                if name.startswith(".new-"):
                    os.unlink(os.path.join(self.folder, name))
        except OSError as error:
            raise Refusal(of_error(error, self.folder)) from error

    def new_id(self) -> str:
        """A name for a new entry; names sort by time."""
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        return f"{stamp}-{os.urandom(2).hex()}"

    def save(self, record: Record) -> Record:
        """Have the record on disk, whole, before anything else happens."""
        data = json.dumps(to_json(record), indent=1).encode()
        name = f"{record.id}.json"
        new = f".new-{name}"
        try:
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
                handle = os.open(new, flags, 0o600, dir_fd=folder)
                try:
                    write_all(handle, data)
                    os.fsync(handle)
                finally:
                    os.close(handle)
                os.rename(new, name, src_dir_fd=folder, dst_dir_fd=folder)
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise Refusal(of_error(error, self.folder)) from error
        return record

    def records(self) -> List[Record]:
        """Every entry, the newest first. An unreadable one is left out."""
        read = (self._read(name) for name in self._names())
        found = [record for record in read if record is not None]
        return sorted(found, key=lambda record: record.turn, reverse=True)

    def next_order(self) -> int:
        """The order of an entry that is begun now."""
        return 1 + max((record.order for record in self.records()), default=0)

    def unreadable(self) -> List[Entry]:
        """Entries that can't be read, the newest first: of each its file alone is known."""
        names = [name for name in self._names() if self._read(name) is None]
        return [self._unreadable(name) for name in names]

    def _unreadable(self, name: str) -> Entry:
        entry = name[: -len(".json")]
        path = os.path.join(self.folder, name)
        return Entry(entry, _begun(entry), "", "unreadable", (path,), scope=self.scope)

    def _names(self) -> List[str]:
        try:
            names = sorted(os.listdir(self.folder), reverse=True)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Refusal(of_error(error, self.folder)) from error
        return [name for name in names if _NAME.fullmatch(name)]

    def _read(self, name: str) -> Optional[Record]:
        try:
            return checked(from_json(read_entry(os.path.join(self.folder, name))), name)
        except (OSError, UsageError, *_NO_ENTRY):
            return None

    def find(self, entry: str) -> Record:
        """The entry of that name. Raises Refusal."""
        for record in self.records():
            if record.id == entry:
                return record
        for unread in self.unreadable():
            if unread.id == entry:
                raise refusal(
                    "unreadable-entry",
                    N_("this entry of the journal can't be read, so it can't be taken back"),
                    unread.paths[0],
                )
        raise refusal(
            "no-entry",
            N_("the journal has no entry {entry}"),
            hint=Message(N_("dockproxy history lists them")),
            entry=entry,
        )

    def remove(self, ids: List[str]) -> List[str]:
        """Forget these entries; gives those that were there."""
        removed = []
        for entry in ids:
            if not _NAME.fullmatch(f"{entry}.json"):
                continue
            try:
                os.unlink(os.path.join(self.folder, f"{entry}.json"))
                removed.append(entry)
            except FileNotFoundError:
                pass
            except OSError as error:
                raise Refusal(of_error(error, self.folder)) from error
        if removed:
            sync_folder(self.folder)
        return removed

    def prune(self) -> None:
        """Keep the newest twenty; one that is not finished is never dropped."""
        finished = [record for record in self.records() if record.state in FINISHED]
        self.remove([record.id for record in finished[KEPT:]])


def _make_folders(folder: str, mode: int) -> None:
    """The folder and those on the way to it that are not there, whatever the umask."""
    if os.path.isdir(folder):
        return
    above = os.path.dirname(folder)
    if above != folder:
        _make_folders(above, mode)
    try:
        os.mkdir(folder, mode)
        os.chmod(folder, mode)
    except FileExistsError:
        pass


def _begun(entry: str) -> float:
    """When an entry was begun, by its name alone; 0 if that names no moment."""
    day, _, clock = entry[:15].partition("-")
    shown = f"{day[:4]}-{day[4:6]}-{day[6:]} {clock[:2]}:{clock[2:4]}:{clock[4:]}"
    return float(utc_seconds(shown))


def journal_for(root: str, caller: Dict[str, Any]) -> Journal:
    """The journal that this process may write: root's, or the user's own.

    Below ``--root`` it is that tree's.
    """
    uid = os.geteuid()
    who = {**caller, "home": caller.get("home") or os.path.expanduser("~")}
    folder = journal_folder(root, uid, who)
    if root or uid == 0:
        try:
            return Journal(paths.resolve(root, folder).real, "root")
        except OSError as error:
            raise Refusal(of_error(error, folder)) from error
    return Journal(folder, "user")


def came_from(records: List[Record], path: str, content: Optional[bytes]) -> List[Written]:
    """How this file came to its present bytes, by our own hand, the newest step first.

    The chain ends where somebody else changed the file in between, or at the oldest entry.
    """
    chain: List[Written] = []
    now = token(content)
    for record in records:
        for file in record.files:
            if file.before.path == path and file.after == now and file.before.token != now:
                chain.append(file)
                now = file.before.token
                break
    return chain
