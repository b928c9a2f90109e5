"""Rules about the values of daemon.json's other options: one a kind of fault, one a remedy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, Message, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Found, Rule
from dockproxy.rules.turns import turn_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

DAEMON_JSON = "/etc/docker/daemon.json"


class OptionRule(Rule):
    """A rule about one kind of fault of daemon_types.Fault. remedies: by option."""

    severity = "error"
    component = "daemon"
    kind: ClassVar[str]
    remedies: ClassVar[tuple[tuple[str, str], ...]] = ()

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None:
            return
        for refusal in read.refusals:
            if refusal.kind == self.kind:
                said = N_("dockerd will not start: {quote}")
                place = facts.evidence(fact.path, refusal.line, refusal.column)
                remedy = dict(self.remedies).get(refusal.name)
                yield Found(
                    message(said, quote=refusal.message),
                    (place,),
                    refusal.name,
                    None if remedy is None else Message(remedy),
                    turn=turn_of(read, refusal),
                )
