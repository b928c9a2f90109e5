"""DP804: a proxy's password stands in a unit, which systemd shows to everybody."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.resolve.masks import has_password, hides_login
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class PasswordInUnit(Rule):
    """See ``Rule``."""

    code = "DP804"
    name = "password-in-unit"
    severity = "info"
    component = "daemon"
    title = N_("A proxy's password stands in a unit, which systemd shows to everybody")
    what = N_(
        "Nothing fails. systemctl show docker shows every user the password, whatever the file's "
        "mode."
    )
    why = N_(
        "Environment= is part of the unit, and systemd tells all users what units hold. Of an "
        "EnvironmentFile= it tells the path alone."
    )
    mend = N_(
        "Put the proxy into daemon.json (Engine 23.0 and later) or into a file that "
        "EnvironmentFile= names, each with mode 0600."
    )
    sources = ("systemd.exec(5), Environment=: not suitable for secrets; seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://ann:pw@10.0.0.1:3128 HTTPS_PROXY=http://ann:pw@10.0.0.1:3128\n",
            }
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128\n",
            }
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://ann@10.0.0.1:3128 HTTPS_PROXY=http://ann@10.0.0.1:3128\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon_component
        if facts.snapshot.rootless is not None:
            return  # a user's manager answers its user alone
        seen = set()
        for key, value in daemon.proxies.items() if daemon is not None else ():
            if (
                value.origin.kind != "systemd"
                or not hides_login(value.value)
                or value.origin.path in seen
            ):
                continue
            if not has_password(facts.snapshot, "daemon", value.origin):
                continue
            seen.add(value.origin.path)
            said = N_("systemctl show tells all users the password of {key}")
            yield Found(message(said, key=key), (facts.at(value.origin),), key)


RULE = PasswordInUnit()
