"""What an entry could mean to somebody, each as targets to ask about.

Nothing here says what an entry does mean: that is what each program makes of the targets. So an
entry is read as widely as any program might.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.no_proxy.programs import target
from dockproxy.semantics.base import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

    Address = IPv4Address | IPv6Address

LONGEST_NAME = 253
"""RFC 1035: octets of a host's name; an entry with more is no end of any."""

SEPARATORS = pattern(r"[\s;|]+")
"""What separates entries for some programs, or in the minds of people."""

_MOST_PIECES = 4
_URL = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_RANGE = pattern(r"([0-9a-fA-F.:]+)-([0-9a-fA-F.:]+)\Z")
_PORT = pattern(r":([0-9]{1,5})\Z")
_NAME = pattern(r"(?:\w|-)+(?:\.+(?:\w|-)+)*\.?\Z")
"""What can be the name of a host: nobody asks for another."""
_PART_OF_IPV4 = pattern(r"\.?[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}\.?\Z")
_USUAL = (("http", ""), ("https", ""))
_OTHERWISE = (("http", "8080"), ("https", "8443"))

_UNRELATED = (
    ("every-name", N_("every name"), ("unrelated.example", "elsewhere.test", "other.invalid")),
    ("every-ipv4", N_("every IPv4 address"), ("203.0.113.7", "10.9.8.70", "172.20.30.45")),
    ("every-ipv6", N_("every IPv6 address"), ("2001:db8::9", "fd12::5a", "fe80::7")),
)


class Facet(NamedTuple):
    """One thing that an entry may mean. code: its kind. text: what it is, for a person.

    too_much: nobody who writes such an entry means this. aside: it is asked about, and told in JSON
    alone, for it hardly ever matters.
    """

    code: str
    text: Message
    targets: tuple[Target, ...]
    too_much: bool = False
    aside: bool = False


def facets(entry: str, lean: bool = False) -> tuple[Facet, ...]:
    """All that this entry, as it stands between two commas, may mean. lean: with as few targets as
    will do, and nothing aside, for lists that are far too long.
    """
    found: dict[tuple[str, str], Facet] = {}
    for facet in _facets(entry.strip()):
        if lean and facet.aside:
            continue
        if lean:
            facet = facet._replace(targets=facet.targets[:: max(1, len(facet.targets) - 1)][:2])
            if facet.code not in ("inside", "outside"):
                facet = facet._replace(targets=facet.targets[:1])
        found.setdefault((facet.code, str(facet.text)), facet)
    return tuple(found.values())


def _facets(entry: str) -> Iterator[Facet]:
    pieces = [piece for piece in SEPARATORS.split(entry) if piece]
    read = [piece for piece in pieces[:_MOST_PIECES] if len(piece) <= LONGEST_NAME + 2]
    for piece in read:
        yield from _of_piece(piece)
    yield from _of_everything(read)
    if not entry.strip(".*[]"):
        text = N_("every name that is written with a dot at its end")
        targets = _targets("unrelated.example.", _USUAL)
        yield Facet("dotted", message(text), targets, too_much=True)


def _of_everything(pieces: list[str]) -> Iterator[Facet]:
    """Hosts that have nothing to do with the entry."""
    ends = tuple(piece.strip("*.[]").lower() or "\n" for piece in pieces)
    for code, text, samples in _UNRELATED:
        host = next((one for one in samples if not one.endswith(ends)), samples[-1])
        if code != "every-name" and any(_holds(piece, host) for piece in pieces):
            host = next((one for one in samples if not _holds(pieces[0], one)), samples[-1])
        yield Facet(code, message(text), _targets(host, _USUAL), too_much=True)


def _holds(piece: str, host: str) -> bool:
    """Whether this is a network, not of all addresses, that this address is in."""
    from ipaddress import ip_address, ip_network

    if "/" not in piece:
        return False
    try:
        network = ip_network(piece, strict=False)
    except ValueError:
        return False
    return network.prefixlen > 0 and ip_address(host) in network


