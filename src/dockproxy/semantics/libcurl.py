"""libcurl: how curl, git, PHP's curl, dnf and Composer's downloads choose a proxy.

- A target of scheme x reads x_proxy, else X_PROXY, except HTTP_PROXY, which is never read; then
  all_proxy, then ALL_PROXY. Then no_proxy, else NO_PROXY. An empty variable is as if unset.
- A proxy without a scheme is http. http, https, socks and socks4, socks4a, socks5, socks5h; any
  other scheme, and what is no URL, is an error. Without a port: 443 with https, else 1080; from
  8.21 on 80 with http. ``socks5://localhost/PATH`` is a Unix socket.
- Without a scheme, a host like ftp.x is an error before 8.21; since then a port that its name
  would imply (21, and 80 for all else) counts as none.
- NO_PROXY: ``*`` alone is for everything. An entry is for that name and all under it; one dot
  before it and one behind it (on either side) do not matter. Addresses are compared as numbers,
  with networks; IPv6 as text, without networks, before 8.18. Ports are never read.
- A user or password that decodes to a control character: from 7.76 to 8.20 libcurl forgets the
  whole proxy and goes direct.

Sources: lib/url.c create_conn_helper_init_proxy, detect_proxy, parse_proxy (from 8.21 on
lib/proxy.c and lib/peer.c); lib/noproxy.c Curl_check_noproxy (before 7.86 lib/url.c check_noproxy).

Versions: 7.76 a spoilt user; 7.77 127.1 is an address; 7.78 no blanks in a URL; 7.80 names are
decoded; 7.81 port 0, IPv6 in its short form; 7.84 Unix sockets, fewer characters in a name (also
7.86, 7.87, 8.0, 8.21); 7.86 networks, IDNA before NO_PROXY, and faults that 7.87 mended: entries
that nothing follows count for more; 8.4 ws as http; 8.8 WS_PROXY alone, not ws_proxy, to 8.18;
8.9 a blank between entries ends the list; 8.13 0X7f is a name, to 8.20; 8.18 IPv6 networks; 8.21
port 80, a dot behind IPv4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Target,
    first_set,
    ignored,
    listed,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.libcurl_url import Since, Url, decoded, is_quad, parse, six
from dockproxy.semantics.resolver import is_name

VERSIONS = (
    *("7.74", "7.76", "7.77", "7.78", "7.80", "7.81", "7.84", "7.86", "7.87"),
    *("8.0", "8.4", "8.8", "8.9", "8.13", "8.18", "8.19", "8.21"),
)
Matcher = Callable[[str], "str | None"]
"""Host → the entry that keeps it from the proxy."""

_SCHEMES = frozenset(
    (
        *("http", "https", "ftp", "ftps", "gopher", "gophers", "dict", "ldap", "ldaps", "mqtt"),
        *("imap", "imaps", "pop3", "pop3s", "smtp", "smtps", "rtsp", "scp", "sftp", "telnet"),
    )
)
"""What Debian's libcurl knows and speaks over TCP."""
_WEBSOCKETS = {"ws": "http", "wss": "https"}
_SPOKEN = {
    **{name: name for name in ("http", "https", "socks4", "socks4a", "socks5", "socks5h")},
    "socks": "socks4",
}
_GUESSED = {"ftp": 21, "dict": 2628, "ldap": 389, "imap": 143, "smtp": 25, "pop3": 110}
"""What a host without a scheme that begins with it and a dot is taken for, and its port."""
_CONTROL = pattern(r"[\0-\x1f]")
_BLANKS_AND_COMMAS = pattern(r"[ \t,]+")
_NO_BLANK_NOR_COMMA = pattern(r"[^ \t,]+")
_NUMBER = pattern(r"[ \t-\r]*([+-]?)([0-9]+)")
_NUMBERS = pattern(r"[0-9.]+")
_UTF_8 = pattern(r"utf-?8", re.IGNORECASE)
_LONGEST_ADDRESS = 127


def since_of(version: str) -> Since:
    """``7.88`` as numbers that compare."""
    return tuple(int(part) for part in version.split("."))


def decider(environ: Mapping[str, str], version: str) -> Decider:
    """What curl does with this environment; a version of libcurl."""
    since = since_of(version)
    listing, text = first_set(environ, "no_proxy", "NO_PROXY")
    kept = matcher(text, since)
    utf_8 = speaks_utf_8(environ)
    proxies: dict[str, tuple[str, Decision | None]] = {}

    def decide(target: Target) -> Decision:
        scheme = target.scheme
        if scheme == "file":
            return ignored("", message(N_("file:// is read without a network")))
        if scheme not in _SCHEMES and (scheme not in _WEBSOCKETS or since < (8, 4)):
            return refused("", message(N_("libcurl knows no {scheme}://"), scheme=scheme))
        host = target_host(target, since, utf_8)
        if host is None:
            return refused("", message(N_("libcurl does not take it for a URL")))
        if scheme not in proxies:
            name, value = variable_for(environ, scheme, since)
            proxies[scheme] = (name, proxy_decision(value, name, since, utf_8) if name else None)
        name, decision = proxies[scheme]
        if decision is None:
            return not_set(f"{scheme}_proxy")
        entry = kept(host)
        return decision if entry is None else listed(entry, listing, name)

    return decide


