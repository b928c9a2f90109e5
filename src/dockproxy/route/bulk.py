"""Answers by the million: lines in, lines out, in order, in the memory of a block.

Most lines of a log are plain URLs, and what is said of one depends on its scheme, host and port
alone: so it is worked out once for each of these, and for Go once for each entry of NO_PROXY.
Everything else is answered one by one, by ``Router.routes``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from dockproxy.core.model.light import pattern
from dockproxy.route.answer import Answer
from dockproxy.route.router import Router
from dockproxy.semantics.target import LONGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.semantics.go_plain import PlainWays

Write = Callable[[Answer], str]
Plain = tuple[bytes, bytes, bytes]

_HOST = rb"([a-z0-9_-]+|(?=\.))((?:\.[a-z0-9._-]*)?(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}))?)"
_PLAIN = pattern(rb"(?m)^http(s?)://" + _HOST + rb"(?:/[A-Za-z0-9/._~-]*)?$")
_PLAIN_FOR_GO = pattern(
    rb"(?m)^http(s?)://" + _HOST + rb"(?:/[!#$&-\[\]^-~]*(?:%[0-9A-Fa-f]{2}[!#$&-\[\]^-~]*)*)?$"
)
_REMEMBERED = 1 << 15
_LONGEST_LINE = 1 << 20
_MARK = "http://mark.invalid/"


def answers_of_lines(blocks: Iterable[bytes], router: Router, write: Write) -> Iterator[bytes]:
    """Answer every line; a block of answers for each block of lines.

    blocks: standard input as it comes, cut anywhere. write: an answer as a line, with its end. Of a
    line that is longer than a MiB the rest is dropped.
    """
    bulk = _Bulk(router, write)
    begun = b""
    for block in blocks:
        lines, end, rest = block.rpartition(b"\n")
        if end:
            yield bulk.answers(begun + lines)
            begun = rest
        elif len(begun) < _LONGEST_LINE:
            begun += rest
    if begun:
        yield bulk.answers(begun)


class _Bulk:
    """Answers in blocks. begin: what stands before every target."""

    def __init__(self, router: Router, write: Write) -> None:
        self._router = router
        self._write = write
        self._begin = b""
        self._pattern = _PLAIN
        self._tails = self._tails_of_any
        self._known: dict[Plain, bytes] = {}
        self._by_way: dict[int, bytes] = {}
        ways_of = getattr(router.decide, "plain_ways", None)
        ways: PlainWays | None = ways_of() if ways_of else None
        if ways is not None:
            self._pattern = _PLAIN_FOR_GO
            self._ways = ways
            self._tails = self._tails_of_go
        self._tell((b"", b"mark", b".invalid"))

    def answers(self, text: bytes) -> bytes:
        """The answers about these lines, whose last has no end."""
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n")
        lines = text.split(b"\n")
        plain = self._pattern.findall(text)
        if len(plain) != len(lines) or max(map(len, lines)) > LONGEST:
            return self._answers_of_mixed(lines)
        pieces = [b""] * (2 * len(lines))
        pieces[::2] = lines
        pieces[1::2] = self._tails(plain)
        pieces[-1] = pieces[-1].removesuffix(self._begin)
        return self._begin + b"".join(pieces)

    def _answers_of_mixed(self, lines: list[bytes]) -> bytes:
        begin = self._begin
        found = [self._pattern.fullmatch(line) if len(line) <= LONGEST else None for line in lines]
        plain = [(match[1], match[2], match[3]) for match in found if match is not None]
        tails = iter(self._tails(plain))
        return b"".join(
            self._one(line) if match is None else begin + line + next(tails).removesuffix(begin)
            for line, match in zip(lines, found, strict=True)
        )

    def _one(self, line: bytes) -> bytes:
        word = line.rstrip(b"\r").decode("utf-8", "surrogateescape")
        answers = "".join(map(self._write, self._router.routes(word)))
        return answers.encode("utf-8", "surrogateescape")

    def _tails_of_go(self, plain: list[Plain]) -> list[bytes]:
        numbers = self._ways.numbers(plain)
        try:
            return list(map(self._by_way.__getitem__, numbers))
        except KeyError:
            get, told = self._by_way.get, self._told
            return [get(way) or told(way, each) for way, each in zip(numbers, plain, strict=True)]

    def _told(self, way: int, plain: Plain) -> bytes:
        tail = self._by_way[way] = self._tell(plain)
        return tail

    def _tails_of_any(self, plain: list[Plain]) -> list[bytes]:
        known, found = self._known, []
        for each in plain:
            tail = known.get(each)
            if tail is None:
                if len(known) >= _REMEMBERED:
                    known.clear()
                tail = known[each] = self._tell(each)
            found.append(tail)
        return found

    def _tell(self, plain: Plain) -> bytes:
        """What comes behind the target in an answer about such a URL, and before the next one."""
        secure, label, rest = plain
        told = self._router.route((b"http%b://%b%b/" % (secure, label, rest)).decode("ascii"))
        begin, _, tail = self._write(told._replace(target=_MARK)).partition(_MARK)
        self._begin = begin.encode()
        return tail.encode("utf-8", "surrogateescape") + self._begin
