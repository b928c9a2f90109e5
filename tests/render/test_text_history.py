"""The journal as a person reads it."""

from __future__ import annotations

from dockproxy.core.model.report import Entry
from dockproxy.render.terminal import Style
from dockproxy.render.text_change import history_text


def test_what_a_failed_change_put_back_is_told_from_what_a_person_took_back() -> None:
    entries = [
        Entry("b", 2.0, "set", "undone", ("/f",), put_back=True),
        Entry("a", 1.0, "set", "undone", ("/f",)),
    ]

    text = history_text(entries, {"a": "1", "b": "2"}, Style())

    assert text.split("\n")[::2] == ["b  2  put back  set", "a  1  undone  set"]
