"""DP801: a file with a proxy's password can be read by everybody on this machine."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.resolve.masks import traits_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class PasswordReadable(Rule):
    """See ``Rule``."""

    code = "DP801"
    name = "password-readable"
    severity = "info"
    component = "daemon"
    title = N_("A file with a proxy's password can be read by everybody on this machine")
    what = N_(
        "Nothing fails. Every user, and every container that mounts the folder, can read the "
        "password."
    )
    why = N_("daemon.json and drop-ins are made readable for all (0644).")
    mend = N_(
        "Run: sudo chmod 600 FILE. dockerd and systemd read it all the same. dockproxy set "
        "writes such a file so."
    )
    sources = ("seen in the lab: dockerd and systemd read files of mode 0600",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://ann:pw@10.0.0.1:3128", "https-proxy": "http://ann:pw@10.0.0.1:3128"}}\n'
            }
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        seen = set()
        for component, key, value in facts.addresses():
            path = value.origin.path
            fact = facts.snapshot.file(path) if path else None
            if fact is None or path in seen or not fact.mode & 0o004:
                continue
            if "has-password" in traits_of(facts.snapshot, component.component, value.origin):
                seen.add(path)
                said = N_("all users can read the password of {key} in {path}")
                remedy = message(N_("run: {command}"), command=f"sudo chmod 600 {path}")
                about = message(said, key=key, path=path)
                yield Found(about, (facts.at(value.origin),), "", remedy)


RULE = PasswordReadable()
