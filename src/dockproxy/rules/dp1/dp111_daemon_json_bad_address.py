"""DP111: an option in daemon.json has no address where it needs one."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.rules.option_rule import DAEMON_JSON, OptionRule
from dockproxy.rules.rule import Example


class DaemonJsonBadAddress(OptionRule):
    """See ``Rule``."""

    code = "DP111"
    name = "daemon-json-bad-address"
    kind = "option-address"
    title = N_("An option in daemon.json has no address where it needs one")
    what = N_(
        "dockerd does not start: “invalid IP address”, “invalid bind address”, “invalid CIDR "
        "address”."
    )
    why = N_(
        "dockerd reads addresses when it loads the file: an IP address has no port, no "
        "brackets and no zeros in front."
    )
    mend = N_("Write the address as the option takes it.")
    remedies = (
        ("dns", N_("Write each name server as a bare IP address, as 10.0.0.53.")),
        ("hosts", N_("Write each socket as unix:///PATH, tcp://HOST:PORT or fd://.")),
        (
            "registry-mirrors",
            N_(
                "Write each mirror as http://HOST or https://HOST, without user, query or fragment."
            ),
        ),
        ("dns-search", N_("Write each domain by its name, or one dot for none.")),
        ("fixed-cidr-v6", N_("Write an IPv6 network, as fd00:1::/64.")),
    )
    sources = (
        "moby 20.10 to 29.7 daemon/config/config.go and config_linux.go; seen with dockerd 20.10.24, 26.1.5, 28.5.2",
    )
    bad = (
        Example({DAEMON_JSON: '{"dns": ["10.0.0.53:53"]}\n'}, at=(1, 10)),
        Example(
            {DAEMON_JSON: '{"hosts": ["tcp://0.0.0.0:2375/x"]}\n'}, at=(1, 12), engine="26.1.5"
        ),
        Example(
            {DAEMON_JSON: '{"registry-mirrors": ["mirror.corp.test"]}\n'},
            at=(1, 23),
            engine="28.5.2",
        ),
    )
    good = (
        Example(
            {
                DAEMON_JSON: '{"dns": ["10.0.0.53", "fd00::53"], "hosts": ["unix:///var/run/docker.sock"], "fixed-cidr-v6": "fd00:1::/64", "registry-mirrors": ["https://mirror.corp.test"]}\n'
            }
        ),
        Example({DAEMON_JSON: '{"registry-mirrors": ["mirror.corp.test"]}\n'}, engine="26.1.5"),
    )


RULE = DaemonJsonBadAddress()
