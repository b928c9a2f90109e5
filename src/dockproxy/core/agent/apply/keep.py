"""Keep containers running over a restart: live-restore, switched on by a reload and off again.

Measured on Engine 26.1.5: switched on by SIGHUP it keeps all running containers, ``--rm`` and
those without a restart policy too; a reload with the key taken out does not switch it off again,
only an explicit ``false`` does.
"""

from __future__ import annotations

from dockproxy.core.formats import text_codec
from dockproxy.core.formats.go_json import parse
from dockproxy.core.formats.go_names import same_field, trimmed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


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