def _of_piece(piece: str) -> Iterator[Facet]:
    url = _URL.match(piece)
    if url is not None:
        piece = url.group(1).rpartition("@")[2]
    between = _RANGE.match(piece)
    if between is not None and _parsed(between.group(1)) and _parsed(between.group(2)):
        yield from _of_range(*between.groups())
    elif "/" in piece:
        yield from _of_network(piece)
    elif _parsed(piece.strip("[]")) or _parsed(_without_port(piece)[0].strip("[]")):
        yield from _of_address(piece)
    elif "*" in piece.removeprefix("*").removeprefix("."):
        yield from _of_pattern(piece)
    else:
        yield from _of_name(piece)


def _without_port(piece: str) -> tuple[str, str]:
    found = _PORT.search(piece)
    if found is None or not 0 < int(found.group(1)) < 65536:
        return piece, ""
    return piece[: found.start()], found.group(1)


def _parsed(text: str) -> Address | None:
    from ipaddress import ip_address

    try:
        return ip_address(text)
    except ValueError:
        return None


def _targets(host: str, ways: tuple[tuple[str, str], ...]) -> tuple[Target, ...]:
    return tuple(target(scheme, host, port) for scheme, port in ways)


def _ports(port: str) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """With this port in the URL; and the schemes that imply it."""
    written = (("http", port), ("https", port))
    implied = {"80": (("http", ""),), "443": (("https", ""),)}
    return written, implied.get(port, ())


def _of_host(host: str, port: str) -> Iterator[Facet]:
    """The host itself, by the ports that a URL may write."""
    if not port:
        yield Facet("itself", message(N_("{host}"), host=host), _targets(host, _USUAL))
        text = message(N_("{host} on other ports than the usual"), host=host)
        yield Facet("itself-other-port", text, _targets(host, _OTHERWISE))
        return
    written, implied = _ports(port)
    text = message(N_("{host} where the URL writes port {port}"), host=host, port=port)
    yield Facet("itself", text, _targets(host, written))
    if implied:
        text = message(N_("{host} where port {port} is not written"), host=host, port=port)
        yield Facet("itself-implied-port", text, _targets(host, implied))
    text = message(N_("{host} on other ports than {port}"), host=host, port=port)
    others = tuple((scheme, "8081" if port != "8081" else "8082") for scheme in ("http", "https"))
    yield Facet("itself-other-port", text, _targets(host, others), too_much=True)


def _of_name(piece: str) -> Iterator[Facet]:
    name, port = _without_port(piece)
    name = name.removeprefix("*").lstrip(".").strip("[]")
    if piece == "<local>":
        yield Facet("plain", message(N_("names without a dot")), _targets("intranet", _USUAL))
    if not _NAME.match(name):
        return
    yield from _of_host(name, port)
    ways = _ports(port)[0] if port else _USUAL
    text = message(N_("names under {name}"), name=name)
    under = (*_targets(f"sub.{name}", ways), *_targets(f"a.sub.{name}", ways))
    yield Facet("under", text, under)
    text = message(N_("names that merely end with it (x{name})"), name=name)
    yield Facet("ending", text, _targets(f"x{name}", ways), too_much=True)
    dotted = name.rstrip(".") if name.endswith(".") else f"{name}."
    text = message(N_("{host}, so written"), host=dotted)
    yield Facet("other-dot", text, _targets(dotted, ways), aside=True)
    if name.upper() != name:
        text = message(N_("{host}, so written"), host=name.upper())
        yield Facet("upper-case", text, _targets(name.upper(), ways), aside=True)
    if _PART_OF_IPV4.match(name):
        yield from _of_part(piece, name.strip("."))


def _of_part(piece: str, digits: str) -> Iterator[Facet]:
    """``10.``, ``10.1`` or ``.2.3``: perhaps somebody takes it for addresses."""
    missing = 4 - len(digits.split("."))
    head = f"{digits}{'.7' * missing}"
    if _parsed(head):
        text = message(N_("addresses that begin with {digits}"), digits=f"{digits}.")
        yield Facet("addresses-beginning", text, _targets(head, _USUAL))
    tail = f"{'10.' * missing}{digits}"
    if _parsed(tail) and piece.startswith((".", "*")):
        text = message(N_("addresses that end with {digits}"), digits=f".{digits}")
        yield Facet("addresses-ending", text, _targets(tail, _USUAL))


