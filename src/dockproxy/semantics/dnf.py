"""dnf 4: librepo hands every download to libcurl, which reads the environment by itself.

librepo/handle.c lr_get_curl_handle and lr_handle_setopt set CURLOPT_PROXY only where the
configuration has ``proxy=`` (libdnf repo/Repo.cpp), which is not known here. The versions are
Debian's with their libcurl: 4.14 with 7.88, 4.23 with 8.14, 4.24 with 8.22.

dnf is a Python program: where the locale is C, Python takes C.UTF-8 for it, unless LC_ALL says so
or PYTHONCOERCECLOCALE is 0 (PEP 538), and then libcurl reads names beyond ASCII.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.semantics import libcurl
from dockproxy.semantics.base import Decider, Semantics, first_set

LIBCURL = {"4.14": "7.88", "4.23": "8.14", "4.24": "8.22"}


def decider(environ: Mapping[str, str], version: str) -> Decider:
    """What dnf does with a repository's baseurl."""
    return libcurl.decider(_in_pythons_locale(environ), LIBCURL[version])


def _in_pythons_locale(environ: Mapping[str, str]) -> Mapping[str, str]:
    _, locale = first_set(environ, "LC_ALL", "LC_CTYPE", "LANG")
    is_fixed = environ.get("LC_ALL") or environ.get("PYTHONCOERCECLOCALE") == "0"
    if is_fixed or locale not in ("", "C", "POSIX"):
        return environ
    return {**environ, "LC_CTYPE": "C.UTF-8"}


SEMANTICS = Semantics("dnf", tuple(LIBCURL), tuple(LIBCURL), decider)
