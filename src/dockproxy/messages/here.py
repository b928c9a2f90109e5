"""What a machine knows that helps to read an error text."""

from __future__ import annotations

import re

from dockproxy.core.model.light import pattern
from dockproxy.resolve.host import Host

_ADDRESS = pattern(
    r"(?:[a-z0-9+.-]{1,20}://)?(?:[^@\s/]{0,500}@)?(?P<host>\[[0-9a-f:.%]+\]|[^:/\s\[\]@]+)"
    r":(?P<port>\d{1,5})/?\s*\Z",
    re.IGNORECASE,
)


_ASKERS = (
    (r"error during connect|error (?:loading|parsing) config file", ("DP1", "DP2", "DP4")),
    (r"failed to solve|source metadata|load metadata|resolve image config", ("DP3",)),
    (
        r"error response from daemon|dockerd|docker pull|server error - |error (?:while )?pulling",
        ("DP3", "DP4"),
    ),
    (
        r"\b(?:npm|yarn|pnpm|pip|curl:|wget:|fatal: unable|bundler|gem|cargo|composer|apk|dnf|yum"
        r"|Err:\d|[EW]: Failed|alpinelinux|after connection broken|APKINDEX|NuGet|maven|gradle|go:)",
        ("DP1", "DP2", "DP401", "DP402", "DP403"),
    ),
)
"""Words by which it is known who asked, and the rules that are about somebody else."""


def not_about(line: str) -> tuple[str, ...]:
    """Beginnings of codes of rules that cannot explain this line: what a program in a container
    meets has nothing to do with the daemon's files, and the other way round.
    """
    for words, codes in _ASKERS:
        if re.search(words, line, re.IGNORECASE):
            return codes
    return ()


def proxies_of(host: Host) -> set[tuple[str, str]]:
    """Hosts and ports of the proxies that any component has, or uses."""
    found = set()
    for component in host.components:
        values = [str(each.value) for key, each in component.proxies.items() if key != "no_proxy"]
        values += [each for key, each in (component.in_use or {}).items() if key != "no_proxy"]
        for value in values:
            hit = _ADDRESS.match(value)
            if hit is not None:
                found.add((hit["host"].strip("[]").lower(), hit["port"]))
    return found
