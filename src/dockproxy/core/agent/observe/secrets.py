"""What is told of secrets: traits, for rules; the addresses themselves only where that was asked.

Nothing but a proxy's address is ever among them: no ``auths``, no token, no other variable.
"""

from __future__ import annotations

from dockproxy.core.formats.redact_values import PROXY_NAMES, proxy_flags
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.secret import Secret, is_secret, traits, user_information
from dockproxy.core.model.snapshot import KeptSecret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Mapping, Tuple


class Address(NamedTuple):
    """A proxy's address as it stands there, unmasked: for the observer alone."""

    about: str
    name: str
    value: str


def addresses_in(about: str, environment: Mapping[str, str]) -> Tuple[Address, ...]:
    """The proxies of an environment that hold something secret."""
    return tuple(
        Address(about, name, value)
        for name, value in environment.items()
        if name in PROXY_NAMES and is_secret(value)
    )


class Secrets:
    """One observation's. keep: whether the addresses were asked for.

    traits: by ``about:name``, of what is in no file. User information is numbered as it is first
    met, so ``same-as:2`` in two places means that it is the same in both.
    """

    def __init__(self, keep: bool) -> None:
        self.traits: Dict[str, str] = {}
        self.kept: List[KeptSecret] = []
        self._keep = keep
        self._numbers: Dict[str, int] = {}

    def of_file(self, path: str, values: Iterable[Tuple[str, str]]) -> Dict[str, str]:
        """The traits of a file's addresses, comma-separated, by dotted key or variable."""
        found: Dict[str, str] = {}
        for name, value in values:
            told = self._told(Address(path, name, value))
            if told:
                found[name] = told
        return found

    def note(self, addresses: Iterable[Address]) -> None:
        """Addresses of an environment."""
        for address in addresses:
            told = self._told(address)
            if told:
                self.traits[f"{address.about}:{address.name}"] = told

    def note_flags(self, about: str, words: Iterable[str]) -> None:
        """Addresses among dockerd's own words."""
        self.note(Address(about, name, value) for name, value in proxy_flags(words))

    def _told(self, address: Address) -> str:
        found = traits(address.value)
        if self._keep and is_secret(address.value):
            kept = KeptSecret(address.about, address.name, Secret(address.value))
            self.kept.append(kept)
        if not found:
            return ""
        info = user_information(address.value)
        number = self._numbers.setdefault(info, len(self._numbers) + 1)
        return ",".join((*found, f"same-as:{number}"))