def variable_for(environ: Mapping[str, str], scheme: str, since: Since) -> tuple[str, str]:
    """The variable that names the proxy for such targets, and its value (detect_proxy)."""
    lower, upper = f"{scheme}_proxy", f"{scheme.upper()}_PROXY"
    if scheme == "http":
        names = [lower]
    elif scheme in ("ws", "wss", "scp", "sftp") and (8, 8) <= since < (8, 19):
        names = [upper]
    else:
        names = [lower, upper]
    if scheme in _WEBSOCKETS:
        names.append(f"{_WEBSOCKETS[scheme]}_proxy")
        names += ["HTTPS_PROXY"] if scheme == "wss" else []
    return first_set(environ, *names, "all_proxy", "ALL_PROXY")


def proxy_decision(
    value: str, variable: str, since: Since, utf_8: bool, *, kind: str = "http", user: str = ""
) -> Decision:
    """What a proxy's value leads to, if no entry keeps the target from it (parse_proxy).

    kind: what CURLOPT_PROXYTYPE says it is, for one without a scheme. user: in place of its own.
    """
    url = parse(value, since)
    if url is None:
        said = message(N_("libcurl cannot read {variable}"), variable=variable)
        return refused(variable, said)
    spoken = _spoken(url, kind, since)
    if spoken is None:
        said = message(
            N_("{variable} names no kind of proxy that libcurl knows"), variable=variable
        )
        return refused(variable, said)
    if since >= (7, 76) and _CONTROL.search(decoded(url.user)):
        if since >= (8, 21):
            said = message(N_("the user of {variable} is spoilt"), variable=variable)
            return refused(variable, said)
        said = message(
            N_("the user of {variable} is spoilt: libcurl drops the proxy"), variable=variable
        )
        return ignored(variable, said)
    path = re.split(r"[?#]", url.path, maxsplit=1)[0]
    is_socks = spoken.startswith("socks")
    if is_socks and since >= (7, 84) and url.host.lower() == "localhost" and path not in ("", "/"):
        said = message(N_("{variable} names the Unix socket {path}"), variable=variable, path=path)
        return refused(variable, said)
    host = url.host if since >= (7, 80) else decoded(url.host)
    ascii_host = in_ascii(host, utf_8)
    if not url.written.startswith("[") and not _resolves(ascii_host, since):
        said = message(N_("no name server knows the host of {variable}"), variable=variable)
        return refused(variable, said)
    port = url.port
    if (
        since >= (8, 21)
        and not url.scheme
        and port
        and int(port) == _GUESSED.get(_guessed(url), 80)
    ):
        port = ""
    if not port and not is_socks and spoken == "http" and since < (8, 21):
        port = "1080"
    tail = f":{port}" if port else ""
    return through(f"{spoken}://{user or url.user}{url.written}{tail}", variable)


def _spoken(url: Url, kind: str, since: Since) -> str | None:
    """Before 8.21 a host like ftp.x was taken for ftp://, and http:// did not change the kind."""
    scheme = url.scheme
    if not scheme:
        return None if since < (8, 21) and _guessed(url) else kind
    return kind if scheme == "http" and since < (8, 21) else _SPOKEN.get(scheme)


def _resolves(host: str | None, since: Since) -> bool:
    """``*`` is loopback to getaddrinfo. It knows numbers that are no address from no server with
    glibc 2.43, which is younger than libcurl 8.21.
    """
    if host is None or host == "*" or is_quad(host):
        return host is not None
    return is_name(host) and (since < (8, 21) or not _NUMBERS.fullmatch(host))


def _guessed(url: Url) -> str:
    begins = url.host.lower().partition(".")[0]
    return begins if begins in _GUESSED and "." in url.host else ""


def target_host(target: Target, since: Since, utf_8: bool) -> str | None:
    """The host that NO_PROXY is compared with, None if libcurl refuses the target."""
    url = parse(target.url, since)
    if url is None:
        return None
    if url.host.isascii():
        return url.host
    ascii_host = in_ascii(url.host, utf_8)
    return ascii_host if ascii_host is None or since >= (7, 86) else url.host


def speaks_utf_8(environ: Mapping[str, str]) -> bool:
    """Whether the locale lets libidn2 read a host's bytes as UTF-8."""
    return bool(_UTF_8.search(first_set(environ, "LC_ALL", "LC_CTYPE", "LANG")[1]))


def in_ascii(host: str, utf_8: bool) -> str | None:
    """An international name in ASCII, None where that can't be done (Curl_idnconvert_hostname)."""
    if host.isascii():
        return host
    if not utf_8:
        return None
    from dockproxy.semantics.go_idna import to_ascii

    return to_ascii(host)


