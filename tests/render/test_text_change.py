"""What is said of parts that a change leaves as they are."""

from __future__ import annotations

from dockproxy.core.model.message import Message
from dockproxy.core.model.report import LeftOut
from dockproxy.render.terminal import Style
from dockproxy.render.text_change import left_out_text

WHY, HOW = Message("it is out of reach"), Message("let it listen elsewhere")


def test_parts_of_one_reason_are_told_together() -> None:
    parts = [LeftOut("daemon", WHY, HOW), LeftOut("client", WHY, HOW)]

    assert left_out_text(parts, Style()) == (
        "not set: daemon, client: it is out of reach\n  let it listen elsewhere"
    )


def test_what_unset_leaves_is_not_called_not_set() -> None:
    assert left_out_text([LeftOut("daemon", WHY, HOW)], Style(), "unset").startswith("not unset")
