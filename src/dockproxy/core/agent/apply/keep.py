"""Keep containers running over a restart: live-restore, switched on by a reload and off again.

Measured on Engine 26.1.5: switched on by SIGHUP it keeps all running containers, ``--rm`` and
those without a restart policy too; a reload with the key taken out does not switch it off again,
only an explicit ``false`` does.
"""

from __future__ import annotations

from dockproxy.core.agent.apply.left_open import FINISHED
from dockproxy.core.formats import text_codec
from dockproxy.core.formats.go_json import parse
from dockproxy.core.formats.go_names import same_field, trimmed
from dockproxy.core.model.errors import ParseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence

    from dockproxy.core.agent.apply.entry import Record, Written
    from dockproxy.core.agent.apply.files import State


KEY = "live-restore"


def with_live_restore(content: Optional[bytes], on: bool) -> bytes:
    """This daemon.json with live-restore said explicitly. The text must be one dockerd takes."""
    value = "true" if on else "false"
    if content is None:
        return f'{{"{KEY}": {value}}}\n'.encode()
    decoded = text_codec.decode(content, "daemon")
    text = decoded.text
    root = parse(trimmed(text)) if trimmed(text).strip() else None
    if root is None or root.kind != "object":
        return text_codec.encode(decoded._replace(tail=b""), f'{{"{KEY}": {value}}}\n')
    said = [member.value for member in root.members if same_field(member.key, KEY)]
    if said:
        text = text[: said[-1].start] + value + text[said[-1].end :]
    else:
        after = ", " if root.members else ""
        at = root.start + 1
        text = f'{text[:at]}"{KEY}": {value}{after}{text[at:]}'
    return text_codec.encode(decoded, text)


def saying(content: Optional[bytes], on: bool) -> Optional[bytes]:
    """The same; a text that dockerd does not take at all is left as it is."""
    try:
        return with_live_restore(content, on)
    except ParseError:
        return content


def without_ours(now: State, records: Sequence[Record]) -> Optional[State]:
    """The file without the live-restore that a run which was cut short left in it; None where none
    did. Every byte of what it then is was known to that run.
    """
    for record in records:
        if record.state in FINISHED:
            continue
        for file in record.files:
            if file.before.path == now.path and now.token in file.interim:
                return as_meant(now, file)
    return None


def as_meant(now: State, file: Written) -> Optional[State]:
    """The same for one file of an entry."""
    texts = [file.before.content]
    if file.after == "absent" or file.after_content is not None:
        texts.insert(0, file.after_content)
    for text in texts:
        if now.content != text and now.content in (saying(text, True), saying(text, False)):
            return now._replace(content=text)
    return None
