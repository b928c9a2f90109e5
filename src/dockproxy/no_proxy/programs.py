"""The programs whose word counts for a list, and how one is asked what it makes of it."""

from __future__ import annotations

from collections.abc import Callable

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.semantics import registry
from dockproxy.semantics.base import Decider, Target

ALSO = {"daemon": "go", "cli": "go", "builder": "go", "node": "node-fetch"}
"""Parts of Docker, and a short name → the program whose semantics they have."""

CLIENT = ("curl", "git", "wget", "apt", "pip", "npm", "node")
"""What commonly reads the list that new containers and builds are given."""
DEFAULT = "daemon,client"

GROUPS = {"client": CLIENT, "all": tuple(registry.PROGRAMS)}

PROXY = "http://proxy.invalid:3128"
_NAMES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")

Outcome = Callable[[Target], str]
"""The kind of a program's decision: ``proxy``, ``direct`` or ``error``."""


class Asked:
    """One program with a proxy for everything in its environment.

    name: as it was asked for. always_direct: it uses no proxy, whatever is set. reads_list: whether
    any list makes a difference to it.
    """

    def __init__(self, name: str, found: registry.Version) -> None:
        self.name, self.version = name, found.version
        self.program, self.note = found.semantics.name, found.note
        self._decider = found.semantics.decider
        self._bare = self.decider(None)
        self.always_direct = self.bare(_PROBE) == "direct"
        self.reads_list = not self.always_direct and any(
            self.outcome(listing)(_PROBE) == "direct" for listing in _PROBE_LISTS
        )

    def decider(self, listing: str | None) -> Decider:
        """How it decides with this list; None for no list at all."""
        return self._decider(environment(listing), self.version)

    def outcome(self, listing: str) -> Outcome:
        """What it does with a target where this is the list."""
        decide = self.decider(listing)
        return lambda target: decide(target).kind

    def bare(self, target: Target) -> str:
        """What it does with a target where there is no list."""
        return self._bare(target).kind


def environment(listing: str | None) -> dict[str, str]:
    """A proxy for all targets, and the list, under every name that a program reads."""
    environ = dict.fromkeys(_NAMES, PROXY)
    environ["NODE_USE_ENV_PROXY"] = "1"
    if listing is not None:
        environ["no_proxy"] = environ["NO_PROXY"] = listing
    return environ


def target(scheme: str, host: str, port: int | str = "") -> Target:
    """SCHEME://HOST[:PORT]/ as a target; IPv6 gets its brackets."""
    bracketed = ":" in host
    authority = f"[{host}]" if bracketed else host
    url = f"{scheme}://{authority}{f':{port}' if port else ''}/"
    return Target(url, scheme, host, str(port), bracketed)


_PROBE = target("http", "sub.probe.invalid")
_PROBE_LISTS = ("sub.probe.invalid", ".probe.invalid", "*")


def programs(asked: str, missing_ok: bool = False) -> tuple[Asked, ...]:
    """``daemon,curl@7.85,pip`` as programs, each once, in that order.

    Raises UsageError for a name that is none, unless missing_ok.
    """
    names = [name for name in (word.strip() for word in asked.split(",")) if name]
    if not names:
        raise UsageError(
            N_("--for names nothing"), hint=message(N_("choose from: {known}"), known=_known())
        )
    found: dict[str, Asked] = {}
    for name in names:
        members = GROUPS.get(name, (name,))
        for member in members:
            base, at, version = member.partition("@")
            program = ALSO.get(base, base)
            if program not in registry.PROGRAMS and (missing_ok or name in GROUPS):
                continue
            if program not in registry.PROGRAMS or (at and not any(map(str.isdigit, version))):
                raise UsageError(
                    message(N_("--for {asked}: there is no such program"), asked=name),
                    hint=message(N_("choose from: {known}"), known=_known()),
                )
            if member not in found:
                found[member] = Asked(member, registry.program(f"{program}{at}{version}"))
    return tuple(found.values())


def _known() -> str:
    return ", ".join(known())


def known() -> list[str]:
    """Every name that ``programs`` takes."""
    return list(dict.fromkeys((*GROUPS, *ALSO, *registry.PROGRAMS)))
