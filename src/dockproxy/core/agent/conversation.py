"""What comes of one request to an agent in another process, from the lines that it writes."""

from __future__ import annotations

import json

from dockproxy.core.agent.channel import Channel
from dockproxy.core.agent.protocol import error_from_json
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, Optional, Union


def last_reply(
    lines: Iterable[Union[str, bytes]], send: Callable[[bool], None], channel: Channel
) -> Optional[Dict[str, Any]]:
    """The reply that ends the request, for ``answer_in``; None where the lines end without one.

    The channel gets the events and questions before it; send takes what it answers to the agent.
    Raises KeyboardInterrupt where the agent was interrupted, UsageError for what is no reply.
    """
    try:
        for line in lines:
            reply: Dict[str, Any] = json.loads(line)
            if "question" in reply:
                send(channel.ask(reply["question"]))
            elif "event" in reply:
                channel.emit(reply)
            elif "interrupted" in reply:
                raise KeyboardInterrupt
            elif "error" in reply or isinstance(reply["answer"], dict):
                return reply
            else:
                raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(N_("the agent's answer could not be read")) from error
    return None


def answer_in(reply: Dict[str, Any]) -> Dict[str, Any]:
    """The answer; raises the agent's error where that is the reply."""
    if "error" in reply:
        raise error_from_json(reply["error"])
    answer: Dict[str, Any] = reply["answer"]
    return answer
