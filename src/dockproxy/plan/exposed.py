"""Where a password that is set can be read by others, and what avoids it.

systemd.exec(5), Environment=: what stands there any user reads by ``systemctl show`` or D-Bus,
whatever the file's mode; of an EnvironmentFile systemd tells the path alone (seen in the lab).
"""

from __future__ import annotations

from collections.abc import Iterable

from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Edit
from dockproxy.core.model.secret import user_information
from dockproxy.resolve.capabilities import engine_of, has
from dockproxy.resolve.host import Host


def unit_notes(host: Host, edits: Iterable[Edit]) -> list[Message]:
    """What to say, once, of a password that these edits write into a unit's Environment=."""
    paths = [edit.path for edit in edits if _tells_a_password(edit)]
    if not paths or host.snapshot.rootless is not None:
        return []  # a user's manager answers its user alone
    text = N_(
        "every user of this machine can read the password in {path}, whatever the file's mode:"
        " systemctl show docker prints it. A file of mode 0600 that a line EnvironmentFile= in the"
        " unit names keeps it secret; so does daemon.json from Engine 23.0 on"
    )
    if has(engine_of(host.snapshot), "daemon-json-proxies"):
        text = N_(
            "every user of this machine can read the password in {path}, whatever the file's mode:"
            " systemctl show docker prints it. With --via daemon-json, and mode 0600 of that file,"
            " it stays secret"
        )
    return [message(text, path=paths[0])]


def _tells_a_password(edit: Edit) -> bool:
    return edit.format == "systemd-unit" and any(
        change.value is not None and ":" in user_information(change.value.reveal())
        for change in edit.changes
    )
