"""What a machine knows that helps to read an error text."""

from __future__ import annotations

import re

from dockproxy.resolve.host import Host

_ADDRESS = re.compile(
    r"(?:[a-z0-9+.-]{1,20}://)?(?:[^@\s/]{0,500}@)?(?P<host>\[[0-9a-f:.%]+\]|[^:/\s\[\]@]+)"
    r":(?P<port>\d{1,5})/?\s*\Z",
    re.IGNORECASE,
)


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
