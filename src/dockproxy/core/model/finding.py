"""Findings: what is wrong, where it is seen, what mends it."""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import Message
from dockproxy.core.model.plan import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple


SEVERITIES: Tuple[str, ...] = ("error", "warning", "info")


class Evidence(NamedTuple):
    """Where it is seen. path: None where no file holds it. line and column start at 1.

    text: that line, redacted; or what stands there instead of a file (``docker info``).
    """

    path: Optional[str]
    line: Optional[int] = None
    column: Optional[int] = None
    text: str = ""


class Fix(NamedTuple):
    """What mends it. safe: it takes nothing that anybody can have meant, so it is done unasked.

    edits: as a Plan's; none where files are right and a restart alone is due. restarts: components
    that take effect only when they are started again.
    """

    title: Message
    safe: bool
    edits: Tuple[Edit, ...]
    restarts: Tuple[str, ...] = ()


class Finding(NamedTuple):
    """One thing that is wrong. id: its own in this report, the same in the next one.

    code: ``DP101``; name: ``daemon-json-syntax``. severity: one of SEVERITIES. component: whom it
    hits, as in ``Component``. evidence: the place to look at first, then related ones. caused_by:
    ids of the findings that it goes away with. remedy: what a person does, where no fix is offered.
    """

    id: str
    code: str
    name: str
    severity: str
    component: str
    message: Message
    evidence: Tuple[Evidence, ...] = ()
    remedy: Optional[Message] = None
    caused_by: Tuple[str, ...] = ()
    fix: Optional[Fix] = None
