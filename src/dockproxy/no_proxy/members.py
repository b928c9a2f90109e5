"""What is to go direct, as it is typed, and the targets that tell whether it does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.secret import mask_url
from dockproxy.no_proxy.facets import LONGEST_NAME, neighbours
from dockproxy.no_proxy.hints import networks_between, proposal
from dockproxy.no_proxy.programs import target
from dockproxy.semantics.base import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    Network = IPv4Network | IPv6Network

_URL = pattern(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)")
_LABELS = pattern(r"(?:[^\W]|-)+(?:\.(?:[^\W]|-)+)*\Z")
_IMPLIED = {"http": 80, "https": 443}
_USUAL = (("http", 0), ("https", 0), ("http", 8080), ("https", 8443))
MOST_SINGLE = 256
"""Addresses of a network that may be written one by one."""
_MOST_TRIED = 64
"""Addresses of a network that are all tried; of a larger one, some."""


class Member(NamedTuple):
    """One thing that is to go direct.

    texts: as it was given; several where they were put together. kind: ``host``, ``under`` (all
    names under it, not itself) or ``network`` (of one address, too). name: in lower case, without
    dots before and behind it, "" for a network. scheme and port: those alone, if there are any; 0
    is every port.
    """

    texts: tuple[str, ...]
    kind: str
    name: str = ""
    network: Network | None = None
    scheme: str = ""
    port: int = 0

    @property
    def shown(self) -> str:
        """It in one word."""
        if self.network is None:
            plain = f".{self.name}" if self.kind == "under" else self.name
        elif self.network.num_addresses > 1:
            plain = str(self.network)
        else:
            plain = str(self.network[0])
        if not self.port:
            return plain
        return f"[{plain}]:{self.port}" if ":" in plain else f"{plain}:{self.port}"

    def holds(self, asked: Target) -> bool:
        """Whether this target is one of it."""
        port = int(asked.port or _IMPLIED[asked.scheme])
        if self.port and (port != self.port or self.scheme not in ("", asked.scheme)):
            return False
        name = asked.host.lower().rstrip(".")
        if self.kind == "host":
            return name == self.name
        if self.kind == "under":
            return name.endswith(f".{self.name}")
        return self.network is not None and _is_in(name, self.network)

    def stands_over(self, asked: Target) -> bool:
        """Whether this target would be one of it if it were a host and all names under it."""
        if not self.name:
            return False
        name = asked.host.lower().rstrip(".")
        own = f".{name}".endswith(f".{self.name}")
        return own and (not self.port or self.port == int(asked.port or _IMPLIED[asked.scheme]))


class Trial(NamedTuple):
    """A target that tells something. code: for ``others`` how it is near: see ``OTHERS``."""

    code: str
    target: Target


OTHERS: dict[str, Message] = {
    "ending": message(N_("names that merely end with it")),
    "address-ending": message(N_("addresses that merely end with it")),
    "parent": message(N_("the name above it")),
    "sibling": message(N_("its neighbours")),
    "outside": message(N_("addresses next to it")),
    "port": message(N_("its other ports")),
    "unrelated": message(N_("everything")),
    "under": message(N_("names under it")),
    "itself": message(N_("the name itself")),
}
"""What a list may let past with a member that is none."""
HARMLESS = ("under", "itself")
"""Of these, what belongs to the same owner: hardly any program tells a host from the names under
it. It is avoided where it can be, and said where not, but the list counts as exact.
"""
SAME_OWNER = (*HARMLESS, "port")
"""What nobody need mind: to most programs a host is one with all of its ports. What else goes
direct is somebody else's: it would pass by the proxy that is to see it.
"""


def parse_member(text: str) -> Member:
    """HOST, .DOMAIN, *.DOMAIN, ADDRESS, NETWORK/BITS, HOST:PORT or a URL. Raises UsageError."""
    given = text.strip()
    url = _URL.match(given)
    scheme = url.group(1).lower() if url is not None else ""
    rest = url.group(2).rpartition("@")[2] if url is not None else given
    if scheme not in ("", "http", "https"):
        raise _wrong(text, message(N_("only http and https go through these proxies")))
    network = _network(rest)
    if network is not None and not scheme:
        return Member((given,), "network", network=network)
    _refuse_what_is_not_one(text, rest)
    host, port = _split(rest)
    if port is None:
        shown = text if rest.rpartition(":")[2].isdigit() else f"{text.rpartition(':')[0]}:…"
        raise _wrong(shown, message(N_("a port is a number from 1 to 65535")))
    port = port or _IMPLIED.get(scheme, 0)
    network = _network(host) if "/" not in host else None
    if network is not None:
        return Member((given,), "network", network=network, scheme=scheme, port=port)
    kind = "under" if host.startswith((".", "*.")) else "host"
    name = host.removeprefix("*").removeprefix(".").removesuffix(".")
    if not _LABELS.match(name) or len(name) > LONGEST_NAME:
        better = proposal(mask_url(given))
        hint = better.text if better is not None and len(better.entries) == 1 else None
        raise _wrong(text, message(N_("it is no host, network or URL")), hint)
    return Member((given,), kind, name.lower(), scheme=scheme, port=port)


def _refuse_what_is_not_one(text: str, rest: str) -> None:
    """Several in one word, a user, a zone, a range: each with what to write instead."""
    if len(re.split(r"[\s,;|]+", rest)) > 1:
        hint = message(N_("one word each, with blanks between; or - for standard input"))
        raise _wrong(text, message(N_("it is more than one")), hint)
    if "@" in rest:
        hint = message(N_("write the host alone: {better}"), better=rest.rpartition("@")[2])
        raise _wrong(text, message(N_("a list holds no users")), hint)
    address, percent, _zone = rest.strip("[]").partition("%")
    if percent and _network(address) is not None:
        hint = message(N_("write the address alone: {better}"), better=address)
        raise _wrong(text, message(N_("a list holds no zones, as %eth0 is one")), hint)
    low, dash, high = rest.partition("-")
    if dash and "/" not in rest and _network(low) is not None and _network(high) is not None:
        networks = networks_between(low, high)
        hint = message(N_("write networks: ADDRESS/BITS"))
        if networks:
            hint = message(N_("write networks: {better}"), better=" ".join(networks))
        raise _wrong(text, message(N_("hardly any program reads a range of addresses")), hint)


def _wrong(text: str, why: Message, hint: Message | None = None) -> UsageError:
    masked = mask_url(text)
    shown = masked if len(masked) <= 60 else masked[:60] + "…"
    said = message(N_("“{member}” can't be had: {why}"), member=shown, why=why)
    usual = message(N_("HOST, .DOMAIN, ADDRESS, NETWORK/BITS, HOST:PORT or a URL"))
    return UsageError(said, hint=usual if hint is None else hint)


def _network(text: str) -> Network | None:
    from ipaddress import ip_network

    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    if "%" in text:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _split(rest: str) -> tuple[str, int | None]:
    """Host and port: 0 for none, None for what is no port."""
    host, colon, digits = rest.rpartition(":")
    if not colon or rest.endswith("]"):
        return rest, 0
    if not (digits.isascii() and digits.isdigit() and len(digits) < 6 and 0 < int(digits) < 65536):
        return rest, None
    return host, int(digits)


def _is_in(host: str, network: Network) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(host) in network
    except ValueError:
        return False


def joined(members: Iterable[Member]) -> tuple[Member, ...]:
    """The same in as few members as can be: what another holds is left out, networks side by side
    become one.
    """
    from ipaddress import collapse_addresses

    names = dict[tuple[object, ...], Member]()
    order: dict[str, int] = {}
    for member in members:
        for text in member.texts:
            order.setdefault(text, len(order))
        key = (member.kind, member.name, str(member.network), member.scheme, member.port)
        there = names.get(key)
        texts = (*there.texts, *member.texts) if there is not None else member.texts
        first = there if there is not None else member
        names[key] = first._replace(texts=tuple(dict.fromkeys(texts)))
    kept = list(names.values())
    whole = [member for member in kept if member.kind == "network" and not member.port]
    found = [
        member
        for member in kept
        if member not in whole and not any(_covers(one, member) for one in kept)
    ]
    for version in (4, 6):
        networks = [
            member.network
            for member in whole
            if member.network is not None and member.network.version == version
        ]
        for network in collapse_addresses(networks):  # type: ignore[type-var]
            given = tuple(
                text
                for member in whole
                if member.network is not None
                and member.network.version == version
                and member.network.subnet_of(network)  # type: ignore[arg-type]
                for text in member.texts
            )
            found.append(Member(given, "network", network=network))
    return tuple(sorted(found, key=lambda member: min(map(order.__getitem__, member.texts))))


def _covers(wide: Member, narrow: Member) -> bool:
    """Whether all of the narrow one is in the wide one, which is another."""
    if wide is narrow or (wide.port and wide.port != narrow.port):
        return False
    if wide.scheme and wide.scheme != narrow.scheme:
        return False
    if wide.network is not None:
        same = narrow.network is not None and narrow.network.version == wide.network.version
        return same and narrow.network.subnet_of(wide.network)  # type: ignore
    name, under = narrow.name, wide.name
    if wide.kind == "under":
        return name.endswith(f".{under}") or (narrow.kind == "under" and name == under)
    return narrow.kind == "host" and name == under


def inside(member: Member) -> list[Target]:
    """Targets that are of it."""
    ways = _ways(member)
    if member.kind == "host":
        hosts = [member.name]
    elif member.kind == "under":
        hosts = [f"sub.{member.name}", f"a.b-1.{member.name}"]
    else:
        assert member.network is not None
        hosts = [str(address) for address in _samples(member.network)]
        if len(hosts) > 8:
            ways = ways[:2]
    return [target(scheme, host, port or "") for host in hosts for scheme, port in ways]


def _ways(member: Member) -> tuple[tuple[str, int], ...]:
    if not member.port:
        return _USUAL
    schemes = (member.scheme,) if member.scheme else ("http", "https")
    implied = [(scheme, 0) for scheme in schemes if _IMPLIED[scheme] == member.port]
    return (*((scheme, member.port) for scheme in schemes), *implied)


def _samples(network: Network) -> Sequence[object]:
    size = network.num_addresses
    if size <= _MOST_TRIED:
        return list(network)
    places = {0, 1, size // 3, size // 2, size // 2 + 1, size - 2, size - 1}
    return [network[place] for place in sorted(places)]


def others(member: Member) -> list[Trial]:
    """Targets that are not of it, near by and far away."""
    ways = _USUAL[:2] if not member.port else _ways(member)
    hosts: list[tuple[str, str]] = [("unrelated", "unrelated.invalid"), ("unrelated", "192.0.2.77")]
    if member.network is not None:
        first, last = member.network[0], member.network[-1]
        hosts += [("outside", near) for near in neighbours(first, last)]
        hosts += [("outside", f"{far}") for far in _mirrored(member.network)]
        if first.version == 4 and int(str(first).partition(".")[0]) < 100 and first == last:
            hosts.append(("address-ending", f"1{first}"))
        itself = str(first)
    else:
        name = member.name
        above = name.partition(".")[2]
        hosts.append(("ending", f"x{name}"))
        hosts.append(("sibling", f"{name}.invalid"))
        if member.kind == "under":
            hosts += [("ending", f"a.x{name}"), ("itself", name)]
        else:
            hosts.append(("under", f"sub.{name}"))
        if above:
            hosts += [("parent", above), ("sibling", f"x.{above}")]
        itself = f"sub.{name}" if member.kind == "under" else name
    found = [
        Trial(code, target(scheme, host, port or ""))
        for code, host in hosts
        for scheme, port in ways
    ]
    if member.port:
        ports = [port for port in (80, 443, 8081, 8082) if port != member.port][:3]
        found += [
            Trial("port", target(scheme, itself, "" if _IMPLIED[scheme] == port else port))
            for port in ports
            for scheme in ("http", "https")
        ]
    return found


def _mirrored(network: Network) -> list[object]:
    """The address at the same place of the network beside it: nothing of the list's own."""
    size = network.num_addresses
    beside = int(network[0]) ^ size
    if network.prefixlen == 0 or beside >= 2**network.max_prefixlen:
        return []
    return [network[0] + (beside - int(network[0]))]
