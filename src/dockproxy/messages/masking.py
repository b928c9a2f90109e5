"""What an error text holds of passwords is taken out before anything else looks at it.

Programs repeat the address that they cannot read, whole or the very part that they stumbled over:
of ``http://bob:pa/ss@proxy:3128`` Go's net/url names ``":pa"``, Python's urllib ``'pa'``, curl takes
what stands behind the first ``@`` for the proxy's name.
"""

from __future__ import annotations

import re

from dockproxy.core.model.secret import MASK, USER_INFO

_NAMED = (
    r"(?<![a-z])(?:[a-z]{1,5}_)?proxy[\"']?(?: ?[=:] ?|\s)[\"']?|--socks[45]a?(?:-hostname)? | -x "
)
_IN_ADDRESS = re.compile(
    rf"(://|{_NAMED})(?!\w{{1,12}}://)(?:"
    r"[^@\s/\"'⟦:]{1,100}:(?!\d{1,5}(?:[/\s\"',;)\]}]|\Z))[^\s⟦]{0,300}@"
    r"|[^@\s/\"'⟦:]{1,100}:\d{1,5}/[^\s\"'⟦]{0,300}(?<!/)@(?!sha256:|v\d)"
    r"|(?<=://)[^@\s/\"'⟦:]{1,300}@"
    r")(?=[\w\[])",
    re.IGNORECASE,
)
"""A user, alone or with a password that may hold anything but blanks: up to the last ``@``, unless
it is of an image's digest, of a Go module's version or of a package's scope.
"""
_LETS_IN = re.compile(
    r"((?:authorization|cookie|x-registry-auth)[\"']?\s?[:=]\s?[\"']?"
    r"(?:(?:basic|bearer|digest|ntlm|negotiate)\b ?)?)[^\s\"']{1,2000}",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"(\w{0,20}prox\w{0,20}[._-]?pass(?:word|wd)?[\"']?\s?[=:]\s?[\"']?"
    r"|(?:--proxy-(?:user|pass(?:word)?)[= ]| -U )[\"']?)[^\s\"'<>]{1,300}",
    re.IGNORECASE,
)
_STUMBLED = re.compile(
    r"((?:invalid port|invalid URL escape|invalid character|nonnumeric port:"
    r"|be cast to integer value as|invalid literal for int\(\) with base 10:|For input string:"
    r"|expected (?:port|host|userinfo) component\):) ?)([\"'])(?!.{1,8}\2 (?:looking for|after|in string))"
    r".{0,300}?\2(?=[\s,:.;)\]}]|\Z)",
    re.IGNORECASE,
)
_PORT = re.compile(r"(invalid port )\".{0,300}\"(?= after host)", re.IGNORECASE)
_RESOLVED = re.compile(
    r"((?:could(?: not|n't) resolve proxy(?: name)?: ?|proxyconnect tcp: dial tcp: lookup )[\"']?)"
    r"(?![\w-]{0,60}(?:prox|squid|cache|relay|ntlm|local|host|docker|https?\b|socks))"
    r"[^\s.:;,\"']{1,200}(?=[\s:;,\"']|\Z)",
    re.IGNORECASE,
)
"""A name without a dot may be what a password's raw ``@`` left of an address."""


def masked(words: str) -> str:
    """The words without what lets somebody in, or a part of it."""
    words = _IN_ADDRESS.sub(rf"\g<1>{USER_INFO}@", words)
    words = _LETS_IN.sub(rf"\g<1>{MASK}", words)
    words = _PASSWORD.sub(rf"\g<1>{MASK}", words)
    words = _PORT.sub(rf'\g<1>"{MASK}"', words)
    words = _STUMBLED.sub(rf"\g<1>\g<2>{MASK}\g<2>", words)
    return _RESOLVED.sub(rf"\g<1>{MASK}", words)
