"""Which shell reads what ``env`` prints."""

from __future__ import annotations

import os

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.render.shell import SHELLS

_KINDS = {
    **dict.fromkeys(
        ("sh", "bash", "dash", "zsh", "ksh", "ksh93", "mksh", "ash", "busybox", "yash", "posh"),
        "sh",
    ),
    "fish": "fish",
    "pwsh": "powershell",
    "powershell": "powershell",
}
_OTHERS = ("csh", "tcsh", "nu", "elvish", "xonsh", "rc", "es")


def shell_of(asked: str | None) -> str:
    """The kind of shell: asked for, else of the program that started us, else of $SHELL.

    Raises UsageError for a shell whose language is none of ours.
    """
    if asked is not None:
        return asked
    for name in (_parent(), os.path.basename(os.environ.get("SHELL", ""))):
        kind = _KINDS.get(name.lstrip("-"))
        if kind is not None:
            return kind
        if name.lstrip("-") in _OTHERS:
            raise UsageError(
                message(N_("what {shell} reads can't be printed yet"), shell=name),
                hint=message(N_("choose with --shell: {known}"), known=", ".join(SHELLS)),
            )
    return "sh"


def _parent() -> str:
    """The name of the program that started this one, "" where it can't be seen."""
    try:
        with open(f"/proc/{os.getppid()}/comm", encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""
