"""The person at the other end: text on stdout, progress and questions on stderr, exit codes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence

from dockproxy import text
from dockproxy.core.model.errors import DockproxyError, RefusedError, UsageError
from dockproxy.core.model.message import N_, Message, message
from dockproxy.render.terminal import Style, clean, paint, printable, style_for
from dockproxy.text import _, tr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

    from dockproxy.cli.words import Words


_EVERY = 30
"""Seconds from line to line about one wait, where lines stay."""


class Console:
    """Two streams and how to write on them. interactive: somebody can be asked."""

    def __init__(
        self,
        out: TextIO,
        err: TextIO,
        *,
        styles: tuple[Style, Style],
        interactive: bool,
        words: Words | None = None,
    ) -> None:
        self._out, self._err = out, err
        self._words = words
        self.style, self._err_style = styles
        self.interactive = interactive
        self._progress_open = False
        self._reader_gone = False
        self._waits_for = ""

    @classmethod
    def standard(cls, argv: Sequence[str] = ()) -> Console:
        """The process's own streams, in the language that its environment asks for. argv: the
        words typed, of which remarks and errors show no password.
        """
        language = text.language_of(os.environ)
        out, err = (
            style_for(os.environ, stream.isatty(), stream.encoding, columns(stream), language)
            for stream in (sys.stdout, sys.stderr)
        )
        text.use(out.language)
        interactive = sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
        words = None
        if any(map(_may_hold_a_login, argv)):
            from dockproxy.cli.words import Words

            words = Words(argv)
        return cls(sys.stdout, sys.stderr, styles=(out, err), interactive=interactive, words=words)

    def out(self, content: str) -> None:
        """A result, on stdout."""
        self._end_progress()
        content = content if self._words is None else self._words.masked(content)
        self._write_out(printable(content.rstrip("\n"), self.style) + "\n")

    def exact(self, content: str | bytes) -> None:
        """What a program reads, on stdout: UTF-8, whatever the console can show."""
        self._end_progress()
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogateescape")
        self._write_out(content)

    @property
    def reader_gone(self) -> bool:
        """Whether nobody reads stdout any more."""
        return self._reader_gone

    @property
    def out_is_terminal(self) -> bool:
        """Whether a person sees what goes to stdout."""
        return self._out.isatty()

    def json(self, document: dict[str, Any]) -> None:
        """A JSON document, on stdout, in ASCII so that any console takes it."""
        import json

        self._end_progress()
        self._write_out(json.dumps(document, indent=2) + "\n")

    def note(self, content: str) -> None:
        """A remark, on stderr."""
        self._end_progress()
        content = content if self._words is None else self._words.masked(content)
        self._write_err(printable(content, self._err_style) + "\n")

    def error(self, error: DockproxyError) -> None:
        """What happened, where, what to do next, on stderr."""
        error = error if self._words is None else self._words.of_error(error)
        where = f"{clean(error.where)}: " if error.where else ""
        self.error_text(where + clean(tr(error.message)))
        if error.hint is not None:
            self.note("  " + clean(tr(error.hint)))

    def error_text(self, content: str) -> None:
        """An error's own line, on stderr."""
        self.note(paint("dockproxy: ", "red", self._err_style) + content)

    def emit(self, event: dict[str, Any]) -> None:
        """One progress event: a line that the next replaces on a terminal."""
        step = clean(tr(_message(event["text"]))) if "text" in event else ""
        if not step or (not self._err.isatty() and self._is_told(event["text"])):
            return
        if self._err.isatty():
            self._write_err("\r\x1b[K" + printable(step, self._err_style))
            self._progress_open = True
        else:
            self.note(step)

    def _is_told(self, said: dict[str, Any]) -> bool:
        """Whether it is the same wait as before, a little longer: a log has a line now and then."""
        seconds = str(said.get("params", {}).get("seconds", ""))
        if not seconds.isdigit() or self._waits_for != said["text"]:
            self._waits_for = said["text"]
            return False
        return int(seconds) % _EVERY != 0

    def ask(self, question: dict[str, Any]) -> bool:
        """An agent's question in the midst of its work; nobody there means no."""
        return self.confirm(clean(tr(_message(question["text"]))))

    def confirm(self, question: str) -> bool:
        """Yes or no, no being what Enter means; False where nobody can be asked."""
        if not self.interactive:
            return False
        self._end_progress()
        self._write_err(printable(f"{question} [y/N] ", self._err_style))
        try:
            answer = sys.stdin.readline().strip().lower()
        except (OSError, UnicodeDecodeError):  # the terminal is gone, or typed no text
            return False
        return answer in ("y", "yes", "是", "好")

    def secret(self, prompt: str) -> str:
        """A secret typed unseen."""
        from getpass import getpass

        self._end_progress()
        try:
            return getpass(printable(prompt, self._err_style), stream=self._err)
        except (EOFError, OSError, UnicodeDecodeError) as error:
            raise UsageError(N_("no password could be read")) from error

    def guard(self, run: Callable[[], int], as_json: bool = False) -> int:
        """Run it; turn our errors into text (and, if asked, a JSON document) and an exit code."""
        try:
            return run()
        except DockproxyError as raised:
            error = raised if self._words is None else self._words.of_error(raised)
            self.error(error)
            if as_json:
                from dockproxy.render.json_v1 import error_json

                self.json(error_json(error))
            return 3 if isinstance(error, RefusedError) else 2

    def _write_out(self, text: str | bytes) -> None:
        """A reader that went away stops nothing; an output that can't be written does."""
        if self._reader_gone:
            return
        try:
            if isinstance(text, bytes):
                self._out.flush()
                self._out.buffer.write(text)
            else:
                self._out.write(text)
            self._out.flush()
        except BrokenPipeError:
            self._reader_gone = True
            silence(self._out)
        except OSError as error:
            silence(self._out)
            if error.errno == errno.EIO:  # the terminal was closed
                self._reader_gone = True
                return
            why = os.strerror(error.errno or 0)
            raise UsageError(message(N_("the output can't be written: {why}"), why=why)) from error

    def _write_err(self, text: str) -> None:
        """Nothing that goes wrong with remarks and progress may stop work that has begun."""
        try:
            self._err.write(text)
            self._err.flush()
        except OSError:
            silence(self._err)

    def _end_progress(self) -> None:
        if self._progress_open:
            self._write_err("\r\x1b[K")
            self._progress_open = False


