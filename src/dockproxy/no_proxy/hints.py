"""What to write instead of an entry, where its spelling leaves no doubt about what is meant."""

from __future__ import annotations

import re

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.no_proxy.facets import LONGEST_NAME, SEPARATORS

_LONGEST = 10_000
_MOST_STEPS = 4
_MOST_NETWORKS = 8
_SETTING = pattern(
    r"(?:(?:export|set|env)\s+)?(?:Environment=)?[\"']?-{0,2}no[_-]?proxy\s*=\s*", re.IGNORECASE
)
_URL = pattern(r"[a-z][a-z0-9+.-]*://(?:[^/?#]*@)?([^/?#@]+)", re.IGNORECASE)
_UNDER = pattern(r"\*\.((?:\w|-)+(?:\.(?:\w|-)+)*)\Z")
_PART_OF_IPV4 = pattern(r"((?:[0-9]{1,3}\.){1,3})(?:\*(?:\.\*)*\.?)?\Z")
_CUT_NETWORK = pattern(r"([0-9]{1,3}(?:\.[0-9]{1,3}){0,2})/([1-9][0-9]?)\Z")
_NETMASK = pattern(r"([0-9.]{7,15})/([0-9.]{7,15})\Z")
_RANGE = pattern(r"([0-9a-f.:]{2,45})-([0-9a-f.:]{2,45})\Z", re.IGNORECASE)
_QUOTES = "\"'“”‘’`"


class Proposal(NamedTuple):
    """text: what to write, for a person. entries: that, as it would stand in the list."""

    text: Message
    entries: tuple[str, ...]


def proposal(entry: str) -> Proposal | None:
    """What to write instead of this, as it stands between two commas; None where there is nothing
    to say, or no telling.
    """
    entry = entry.strip()
    if len(entry) > _LONGEST:
        return None
    step = _step(entry)
    if step is None:
        return None
    text, found = step
    entries = tuple(dict.fromkeys(end for one in found for end in _to_the_end(one) if end))
    if not entries:
        return None
    better = ",".join(entries)
    return Proposal(message(text, better=better, host=better.removeprefix(".")), entries)


def _to_the_end(entry: str) -> tuple[str, ...]:
    """What is left when nothing more is to be mended."""
    found = [entry]
    for _number in range(_MOST_STEPS):
        steps = [(one, _step(one)) for one in found]
        if not any(step for _one, step in steps):
            break
        found = [end for one, step in steps for end in ([one] if step is None else step[1])]
    return tuple(found)


def _step(entry: str) -> tuple[str, list[str]] | None:
    """The first thing to mend, and what is left then."""
    if entry.startswith("\ufeff"):
        return N_("write {better}, without the byte order mark before it"), [entry[1:].strip()]
    setting = _SETTING.match(entry)
    if setting is not None:
        return N_("write the list alone: {better}"), [entry[setting.end() :].strip(_QUOTES)]
    if entry.strip(_QUOTES) != entry:
        return N_("write it without quotes: {better}"), [entry.strip(_QUOTES).strip()]
    pieces = [piece for piece in SEPARATORS.split(entry) if piece]
    if len(pieces) > 1:
        return N_("write commas between: {better}"), pieces
    if pieces and pieces[0] != entry:
        return N_("write it alone: {better}"), pieces
    url = _URL.match(entry)
    if url is not None:
        return N_("write the host alone: {better}"), [url.group(1)]
    under = _UNDER.match(entry)
    if under is not None and len(entry) <= LONGEST_NAME:
        text = N_("write {better} for all names under it, or {host} for itself as well")
        return text, [f".{under.group(1)}"]
    networks = _networks(entry)
    if networks:
        return N_("write it as a network: {better}"), networks
    return None


def _networks(entry: str) -> list[str]:
    """``10.*``, ``10.0/16``, a netmask in dots, or a range of addresses."""
    from ipaddress import ip_network

    patterns = (_PART_OF_IPV4, _CUT_NETWORK, _NETMASK, _RANGE)
    part, cut, masked, between = (pattern.match(entry) for pattern in patterns)
    if between is not None:
        return list(networks_between(*between.groups()))
    text = ""
    start = part or cut
    if start is not None:
        numbers = start.group(1).rstrip(".").split(".")
        bits = cut.group(2) if cut is not None else 8 * len(numbers)
        text = f"{'.'.join([*numbers, *['0'] * (4 - len(numbers))])}/{bits}"
    elif masked is not None:
        text = entry
    try:
        return [str(ip_network(text, strict=False))] if text else []
    except ValueError:
        return []


def networks_between(low: str, high: str) -> tuple[str, ...]:
    """The networks that are just the addresses from the one to the other; none if there are none,
    or so many that nobody writes them.
    """
    from ipaddress import ip_address, summarize_address_range

    try:
        first, last = ip_address(low), ip_address(high)
        networks = tuple(map(str, summarize_address_range(first, last)))
    except (ValueError, TypeError):
        return ()
    return networks if len(networks) <= _MOST_NETWORKS else ()
