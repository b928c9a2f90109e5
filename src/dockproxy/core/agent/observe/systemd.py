"""What the service manager says: two calls of systemctl, redacted."""

from __future__ import annotations

import os
import re
import time

from dockproxy.core.agent.observe.secrets import Address, addresses_in
from dockproxy.core.agent.observe.values import (
    masked_arguments,
    masked_words,
    pairs,
    proxy_variables,
)
from dockproxy.core.agent.system import Ran, User, run, utc_seconds
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.snapshot import Systemd, UnitFact
from dockproxy.core.places import linux, rootless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Sequence, Tuple


NAME = "systemd"

_UNIT_PROPERTIES = (
    "Id,LoadState,ActiveState,SubState,Result,FragmentPath,DropInPaths,NeedDaemonReload,"
    "Environment,PassEnvironment,UnsetEnvironment,EnvironmentFiles,ExecStart,MainPID,"
    "ExecMainStartTimestamp,ExecMainStartTimestampMonotonic,Restart"
)
_MANAGER_PROPERTIES = "Version,Environment,UnitPath"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ARGV = pattern(r"argv\[\]=(.*?) ; (?:ignore_errors|flags)=")
_ENVIRONMENT_FILE = pattern(r"(.*) \(ignore_errors=(yes|no)\)\Z", re.DOTALL)


class Manager(NamedTuple):
    """What was asked of systemctl. reason: why there is no answer, or "". search: the folders in
    which this systemd looks for units, () if unknown. addresses: the proxies that it holds,
    unmasked, for the observer alone.
    """

    facts: Optional[Systemd]
    reason: str = ""
    search: Tuple[str, ...] = ()
    exec_start: Tuple[str, ...] = ()
    addresses: Tuple[Address, ...] = ()


def observe(
    units: Sequence[str] = linux.UNITS, user: Optional[User] = None, runtime: str = ""
) -> Manager:
    """The units and the manager's own environment. Nothing is started by asking.

    user, runtime: whose manager to ask, and where it listens; None for the machine's own.
    """
    if not os.path.isdir(linux.BOOTED):
        return Manager(None, "no-systemd")
    if user is not None and not os.path.exists(f"{runtime}/{rootless.MANAGER_SOCKET}"):
        return Manager(None, "permission" if _is_closed(runtime) else "no-user-manager")
    import threading

    answers: Dict[str, Ran] = {}

    def ask_manager() -> None:
        answers["manager"] = _show(_MANAGER_PROPERTIES, (), user, runtime)

    thread = threading.Thread(target=ask_manager, daemon=True)
    thread.start()
    asked = _show(_UNIT_PROPERTIES, units, user, runtime)
    thread.join()
    manager = answers["manager"]
    if asked.reason or (asked.status != 0 and not asked.out):
        return Manager(None, _reason(asked))
    facts = tuple(_unit(block) for block in blocks(asked.out) if block.get("Id"))
    found = next(iter(blocks(manager.out)), {})
    variables = pairs(split_shown(_one(found, "Environment")))
    version = re.search(r"\d+", _one(found, "Version"))
    systemd = Systemd(
        int(version.group()) if version else 0, True, proxy_variables(variables), facts
    )
    search = tuple(split_shown(_one(found, "UnitPath")))
    held = [
        address
        for block in blocks(asked.out)
        for address in addresses_in(
            f"systemd.{_one(block, 'Id')}", pairs(split_shown(_one(block, "Environment")))
        )
    ]
    addresses = (*addresses_in("systemd.environment", variables), *held)
    return Manager(systemd, "", search, _words_of(asked.out), addresses)


def _show(properties: str, units: Sequence[str], user: Optional[User], runtime: str) -> Ran:
    words = ["show", "--no-pager", f"--property={properties}", *units]
    if user is None:
        return run(["systemctl", *words])
    environment = {"XDG_RUNTIME_DIR": runtime}
    return run(["systemctl", "--user", *words], environment=environment, user=user)


def _is_closed(runtime: str) -> bool:
    """Whether the folder is there and not ours to look into."""
    return os.path.isdir(runtime) and not os.access(runtime, os.X_OK)


def _reason(ran: Ran) -> str:
    if ran.reason == "missing":
        return "no-systemd"
    return ran.reason or "bad-answer"


