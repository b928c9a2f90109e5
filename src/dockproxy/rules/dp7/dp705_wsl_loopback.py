"""DP705: in WSL the daemon is given a proxy at 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.core.model.snapshot import Machine
from dockproxy.rules.addresses import is_loopback_address
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class WslLoopback(Rule):
    """See ``Rule``."""

    code = "DP705"
    name = "wsl-loopback"
    severity = "info"
    component = "daemon"
    title = N_("In WSL the daemon is given a proxy at 127.0.0.1")
    what = N_("“connection refused” from 127.0.0.1, although the proxy runs on Windows.")
    why = N_(
        "With WSL's usual network (NAT) 127.0.0.1 is the Linux distribution, not Windows. In "
        "mirrored mode it is both, and autoProxy writes such an address by itself."
    )
    mend = N_(
        "Let the proxy on Windows listen for other machines (“allow LAN”) and give Windows' "
        "address as the distribution sees it (the gateway of ip route), or switch to "
        "networkingMode=mirrored in .wslconfig."
    )
    sources = (
        "docker/for-win issues 14706, 14828 and 14844",
        "learn.microsoft.com/windows/wsl/networking",
    )
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://127.0.0.1:7890", "https-proxy": "http://127.0.0.1:7890"}}\n'
            },
            more={
                "machine": Machine(
                    "pc", "linux", 0, "root", "/x", True, "5.15.153.1-microsoft-standard-WSL2"
                )
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://127.0.0.1:7890", "https-proxy": "http://127.0.0.1:7890"}}\n'
            },
            more={"machine": Machine("pc", "linux", 0, "root", "/x", True, "6.1.0-18-amd64")},
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon_component
        if "microsoft" not in facts.snapshot.machine.kernel.lower() or daemon is None:
            return
        for key in ADDRESS_KEYS:
            value = daemon.proxies.get(key)
            if value is not None and is_loopback_address(value.value):
                said = N_("{key}: in WSL {value} is the distribution itself, not Windows")
                about = message(said, key=key, value=value.value)
                yield Found(about, (facts.at(value.origin),), key)


RULE = WslLoopback()
