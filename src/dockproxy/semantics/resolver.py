"""Names that the C library's resolver refuses before it asks any name server.

glibc 2.31 to 2.43: nss/getaddrinfo.c, resolv/res_hnok.c __libc_res_hnok, resolv/ns_name.c
ns_name_pton: letters, digits, ``-``, ``_`` and dots, no ``-`` first, labels of 1 to 63 characters
and 253 in all; one dot may end it. A backslash makes the next character an ordinary one.
"""

from __future__ import annotations

from dockproxy.core.model.light import pattern

_NAME = pattern(r"(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_ESCAPE = pattern(r"\\([^0-9.])")


def is_name(host: str) -> bool:
    """Whether a name server is asked for this host at all."""
    name = _ESCAPE.sub(r"\1", host)
    return _NAME.fullmatch(name) is not None and len(name.rstrip(".")) < 254
