"""One answer: where a request goes, as whom, and why."""

from __future__ import annotations

from typing import NamedTuple

from dockproxy.core.model.message import Message
from dockproxy.core.model.proxies import PROXY_KEYS
from dockproxy.core.model.secret import mask_url
from dockproxy.route.image import Address
from dockproxy.semantics.base import Decision


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


def answer(address: Address, as_: str, decision: Decision) -> Answer:
    """A program's decision as an answer about that address."""
    return Answer(
        address.url,
        as_,
        decision.kind,
        mask_url(decision.proxy) if decision.proxy else None,
        via(decision.variable),
        decision.matched,
        decision.reason,
        decision.variable,
        address.purpose,
        address.part_of,
    )


def no_target(words: str, as_: str, why: Message) -> Answer:
    """The answer about what is no target."""
    return Answer(words, as_, "error", None, None, None, why, is_no_target=True)


def via(variable: str) -> str | None:
    """A variable by our key, if it is one of the five settings."""
    if not variable:
        return None
    return variable.lower() if variable.lower() in PROXY_KEYS else variable
