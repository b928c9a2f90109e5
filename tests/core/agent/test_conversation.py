from __future__ import annotations

import json
from typing import Any

import pytest

from dockproxy.core.agent.conversation import answer_in, last_reply
from dockproxy.core.model.errors import RefusedError, UsageError


class _Person:
    def __init__(self) -> None:
        self.heard: list[Any] = []

    def emit(self, event: dict[str, Any]) -> None:
        self.heard.append(event)

    def ask(self, question: dict[str, Any]) -> bool:
        self.heard.append(question["text"])
        return True


def test_questions_and_events_reach_the_person_before_the_answer() -> None:
    person = _Person()
    replies = [{"event": "begun"}, {"question": {"text": "sure?"}}, {"answer": {"a": 1}}, {}]
    sent: list[bool] = []

    reply = last_reply(map(json.dumps, replies), sent.append, person)

    assert reply is not None
    assert answer_in(reply) == {"a": 1}
    assert person.heard == [{"event": "begun"}, "sure?"]
    assert sent == [True]


def test_an_agents_error_is_raised_as_it_was() -> None:
    line = json.dumps({"error": {"kind": "refused", "message": "no"}})

    reply = last_reply([line], lambda _: None, _Person())

    assert reply is not None
    with pytest.raises(RefusedError, match="no"):
        answer_in(reply)


def test_lines_that_end_without_a_reply_are_none() -> None:
    assert last_reply([b'{"event": "begun"}\n'], lambda _: None, _Person()) is None


def test_an_interrupted_agent_interrupts() -> None:
    with pytest.raises(KeyboardInterrupt):
        last_reply(['{"interrupted": true}'], lambda _: None, _Person())


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "1",
        "null",
        "{}",
        '{"answer": []}',
        '{"question": {}}',
        "[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_reply_is_an_error_of_ours(line: str | bytes) -> None:
    with pytest.raises(UsageError, match="could not be read"):
        last_reply([line], lambda _: None, _Person())
