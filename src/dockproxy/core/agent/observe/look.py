"""What the observers share: whose request it is, and where they put what they find."""

from __future__ import annotations

import os

from dockproxy.core.agent.apply.mounts import mount_points
from dockproxy.core.agent.observe.managed import managed_by
from dockproxy.core.agent.observe.redaction import redact
from dockproxy.core.agent.observe.secrets import Secrets
from dockproxy.core.agent.system import Seen, look_at, read_text
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.snapshot import FileFact, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional

    from dockproxy.core.agent.apply.as_user import Identity

NEEDS_ROOT = "run it with sudo"


class Caller(NamedTuple):
    """Who asks; environment: the variables that the transport handed on, unmasked."""

    uid: int
    gid: int
    user: str
    home: str
    environment: Dict[str, str]


def caller_of(request: Dict[str, Any]) -> Caller:
    """The caller that a request names; whoever runs this process where it names none."""
    given = request.get("caller")
    if not isinstance(given, dict):
        home = os.environ.get("HOME", "")
        return Caller(os.getuid(), os.getgid(), "", home, dict(os.environ))
    environment = given.get("environment")
    variables = environment if isinstance(environment, dict) else {}
    return Caller(
        _number(given.get("uid"), os.getuid()),
        _number(given.get("gid"), os.getgid()),
        _text(given.get("user")),
        _text(given.get("home")),
        {name: value for name, value in variables.items() if isinstance(value, str)},
    )


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


class Look:
    """One observation under way. root: "" for the live machine. for_rules: what rules alone
    ask is looked at too. for_daemon: nothing but the daemon's own is wanted.
    """

    def __init__(
        self, root: str, caller: Caller, keep_secrets: bool = False, only: str = ""
    ) -> None:
        self.root = root
        self.caller = caller
        self.for_rules = not only
        self.for_daemon = only == "daemon"
        self.files: Dict[str, FileFact] = {}
        self.unknown: List[Unknown] = []
        self.secrets = Secrets(keep_secrets)
        self.rights: Optional[Identity] = None
        self._mounts: Optional[frozenset[str]] = None
        self._whole: Optional[bool] = None

    @property
    def live(self) -> bool:
        """Whether this is the running machine and not a folder."""
        return not self.root

    def miss(self, about: str, reason: str, hint: str = "") -> None:
        """Note something that could not be seen."""
        self.unknown.append(Unknown(about, reason, hint))

    def file(self, path: str, role: str, owner: Optional[Identity] = None) -> Optional[str]:
        """Look at a place once and keep the fact. Gives its text unredacted, for the observer's
        own use, or None. owner: with whose rights, so that what a user planted in a home leads
        root to nothing that this user may not read; by default ``self.rights``."""
        owner = owner or self.rights
        seen = look_at(self.root, path) if owner is None else _look_as(owner, self.root, path)
        text, fact = self._fact(path, role, seen)
        if path not in self.files:
            self.files[path] = fact
            if seen.reason:
                hint = NEEDS_ROOT if seen.reason == "permission" and os.geteuid() != 0 else ""
                self.miss(f"files.{path}", seen.reason, hint)
        return text

    def text(self, path: str, owner: Optional[Identity] = None) -> str:
        """What stands there, and nothing is kept of it; "" for what is no file to be read."""
        seen = look_at(self.root, path) if owner is None else _look_as(owner, self.root, path)
        return (seen.data or b"").decode("utf-8", "surrogateescape")

    def is_absent(self, path: str, program: bool = False) -> bool:
        """Whether no file (program: of the running machine none that can be run) is there for
        sure: not below a folder that holds settings alone.
        """
        if self._whole is None:
            programs = ("/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd")
            there = (look_at(self.root, each, 0).kind == "file" for each in programs)
            self._whole = self.live or any(there)
        if not self._whole:
            return False
        seen = look_at(self.root, path, 0)
        runs = seen.status is None or bool(seen.status.st_mode & 0o111)
        return seen.kind in ("missing", "dangling", "directory") or (
            program and self.live and seen.kind == "file" and not runs
        )

    def note(self, path: str, trait: str, value: str) -> None:
        """Keep a trait of a file that was looked at, unless there is nothing to say."""
        fact = self.files.get(path)
        if fact is not None and value:
            self.files[path] = fact._replace(traits={**fact.traits, trait: value})

    def _fact(self, path: str, role: str, seen: Seen) -> tuple[Optional[str], FileFact]:
        target = seen.inside if seen.inside != path else None
        if seen.kind == "dangling" and target is None:
            target = ""
        fact = FileFact(
            path,
            role,
            seen.kind,
            target=target,
            read_only=_read_only(seen.real),
            mount_point=seen.kind == "file" and self._is_mount(seen.real),
        )
        if seen.status is not None:
            status = seen.status
            fact = fact._replace(
                size=status.st_size,
                mode=status.st_mode & 0o7777,
                uid=status.st_uid,
                gid=status.st_gid,
                mtime=status.st_mtime,
                hard_links=status.st_nlink,
            )
        if seen.data is None:
            owner = managed_by("", seen.inside)
            return None, fact._replace(managed_by=owner) if owner else fact
        redacted = redact(seen.data, role)
        known = path in self.files
        told = {} if known else self.secrets.of_file(path, redacted.addresses)
        return redacted.raw, fact._replace(
            text=redacted.text,
            encoding=redacted.encoding,
            bom=redacted.bom,
            traits={**redacted.traits, **told},
            managed_by=managed_by(redacted.raw, seen.inside),
            shifts=redacted.shifts,
        )

    def _is_mount(self, real: str) -> bool:
        if self._mounts is None:
            self._mounts = mount_points(read_text("/proc/self/mountinfo") or "")
        return os.path.abspath(real) in self._mounts


def _look_as(owner: Identity, root: str, path: str) -> Seen:
    from dockproxy.core.agent.apply.as_user import look_as

    return look_as(owner, root, path)


def _read_only(real: str) -> bool:
    """Whether what is there, or would be made there, lies on a read-only file system."""
    while True:
        try:
            return bool(os.statvfs(real).f_flag & os.ST_RDONLY)
        except FileNotFoundError:
            if real in ("", "/"):
                return False
            real = os.path.dirname(real)
        except OSError:
            return False