def _of_pattern(piece: str) -> Iterator[Facet]:
    """A ``*`` elsewhere than before a name: what shells would let it stand for."""
    pattern, port = _without_port(piece)
    ways = _ports(port)[0] if port else _USUAL
    wide = pattern.replace("*", "sub.x") if "." in pattern.strip("*.") else pattern
    samples = {
        pattern.replace("*", "7"): True,
        pattern.replace("*", "x"): False,
        pattern.replace("*", "1.2.3"): True,
        wide.replace("*", "x"): False,
    }
    for sample, is_number in samples.items():
        host = sample.strip(".")
        if not _NAME.match(host) or (is_number and not _parsed(host)):
            continue
        text = message(N_("hosts such as {host}"), host=host)
        yield Facet("pattern", text, _targets(host, ways))
        if not is_number:
            text = message(N_("names under {name}"), name=host)
            yield Facet("under", text, _targets(f"sub.{host}", ways), aside=True)


def _of_address(piece: str) -> Iterator[Facet]:
    host, port = (piece, "") if _parsed(piece.strip("[]")) else _without_port(piece)
    address = _parsed(host.strip("[]"))
    if address is None or "%" in host:
        yield from _of_host(host.strip("[]"), port)
        return
    yield from _of_host(str(address), port)
    ways = _ports(port)[0] if port else _USUAL
    if address.version == 6:
        text = message(N_("{host}, so written"), host=f"[{address.exploded}]")
        yield Facet("other-spelling", text, _targets(address.exploded, ways), aside=True)
    else:
        longer = f"1{address}"
        if _parsed(longer):
            text = message(N_("addresses that merely end with it ({address})"), address=longer)
            yield Facet("ending", text, _targets(longer, ways), too_much=True)
        text = message(N_("{host}, so written"), host=f"{address}.")
        yield Facet("other-dot", text, _targets(f"{address}.", ways), aside=True)
    yield from _outside(address, address, ways)


def _outside(first: Address, last: Address, ways: tuple[tuple[str, str], ...]) -> Iterator[Facet]:
    beyond = neighbours(first, last)
    if beyond:
        text = message(N_("the addresses next to it ({address})"), address=beyond[0])
        targets = tuple(one for near in beyond for one in _targets(near, ways))
        yield Facet("outside", text, targets, too_much=True)


def neighbours(first: Address, last: Address) -> list[str]:
    """The addresses just below and just above these, where there are any."""
    found = []
    if int(first) > 0:
        found.append(str(first - 1))
    if int(last) < 2**last.max_prefixlen - 1:
        found.append(str(last + 1))
    return found


def _of_network(piece: str) -> Iterator[Facet]:
    from ipaddress import ip_network

    host, _slash, bits = piece.partition("/")
    bits, port = _without_port(bits)
    host = host.strip("[]")
    ways = _ports(port)[0] if port else _USUAL
    try:
        network = ip_network(f"{host}/{bits}", strict=False)
    except ValueError:
        yield from _of_address(host) if _parsed(host) else _of_name(host)
        return
    first, last = network[0], network[-1]
    if network.prefixlen > 0:
        middle = network[network.num_addresses // 2]
        text = message(N_("the addresses of {network}"), network=network)
        inside = dict.fromkeys(map(str, (first, middle, last)))
        yield Facet("inside", text, tuple(one for at in inside for one in _targets(at, ways)))
        yield from _outside(first, last, ways)
    if str(first) != host or not network.prefixlen:
        yield Facet("itself", message(N_("{host}"), host=host), _targets(host, ways))


def _of_range(first: str, last: str) -> Iterator[Facet]:
    low, high = _parsed(first), _parsed(last)
    if low is None or high is None:
        return
    text = message(N_("the addresses from {first} to {last}"), first=low, last=high)
    yield Facet("inside", text, (*_targets(str(low), _USUAL), *_targets(str(high), _USUAL)))
    if low.version == high.version and int(low) < int(high):
        yield from _outside(low, high, _USUAL)
