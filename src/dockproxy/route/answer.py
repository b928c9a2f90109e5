"""One answer: where a request goes, as whom, and why."""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import Message
from dockproxy.core.model.proxies import PROXY_KEYS
from dockproxy.core.model.secret import mask_url
from dockproxy.route.image import Address
from dockproxy.semantics.base import LOOPBACK, Decision

_GO_HOST = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_USER = pattern(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@")


class Answer(NamedTuple):
    """target: a URL, or the words that were no target. as_: who asks, as it was named.

    decision: ``proxy``, ``direct`` or ``error``. proxy: the proxy with its user information masked,
    None unless it is asked. via: the setting that decides, by our key (``https_proxy``) or, if it
    is none of the five, as it is spelled (``npm_config_proxy``); None for none. variable: the same
    as it is spelled (``HTTPS_PROXY``). matched: the entry of NO_PROXY that decided, ``loopback``,
    or None. purpose, part_of: of an image's addresses: ``manifest``, ``token`` or ``blob``, and
    the image's name; else "". is_no_target: the words are no target at all.
    """

    target: str
    as_: str
    decision: str
    proxy: str | None
    via: str | None
    matched: str | None
    reason: Message
    variable: str = ""
    purpose: str = ""
    part_of: str = ""
    is_no_target: bool = False


def answer(address: Address, as_: str, decision: Decision, program: str = "") -> Answer:
    """A program's decision as an answer about that address."""
    return Answer(
        shown_target(address.url),
        as_,
        decision.kind,
        _shown_proxy(decision.proxy, program) if decision.proxy else None,
        via(decision.variable),
        decision.matched,
        decision.reason,
        decision.variable,
        address.purpose,
        address.part_of,
    )


def _shown_proxy(proxy: str, program: str) -> str:
    """The proxy without user and password. Of Go's what follows the host may hold part of a
    password: with a / ? or # in it another host is taken, and that is what must be seen.
    """
    if program == "go" and "@" in proxy:
        found = _GO_HOST.match(proxy)
        if found is not None and "@" in proxy[found.end() :]:
            proxy = found.group()
    return mask_url(proxy)


def shown_target(url: str) -> str:
    """The URL with a user and password in it masked."""
    return _USER.sub(r"\g<1>xxxxx:xxxxx@", url) if "@" in url else url


def decided_by(answer: Answer) -> str:
    """Our key of the setting that decided: the list, where an entry of it matched."""
    if answer.matched is not None and answer.matched != LOOPBACK:
        return "no_proxy"
    return answer.via or ""


def no_target(words: str, as_: str, why: Message) -> Answer:
    """The answer about what is no target."""
    return Answer(
        mask_url(words) if "@" in words else words,
        as_,
        "error",
        None,
        None,
        None,
        why,
        is_no_target=True,
    )


def via(variable: str) -> str | None:
    """A variable by our key, if it is one of the five settings."""
    if not variable:
        return None
    return variable.lower() if variable.lower() in PROXY_KEYS else variable
