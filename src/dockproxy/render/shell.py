"""Statements that set or unset variables in a shell, and words that need no quoting.

sh: POSIX.1-2017 2.2.2, in bash, dash, zsh and ksh alike. fish: fishshell.com, "Quotes": within
single quotes a backslash escapes itself and the quote. PowerShell: about_Quoting_Rules, and
CodeGeneration.EscapeSingleQuotedStringContent, which doubles the typographic quotes too.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.light import pattern
from dockproxy.core.model.proxies import PROXY_KEYS, variable_names

SHELLS = ("sh", "fish", "powershell")
VARIABLES = tuple(name for key in PROXY_KEYS for name in variable_names(key))
ARGS = {"run": "--env", "create": "--env", "build": "--build-arg"}

_POWERSHELL_QUOTES = pattern("(['‘’‚‛])")
_HOW = {
    "sh": 'eval "$({command})"',
    "fish": "{command} | source",
    "powershell": "{command} | Out-String | Invoke-Expression",
}


def variables(values: Mapping[str, str]) -> dict[str, str | None]:
    """Both names of every setting, None for those to be unset; values: by our keys."""
    return {name: values.get(key) for key in PROXY_KEYS for name in variable_names(key)}


def statements(changes: Mapping[str, str | None], shell: str) -> list[str]:
    """A line for each variable; None unsets it."""
    return [statement(name, value, shell) for name, value in changes.items()]


def statement(name: str, value: str | None, shell: str) -> str:
    """One line. The semicolons are for ``eval (…)`` in fish, which joins lines with blanks."""
    if shell == "fish":
        if value is None:
            # A universal variable is every shell's: it is left alone, and hidden by an empty one.
            return f"set -eg {name}; set -q {name}; and set -gx {name} '';"
        return f"set -gx {name} {_fish(value)};"
    if shell == "powershell":
        if value is None:
            return f"Remove-Item -ErrorAction SilentlyContinue -LiteralPath Env:{name}"
        return f"$Env:{name} = {_powershell(value)}"
    return f"unset {name}" if value is None else f"export {name}={_sh(value)}"


def how(command: str, shell: str) -> str:
    """What a person types to have the statements of a command carried out."""
    return _HOW[shell].format(command=command)


def argument_words(command: str, off: bool) -> list[str]:
    """The words that hand the variables of the docker command on to what it makes.

    off: as empty variables, which every reader takes for no proxy.
    """
    return [word for name in VARIABLES for word in (ARGS[command], f"{name}=" if off else name)]


def _sh(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


def _fish(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _powershell(value: str) -> str:
    return "'" + _POWERSHELL_QUOTES.sub(r"\1\1", value) + "'"
