"""Which options dockerd gets by flags: it refuses one that is in daemon.json too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dockproxy.core.formats.daemon_directives import Version
from dockproxy.core.formats.daemon_options import SWITCHES

_NAMES_TEXT = """
    add-runtime=runtimes authorization-plugin=authorization-plugins cdi-spec-dir=cdi-spec-dirs
    cluster-store-opt=cluster-store-opts default-address-pool=default-address-pools
    default-network-opt=default-network-opts default-ulimit=default-ulimits dns-opt=dns-opts
    exec-opt=exec-opts feature=features host=hosts insecure-registry=insecure-registries
    label=labels log-opt=log-opts node-generic-resource=node-generic-resources
    registry-mirror=registry-mirrors storage-opt=storage-opts
"""
KEYS_BY_FLAG = dict(pair.split("=") for pair in _NAMES_TEXT.split())
"""Flags that daemon.json calls otherwise (moby 20.10 to 29.7 opts.NamedOption)."""

_SHORT = {"D": "debug", "H": "host", "l": "log-level", "p": "pidfile", "b": "bridge"}
_SHORT |= {"s": "storage-driver", "G": "group", "g": "graph"}
_SWITCHES = frozenset("Dvhr")
"""Letters that take no value."""

_WORDLESS = SWITCHES.union(("help", "restart", "validate", "version"))
"""Flags whose value, if any, stands behind an equals sign (pflag, NoOptDefVal)."""

_PROGRAMS = ("dockerd", "dockerd-rootless.sh")


def options_by_flag(words: Sequence[str], engine: Version) -> dict[str, str]:
    """The options of daemon.json that these words of dockerd set, each with its flag as written.

    Nothing where the words are another program's, as of a shell that starts dockerd.
    """
    if not words or words[0].rpartition("/")[2] not in _PROGRAMS:
        return {}
    found: dict[str, str] = {}
    for flag, name in _flags(words[1:]):
        found.setdefault(_option(name, engine), flag)
    return found


def _option(flag: str, engine: Version) -> str:
    """moby 28.0: a list of gateways took the place of the one; both keys clash with the flag."""
    if flag == "host-gateway-ip" and engine >= (28, 0):
        return "host-gateway-ips"
    return KEYS_BY_FLAG.get(flag, flag)


def _flags(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each flag as written, without its value, and its long name."""
    waiting = False
    for word in words:
        if waiting:
            waiting = False
        elif word == "--":
            return
        elif word.startswith("--"):
            flag, equals, _ = word.partition("=")
            waiting = not equals and flag[2:] not in _WORDLESS
            yield flag, flag[2:]
        elif word.startswith("-") and len(word) > 1:
            for index, letter in enumerate(word[1:], 1):
                yield f"-{letter}", _SHORT.get(letter, letter)
                if letter not in _SWITCHES:
                    waiting = index == len(word) - 1
                    break
