"""Programs that are none, each with one habit of a real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dockproxy.core.model.message import Message
from dockproxy.no_proxy.programs import Asked
from dockproxy.semantics.base import Decider, Decision, Semantics, Target
from dockproxy.semantics.registry import Version

Reader = Callable[[str], "list[str] | None"]


def _under(host: str, entry: str) -> bool:
    return host == entry or host.endswith(f".{entry}")


def stand_in(name: str, reader: Reader, matches: Callable[[str, str], bool] = _under) -> Semantics:
    """Reads http_proxy and no_proxy. reader: the entries of a list; None: every request fails."""

    def decider(environ: Mapping[str, str], _version: str) -> Decider:
        entries = reader(environ.get("no_proxy", ""))

        def decide(target: Target) -> Decision:
            if entries is None:
                return Decision("error", Message("died"))
            if any(entry and matches(target.host, entry) for entry in entries):
                return Decision("direct", Message("listed"))
            return Decision("proxy", Message("proxied"), environ.get("http_proxy", ""))

        return decide

    return Semantics(name, ("1",), (), decider)


def _ends(host: str, entry: str) -> bool:
    return host.endswith(entry)


SUFFIXES = stand_in("suffixes", lambda listing: listing.split(","), _ends)
"""As apt: any end of a name."""

NAMES = stand_in("names", lambda listing: listing.split(","))
"""As wget or npm: no networks, no ports."""


def _star(host: str, entry: str) -> bool:
    return entry == "*" or _under(host, entry)


ONLY_ALONE = stand_in(
    "only-alone",
    lambda listing: ["*"] if listing == "*" else [x for x in listing.split(",") if x != "*"],
    _star,
)
"""As curl: ``*`` counts as the whole list."""


def asked(semantics: Semantics) -> Asked:
    """Such a program, asked."""
    return Asked(semantics.name, Version(semantics, "1"))
