"""The character set of a process, as its environment says it."""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.semantics.base import first_set


def is_utf8(environ: Mapping[str, str]) -> bool:
    """Whether names beyond ASCII can be read (glibc's setlocale, LC_CTYPE); that the locale is
    there is taken for granted.
    """
    _, value = first_set(environ, "LC_ALL", "LC_CTYPE", "LANG")
    charset = value.partition(".")[2].partition("@")[0]
    return charset.lower().replace("-", "") == "utf8"
