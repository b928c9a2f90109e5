"""What two answers about one machine may differ in: when it was seen."""

from __future__ import annotations

import re
from typing import Any

_SEEN = re.compile(r" · as seen \d{4}-\d\d-\d\d \d\d:\d\d UTC")


def text_without_time(text: str) -> str:
    """What ``status --from`` prints, without the moment at which that machine was seen."""
    assert _SEEN.search(text), text
    return _SEEN.sub("", text)


def document_without_time(document: dict[str, Any]) -> dict[str, Any]:
    """The document of ``status --json``, likewise."""
    return {**document, "host": {**document["host"], "taken_at": 0}}


TARGETS = ("redis", "http://10.1.2.3:8080/", "registry.corp.test:5443")
ROUTE = ("route", "--json", "--as", "all", *TARGETS)
ROUTE_OF_DOCKER = ("route", "--json", *TARGETS)
"""What else is asked: the words of a command line."""
