"""DP118: daemon.json asks for TLS and names no certificate or no key."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.rules.option_rule import DAEMON_JSON, OptionRule
from dockproxy.rules.rule import Example

_UNIT = "/usr/lib/systemd/system/docker.service"


class DaemonJsonNoCertificate(OptionRule):
    """See ``Rule``."""

    code = "DP118"
    name = "daemon-json-no-certificate"
    kind = "option-certificate"
    title = N_("daemon.json asks for TLS, and names no certificate or key that is there")
    what = N_('dockerd does not start: “Could not load X509 key pair (cert: "", key: "")”.')
    why = N_(
        "With “tls” in daemon.json dockerd looks for no certificate at a usual place, and with "
        "“tlsverify” TLS is on even where its value is false. A file that is named has to be there."
    )
    mend = N_(
        "Give the files as “tlscert” and “tlskey” in daemon.json, too. Who wants no TLS takes "
        "“tls” and “tlsverify” out."
    )
    sources = (
        "moby 20.10 to 29.7 cmd/dockerd/daemon.go loadDaemonCliConfig and newAPIServerTLSConfig; seen with dockerd 20.10.24, 26.1.5, 28.5.2",
    )
    bad = (
        Example({DAEMON_JSON: '{"tls": true}\n'}, at=(1, 9)),
        Example({DAEMON_JSON: '{"debug": true, "tlsverify": false}\n'}, at=(1, 30)),
        Example({DAEMON_JSON: '{"security": {"tlsverify": false}}\n'}, at=(1, 28)),
        Example({DAEMON_JSON: '{"tlscert": "/etc/docker/c.pem", "tls": true}\n'}, at=(1, 41)),
        Example(
            {
                _UNIT: "[Service]\nExecStart=/usr/sbin/dockerd -H fd:// --tlscert=/c.pem --tlskey=/k.pem\n",
                DAEMON_JSON: '{"tlsverify": null}\n',
            },
            at=(1, 15),
        ),
        Example(
            {
                "/usr/bin/dockerd": "",
                "/etc/docker/c.pem": "",
                DAEMON_JSON: '{"tls": true, "tlscert": "/etc/docker/c.pem", "tlskey": "/etc/docker/k.pem"}\n',
            },
            at=(1, 57),
        ),
    )
    good = (
        Example({DAEMON_JSON: '{"tls": false, "tlscacert": "/etc/docker/ca.pem"}\n'}),
        Example({DAEMON_JSON: '{"tls": null, "tlscert": "/etc/docker/c.pem"}\n'}),
        Example(
            {
                DAEMON_JSON: '{"tlsverify": true, "tlscacert": "/ca.pem", "tlscert": "/c.pem", "tlskey": "/k.pem"}\n'
            }
        ),
        Example(
            {
                "/usr/bin/dockerd": "",
                "/c.pem": "",
                "/k.pem": "",
                DAEMON_JSON: '{"tls": true, "tlscert": "/c.pem", "tlskey": "/k.pem"}\n',
            }
        ),
    )


RULE = DaemonJsonNoCertificate()
