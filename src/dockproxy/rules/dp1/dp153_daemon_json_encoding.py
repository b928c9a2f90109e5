"""DP153: daemon.json has a byte order mark, or is UTF-16."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_DAEMON_JSON = "/etc/docker/daemon.json"
_TEXT = '{"debug": true}\n'


class DaemonJsonEncoding(Rule):
    """See ``Rule``."""

    code = "DP153"
    name = "daemon-json-encoding"
    severity = "info"
    component = "daemon"
    title = N_("daemon.json has a byte order mark, or is UTF-16")
    what = N_("dockerd takes the file; jq, Ansible, and every Engine before 23.0, do not.")
    why = N_("Editors and shells of Windows write such files. JSON is UTF-8 without a mark.")
    mend = N_("Save it as UTF-8 without a byte order mark when it is edited next.")
    sources = (
        "moby 23.0 to 29.7 daemon/config/config.go getConflictFreeConfiguration; seen with dockerd "
        "26.1.5 (taken) and 20.10.24 (refused)",
    )
    bad = (
        Example({_DAEMON_JSON: b"\xef\xbb\xbf" + _TEXT.encode()}, at=(1, 1)),
        Example({_DAEMON_JSON: b"\xff\xfe" + _TEXT.encode("utf-16-le")}, at=(1, 1)),
    )
    good = (Example({_DAEMON_JSON: _TEXT}),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact = facts.daemon_json
        if facts.daemon_read is None or fact is None or (not fact.bom and fact.encoding == "utf-8"):
            return
        kind = "UTF-8" if fact.encoding == "utf-8" else "UTF-16"
        said = N_(
            "this file is {kind} with a byte order mark: dockerd takes it, other tools do not"
        )
        yield Found(message(said, kind=kind), (facts.evidence(fact.path, 1),))


RULE = DaemonJsonEncoding()