class Agreeing(Console):
    """A console whose person said ``--yes``: every question that would be asked is answered so."""

    def confirm(self, question: str) -> bool:
        """Yes."""
        self.note(question + " " + _("yes (--yes)"))
        return True

    def ask(self, question: dict[str, Any]) -> bool:
        """In the midst of a change, whether to go on waiting: for a person alone to say."""
        return Console.confirm(self, clean(tr(_message(question["text"]))))

    @classmethod
    def of(cls, console: Console) -> Agreeing:
        """The same streams, agreeing."""
        return cls(
            console._out,
            console._err,
            styles=(console.style, console._err_style),
            interactive=console.interactive,
            words=console._words,
        )


def silence(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, so that the interpreter's exit says nothing of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def suggestion(name: str, names: list[str]) -> str:
    """What to say of a word that is no command."""
    from difflib import get_close_matches

    from dockproxy.cli.words import is_address

    said = _("there is no command “{name}”.").format(name=clean(name))
    if is_address(name):
        return (
            said + "\n  " + _("to set it everywhere: dockproxy set {name}").format(name=clean(name))
        )
    near = get_close_matches(name, names, 1)
    if near:
        said += " " + _("Did you mean “{near}”?").format(near=near[0])
    return said + "\n  " + _("dockproxy --help lists the commands")


def _may_hold_a_login(word: str) -> bool:
    """Whether that word, typed, is to be looked into before anything repeats it."""
    return any(sign in word for sign in ("@", "%40", "//")) or word.startswith("--password-stdin")


def _message(data: Any) -> Message:
    return Message(str(data["text"]), {str(k): str(v) for k, v in data.get("params", {}).items()})


def columns(stream: TextIO) -> int:
    """COLUMNS if somebody set it, else what the terminal says."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isascii() and wanted.isdigit() and 0 < int(wanted) < 10000:
        return int(wanted)
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 80
