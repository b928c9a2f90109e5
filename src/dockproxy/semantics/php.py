"""PHP: its curl extension, and its own streams.

- ``php`` is curl_init() without CURLOPT_PROXY (Guzzle and most clients): libcurl reads the
  environment by itself, and nothing is added (ext/curl/interface.c sets no proxy). The versions
  are Debian's, with the libcurl that comes with them: 7.4 with 7.74, 8.2 with 7.88, 8.4 with 8.14.
- Names beyond ASCII need a UTF-8 locale: 7.4 takes it from the environment, 8.1 and later read them
  in C.UTF-8 whatever is set (Zend/zend_operators.c zend_reset_lc_ctype_locale).
- ``php-streams`` is file_get_contents() and all else that has a stream context: a proxy is used
  only if the context names one (ext/standard/http_fopen_wrapper.c), so never by the environment.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.message import N_, message
from dockproxy.semantics import libcurl
from dockproxy.semantics.base import Decider, Decision, Semantics, Target, ignored

LIBCURL = {"7.4": "7.74", "8.2": "7.88", "8.4": "8.14"}
_VERSIONS = tuple(LIBCURL)


def in_utf_8(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment as it would be if it named the locale that PHP 8 sets."""
    return {**environ, "LC_ALL": "C.UTF-8"}


def decider(environ: Mapping[str, str], version: str) -> Decider:
    """What the curl extension does."""
    own = environ if version == "7.4" else in_utf_8(environ)
    return libcurl.decider(own, LIBCURL[version])


def streams_decider(_environ: Mapping[str, str], _version: str) -> Decider:
    """What file_get_contents() does."""

    def decide(_target: Target) -> Decision:
        return ignored("", message(N_("PHP's streams read no proxy from the environment")))

    return decide


SEMANTICS = Semantics("php", _VERSIONS, _VERSIONS, decider)
ALL = {
    "php": SEMANTICS,
    "php-streams": Semantics("php-streams", ("7.4",), _VERSIONS, streams_decider),
}
