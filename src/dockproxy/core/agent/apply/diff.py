"""What an edit changes, as a unified diff without a secret in it."""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import List, Optional

from dockproxy.core.formats import text_codec

_USER_INFORMATION = re.compile(r"(?<=://)[^\s\"'/]*@")


def masked_diff(path: str, before: Optional[bytes], after: Optional[bytes], format_: str) -> str:
    """The diff, passwords masked on both sides. "" if nothing changes."""
    if before == after:
        return ""
    old, new = _lines(before, format_), _lines(after, format_)
    shown = list(
        unified_diff(
            [_masked(line) for line in old],
            [_masked(line) for line in new],
            "/dev/null" if before is None else path,
            "/dev/null" if after is None else path,
            lineterm="",
        )
    )
    return "\n".join(shown) + "\n"


def _lines(content: Optional[bytes], format_: str) -> List[str]:
    if content is None:
        return []
    if format_.endswith("json"):
        text = text_codec.decode(content, "daemon").text
    else:
        text = content.decode("utf-8", "surrogateescape")
    return text.encode("utf-8", "replace").decode().splitlines()


def _masked(line: str) -> str:
    return _USER_INFORMATION.sub("xxxxx:xxxxx@", line)
