#!/usr/bin/python3 -IS
"""runc for Engine 20.10, which gives a privileged container every capability that there is.

Where the tests themselves run without some of them that is not permitted (later Engines give what
the daemon has): those are taken out of the container's bundle first.
"""

import json
import os
import sys

MANY = 30
"""An ordinary container has 14."""


def ours() -> int:
    """The capabilities that may be had here, as a mask (proc_pid_status(5), CapBnd)."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        return next(int(line.split()[1], 16) for line in status if line.startswith("CapBnd"))


def drop(path: str, inside: str) -> None:
    """Take out of a bundle, or of an exec's process, what may not be given."""
    with open(path, encoding="utf-8") as file:
        whole = json.load(file)
    wanted = (whole[inside] if inside else whole).get("capabilities", {})
    if len(wanted.get("bounding", [])) <= MANY:
        return
    mask = ours()
    for kind, names in wanted.items():  # all, in the order of their numbers
        wanted[kind] = [name for number, name in enumerate(names) if mask >> number & 1]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(whole, file)


def main(args: list[str]) -> None:
    """Run the real runc."""
    if "create" in args:
        drop(os.path.join(args[args.index("--bundle") + 1], "config.json"), "process")
    elif "exec" in args:
        drop(args[args.index("--process") + 1], "")
    os.execv("/usr/sbin/runc", ["runc", *args])


if __name__ == "__main__":
    main(sys.argv[1:])
