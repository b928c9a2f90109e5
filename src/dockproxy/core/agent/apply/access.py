"""Files looked at and written with the rights of the user whose home they lie in."""

from __future__ import annotations

import os

from dockproxy.core.agent import paths
from dockproxy.core.agent.apply import files, replacing
from dockproxy.core.agent.apply.as_user import call, identity
from dockproxy.core.agent.apply.buildx_lock import holding
from dockproxy.core.agent.apply.files import State, Wanted, from_json, to_json
from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple


class Step(NamedTuple):
    """One file of a change: what it is now, and what it shall be.

    folders: those that go with it when it goes, because we made them for it. interim: tokens of
    texts that will stand there for a moment. former: the file without what a run that was cut
    short left in it, where it did: that is what it was before.
    """

    base: State
    wanted: Wanted
    format: str
    component: str
    keys: Tuple[Tuple[str, ...], ...]
    owner: Optional[int] = None
    group: Optional[int] = None
    folders: Tuple[str, ...] = ()
    interim: Tuple[str, ...] = ()
    former: Optional[State] = None

    @property
    def before(self) -> State:
        """What the file was, as far as people know of it: what undo brings back."""
        return self.former or self.base

    @property
    def changes(self) -> bool:
        """Whether anything is to be written."""
        return self.base.content != self.wanted.content


class Access:
    """The files below one root."""

    def __init__(self, root: str) -> None:
        self.root = root

    def look(self, path: str, owner: Optional[int] = None, group: Optional[int] = None) -> State:
        """The file as its owner sees it. Raises Refusal."""
        return from_json(call(identity(owner, group), lambda: to_json(files.look(self.root, path))))

    def check_writable(self, step: Step) -> None:
        """Raises Refusal where it is clear that this step can't be carried out."""
        call(identity(step.owner, step.group), lambda: files.check_writable(self.root, step.base))

    def write(self, step: Step, temporary: str) -> str:
        """Carry the step out; gives why it was written in place, or "". Raises Refusal."""
        who = identity(step.owner, step.group)
        return str(call(who, lambda: self._write(step, temporary)))

    def _write(self, step: Step, temporary: str) -> str:
        base = step.base
        if step.format != "buildx-instance":
            return replacing.write(self.root, base, step.wanted, temporary)
        real = paths.below(self.root, base.target)
        return holding(real, lambda: replacing.write(self.root, base, step.wanted, temporary))

    def remove_folders(self, step: Step) -> None:
        """Take away the step's folders, as far as they are empty."""
        who = identity(step.owner, step.group)
        call(who, lambda: replacing.remove_folders(self.root, step.folders))

    def clean(
        self, state: State, temporary: str, owner: Optional[int], group: Optional[int]
    ) -> None:
        """Take away what a killed run left beside this file."""
        call(identity(owner, group), lambda: self._clean(state, temporary))

    def _clean(self, state: State, temporary: str) -> None:
        folder = os.path.dirname(paths.below(self.root, state.target))
        try:
            os.unlink(os.path.join(folder, temporary))
        except OSError:
            pass

    def owner_of_new(self, owner: Optional[int], group: Optional[int]) -> Tuple[int, int]:
        """Whose a new file will be."""
        who = identity(owner, group)
        return (os.geteuid(), os.getegid()) if who is None else (who.uid, who.gid)
