"""Where an agent's progress goes, and who answers its questions."""

from __future__ import annotations

from dockproxy.core.model.light import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict


class Channel(Protocol):
    """The person, or the program, that an agent works for."""

    def emit(self, event: Dict[str, Any]) -> None:
        """Take one progress event."""

    def ask(self, question: Dict[str, Any]) -> bool:
        """Answer one question: yes or no."""
