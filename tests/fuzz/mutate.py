"""Inputs made by spoiling good ones: pieces cut, doubled, swapped, put in, bytes changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

LONGEST = 16 * 1024
PLANT = b"@PLANTED@"
"""Stands for an address with a secret in it: put in whole after the spoiling, or not at all."""

ADDRESSES = (
    "http://ann:{}@10.9.8.7:3128",
    "ann:{}@10.9.8.7:3128",
    "https://ann:a%40{}@proxy.corp.test",
    "socks5://:{}#?@[::1]:1080/",
    "http://ann:x@{}@10.9.8.7",
    "http%3A%2F%2Fann:{}%40proxy.corp.test",
)

TOKENS = (
    b'"', b"'", b"\\", b"{", b"}", b"[", b"]", b",", b":", b"=", b"%", b"@", b"#", b";", b"\n",
    b"\r", b"\r\n", b"\t", b" ", b"\0", b"\x7f", b"\x1b[31m", b"\xff", b"\xc3", b"\xef\xbb\xbf",
    b"\xff\xfe", b"\xfe\xff", b"\xed\xa0\x80", b"\xc2\xb2", b"\xd9\xa3", b"\xe2\x80\xa8",
    b"\xe2\x84\xaa", b"\xf0\x9f\x98\x80", b"\\u0000", b"\\ud800", b"\\udc00", b"\\u", b"\\x4",
    b"null", b"true", b"-", b"0", b"1e999", b"9" * 400, b"9" * 5000, b"1.", b"\\\n", b"%%", b"%H",
    b"%4", b"%40", b"$", b"${X}", b"//", b"://", b"http://", b"localhost", b"127.0.0.0/8", b"/",
    b"..", b"*", b"[::1]", b"[Service]\n", b"Environment=", b"HTTP_PROXY=", b"http-proxy",
    b"proxies", b"default", b"httpProxy", b"-1", b"NaN", b"Infinity", PLANT, PLANT,
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 10**30, 1e308, 1.5, "", "x", "\0", "\ud800", "²", "é" * 9,
    "../../etc/passwd", "/", [], {}, [[]], {"": {}}, ["x"], "9" * 5000, "http://a:b@c",
)  # fmt: skip


class Mutator:
    """An endless source of inputs from some good ones; the same for the same seed.

    as_json: some are spoiled as values, so that they still parse.
    """

    def __init__(self, seed: str, corpus: Sequence[bytes], as_json: bool = False) -> None:
        self.rng = Random(seed)
        self.corpus = list(corpus)
        self.values = [json.loads(text) for text in corpus] if as_json else []
        self._ways: tuple[Callable[[bytearray], None], ...] = (
            self._cut, self._double, self._swap, self._put_in, self._put_in, self._flip,
            self._splice, self._repeat,
        )  # fmt: skip

    def next(self, secret: str) -> bytes:
        """The next input. What was planted becomes an address with this secret."""
        rng = self.rng
        if self.values and rng.random() < 0.7:
            data = bytearray(json.dumps(self._other(rng.choice(self.values), 0)).encode())
        else:
            data = bytearray(rng.choice(self.corpus))
        if not self.values or rng.random() < 0.3:
            for _ in range(rng.choice((1, 1, 2, 3, 5, 8))):
                rng.choice(self._ways)(data)
        del data[LONGEST:]
        address = rng.choice(ADDRESSES).format(secret)
        return bytes(data).replace(PLANT, address.encode())

    def _place(self, data: bytearray) -> int:
        return self.rng.randint(0, len(data))

    def _stretch(self, data: bytearray) -> tuple[int, int]:
        start = self._place(data)
        return start, min(len(data), start + self.rng.choice((1, 1, 2, 4, 10, 40, 200)))

    def _cut(self, data: bytearray) -> None:
        start, end = self._stretch(data)
        del data[start : end if self.rng.random() < 0.9 else len(data)]

    def _double(self, data: bytearray) -> None:
        start, end = self._stretch(data)
        at = self._place(data)
        data[at:at] = data[start:end]

    def _swap(self, data: bytearray) -> None:
        start, end = self._stretch(data)
        piece = data[start:end]
        del data[start:end]
        at = self._place(data)
        data[at:at] = piece

    def _put_in(self, data: bytearray) -> None:
        at = self._place(data)
        data[at:at] = self.rng.choice(TOKENS)

    def _flip(self, data: bytearray) -> None:
        if data:
            data[self.rng.randrange(len(data))] = self.rng.randrange(256)

    def _splice(self, data: bytearray) -> None:
        other = self.rng.choice(self.corpus)
        start = self.rng.randint(0, len(other))
        data[self._place(data) :] = other[start:]

    def _repeat(self, data: bytearray) -> None:
        start, end = self._stretch(data)
        at = self._place(data)
        times = self.rng.choice((2, 3, 10, 10, 100, 1000))
        data[at:at] = data[start:end] * min(times, LONGEST // max(end - start, 1))

    def _other(self, value: Any, depth: int) -> Any:
        """The value with something in it of another kind, gone, or there twice."""
        rng = self.rng
        if rng.random() < 0.04:
            return rng.choice(_VALUES)
        if depth > 12:
            return value
        if isinstance(value, dict):
            kept = {key: self._other(each, depth + 1) for key, each in value.items()}
            if kept and rng.random() < 0.05:
                del kept[rng.choice(list(kept))]
            return kept
        if isinstance(value, list):
            items = [self._other(each, depth + 1) for each in value]
            return items * rng.choice((0, 2, 50)) if rng.random() < 0.03 else items
        if isinstance(value, str) and rng.random() < 0.05:
            text = bytearray(value.encode())
            rng.choice(self._ways)(text)
            return text.decode("utf-8", "replace")
        return value