def matcher(text: str, since: Since) -> Matcher:
    """What a value of NO_PROXY keeps from the proxy, as ``check_noproxy`` reads it."""
    if text == "*":
        return lambda host: "*"
    if since < (7, 86):
        return _tail_matcher([entry for entry in re.split("[ ,]+", text) if entry])
    if since < (7, 87):
        return _hasty_matcher(text)
    if since < (8, 9):
        return _matcher([entry for entry in _BLANKS_AND_COMMAS.split(text) if entry], since)
    return _matcher(_up_to_a_blank(text), since)


def _up_to_a_blank(text: str) -> list[str]:
    """Two words between commas end the list: the second is not read."""
    entries = []
    for piece in text.split(","):
        first, *more = re.split("[ \t]", piece.strip(" \t"), maxsplit=1)
        if first:
            entries.append(first)
        if more:
            break
    return entries


def _tail_matcher(entries: list[str]) -> Matcher:
    """Before 7.86: names and addresses alike as text, from the right, at dots."""
    lowered = [(entry, _lower(entry[1:] if entry.startswith(".") else entry)) for entry in entries]

    def match(host: str) -> str | None:
        host = _lower(host)
        return next((entry for entry, tail in lowered if _is_under(host, tail)), None)

    return match


def _hasty_matcher(text: str) -> Matcher:
    """7.86: an entry is for that name alone; one with a dot before it is for every name that ends
    so (at a dot or not), and an address without a network is one, only if nothing follows it. The
    bits of ``10.0.0.0/`` are what follows, be it a blank and a number.
    """
    entries = [(found.group(), found.end()) for found in _NO_BLANK_NOR_COMMA.finditer(text)]

    def match(host: str) -> str | None:
        lower, is_address = _lower(host), is_quad(host)
        for entry, end in entries:
            last = end == len(text)
            if is_address:
                followed = entry + text[end : end + 40] if "/" in entry else entry
                if ("/" in entry or last) and _covers_four(followed, host, (7, 86)):
                    return entry
                continue
            name = _lower(entry)
            bare = name[1:] if name.startswith(".") else name
            if lower == bare or (bare != name and last and lower.endswith(bare)):
                return entry
        return None

    return match


def _matcher(entries: list[str], since: Since) -> Matcher:
    """From 7.87 on."""
    names = [(entry, _bare(entry)) for entry in entries]

    def match(host: str) -> str | None:
        if is_quad(host):
            return next((entry for entry in entries if _covers_four(entry, host, since)), None)
        number = six(host) if since >= (8, 18) and ":" in host else None
        if number is not None:
            return next((entry for entry in entries if _covers_six(entry, number)), None)
        host = _lower(host.removesuffix("."))
        return next((entry for entry, name in names if _is_under(host, name)), None)

    return match


def _bare(entry: str) -> str:
    return _lower(entry.removesuffix(".").removeprefix("."))


def _is_under(host: str, name: str) -> bool:
    if not host.endswith(name):
        return False
    rest = len(host) - len(name)
    return rest == 0 or host[rest - 1] == "."


def _covers_four(entry: str, host: str, since: Since) -> bool:
    """cidr4_match: /0 and /32 are for this address alone, more is for none."""
    network, slash, text = entry.partition("/")
    bits = _bits(text, since) if slash else 0
    if len(entry) > _LONGEST_ADDRESS or bits is None or bits > 32 or not is_quad(network):
        return False
    return _four(network) >> (32 - (bits or 32)) == _four(host) >> (32 - (bits or 32))


def _covers_six(entry: str, number: int) -> bool:
    """cidr6_match: /0 is for this address alone."""
    network, slash, text = entry.partition("/")
    bits = _bits(text, (8, 18)) if slash else 0
    known = six(network)
    if len(entry) > _LONGEST_ADDRESS or bits is None or known is None:
        return False
    return known >> (128 - (bits or 128)) == number >> (128 - (bits or 128))


def _bits(text: str, since: Since) -> int | None:
    """A network's bits: as atoi reads them; from 8.18 on a number up to 128 or none."""
    if since >= (8, 18):
        if not (text.isascii() and text.isdigit()):
            return None
        digits = text.lstrip("0")
        return int(digits or 0) if len(digits) <= 3 and int(digits or 0) <= 128 else None
    found = _NUMBER.match(text)
    if found is None:
        return 0
    sign, digits = found.group(1), found.group(2).lstrip("0")
    number = int(digits or 0) if len(digits) < 19 else (1 << 63) - (sign != "-")
    return (-number if sign == "-" else number) & 0xFFFFFFFF


def _four(quad: str) -> int:
    total = 0
    for part in quad.split("."):
        total = total << 8 | int(part)
    return total


_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER = str.maketrans(_UPPER, _UPPER.lower())


def _lower(text: str) -> str:
    """ASCII letters alone (strncasecompare)."""
    return text.lower() if text.isascii() else text.translate(_LOWER)
