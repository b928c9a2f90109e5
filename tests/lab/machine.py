"""What a lab must never change on the machine that it runs on."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess


def look_at_this_machine() -> dict[str, list[str]]:
    """Describe /etc, Docker, links, firewall and mounts of this machine, in comparable lines."""
    homes = [os.path.expanduser("~/.docker"), os.path.expanduser("~/.config/docker")]
    docker = ["/var/lib/docker", "/var/lib/containerd", "/var/lib/dockproxy", *homes]
    return {
        "/etc": _tree("/etc"),
        "docker": [line for path in docker for line in _tree(path, deep=path in homes)]
        + [
            line
            for path in ("/run/docker.sock", "/run/docker.pid", "/run/docker", "/run/containerd")
            for line in _tree(path, deep=False)
        ],
        "units": _tree("/run/systemd") + _tree("/usr/lib/systemd/system"),
        "links": _of(["ip", "-o", "link"]) or _lines("/proc/net/dev", r"^\s*\S+:"),
        "addresses": [re.sub(r"valid_lft.*", "", line) for line in _of(["ip", "-o", "address"])],
        "routes": _of(["ip", "route", "show", "table", "all"]) or _lines("/proc/net/route"),
        "namespaces": _of(["ip", "netns", "list"]) + _tree("/run/netns"),
        "firewall": [
            re.sub(r"\[\d+:\d+\]|packets \d+ bytes \d+", "", line)
            for program in ("iptables-save", "ip6tables-save", "nft")
            for line in _of([program, *(["list", "ruleset"] if program == "nft" else [])])
            if not line.startswith("#")
        ],
        "forwarding": _lines("/proc/sys/net/ipv4/ip_forward"),
        "resolver": _lines("/etc/resolv.conf"),
        "mounts": _lines("/proc/self/mountinfo"),
    }


def _tree(top: str, deep: bool = True) -> list[str]:
    if not os.path.lexists(top):
        return []
    paths = [top]
    if deep and os.path.isdir(top):
        paths += [
            os.path.join(folder, name)
            for folder, folders, files in os.walk(top)
            for name in (*folders, *files)
        ]
    return [_describe(path) for path in sorted(paths)]


def _describe(path: str) -> str:
    info = os.lstat(path)
    content = ""
    if os.path.islink(path):
        content = os.readlink(path)
    elif os.path.isfile(path) and info.st_size < 1 << 20:
        with open(path, "rb") as file:
            content = hashlib.sha256(file.read()).hexdigest()
    return f"{path} {info.st_mode:o} {info.st_uid}:{info.st_gid} {content}"


def _of(argv: list[str]) -> list[str]:
    program = shutil.which(argv[0], path="/usr/sbin:/usr/bin:/sbin:/bin")
    if program is None:
        return []
    done = subprocess.run([program, *argv[1:]], capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def _lines(path: str, pattern: str = "") -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return [line.rstrip("\n") for line in file if re.search(pattern, line)]
    except OSError:
        return []
