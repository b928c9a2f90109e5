"""An error text to lines that patterns can be searched for in.

Terminals' escapes, progress bars and the quotes of logs are taken off; a line and its indented
continuations stand together, as do the halves of a line that was wrapped; hosts that are proxies are
marked. Whatever the text, the work is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dockproxy.core.model.light import NamedTuple
from dockproxy.messages.masking import masked
from dockproxy.messages.words import LAYERS, PROXY

_MOST_LINES = 20_000
_MOST_FOUND = 120
_WIDEST = 3_000
_BEFORE, _AFTER = 1_800, 1_000
_LONGEST = 4 << 20

_ESCAPES = re.compile(
    r"(?:\x1b|\ufffd|\x9b|\\(?:e|033|x1b|u001b))\[[0-9;?]{0,30}[A-Za-z]|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|\x1b[@-Z\\-_]"
)
_QUOTES = re.compile(r'\\{1,9}"')
_INTEREST = re.compile(
    r"prox|socks|tunnel|40[0-9]|50[0-9]|dial|lookup|resolv|getaddrinfo|time.?out|deadline|EOF|reset"
    r"|refused|unreachable|x509|cert|tls|ssl|handshake|unable to|daemon|docker|unexpected|"
    r"specifier|environment|outside of section|http response|fetch|network|connect|unknown ?host|"
    r"squid|TCP_|ERR_|ECONN|ENOT|EHOST|ENET|EAI_|EPROTO|EADDR|forbidden|denied|blocked|zscaler|"
    r"temporary|not known|bad address|no route|fork|代理|PKIX|server_hostname|following directives|distributions/gradle|unknown flag|not defined|issuer|hang|tried|invalid|malformed|SOCKS|DNS|retriev|NODATA|your request|performing|gateway|unavailable|bad request|(?:get|head|post|put) \"?https://|\bErr:?\d{0,4} http",
    re.IGNORECASE,
)
_FAULT = re.compile(
    r"proxyconnect|\b40[37]\b|dial tcp|x509|certificate (?:ver|is)|refused|time.?out|no such host"
    r"|resolve|EOF\b|tunnel|reset by peer|ECONN|ETIMED|ENOTF|EAI_|ERR_|unable to configure|Forbidden",
    re.IGNORECASE,
)
"""Of all that is of interest what most likely is the fault."""

_STEP = r"#\d{1,4} \d{1,6}\.\d{1,4} "
_PREFIX = re.compile(
    rf"^\s*(?:=> => # |{_STEP}|[#>|]\s?|[\w.-]{{1,60}}\s{{1,40}}\| (?:{_STEP})?|\d{{1,5}}\.\d{{1,4}} )"
)
_BOUND = re.compile(r"[\s\"',;]")
_LAYER = re.compile(r"\b(?:Pulling from|Pushing|Downloading|The push refers to|Pull complete)\b")
_ENDS = re.compile(r"^(?:unexpected )?EOF$")
_PORTS = frozenset(
    (
        *(1080, 1081, 1086, 1087, 1089, 2080, 2081, 3128, 3129, 3142, 6152, 6153, 7890, 7891, 7892),
        *(7893, 7895, 7897, 7899, 8118, 8123, 8889, 10808, 10809, 10810, 20170, 20171, 20172),
    )
)
"""Ports on which nothing but proxies listens, as a rule."""

_HOST = r"\[?(?P<host>[a-z0-9_.*%-]{1,253}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})\]?"
_CONNECTS = re.compile(
    r"(?:(?:failed to connect|could(?: not|n't) connect|unable to connect|cannot connect|can't connect"
    r"|cannot initiate the connection|connection|connect|connecting) to |dial tcp |connect E[A-Z]{4,14} "
    rf"|socks connect tcp )(?=\S){_HOST}"
    r"(?: \([^)\s]{0,253}\))?(?:\|[^|\s]{0,60}\|)?(?:(?::| port )(?P<port>\d{1,5}))?",
    re.IGNORECASE,
)
_RESOLVES = re.compile(
    r"(?:could(?: not|n't) resolve(?: host:?)?|temporary failure resolving|lookup|ENOTFOUND|EAI_AGAIN"
    rf"|unable to resolve host(?: address)?|bad address)[ '‘\"]{{1,3}}{_HOST}(?P<port>)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"(?:refused|not known|resolution|timed out|unreachable|unavailable|respond)\.? \({_HOST}:(?P<port>\d{{1,5}})\)",
    re.IGNORECASE,
)
"""How .NET names the host: behind the fault."""
_IP = re.compile(r"\[IP: (?P<host>[0-9a-f.:]{2,45}) (?P<port>\d{1,5})\]")
_NAMED = re.compile(
    r"(?:(?<!no_)(?<!no)(?<!no-)prox(?:y|ies)(?:server|_?url|_?host)?|--socks[45]a?(?:-hostname)?|\s-x)"
    r"[\"':=\s\[]{1,8}(?:PROXY )?(?:[a-z0-9+.-]{2,8}://)?(?:[^@\s\"'/]{1,100}@)?"
    rf"{_HOST}(?::(?P<port>\d{{1,5}}))",
    re.IGNORECASE,
)
_URL = re.compile(r"\b(?:https?|git)://(?:[^@\s/\"']{1,100}@)?(?P<host>[a-z0-9_.-]{1,253})", re.I)
_WGET_ASKED = re.compile(
    r"^--\d{4}-\d\d-\d\d [\d:]{8}--\s{1,4}https?://(?P<host>[a-z0-9_.-]{1,253})", re.I | re.M
)
_WGET_TALKS = re.compile(
    r"^(?:Resolving|Connecting to) (?P<host>[a-z0-9_.-]{1,253})(?: \(\S{1,253}\))?(?:\|\S{1,60}\|)?"
    r"(?::(?P<port>\d{1,5}))?\.\.\. ",
    re.I | re.M,
)
_BUSYBOX_ASKED = re.compile(
    r"\bwget\b[^\n]{0,300}?[ \"']https?://(?:[^@\s/\"']{1,100}@)?(?P<host>[a-z0-9_.-]{1,253})", re.I
)
_BUSYBOX_TALKS = re.compile(
    r"(?:^|\s)Connecting to (?P<host>[a-z0-9_.-]{1,253})(?::(?P<port>\d{1,5}))? [(\[]", re.I
)
_SPREAD = re.compile(r"fastly|cdn|mirror|archive|akamai|cloudfront|amazonaws|debian|ubuntu", re.I)
_SHAPE = re.compile(r"[0-9a-f]{6,}|\d+")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\Z")
_WEB = ("80", "443")
_OWN_LOG = re.compile(r"\[(?:TCP|UDP)\] dial|transport/internet|outbound/\w", re.IGNORECASE)
"""What the log of a proxy program says of its own way on."""

_LOOPBACK = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0)\Z", re.IGNORECASE)


class Line(NamedTuple):
    """number: where it begins, from 1. words: as it was, on one line. marked: with marks. joined: 0
    for a line of its own, 1 with its indented continuation, 2 with lines that may belong to it.
    """

    number: int
    words: str
    marked: str
    joined: int = 0


Proxies = frozenset[tuple[str, str]]
"""Hosts and ports."""


def lines_of(text: str, proxies: Iterable[tuple[str, str]] = ()) -> list[Line]:
    """Those lines that may say something about a network or a setting, in order.

    proxies: hosts with ports that are known to be proxies besides those that the text names.
    """
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]}\n{text[-_LONGEST // 2 :]}"
    text = _plain(text)
    known = frozenset((host.lower(), port) for host, port in (*proxies, *_named(text)))
    rows = re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", text)
    faults, alone, together = _Ends(_MOST_FOUND), _Ends(_MOST_FOUND), _Ends(_MOST_FOUND)
    shapes: set[str] = set()
    for number, joined, words in _statements(_ends(rows)):
        for piece in map(masked, _pieces(words)):
            shape = _SHAPE.sub("0", piece)
            if shape not in shapes:
                shapes.add(shape)
                kept = together if joined == 2 else faults if _FAULT.search(piece) else alone
                kept.add((number, joined, piece))
    return [
        Line(number, piece, _marked(piece, known), joined)
        for number, joined, piece in sorted((*faults, *alone, *together), key=lambda each: each[0])
    ]


class _Ends(list[tuple[int, int, str]]):
    """Of very many the first and the last."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def add(self, item: tuple[int, int, str]) -> None:
        if len(self) >= self._most:
            del self[self._most // 2]
        self.append(item)


def _plain(text: str) -> str:
    text = _ESCAPES.sub("", text).replace("\x00", "")
    text = _QUOTES.sub('"', text)
    text = text.replace("\\r\\n", " ")  # between the tags of a page that is quoted
    return text.replace("\\n", "\n ").replace("\\u003c", "<").replace("\\u003e", ">")


def _ends(rows: list[str]) -> list[tuple[int, str]]:
    """The rows with their numbers, of very many the first and the last."""
    numbered = list(enumerate(rows, 1))
    if len(numbered) > _MOST_LINES:
        numbered = numbered[: _MOST_LINES // 2] + numbered[-_MOST_LINES // 2 :]
    return numbered


def _statements(rows: list[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """Rows of interest, and each with what belongs to it: number, how it is joined, words."""
    has_layers = False
    for at, (number, row) in enumerate(rows):
        has_layers = has_layers or (len(row) < _WIDEST and _LAYER.search(row) is not None)
        if not _INTEREST.search(row):
            continue
        if len(row) > _WIDEST:
            yield number, 0, row
            continue
        bare = _PREFIX.sub("", row).strip()
        yield number, 0, f"{LAYERS} {bare}" if has_layers and _ENDS.match(bare) else bare
        after = [_PREFIX.sub("", each[:_WIDEST]) for _, each in rows[at + 1 : at + 4]]
        more = [each.strip() for each in after]
        if not more or not more[0]:
            continue
        if after[0][:1] in (" ", "\t"):
            within = [words for words, full in zip(more, after) if full[:1] in (" ", "\t")]
            yield number, 1, f"{bare} {more[0]}"
            yield number, 1, " ".join((bare, *within))
        yield number, 2, bare + more[0]
        yield number, 2, " ".join((bare, *more[:2]))


def _pieces(words: str) -> Iterator[str]:
    """The words on one line; of an endless one what lies around the first things of interest."""
    if len(words) <= _WIDEST:
        yield " ".join(words.split())
        return
    end = 0
    for number, hit in enumerate(_INTEREST.finditer(words)):
        if hit.start() < end:
            continue
        if number > 500:
            return
        start = max(0, hit.start() - _BEFORE)
        end = hit.end() + _AFTER
        whole = _BOUND.search(words, start, start + _AFTER) if start else None
        yield " ".join(words[whole.end() if whole else start : end].split())


def _named(text: str) -> Iterator[tuple[str, str]]:
    for number, hit in enumerate(_NAMED.finditer(text[: 1 << 18])):
        if number > 100:
            return
        yield hit["host"], hit["port"]
    yield from _of_wget(text[: 1 << 18])
    yield from _of_busybox(text[: 1 << 18])


def _of_wget(text: str) -> Iterator[tuple[str, str]]:
    """wget names what it was asked for once, and whom it talks to on lines of their own."""
    asked = {hit["host"].lower() for hit in _WGET_ASKED.finditer(text)}
    if asked and "Location:" not in text:
        for hit in _WGET_TALKS.finditer(text):
            if hit["host"].lower() not in asked:
                yield hit["host"], hit["port"] or ""


def _of_busybox(text: str) -> Iterator[tuple[str, str]]:
    """BusyBox's wget names whom it talks to first right behind the command."""
    done = 0
    for number, hit in enumerate(_BUSYBOX_TALKS.finditer(text)):
        if number > 100:
            return
        before = text[max(done, hit.start() - 2_000) : hit.start()]
        asked = [each["host"].lower() for each in _BUSYBOX_ASKED.finditer(before)]
        if asked and hit["host"].lower() not in asked:
            yield hit["host"], hit["port"] or ""
        done = hit.end()


def _marked(words: str, known: Proxies) -> str:
    """The line with a mark before each host that is a proxy, where it was connected to."""
    words = re.sub(
        r"http: error connecting to proxy (?!\w{2,8}://\w{2,8}://)\S{1,300}: ",
        "proxyconnect tcp: ",
        words,
        flags=re.I,
    )
    if _OWN_LOG.search(words):
        return words
    asked = {hit["host"].lower() for hit in _URL.finditer(words)}
    for pattern in (_CONNECTS, _RESOLVES, _BEHIND, _IP):
        words = pattern.sub(lambda hit: _mark(hit, known, asked), words)
    return words


def _mark(hit: re.Match[str], known: Proxies, asked: set[str]) -> str:
    host, port = hit["host"].lower().rstrip(":"), hit["port"] or ""
    if not _is_proxy(host, port, known, asked, hit[0].lower()):
        return hit[0]
    start = hit.start("host") - hit.start()
    return f"{hit[0][:start]}{PROXY} {hit[0][start:]}"


def _is_proxy(host: str, port: str, known: Proxies, asked: set[str], words: str) -> bool:
    if (host, port) in known or (port and int(port) in _PORTS):
        return True
    if not port and not _LOOPBACK.match(host) and any(host == each for each, _ in known):
        return True
    if not asked or host in asked or _SPREAD.search(host):
        return False
    if words.startswith(("enotfound", "eai_again")):
        return "." in host or "prox" in host
    if "resol" in words or words.startswith(("lookup", "bad address")):
        return "proxy" in host
    if words.startswith(("dial", "connect e", "[ip")) or (_IPV4.match(host) and port in _WEB):
        return False
    if _LOOPBACK.match(host):
        return port not in _WEB
    return bool(port) and "." in host and not any(each.endswith(host) for each in asked)
