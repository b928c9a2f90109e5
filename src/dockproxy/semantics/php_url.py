"""URLs as PHP's parse_url reads them: ext/standard/url.c php_url_parse_ex2, PHP 7.4 to 8.4."""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple, pattern

_SCHEME = pattern(r"[A-Za-z0-9+.-]+\Z")
_DIGITS = pattern(r"[0-9]*")
_PORT = pattern(r"[0-9]{1,5}(?=/|\Z)")
_END = pattern(r"[/?#]")
_NUMBER = pattern(r"[ \t\n\v\f\r]*([+-]?[0-9]+)")
_CONTROL = pattern(r"[\x00-\x1f\x7f]")


class PhpUrl(NamedTuple):
    """The parts that there are; None is a part that is not. Control characters became ``_``."""

    scheme: str | None = None
    user: str | None = None
    password: str | None = None
    host: str | None = None
    port: int | None = None


def parse_url(text: str) -> PhpUrl | None:
    """None where PHP says false."""
    head, colon, after = text.partition(":")
    if not colon or not head:
        if colon:
            return _from_port(text, after)
        return _authority(text[2:], None, None) if text.startswith("//") else PhpUrl()
    if not _SCHEME.match(head):
        end = _first(text, "?#")
        if after and len(head) < end:
            return _from_port(text, after)
        return _authority(text[2:], None, None) if text.startswith("//") else PhpUrl()
    scheme = _CONTROL.sub("_", head)
    if not after:
        return PhpUrl(scheme)
    if not after.startswith("/"):
        digits = _DIGITS.match(after)
        count = digits.end() if digits else 0
        if (count == len(after) or after[count] == "/") and count < 6:
            return _from_port(text, after)
        return PhpUrl(scheme)
    if not after.startswith("//") or (scheme.lower() == "file" and after.startswith("///")):
        return PhpUrl(scheme)
    return _authority(after[2:], scheme, None)


def _first(text: str, chars: str) -> int:
    return min((at for at in map(text.find, chars) if at >= 0), default=len(text))


def _from_port(text: str, after: str) -> PhpUrl | None:
    """What stands behind the first colon may be a port, as in ``a.test:80/x``."""
    found = _PORT.match(after)
    port = None
    if found is not None:
        port = int(found.group())
        if port > 65535:
            return None
    elif not after:
        return None
    elif not text.startswith("//"):
        return PhpUrl()
    return _authority(text[2:] if text.startswith("//") else text, None, port)


def _authority(rest: str, scheme: str | None, port: int | None) -> PhpUrl | None:
    end = _END.search(rest)
    place = rest if end is None else rest[: end.start()]
    before, at, place = place.rpartition("@")
    user = password = None
    if at:
        user, colon, after = before.partition(":")
        password = after if colon else None
    if place.startswith("[") and place.endswith("]"):
        host, colon, digits = place, "", ""
    else:
        host, colon, digits = place.rpartition(":")
        host = host if colon else place
    # A port of 0 counts as none that was found before.
    if colon and not port and digits:
        number = _NUMBER.match(digits)
        if len(digits) > 5 or number is None or not 0 <= int(number.group(1)) <= 65535:
            return None
        port = int(number.group(1))
    if not host:
        return None
    return PhpUrl(scheme, _shown(user), _shown(password), _shown(host), port)


def _shown(part: str | None) -> str | None:
    return None if part is None else _CONTROL.sub("_", part)
