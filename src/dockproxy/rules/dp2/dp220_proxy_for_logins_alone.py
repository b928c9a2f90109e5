"""DP220: the proxy is set for people who log in, and for no service."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.environment_file import meant_name, parse
from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class ProxyForLoginsAlone(Rule):
    """See ``Rule``."""

    code = "DP220"
    name = "proxy-for-logins-alone"
    severity = "info"
    component = "daemon"
    title = N_("The proxy is set for people who log in, and for no service")
    what = N_("Pulls go direct while curl and apt use the proxy, and echo $HTTPS_PROXY shows it.")
    why = N_(
        "What /etc/environment, /etc/profile.d or a shell sets reaches what is started from a login. systemd starts services with an environment of their own; nor does sudo hand these variables on."
    )
    mend = N_("Set it for the daemon too: dockproxy set http://HOST:PORT")
    sources = (
        "moby/moby issue 34138",
        "pam_env(8); systemd.exec(5), seen in the lab",
    )
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/environment": 'PATH="/usr/bin:/bin"\nHTTPS_PROXY=http://10.0.0.1:3128\nhttp_proxy="http://10.0.0.1:3128"\n',
            },
            at=(2, 1),
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/profile.d/proxy.sh": "#!/bin/sh\nexport https_proxy=http://10.0.0.1:3128\n",
            },
            at=(2, 1),
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
            },
            environ={"HTTPS_PROXY": "http://10.0.0.1:3128"},
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
                "/etc/environment": "HTTPS_PROXY=http://10.0.0.1:3128\n",
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon
        if daemon is None or facts.unit is None or daemon.unsure:
            return
        if any(key in daemon.proxies or key in (daemon.in_use or {}) for key in ADDRESS_KEYS):
            return
        places = []
        for fact in facts.snapshot.files:
            if fact.role != "login-environment" or fact.text is None:
                continue
            for entry in parse(fact.text).entries:
                if meant_name(entry.name).lower() in ADDRESS_KEYS and entry.value:
                    places.append(facts.evidence(fact.path, entry.line, entry.column))
        for name, value in facts.snapshot.environment.items():
            if name.lower() in ADDRESS_KEYS and value and not places:
                places.append(Evidence(None, text=f"{name}={value}"))
        if places:
            said = N_("the proxy that is set here reaches no service: the daemon has none")
            yield Found(message(said), tuple(places))


RULE = ProxyForLoginsAlone()
