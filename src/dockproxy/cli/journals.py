"""Root's journal and the user's own: what is in both, and which agent can take an entry back."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from dockproxy import api
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import RefusedError, UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.report import Entry
from dockproxy.core.places.linux import ROOT_JOURNAL
from dockproxy.text import _
from dockproxy.transport.as_user import AsUser, user_behind
from dockproxy.transport.base import Transport
from dockproxy.transport.choose import transport_for
from dockproxy.transport.elevated import is_an_administrator
from dockproxy.transport.local import Local


class Journals:
    """What this person can see of both journals. wanted: the entries that it is about, if they are
    named; for one's own alone nobody's rights are needed. only_own: no more than one's own is
    meant. only_looks: root's journal is looked at where that takes no question. in_turn: wait, as
    ``--wait`` says, until nobody changes it any more. entries: newest first.
    """

    def __init__(
        self,
        args: argparse.Namespace,
        console: Console,
        *,
        wanted: Sequence[str] = (),
        only_own: bool = False,
        only_looks: bool = False,
        in_turn: bool = False,
    ) -> None:
        self._own = Local()
        self._roots: Transport | None = None
        self._hidden = False
        own = api.history(args.root, self._own)
        self._ids_of_own = {entry.id for entry in own}
        roots: tuple[Entry, ...] = ()
        is_there = not args.root and os.geteuid() != 0 and os.path.isdir(ROOT_JOURNAL)
        if is_there and not only_own and not self._is_own_alone(own, wanted, only_looks):
            roots = self._of_root(console, only_looks)
        if in_turn and self._roots is not None and await_turn(args, console, self._roots):
            roots = api.history("", self._roots)
        self._ids_of_root = {entry.id for entry in roots}
        self.has_others = is_there
        self._users = None if only_own else _of_user(args, console)
        users: tuple[Entry, ...] = ()
        if self._users is not None:
            try:
                users = api.history("", self._users)
            except RefusedError:
                self._users = None
                console.note(_("what belongs to {user} can't be seen").format(user=args.user))
        self._ids_of_user = {entry.id for entry in users}
        self.entries = _merged(own, roots, users)

    def _is_own_alone(
        self, own: tuple[Entry, ...], wanted: Sequence[str], only_looks: bool
    ) -> bool:
        """Whether root's journal has nothing to do with it: the entries named are one's own, or
        the newest one that can be taken back is, since root's did not change after it.
        """
        if wanted or only_looks:
            return bool(wanted) and self._ids_of_own.issuperset(wanted)
        newest = next((entry for entry in own if _stands(entry)), None)
        try:
            return newest is not None and os.stat(ROOT_JOURNAL).st_mtime < newest.at
        except OSError:
            return False

    def _of_root(self, console: Console, only_looks: bool) -> tuple[Entry, ...]:
        """Root's entries; () and a word where they can't be had."""
        try:
            if only_looks and not is_an_administrator():
                raise RefusedError(N_("this needs root"))
            self._roots = transport_for(True, console.interactive and not only_looks)
            return api.history("", self._roots)
        except RefusedError:
            self._roots = None
            self._hidden = True
            said = _("what was changed with root's rights can't be seen without them")
            if only_looks:
                said += "; " + _("with them: {command}").format(command=_with_sudo())
            console.note(said)
        return ()

    @property
    def own(self) -> tuple[Entry, ...]:
        """The entries of one's own journal alone."""
        return tuple(entry for entry in self.entries if entry.id in self._ids_of_own)

    def transport(self, entry: str | None) -> Transport:
        """The agent that holds this entry, or (None) the newest that can be taken back.

        Raises RefusedError where root's journal may hold it and can't be seen, and UsageError where
        there is none of that name.
        """
        if entry is None:
            entry = next((e.id for e in self.entries if _stands(e)), None)
        if entry in self._ids_of_root and self._roots is not None:
            return self._roots
        if entry in self._ids_of_user and self._users is not None:
            return self._users
        if entry not in {known.id for known in self.entries}:
            if self._hidden:
                raise RefusedError(
                    N_("what was changed with root's rights can't be taken back without them"),
                    hint=N_("run it with sudo"),
                )
            if entry is not None:
                raise no_entry(entry)
        return self._own


def no_entry(name: str) -> UsageError:
    """What to raise for a name that is none."""
    return UsageError(
        message(N_("the journal has no entry {entry}"), entry=name),
        hint=N_("dockproxy history lists them"),
    )


def _stands(entry: Entry) -> bool:
    return entry.state != "undone" and not entry.undoes


def _with_sudo() -> str:
    from dockproxy.cli.under_sudo import program

    return f"sudo {program()} history"


def _merged(*journals: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The newest first, and each journal's entries in its own order, whatever the clock did."""
    left = [list(entries) for entries in journals if entries]
    merged = []
    while left:
        newest = max(left, key=lambda entries: entries[0].at)
        merged.append(newest.pop(0))
        left = [entries for entries in left if entries]
    return tuple(merged)


def _of_user(args: argparse.Namespace, console: Console) -> Transport | None:
    """For root, or who has a way to it: the journal of the user named, or behind sudo, whose own
    daemon may be in it.
    """
    named = args.user or os.geteuid() == 0
    uid = user_behind(args.user) if named and not args.root else None
    if uid is None or uid == os.geteuid():
        return None
    try:
        return AsUser(transport_for(True, console.interactive), uid)
    except RefusedError:
        return None


def await_turn(args: argparse.Namespace, console: Console, transport: Transport) -> bool:
    """Whether another run had to be waited for. One that only looks waits for nobody."""
    if args.dry_run or args.check:
        return False
    return api.await_turn(args.root, args.wait, transport, console)
