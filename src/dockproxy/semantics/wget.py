"""GNU wget: retr.c getproxy, no_proxy_match; host.c sufmatch; url.c url_parse; utils.c sepstring.

Read at 1.21, 1.24.5 and 1.25. Its files (wgetrc, HSTS) may say otherwise and aren't looked at.
A name beyond ASCII needs a UTF-8 locale, and becomes IDNA, before the list is compared with it.

1.21 is as distributions have it today, with what 1.25 brought for CVE-2024-38428: before that
a ``;`` ended the user info of a proxy, and brackets did not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Semantics,
    Target,
    listed,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.host_lookup import can_be_looked_up, in_ascii
from dockproxy.semantics.locales import is_utf8
from dockproxy.semantics.suffixes import Suffixes

VARIABLES = {
    "http": "http_proxy",
    "https": "https_proxy",
    "ftp": "ftp_proxy",
    "ftps": "ftps_proxy",
}
PORTS = {"http": 80, "https": 443, "ftp": 21, "ftps": 21}
LIST = "no_proxy"
BLANKS = " \t\n\v\f\r"

_SCHEME = pattern(r"(https?|ftps?)://", re.I)
_ESCAPES = pattern(r"(?:%(?!00)[0-9A-Fa-f]{2})+")
_USER = pattern(r"[^/?#@\[\]]*@")
_PORT = pattern(r":([0-9]+)(?=/|\Z)")
_CONTROL = pattern(r"[\x00-\x1f\x7f]")


class _Url(NamedTuple):
    scheme: str
    user: str
    host: str
    port: int
    is_ipv6: bool


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    bypassed = Suffixes(_entries(environ.get(LIST, "")))
    legacy = version == "1.21"
    idna = is_utf8(environ)
    proxies = {
        name: _parse(_with_scheme(environ[name], legacy=legacy), idna=idna)
        for name in VARIABLES.values()
        if environ.get(name)
    }

    def decide(target: Target) -> Decision:
        variable = VARIABLES.get(target.scheme, "")
        url = _parse(target.url, idna=idna)
        if url is None:
            return refused(variable, message(N_("wget does not take such a URL")))
        ends = bypassed.ends_of(url.host)
        entry = next((each for each in ends if _ends_at_a_label(each, url.host)), None)
        if (variable not in proxies or entry is not None) and not _is_found(url.host):
            return refused(variable, message(N_("no address can be found for such a host")))
        if variable not in proxies:
            return not_set(variable)
        if entry is not None:
            return listed(entry.strip(), LIST, variable)
        proxy = proxies[variable]
        if proxy is None:
            return refused(variable, message(N_("{variable} is no URL"), variable=variable))
        if proxy.scheme not in ("http", target.scheme):
            said = N_("the scheme of {variable} is not http")
            return refused(variable, message(said, variable=variable))
        if not _is_found(proxy.host):
            said = N_("no address can be found for the host in {variable}")
            return refused(variable, message(said, variable=variable))
        return through(_spoken(proxy), variable)

    return decide


def _entries(value: str) -> list[str]:
    """Between commas; blanks after a comma are skipped, all others belong to the entry.

    An empty entry counts: it matches a host that ends with a dot.
    """
    if not value:
        return []
    first, *others = value.split(",")
    return [first, *(entry.lstrip(BLANKS) for entry in others)]


def _is_found(host: str) -> bool:
    return host != "*" and can_be_looked_up(host)


def _ends_at_a_label(entry: str, host: str) -> bool:
    """Whether an entry that ends a host is all of it, or a part from a dot on."""
    before = len(host) - len(entry)
    return before == 0 or entry.startswith(".") or host[before - 1] == "."


def _with_scheme(value: str, *, legacy: bool) -> str:
    """A proxy without a scheme is taken as http if no port, or a number, follows the host.

    legacy: until 1.25 any other ``host:`` was taken as FTP, which a proxy can't be.
    """
    first = re.search("[:/]" if legacy else ":", value)
    if _SCHEME.match(value) or (first is not None and first.start() == 0):
        return value
    if first is None or first.group() == "/":
        return f"http://{value}"
    at = first.start()
    if value.startswith("://", at):
        return value
    port = _PORT.match(value, at)
    if port is not None and (legacy or 0 < _number(port.group(1)) < 65536):
        return f"http://{value}"
    return f"ftp://{value[:at]}/{value[at + 1 :]}" if legacy else value


@lru_cache(maxsize=256)
def _parse(value: str, *, idna: bool) -> _Url | None:
    """A URL with a scheme, None if wget finds a fault in it."""
    found = _SCHEME.match(value)
    if found is None:
        return None
    scheme = found.group(1).lower()
    rest = value[found.end() :]
    user = _USER.match(rest)
    name = user.group()[:-1] if user else ""
    if user is not None and (not name or name.startswith(":")):
        return None
    rest = rest[user.end() :] if user else rest
    inside = rest[1:].partition("]") if rest.startswith("[") else None
    end = r"/?#" if scheme.startswith("http") else r"/;#"
    if inside is not None:
        host, closed, rest = inside
        if not closed or not _is_ipv6(host) or rest[:1] not in ("", ":", *end):
            return None
    else:
        host = re.split(f"[:{end}]", rest, maxsplit=1)[0]
        rest = rest[len(host) :]
    digits = re.split(f"[{end}]", rest[1:], maxsplit=1)[0] if rest.startswith(":") else ""
    if not host or re.search("[^0-9]", digits) or _number(digits) > 65535:
        return None
    host = _decoded(host)
    if _CONTROL.search(host):
        return None
    host = in_ascii(host) if idna else host
    return _Url(
        scheme, name, host, _number(digits) if digits else PORTS[scheme], inside is not None
    )


def _number(digits: str) -> int:
    """A port, or one too many; no longer number is looked at."""
    digits = digits.lstrip("0")
    return int(digits or 0) if len(digits) < 6 else 65536


def _decoded(host: str) -> str:
    return _ESCAPES.sub(
        lambda found: bytes.fromhex(found.group().replace("%", "")).decode(
            errors="surrogateescape"
        ),
        host,
    )


def _is_ipv6(text: str) -> bool:
    """RFC 4291 without a zone (host.c is_valid_ipv6_address)."""
    head, gap, tail = text.partition("::")
    if gap and "::" in tail:
        return False
    left = head.split(":") if head else []
    right = tail.split(":") if tail else []
    groups = left + right
    if groups and "." in groups[-1]:
        parts = groups[-1].split(".")
        if len(parts) != 4 or not all(_is_byte(part) for part in parts):
            return False
        groups[-1:] = ["0", "0"]
    if not all(re.fullmatch(r"0*[0-9A-Fa-f]{1,4}", group) for group in groups):
        return False
    return len(groups) < 8 if gap else len(groups) == 8


def _is_byte(text: str) -> bool:
    return bool(re.fullmatch("[0-9]+", text)) and _number(text) < 256


def _spoken(proxy: _Url) -> str:
    """As the proxy is spoken to: always in plain HTTP, even one that is given as https."""
    scheme = "ftp" if proxy.scheme.startswith("ftp") else "http"
    host = f"[{proxy.host}]" if proxy.is_ipv6 else proxy.host
    user = f"{proxy.user}@" if proxy.user else ""
    port = "" if proxy.port == PORTS[scheme] else f":{proxy.port}"
    return f"{scheme}://{user}{host}{port}"


SEMANTICS = Semantics("wget", ("1.21", "1.25"), ("1.21.0", "1.21", "1.25"), _decider)
