"""What a person wants: per setting a value, nothing at all, or the entries to add and remove."""

from __future__ import annotations

from typing import NamedTuple

from dockproxy.core.model.message import Message
from dockproxy.core.model.proxies import PROXY_KEYS
from dockproxy.plan.address import Address, parse_address

SETTABLE = ("daemon", "client")
VIAS = ("auto", "daemon-json", "systemd")


class Intent(NamedTuple):
    """addresses: our key → Address, or None to take it away; keys not named stay as they are.

    no_proxy: the whole list, "" to take it away, None: what is there stays, and where nothing is
    there a sensible list is written. parts: what to set. via: how the daemon gets it.
    """

    addresses: dict[str, Address | None] = {}  # noqa: RUF012
    no_proxy: str | None = None
    no_proxy_add: tuple[str, ...] = ()
    no_proxy_remove: tuple[str, ...] = ()
    parts: tuple[str, ...] = SETTABLE
    via: str = "auto"

    @property
    def gives_a_proxy(self) -> bool:
        """Whether any proxy is set, so that a NO_PROXY makes sense beside it."""
        return any(address is not None for address in self.addresses.values())

    @property
    def notes(self) -> tuple[Message, ...]:
        """What was changed of what the person typed, each thing once."""
        found = [note for address in self.addresses.values() if address for note in address.notes]
        return tuple(note for index, note in enumerate(found) if note not in found[:index])


def intent_from(
    url: str | None = None,
    *,
    http_proxy: str | None = None,
    https_proxy: str | None = None,
    ftp_proxy: str | None = None,
    all_proxy: str | None = None,
    no_proxy: str | None = None,
    no_proxy_add: tuple[str, ...] = (),
    no_proxy_remove: tuple[str, ...] = (),
    parts: tuple[str, ...] = SETTABLE,
    via: str = "auto",
) -> Intent:
    """An Intent from texts as typed; url stands for http_proxy and https_proxy. "" takes one away.

    Raises UsageError for an address that is none.
    """
    typed = {
        "http_proxy": url if http_proxy is None else http_proxy,
        "https_proxy": url if https_proxy is None else https_proxy,
        "ftp_proxy": ftp_proxy,
        "all_proxy": all_proxy,
    }
    addresses = {
        key: (parse_address(text) if text.strip() else None)
        for key, text in typed.items()
        if text is not None
    }
    return Intent(addresses, no_proxy, no_proxy_add, no_proxy_remove, parts, via)


def intent_to_unset(parts: tuple[str, ...] = SETTABLE, keys: tuple[str, ...] = ()) -> Intent:
    """An Intent that takes away the keys named, or all."""
    chosen = keys or PROXY_KEYS
    return Intent(
        {key: None for key in chosen if key != "no_proxy"},
        no_proxy="" if "no_proxy" in chosen else None,
        parts=parts,
    )
