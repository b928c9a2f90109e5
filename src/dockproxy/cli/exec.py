"""``dockproxy exec``: one program with these proxies in its environment, and nothing changed."""

from __future__ import annotations

import argparse
import errno
import os
import signal
from collections.abc import Mapping, Sequence

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.cli.values import add_values, other_spellings, values_of
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_
from dockproxy.render.shell import variables
from dockproxy.render.terminal import clean
from dockproxy.text import _

NOT_FOUND, NOT_EXECUTABLE = 127, 126
_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")


class _Parser(options.Parser):
    """All behind ``--`` is the program's."""

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        words = self._typed = list(args or ())
        at = words.index("--") if "--" in words else len(words)
        if at == len(words) and "-h" not in words and "--help" not in words:
            self.error(
                _("put -- and the program behind the options: exec -- curl https://example.com")
            )
        made = super().parse_args(words[:at], namespace)
        made.program = words[at + 1 :]
        if not made.program:
            self.error(_("behind -- stands no program"))
        assert isinstance(made, argparse.Namespace)
        return made


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = _Parser(
        "exec",
        _(
            "Run one program with the proxies in its environment, both spellings of each; what\n"
            "has no value is taken out. The program takes this one's place: its exit code, its\n"
            "signals, its terminal (127: there is no such program, 126: it can't be run).\n"
            "Containers and builds get what the words of “dockproxy args” hand on to them.\n"
            "--off takes out http_proxy, https_proxy, ftp_proxy, all_proxy and no_proxy in every\n"
            "spelling; DOCKER_HOST and other programs' own (PIP_PROXY, npm_config_proxy) stay."
        ),
        "  dockproxy exec -- docker login registry.corp.example\n"
        "  dockproxy exec http://10.0.0.1:3128 -- docker run $(dockproxy args run) redis\n"
        "  dockproxy exec --as daemon -- docker build $(dockproxy args build) .\n"
        "  dockproxy exec --off -- docker run $(dockproxy args run) redis",
    )
    made.usage = _("dockproxy exec [OPTIONS] [URL] -- PROGRAM [WORD …]")
    add_values(made)
    made.set_defaults(password_stdin=False)
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Become the program; gives an exit code only where that failed."""
    values = values_of(args, console).values
    changes = variables({key: value.reveal() for key, value in values.items()})
    changes.update(dict.fromkeys(other_spellings()))
    environment = changed_environment(os.environ, changes, _initial_names())
    return _become(args.program, environment, console)


def changed_environment(
    environ: Mapping[str, str], changes: Mapping[str, str | None], initial: frozenset[str] | None
) -> dict[str, str]:
    """The environment with the changes made. initial: the names that we were started with: Python
    sets LC_CTYPE for itself where there is no locale (PEP 538), and the program must not see that.
    """
    kept = {name: value for name, value in environ.items() if name not in changes}
    if initial is not None and "LC_CTYPE" not in initial and kept.get("LC_CTYPE") in _COERCED:
        del kept["LC_CTYPE"]
    return {**kept, **{name: value for name, value in changes.items() if value is not None}}


def _initial_names() -> frozenset[str] | None:
    try:
        with open("/proc/self/environ", "rb") as file:
            pairs = file.read().split(b"\0")
    except OSError:
        return None
    return frozenset(os.fsdecode(pair.partition(b"=")[0]) for pair in pairs)


def _become(program: Sequence[str], environment: Mapping[str, str], console: Console) -> int:
    if not program[0]:
        raise UsageError(N_("the program's name is empty"))
    before = {number: signal.getsignal(number) for number in (signal.SIGPIPE, signal.SIGXFSZ)}
    for number in before:
        signal.signal(number, signal.SIG_DFL)  # Python ignores these, and that would be inherited
    try:
        os.execvpe(program[0], list(program), dict(environment))  # noqa: S606
    except ValueError:
        raise UsageError(N_("a word of the program holds a null character")) from None
    except OSError as error:
        for number, handler in before.items():
            signal.signal(number, handler)
        name, why = clean(program[0]), os.strerror(error.errno or 0)
        missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
        if missing and "/" not in program[0]:
            said = _("{program}: there is no such program in PATH").format(program=name)
        else:
            said = _("{program}: can't be run: {why}").format(program=name, why=why)
        console.error_text(said)
        return NOT_FOUND if missing else NOT_EXECUTABLE