def _words_of(output: str) -> Tuple[str, ...]:
    """docker.service's words unmasked, for ``--config-file``."""
    for block in blocks(output):
        if _one(block, "Id") == linux.SERVICE_UNIT:
            return exec_words(block.get("ExecStart", []))
    return ()


def blocks(output: str) -> List[Dict[str, List[str]]]:
    """What ``systemctl show`` prints: a block a unit, a property may have several lines."""
    found: List[Dict[str, List[str]]] = []
    current: Dict[str, List[str]] = {}
    for line in [*output.split("\n"), ""]:
        name, separator, value = line.partition("=")
        if separator:
            current.setdefault(name, []).append(value)
        elif not line and current:
            found.append(current)
            current = {}
    return found


def _one(block: Dict[str, List[str]], name: str) -> str:
    return block.get(name, [""])[0]


def _unit(block: Dict[str, List[str]]) -> UnitFact:
    return UnitFact(
        _one(block, "Id"),
        _one(block, "LoadState"),
        _one(block, "ActiveState"),
        _one(block, "SubState"),
        _one(block, "Result"),
        _one(block, "FragmentPath"),
        tuple(split_shown(_one(block, "DropInPaths"))),
        _one(block, "NeedDaemonReload") == "yes",
        masked_words(split_shown(_one(block, "Environment"))),
        tuple(split_shown(_one(block, "PassEnvironment"))),
        masked_words(split_shown(_one(block, "UnsetEnvironment"))),
        tuple(environment_files(block.get("EnvironmentFiles", []))),
        masked_arguments(exec_words(block.get("ExecStart", []))),
        _number(_one(block, "MainPID")),
        started(
            _one(block, "ExecMainStartTimestamp"),
            _number(_one(block, "ExecMainStartTimestampMonotonic")),
        ),
        _one(block, "Restart"),
    )


def split_shown(value: str) -> List[str]:
    """The words of a list as systemctl prints it.

    A word with a blank or another character that a shell minds stands in double quotes, with
    backslashes before the quote, ``\\``, ````` and ``$``, and control characters as C escapes
    (systemd 252 shared/bus-print-properties.c with basic/escape.c, shell_maybe_quote).
    """
    words: List[str] = []
    at = 0
    while at < len(value):
        if value[at] == " ":
            at += 1
        elif value[at] == '"':
            word, at = _quoted(value, at + 1)
            words.append(word)
        else:
            end = value.find(" ", at)
            end = len(value) if end < 0 else end
            words.append(value[at:end])
            at = end
    return words


def _quoted(value: str, at: int) -> Tuple[str, int]:
    out: List[str] = []
    while at < len(value) and value[at] != '"':
        char = value[at]
        at += 1
        if char == "\\" and at < len(value):
            octal = value[at : at + 3]
            if len(octal) == 3 and all(digit in "01234567" for digit in octal):
                char, at = chr(int(octal, 8)), at + 3
            else:
                char, at = _ESCAPES.get(value[at], value[at]), at + 1
        out.append(char)
    return "".join(out), at + 1


def exec_words(values: Sequence[str]) -> Tuple[str, ...]:
    """The words of the first ExecStart. systemctl joins them by blanks and does not quote."""
    for value in values:
        match = _ARGV.search(value)
        if match:
            return tuple(match.group(1).split(" "))
    return ()


def environment_files(values: Sequence[str]) -> List[str]:
    """``EnvironmentFiles`` as systemctl prints them, as ``PATH``, or ``-PATH`` if it may lack."""
    found = []
    for value in values:
        match = _ENVIRONMENT_FILE.match(value)
        if match:
            found.append(f"-{match.group(1)}" if match.group(2) == "yes" else match.group(1))
    return found


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else 0


def started(shown: str, monotonic: int) -> float:
    """Seconds since 1970, from a time of whole seconds and one in microseconds since boot.

    The second is exact, but stands still while the machine sleeps: it counts where both agree.
    """
    parts = shown.split(" ")
    whole = float(utc_seconds(" ".join(parts[1:3])))
    exact = time.time() - time.monotonic() + monotonic / 1e6
    return exact if monotonic and abs(exact - whole) < 2 else whole
