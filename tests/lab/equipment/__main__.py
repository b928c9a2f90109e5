"""A lab by hand: ``python3 -m tests.lab.equipment shell|up|run|image|reset|down``."""

from __future__ import annotations

import argparse
import subprocess
import sys

from .commands import LabError
from .lab import Lab
from .records import sweep
from .trees import DEFAULT_ENGINE, ENGINES

WELCOME = """\
A host with Docker Engine {engine}. Proxies that know the registry:
  {squid}
  {auth}
  {socks}
An image in the registry: {image}
dockproxy is this repository's: edit src/ and run it. Leave with exit.
"""


def main() -> int:
    """Do what the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.lab.equipment", description=__doc__)
    parser.add_argument("do", choices=["shell", "up", "run", "image", "reset", "down", "sweep"])
    parser.add_argument("--lab", metavar="NAME", help="a lab that `up` started")
    parser.add_argument("--engine", choices=list(ENGINES), default=DEFAULT_ENGINE)
    arguments, command = parser.parse_known_args()
    try:
        return _do(arguments.do, arguments.lab, arguments.engine, command)
    except LabError as error:
        print(error, file=sys.stderr)
        return 2


def _do(what: str, name: str | None, engine: str, command: list[str]) -> int:
    if what == "sweep":
        print("\n".join(sweep()))
    elif what == "up":
        lab = Lab(detached=True, engine=engine)
        lab.start()
        lab.leave()
        print(lab.name)
    elif what == "shell" and name is None:
        with Lab(engine=engine) as lab:
            return _shell(lab)
    else:
        lab = Lab.attach(name)
        if what == "shell":
            return _shell(lab)
        if what == "run":
            argv = command[1:] if command[:1] == ["--"] else command
            return _hand_over(lab, argv)
        if what == "image":
            print(lab.fresh_image())
        elif what == "reset":
            lab.host.reset()
        else:
            lab.stop()
    return 0


def _shell(lab: Lab) -> int:
    print(
        WELCOME.format(
            engine=lab.engine,
            squid=lab.squid.url,
            auth=lab.auth_proxy.url,
            socks=lab.socks.url,
            image=lab.fresh_image(),
        ),
        flush=True,
    )
    return _hand_over(
        lab,
        [
            "bash",
            "-c",
            'dockproxy() { python3 -m dockproxy "$@"; }; export -f dockproxy; exec bash -i',
        ],
    )


def _hand_over(lab: Lab, argv: list[str]) -> int:
    environment = lab.host.environment({"PYTHONPATH": "/opt/dockproxy/src", "TERM": "xterm"})
    command = lab.host.command(argv, cwd="/root")
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
