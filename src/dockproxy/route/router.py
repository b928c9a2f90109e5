"""Router: the answers of one program with one set of proxies."""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.proxies import Proxies, variable_names
from dockproxy.route.answer import Answer, answer, no_target
from dockproxy.route.asked import Registries, addresses
from dockproxy.route.image import Address
from dockproxy.semantics.registry import program
from dockproxy.semantics.target import parse_target


class Router:
    """Tells which way requests go.

        Router(Proxies(https_proxy="http://10.0.0.1:3128"), semantics="curl").route("https://x.y/")

    proxies: what was set, in both cases of each name as Docker hands it on; or an environment as it
    is, name by name in its order. semantics: a program, ``curl`` or ``curl@7.85``. as_: how answers
    name who asks. images: whether ``redis:7`` is an image (see ``asked.addresses``). Raises
    UsageError for a program that is not known.
    """

    def __init__(
        self,
        proxies: Proxies | Mapping[str, str],
        semantics: str = "go",
        *,
        as_: str | None = None,
        registries: Registries | None = None,
        images: bool = True,
    ) -> None:
        known = program(semantics)
        self.as_ = as_ or semantics
        self.note = known.note
        """What to say of the version, None if it is the one asked for."""
        self.decide = known.semantics.decider(environment(proxies), known.version)
        self._program = known.semantics.name
        self._registries = registries or Registries()
        self._images = images

    def route(self, url: str) -> Answer:
        """The answer about one URL, ``host:port`` or address; for an image about its manifest.

        Never raises: what is no target has the decision ``error``, and why.
        """
        return self.routes(url)[0]

    def routes(self, word: str) -> list[Answer]:
        """The answers about all that is contacted for this word: several for an image."""
        try:
            asked = addresses(word, self._registries, images=self._images)
        except UsageError as error:
            return [no_target(word, self.as_, error.message)]
        return [self._answer(address) for address in asked]

    def _answer(self, address: Address) -> Answer:
        try:
            target = parse_target(address.url)
        except UsageError as error:
            return no_target(address.url, self.as_, error.message)
        return answer(address, self.as_, self.decide(target), self._program)


def environment(proxies: Proxies | Mapping[str, str]) -> Mapping[str, str]:
    """The environment that they make."""
    if not isinstance(proxies, Proxies):
        return proxies
    return {
        name: value
        for key, value in proxies._asdict().items()
        if value is not None
        for name in variable_names(key)
    }
