"""DP704: /etc/docker/daemon.json holds proxies, and this daemon reads another file."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.daemon_json import read_daemon_json
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.message import N_, message
from dockproxy.core.places.linux import DAEMON_JSON
from dockproxy.rules.addresses import sets_proxies
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class UsualDaemonJsonUnread(Rule):
    """See ``Rule``."""

    code = "DP704"
    name = "usual-daemon-json-unread"
    severity = "info"
    component = "daemon"
    title = N_("/etc/docker/daemon.json holds proxies, and this daemon reads another file")
    what = N_("The file is right, and nothing changes, however often the daemon is restarted.")
    why = N_(
        "A daemon from a snap reads its file below /var/snap, and one with --config-file what "
        "that names."
    )
    mend = N_(
        "Put the proxies into the file that this daemon reads: dockproxy status names it, "
        "dockproxy set writes it."
    )
    sources = (
        "docs.docker.com/engine/daemon: where the file is",
        "dockerd(8), --config-file",
    )
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n',
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd:// --config-file /etc/docker/other.json\n",
            }
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": "{}\n",
                "/etc/docker/other.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n',
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd:// --config-file /etc/docker/other.json\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        path = facts.snapshot.daemon_json
        fact = facts.snapshot.file(DAEMON_JSON)
        if path == DAEMON_JSON or fact is None or fact.text is None:
            return
        try:
            read = read_daemon_json(fact.text, encoding=fact.encoding, bom=fact.bom)
        except ParseError:
            return
        if sets_proxies(read):
            said = N_("this daemon reads {path}, and not the proxies in {usual}")
            shown = facts.evidence_of(DAEMON_JSON, '"proxies"')
            yield Found(message(said, path=path, usual=DAEMON_JSON), (shown,))


RULE = UsualDaemonJsonUnread()
