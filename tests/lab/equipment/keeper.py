"""Process 1 of a lab's namespaces: while it lives the lab does, and no longer.

Run as ``python3 keeper.py owned`` it ends when its standard input closes, so
when the program that started the lab is gone, however that ended; as
``python3 keeper.py detached`` it stays until it is killed. The kernel then kills
whatever else runs in its process namespace and takes its mounts, links and
firewall rules away.
"""

from __future__ import annotations

import os
import signal
import sys


def main(mode: str) -> None:
    """Wait, while the kernel reaps the orphans."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    print("ready", flush=True)
    if mode == "detached":
        while True:
            signal.pause()
    while True:
        try:
            if not os.read(0, 4096):
                return
        except InterruptedError:
            continue


if __name__ == "__main__":
    main(sys.argv[1])
