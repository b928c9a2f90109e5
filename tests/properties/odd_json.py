"""JSON files that something befell: an odd encoding, a key twice, a comment, a comma too many."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.properties import json_texts

Way = Callable[[Random, str], str]

_BLANKS = ("\t", "\r", "\r\n", "\n", "  ", "\v", "\f", "\u00a0", "\u0085", "\u2028", "\u3000", "\0")
_WHOLE = (
    "", " ", "\n", "null", " null\n", "nul", "true", "[]", "[1]", '"x"', "1", "-", "{", "}", "{}{}",
    "{} {}", "{}x", "null null", "\u00a0{}\u3000", "\x0b{}", "{}\x00", "[[],{}]", '{"":1}', "{\t}",
)  # fmt: skip
_NUMBERS = (
    "1e999", "-1e999", "1e308", "1e-999", "9" * 400, "0." + "1" * 400, "-0", "01", "1.", ".5", "+1",
    "0x10", "NaN", "Infinity", "1e", "1e+", "1E5", "9223372036854775808", "1_000", "١",
)  # fmt: skip
_ESCAPES = (
    "\\ud800", "\\udc00\\ud800", "\\ud83d\\ude00", "\\u0000", "\\/", "\\u00e9", "\\u003c", "\\x41",
    "\\u12", "\\", "\\'", "\\v", "\x01", "\x1f", "\x7f", "\t", "\n", "\ufffd", "\u2028", "😀",
    "<&>",
)  # fmt: skip
_COMMENTS = ("// the proxy\n", "/* off */", "# off\n", "<!-- -->", "; x\n")
_BYTES = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\xf5\x80\x80\x80", b"\x80", b"\0")
_LETTERS = {"s": "\u017f", "k": "\u212a"}


def daemon_json(rng: Random) -> bytes:
    """A daemon.json."""
    return _befallen(rng, json_texts.daemon_json(rng) or b"", "daemon")


def config_json(rng: Random) -> bytes:
    """A docker CLI's config.json."""
    return _befallen(rng, json_texts.config_json(rng) or b"", "client")


def _befallen(rng: Random, data: bytes, dialect: str) -> bytes:
    if rng.random() < 0.15:
        return data
    text = _text(data)
    if rng.random() < 0.06:
        text = rng.choice(_WHOLE)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        text = rng.choice(_WAYS)(rng, text) if rng.random() < 0.8 else _member(rng, text, dialect)
    return _bytes(rng, text)


def _text(data: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(encoding)
    return data.decode("utf-8-sig")


def _bytes(rng: Random, text: str) -> bytes:
    kind = rng.random()
    if kind < 0.08:
        return b"\xef\xbb\xbf" + text.encode()
    if kind < 0.16:
        mark, encoding = rng.choice(((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")))
        data = mark * rng.choice((1, 1, 1, 0, 2)) + text.encode(encoding)
        return data + rng.choice((b"", b"", b"", b"\0", b"}", b"\xd8\x00", b"\x00\xd8"))
    data = text.encode()
    if kind < 0.24:
        at = rng.randint(0, len(data))
        data = data[:at] + rng.choice(_BYTES) + data[at:]
    return data


def _at(rng: Random, text: str, pattern: str) -> int:
    """A place right behind something like that, else any."""
    places = [match.end() for match in re.finditer(pattern, text)]
    return rng.choice(places) if places else rng.randint(0, len(text))


def _blank(rng: Random, text: str) -> str:
    at = _at(rng, text, r"[\s{},:]")
    return text[:at] + rng.choice(_BLANKS) + text[at:]


def _blanks(rng: Random, text: str) -> str:
    old, new = rng.choice((("\n", "\r\n"), ("\n", "\r"), (" ", "\t"), ("\n", ""), ("  ", "\u00a0")))
    return text.replace(old, new)


def _ends(rng: Random, text: str) -> str:
    around = "".join(rng.choice(_BLANKS) for _ in range(rng.randint(0, 3)))
    return rng.choice((around + text, text + around, text.rstrip(), text + "x", text + text))


def _comment(rng: Random, text: str) -> str:
    at = _at(rng, text, r"[\n,{]")
    return text[:at] + rng.choice(_COMMENTS) + text[at:]


def _comma(rng: Random, text: str) -> str:
    at = _at(rng, text, r'["}\]0-9e](?=\s*[}\]])')
    return text[:at] + rng.choice((",", ",,", ";", " ")) + text[at:]


def _cut(rng: Random, text: str) -> str:
    at = rng.randint(0, len(text))
    return text[:at] if rng.random() < 0.5 else text[:at] + text[at + 1 :]


def _put_in(rng: Random, text: str) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + rng.choice('{}[],:"\\ax0-é“”' + "'") + text[at:]


def _escape(rng: Random, text: str) -> str:
    at = _at(rng, text, r'"[^"\n]{2,4}(?=[^"\n]*")')
    return text[:at] + rng.choice(_ESCAPES) + text[at:]


def _letter(rng: Random, text: str) -> str:
    """A letter of a key in another case, spelled as an escape, or one that Go folds to it."""
    names = re.findall(r'"([A-Za-z-]+)"\s*:', text)
    if not names:
        return text
    name = rng.choice(names)
    at = rng.randrange(len(name))
    char = name[at]
    other = rng.choice((char.swapcase(), f"\\u{ord(char):04x}", _LETTERS.get(char, char.upper())))
    return text.replace(f'"{name}"', f'"{name[:at]}{other}{name[at + 1 :]}"', 1)


def _twice(rng: Random, text: str) -> str:
    """A member of the document again, in front."""
    members = re.findall(r'"[A-Za-z-]+"\s*:\s*(?:"[^"]*"|\{[^{}]*\}|null|[0-9]+)', text)
    return text.replace("{", "{" + rng.choice(members) + ",", 1) if members else text


def _replaced(rng: Random, text: str) -> str:
    """A proxy's value, or all proxies, of another kind."""
    values = re.findall(r'(?i)(?:proxy|proxies|default)"\s*:\s*("[^"]*"|\{[^{}]*\}|null)', text)
    if not values:
        return text
    new = rng.choice(("null", "1", "true", "[]", "{}", '"x"', '{"a":1}', *_NUMBERS))
    return text.replace(rng.choice(values), new, 1)


def _member(rng: Random, text: str, dialect: str) -> str:
    """A member more: of a section that the reader passes over, so any value may stand there."""
    value = rng.choice(_NUMBERS)
    kind = rng.random()
    if kind < 0.3:
        depth = rng.choice((3, 300, 9990, 9997, 9998, 9999, 10000, 20000))
        opening, closing = rng.choice((("[", "]"), ('{"a":', "}")))
        value = opening * depth + "1" + closing * depth
    elif kind < 0.5:
        value = f'"{"x" * rng.choice((100, 5000, 70000))}{rng.choice(_ESCAPES)}"'
    name = "labels" if dialect == "daemon" else rng.choice(("labels", "httpProxy", "é"))
    return text.replace("{", f'{{"aside":{{"{name}":{value}}},', 1)


_WAYS: tuple[Way, ...] = (
    _blank, _blanks, _blanks, _ends, _comment, _comma, _cut, _put_in, _escape, _escape, _letter,
    _letter, _twice, _twice, _replaced,
)  # fmt: skip
