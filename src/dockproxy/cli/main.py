"""``dockproxy``: which command, and the one place where an error becomes text and an exit code.

Start-up counts: ``--version`` imports nothing, and only the command asked for is loaded.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # type checkers take this name as true; importing typing costs 7 ms
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import Any

    from dockproxy.cli.console import Console

INTERRUPTED = 130


def N_(text: str) -> str:
    """Mark a template for translation."""
    return text


COMMANDS: dict[str, str] = {
    "status": N_("show where each part of Docker gets its proxy from, and what runs"),
    "route": N_("tell which way a request will go, for any program, and why"),
    "no-proxy": N_("say what a NO_PROXY list means to which program; make one that fits"),
    "doctor": N_("say what is wrong, where it stands, and what mends it"),
    "explain": N_("tell what an error text means, or all about one of doctor's codes"),
    "set": N_("set a proxy everywhere it must be, and prove that it works"),
    "unset": N_("take proxies away"),
    "undo": N_("take back the last change, byte for byte"),
    "history": N_("list what was changed; rm removes old entries"),
    "snapshot": N_("write down what is here, without secrets, for status --from elsewhere"),
    "env": N_("print statements that set the proxies in this shell alone"),
    "exec": N_("run one program with the proxies in its environment"),
    "args": N_("print words that hand them on to docker run, create or build"),
    "completion": N_("print the completion script of bash, zsh or fish"),
    "demo": N_("watch a sample host go from broken to working (touches nothing of yours)"),
}


def module_of(name: str) -> str:
    """The module of a command."""
    return f"dockproxy.cli.{name.replace('-', '_')}"


def entry() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(argv: list[str]) -> int:
    """Run one command; its exit code (design: 0 done … 130 interrupted)."""
    if sys.stdin is None or sys.stdout is None or sys.stderr is None:
        _open_what_was_closed()
    try:
        if argv[:1] in (["--version"], ["-V"]):
            from dockproxy import __version__

            sys.stdout.write(f"dockproxy {__version__}\n")
            sys.stdout.flush()
            return 0
        if argv[:1] == ["__complete"]:
            from dockproxy.cli.complete import complete

            return complete(argv[1:])
        return _run(argv)
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        from dockproxy.cli.console import silence

        silence(sys.stdout)
        return 0
    except Exception as error:
        if os.environ.get("DOCKPROXY_DEBUG"):
            raise
        return _our_bug(error)


def _run(argv: list[str]) -> int:
    _collect_seldom()
    from dockproxy.cli.console import Console

    console = Console.standard(argv)
    return console.guard(lambda: _carried_out(argv, console))


def _carried_out(argv: list[str], console: Console) -> int:
    if argv == ["help", "--man"]:
        from dockproxy.cli.man import man_page

        console.exact(man_page())
        return 0
    if argv[:1] == ["help"] and len(argv) > 1 and not argv[1].startswith("-"):
        argv = [*argv[1:], "--help"]
    if argv[:1] in (["--help"], ["-h"], ["help"]):
        console.out(_overview())
        return 0
    name, rest = _command(argv)
    if name not in COMMANDS:
        from dockproxy.cli.console import suggestion

        console.error_text(suggestion(name, list(COMMANDS)))
        return 2
    if name == "status" and argv[:1] and _is_of_set(argv[0]):
        from dockproxy.core.model.errors import UsageError
        from dockproxy.core.model.message import N_

        raise UsageError(
            N_("which command?"), hint=N_("to set a proxy: dockproxy set --http-proxy URL …")
        )
    from importlib import import_module

    module = import_module(module_of(name))
    plain: Callable[[list[str]], Any] = getattr(module, "plain", lambda _words: None)
    args: argparse.Namespace = plain(rest) or module.parser().parse_args(rest)
    run: Callable[[argparse.Namespace, Console], int] = module.run
    as_json = getattr(args, "format", "") == "json"
    return _interruptible(lambda: console.guard(lambda: run(args, console), as_json))


def _interruptible(run: Callable[[], int]) -> int:
    """SIGTERM and SIGHUP end us as Ctrl-C does: whole, and with its exit code. Where they are
    ignored, as under nohup, they stay so.
    """
    import signal

    before = {}
    try:
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, signal.default_int_handler)
    except ValueError:
        pass  # signals are the main thread's alone
    try:
        return run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _collect_seldom() -> None:
    """What a start loads is never garbage; looking through it again and again takes 4 ms of 50."""
    import gc

    gc.set_threshold(50_000, 20, 20)


def _open_what_was_closed() -> None:
    """The number of a stream that was closed before we began would go to the next file opened."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            setattr(sys, name, open(number, "w" if number else "r"))  # noqa: SIM115


def _command(argv: list[str]) -> tuple[str, list[str]]:
    """The command's name and its words; plain ``dockproxy``, or flags alone, mean ``status``."""
    if not argv or argv[0].startswith("-"):
        return "status", argv
    return argv[0], argv[1:]


def _is_of_set(word: str) -> bool:
    flag = word.partition("=")[0]
    return flag.startswith("--") and flag.removesuffix("-add").endswith("-proxy")


def _overview() -> str:
    from dockproxy.text import _

    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:<{width}}  {_(text)}" for name, text in COMMANDS.items())
    return _(
        "usage: dockproxy COMMAND [OPTIONS]\n"
        "\n"
        "See, set, prove and take back Docker's proxy settings.\n"
        "\n"
        "commands:\n"
        "{commands}\n"
        "\n"
        "examples:\n"
        "  dockproxy                                where does each part get its proxy from?\n"
        "  dockproxy set http://10.0.0.1:3128       set it for pulls, containers and builds\n"
        "  dockproxy undo                           take that back\n"
        "\n"
        "dockproxy COMMAND --help tells more; --version prints the version.\n"
        "It contacts nothing on the network unless you ask for a change."
    ).format(commands=commands)


def _interrupted() -> int:
    """Ctrl-C where nothing was begun: what is begun is brought to a whole end first."""
    from dockproxy.text import _

    _say("\n" + _("interrupted: nothing was changed"))
    return INTERRUPTED


def _our_bug(error: Exception) -> int:
    """An error that nobody foresaw. Its text is not shown, since it may hold anything."""
    from dockproxy.text import _

    said = _(
        "dockproxy: this is a bug in dockproxy ({kind}); please report it with what"
        " DOCKPROXY_DEBUG=1 shows"
    )
    _say(said.format(kind=type(error).__name__))
    return 2


def _say(text: str) -> None:
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except OSError:  # the terminal was closed
        from dockproxy.cli.console import silence

        silence(sys.stderr)
