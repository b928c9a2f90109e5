"""The man page, from the same parsers as the help: ``dockproxy help --man``.

man(7) as groff and mandoc read it; no date, so that two builds are the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import import_module

from dockproxy import __version__, text
from dockproxy.cli.main import COMMANDS, module_of

_INTRODUCTION = """\
Docker is several programs, and each takes its proxy from somewhere else.
dockproxy shows where each part gets its proxy from, sets it everywhere it must be, proves that it
works, and takes it back byte for byte.
It contacts nothing on the network unless a change is asked for.
Without a command it does what “dockproxy status” does."""

_EXIT_CODES = (
    ("0", "done, or nothing wrong, or nothing to do"),
    ("1", "a proof failed or a part was left out; with --check: something is due"),
    ("2", "wrong usage, or nothing could be looked at; with --strict: something could not be seen"),
    ("3", "refused or declined: nothing was changed"),
    ("4", "failed, and everything was put back"),
    ("5", "failed, and not everything could be put back: what is left to do is said"),
    ("126", "exec: the program can't be run"),
    ("127", "exec: there is no such program"),
    ("130", "interrupted, after being made whole"),
)

_FILES = (
    ("/etc/docker/daemon.json", "the daemon's configuration"),
    ("/etc/systemd/system/docker.service.d/", "drop-ins of its unit"),
    ("~/.docker/config.json", "what the client gives to new containers and builds"),
    ("/var/lib/dockproxy/journal", "what was changed with root's rights, for undo"),
    ("~/.local/state/dockproxy", "what was changed with yours"),
)

_ENVIRONMENT = (
    ("DOCKER_CONFIG, DOCKER_CONTEXT, DOCKER_HOST", "as the docker command reads them"),
    ("LANGUAGE, LC_ALL, LC_MESSAGES, LANG", "the language: English or Simplified Chinese"),
    ("NO_COLOR", "if it is not empty, no colours"),
    ("SHELL", "for whom env prints, where no shell has started it"),
    ("DOCKPROXY_DEBUG", "if it is not empty, a bug ends in a traceback"),
)


def man_page() -> str:
    """The page, as roff; in English, whatever the reader's language."""
    text.use("en")
    lines = [
        f'.TH DOCKPROXY 1 "" "dockproxy {escaped(__version__)}" "User Commands"',
        ".SH NAME",
        "dockproxy \\- see, set, prove and take back Docker's proxy settings",
        ".SH SYNOPSIS",
        ".B dockproxy",
        "[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR]",
        ".br",
        ".B dockproxy",
        "\\fB\\-\\-version\\fR | \\fB\\-\\-help\\fR",
        ".SH DESCRIPTION",
        *_text(_INTRODUCTION),
        ".SH COMMANDS",
    ]
    for name, summary in COMMANDS.items():
        lines += _command(name, summary)
    lines.append(".SH EXIT STATUS")
    lines += _listed(_EXIT_CODES)
    lines.append(".SH ENVIRONMENT")
    lines += _listed(_ENVIRONMENT)
    lines.append(".SH FILES")
    lines += _listed(_FILES)
    lines += [".SH SEE ALSO", ".BR docker (1),", ".BR dockerd (8),", ".BR systemd.exec (5)"]
    return "\n".join(lines) + "\n"


def _command(name: str, summary: str) -> Iterator[str]:
    parser: argparse.ArgumentParser = import_module(module_of(name)).parser()
    yield f".SS {name}"
    yield escaped(summary[:1].upper() + summary[1:] + ".")
    yield ".PP"
    yield from _usage(parser)
    yield ".PP"
    yield from _text(parser.description or "")
    for action in parser._actions:
        if action.help != argparse.SUPPRESS and "--help" not in action.option_strings:
            yield ".TP"
            yield _head(action)
            yield from _text((action.help or "").replace("%%", "%"))
    title, _colon, examples = (parser.epilog or "").partition("\n")
    if examples:
        yield ".PP"
        yield escaped(title)
        yield ".RS 4"
        yield ".nf"
        yield from (_line(line.strip()) for line in examples.split("\n") if line.strip())
        yield ".fi"
        yield ".RE"


def _usage(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f".B {escaped(parser.prog)}"
    words = ["[\\fIOPTIONS\\fR]"]
    for action in parser._actions:
        if not action.option_strings:
            word = f"\\fI{escaped(_placeholder(action))}\\fR"
            words.append({"?": f"[{word}]", "*": f"[{word} ...]"}.get(str(action.nargs), word))
    if parser.usage and " -- " in parser.usage:
        words.append("\\fB\\-\\-\\fR " + escaped(parser.usage.partition(" -- ")[2]))
    yield " ".join(words)


def _head(action: argparse.Action) -> str:
    placeholder = f"\\fI{escaped(_placeholder(action))}\\fR"
    if not action.option_strings:
        return placeholder
    flags = ", ".join(f"\\fB{escaped(flag)}\\fR" for flag in action.option_strings)
    if action.nargs == 0:
        return flags
    return f"{flags} [{placeholder}]" if action.nargs == "?" else f"{flags} {placeholder}"


def _placeholder(action: argparse.Action) -> str:
    if action.metavar is None and action.choices is not None:
        return "|".join(str(choice) for choice in action.choices)
    return str(action.metavar or action.dest)


def _text(prose: str) -> Iterator[str]:
    """Prose, in lines that are not too long for a reader of the source."""
    from textwrap import wrap

    return (_line(line) for line in wrap(prose, 64, break_on_hyphens=False))


def _listed(pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for head, meaning in pairs:
        yield from (".TP", f"\\fB{escaped(head)}\\fR", *_text(meaning))


def _line(words: str) -> str:
    """A line of text: a dot or a quote at its start would be a request."""
    shown = escaped(words)
    return f"\\&{shown}" if shown[:1] in (".", "'") else shown


_SIGNS = {
    "\\": "\\e",
    "-": "\\-",
    "“": "\\(lq",
    "”": "\\(rq",
    "‘": "\\(oq",
    "’": "\\(cq",
    "…": "...",
    "~": "\\(ti",
    "^": "\\(ha",
    "`": "\\(ga",
    "'": "\\(aq",
}


def escaped(words: str) -> str:
    """The text with what roff reads otherwise: signs that are to be typed stay what they are."""
    return "".join(_SIGNS.get(char, char) for char in words)
