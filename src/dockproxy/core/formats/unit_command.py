"""The value of ``ExecStart=`` and its like: how many commands, and what systemd finds wrong."""

from __future__ import annotations

from dockproxy.core.formats.systemd_words import (
    WHITESPACE,
    expand_specifiers,
    first_word,
    split_words,
)
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.secret import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Mapping, Optional, Tuple


_KEYS_TEXT = """
ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecStop ExecStopPost
"""
EXEC_KEYS = frozenset(_KEYS_TEXT.split())

# What almost every command is: nothing in it quotes, escapes, or needs to be replaced.
_PLAIN = pattern(r"/[^\s'\"\\%;]*[^\s'\"\\%;/](?:[ \t]+[^\s'\"\\%;]+)*")
_VARIABLE = pattern(r"\$\{(\w+)\}")
_BAD_ESCAPE = pattern(
    r"(\\(?:[abfnrtvs\\\"']|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}))|\\"
)


class ExecLine(NamedTuple):
    """commands: how many of it count. fault: in systemd's words, "" where there is none.

    fatal: whether systemd then reads the file no further; of a unit's own file it loads nothing.
    """

    commands: int
    fault: str = ""
    fatal: bool = False


def read_exec(value: str) -> ExecLine:
    """systemd 252 core/load-fragment.c config_parse_exec; value is not empty."""
    if _PLAIN.fullmatch(value):
        return ExecLine(1)
    # An unknown escape stays as it is (extract_first_word_and_warn).
    value = _BAD_ESCAPE.sub(lambda match: match.group(1) or r"\\", value)
    commands, position = 0, _skipped(value, 0)
    while position < len(value):
        first = first_word(value, position)
        if isinstance(first, str):
            return ExecLine(commands, "Unbalanced quoting, ignoring")
        word, position = first[0], _skipped(value, first[1])
        if word == ";":
            continue
        path, ignores, own_name = _without_prefixes(word)
        fault = _fault_of(path)
        named = not own_name
        while not fault and position < len(value):
            if _is_alone(value, position, ";"):
                position = _skipped(value, position + 1)
                break
            named = True
            if _is_alone(value, position, r"\;"):
                position = _skipped(value, position + 2)
                continue
            following = first_word(value, position)
            if isinstance(following, str):
                fault = "Unbalanced quoting"
            else:
                position = _skipped(value, following[1])
                if expand_specifiers(following[0]).text is None:
                    fault = "Failed to resolve unit specifiers"
        if not fault and not named:
            fault = "Empty executable name or zeroeth argument"
        if fault:
            return ExecLine(commands, fault, not ignores)
        commands += 1
    return ExecLine(commands)


def _skipped(value: str, position: int) -> int:
    while value[position : position + 1] and value[position] in WHITESPACE:
        position += 1
    return position


def _is_alone(value: str, position: int, token: str) -> bool:
    end = position + len(token)
    return value.startswith(token, position) and value[end : end + 1] in ("", *WHITESPACE)


def _without_prefixes(word: str) -> Tuple[str, bool, bool]:
    """The path, whether a failure is ignored, and whether the program's name comes apart."""
    seen = ""
    for index, char in enumerate(word):
        privileged = "+" in seen or "!" in seen
        again = char == "!" and seen.count("!") == 1 and "+" not in seen
        if not (char in "-@:" and char not in seen) and not (
            char in "+!" and (not privileged or again)
        ):
            return word[index:], "-" in seen, "@" in seen
        seen += char
    return "", "-" in seen, "@" in seen


def _fault_of(path: str) -> str:
    expanded = expand_specifiers(path).text
    if expanded is None:
        return "Failed to resolve unit specifiers"
    if not expanded:
        return "Empty path in command line"
    if any(char < " " or char in "\"'\\\x7f" for char in expanded):
        return "Executable name contains special characters"
    if expanded.endswith("/"):
        return "Executable path specifies a directory"
    if expanded[0] not in "/%" and ("/" in expanded or expanded in (".", "..")):
        return "Neither a valid executable name nor an absolute path"
    return ""


def expanded_word(word: str, values: Mapping[str, str]) -> List[str]:
    """systemd 252 basic/env-util.c, replace_env_argv: ``$NAME`` alone becomes any number of words,
    ``${NAME}`` a part of one."""
    if word.startswith("$") and word[1:].isidentifier():
        return [item.text for item in split_words(values.get(word[1:], "")).words]
    return [_VARIABLE.sub(lambda match: values.get(match.group(1), ""), word)]


def program_of(value: str) -> str:
    """The path of the first command's program, "" where it is looked for or not known."""
    first = first_word(value, 0) if value else ""
    if isinstance(first, str):
        return ""
    path = expand_specifiers(_without_prefixes(first[0])[0])
    return path.text if path.text and path.text[0] == "/" and not path.specifiers else ""


def exec_fault(key: str, value: str) -> Optional[ExecLine]:
    """What is wrong with a setting, None where nothing is or it is no command."""
    if key not in EXEC_KEYS or not value:
        return None
    found = read_exec(value)
    return found if found.fault else None


def of_same_worth(word: str, shown: str) -> str:
    """A command's masked first word, refused by systemd where the word itself is."""
    path, ignores, _ = _without_prefixes(word)
    fault = _fault_of(path)
    if not fault or fault == _fault_of(_without_prefixes(shown)[0]):
        return shown
    masked = f"/{MASK}/" if fault.endswith("directory") else f"./{MASK}"
    return f"-{masked}" if ignores else masked
