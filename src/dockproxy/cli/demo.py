"""``dockproxy demo``: a sample host goes from broken to working and back, by the real commands."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.render.terminal import paint
from dockproxy.text import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.demo.sample_host import Fingerprint

PROXY = "http://proxy.corp.example:3128"
SET = ("set", PROXY, "--all-proxy", "", "--via", "daemon-json", "--yes")


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "demo",
        _(
            "Watch a sample host, made of advice that many people copied, go from broken to\n"
            "working and back. The very commands that you would type run on a copy of its files;\n"
            "nothing of this machine is touched, and nothing is contacted."
        ),
        "  dockproxy demo\n  dockproxy demo --keep",
    )
    made.add_argument("--keep", action="store_true", help=_("leave the copied files there"))
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Tell it in a folder of its own; 1 if anything went otherwise than told."""
    from dockproxy.demo.folder import temporary_folder

    with temporary_folder(args.keep) as folder:
        story = _Story(folder, console)
        went_well = story.tell()
        if args.keep:
            console.out(_("The files are in {folder}").format(folder=folder))
    return 0 if went_well else 1


class _Story:
    """What is shown, in order; each command's exit code is checked against what is said of it."""

    def __init__(self, folder: str, console: Console) -> None:
        self._folder = folder
        self._console = console
        self._as_told = True

    def tell(self) -> bool:
        """All of it; whether everything went as told."""
        from dockproxy.demo import sample_host

        sample_host.copy_to(self._folder)
        self._opening()
        self._chapter(_("Where does each part of Docker get its proxy from?"))
        self._command(("status",), expected=0)
        self._chapter(_("Set the proxy. That file is no JSON, so nothing is written into it."))
        before = sample_host.fingerprints(self._folder)
        self._command(SET, expected=3)
        self._unchanged(before, _("Nothing was written:"))
        self._chapter(_("Somebody takes the comma away, in an editor."))
        self._repair()
        before = sample_host.fingerprints(self._folder)
        self._chapter(_("The same command again: every change is shown before it is made."))
        self._command(SET, expected=0)
        self._chapter(_("Pulls go through the proxy, and containers and builds get it too."))
        self._command(("status",), expected=0)
        self._chapter(_("Twice is once."))
        self._command(SET, expected=0)
        self._chapter(_("And back."))
        self._command(("undo", "--yes"), expected=0)
        self._unchanged(before, _("Compared byte for byte with what was there before “set”:"))
        self._chapter(
            _(
                "On a real host “set” would also have asked dockerd whether it takes the file,\n"
                "restarted it, waited until it is well, and had it prove the way to a registry."
            )
        )
        return self._as_told

    def _opening(self) -> None:
        from dockproxy.demo import sample_host

        content = sample_host.read(self._folder, sample_host.DAEMON_JSON).decode()
        numbered = "\n".join(
            f"  {number:>2}  {line}" for number, line in enumerate(content.splitlines(), 1)
        )
        self._console.out(
            _(
                "A sample host, made of advice that many people copied. Its files are in\n"
                "{folder}; nothing of this machine is touched.\n"
                "\n"
                "  /etc/docker/daemon.json       a comma too many, and https:// for a plain proxy\n"
                "  …/docker.service.d/http-proxy.conf   a drop-in from before, forgotten\n"
                "  /root/.docker/config.json     the daemon’s spelling in the client’s file, and\n"
                "                                a proxy that containers on Linux can’t find\n"
                "\n"
                "/etc/docker/daemon.json:"
            ).format(folder=self._folder)
        )
        self._console.out(numbered)

    def _chapter(self, title: str) -> None:
        self._console.out("\n" + paint(title, "bold", self._console.style))

    def _command(self, words: tuple[str, ...], expected: int) -> None:
        """Show a command as a person would type it, and run it."""
        from importlib import import_module
        from shlex import join

        words = (*words, "--root", self._folder)
        self._console.out(paint("$ " + join(("dockproxy", *words)), "cyan", self._console.style))
        module = import_module(f"dockproxy.cli.{words[0]}")
        parsed = module.parser().parse_args(list(words[1:]))
        code = self._console.guard(lambda: int(module.run(parsed, self._console)))
        self._console.out(_("(exit code {code})").format(code=code))
        if code != expected:
            self._as_told = False
            self._console.error_text(
                _("this should have been {expected}").format(expected=expected)
            )

    def _repair(self) -> None:
        from difflib import unified_diff

        from dockproxy.demo import sample_host

        path = sample_host.DAEMON_JSON
        before = sample_host.read(self._folder, path).decode().splitlines()
        sample_host.take_the_comma_away(self._folder)
        after = sample_host.read(self._folder, path).decode().splitlines()
        diff = unified_diff(before, after, f"/{path}", f"/{path}", lineterm="", n=1)
        self._console.out("\n".join(diff))

    def _unchanged(self, before: Mapping[str, Fingerprint], title: str) -> None:
        from dockproxy.demo import sample_host

        after = sample_host.fingerprints(self._folder)
        self._console.out("\n" + title)
        for path in sorted({*before, *after}):
            same = before.get(path) == after.get(path)
            self._as_told = self._as_told and same
            word = _("the same") if same else _("NOT THE SAME")
            digest = after[path].digest[:16] if path in after else "-"
            self._console.out(f"  {word}  sha256 {digest}…  {path}")
