"""What a person wants: per setting a value, nothing at all, or the entries to add and remove."""

from __future__ import annotations

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.proxies import PROXY_KEYS, entries
from dockproxy.core.model.secret import mask_url
from dockproxy.plan.address import Address, parse_address

SETTABLE = ("daemon", "client")
"""What is set where nobody says otherwise."""

BUILDER = "builder:"
"""Before a builder's name: that builder."""

ALL_BUILDERS = "builders"
_LONGEST_LIST = 100_000
"""Linux takes no variable of 128 KiB or more (fs/exec.c, MAX_ARG_STRLEN): no container starts."""
VIAS = ("auto", "daemon-json", "systemd")


class Intent(NamedTuple):
    """addresses: our key → Address, or None to take it away; keys not named stay as they are.

    no_proxy: the whole list, "" to take it away, None: what is there stays, and where nothing is
    there a proxy comes with a sensible list. parts: what to set. via: how the daemon gets it.
    password_apart: the password was typed at the prompt or came by stdin, not in the address.
    verb: the command that it came with: ``set`` or ``unset``.
    """

    addresses: dict[str, Address | None] = {}  # noqa: RUF012
    no_proxy: str | None = None
    no_proxy_add: tuple[str, ...] = ()
    no_proxy_remove: tuple[str, ...] = ()
    parts: tuple[str, ...] = SETTABLE
    via: str = "auto"
    password_apart: bool = False
    verb: str = "set"

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
    """An Intent from texts as typed; url stands for http_proxy and https_proxy. "" takes one away,
    but for url: there it is a shell's variable that was not set.

    Raises UsageError for an address that is none, for a list that no variable can hold, and for an
    entry that is both to be added and removed.
    """
    for text in (no_proxy or "", *no_proxy_add):
        _refuse_odd_list(text)
    _refuse_both(no_proxy_add, no_proxy_remove)
    if url is not None and not url.strip():
        parse_address(url)
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
    stripped = None if no_proxy is None else no_proxy.strip()
    return Intent(addresses, stripped, no_proxy_add, no_proxy_remove, parts, via)


def _refuse_both(add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    gone = {entry.lower() for text in remove for entry in entries(text)}
    for entry in (each for text in add for each in entries(text)):
        if entry.lower() in gone:
            said = N_("no_proxy: “{entry}” is to be added and removed at once")
            raise UsageError(
                message(said, entry=mask_url(entry)), hint=N_("leave one of the two out")
            )


def _refuse_odd_list(text: str) -> None:
    """A line break or a control character is a slip of the shell: such an entry matches nothing."""
    if not text.isprintable():
        raise UsageError(
            N_("no_proxy holds a line break, a control character or what is no UTF-8"),
            hint=N_("its entries stand in one line, separated by commas"),
        )
    if len(text.encode()) > _LONGEST_LIST:
        raise UsageError(
            message(N_("no_proxy is longer than {most} bytes"), most=_LONGEST_LIST),
            hint=N_("name networks and domains rather than single hosts"),
        )


def intent_to_unset(parts: tuple[str, ...] = SETTABLE, keys: tuple[str, ...] = ()) -> Intent:
    """An Intent that takes away the keys named, or all."""
    chosen = keys or PROXY_KEYS
    return Intent(
        {key: None for key in chosen if key != "no_proxy"},
        no_proxy="" if "no_proxy" in chosen else None,
        parts=parts,
        verb="unset",
    )
