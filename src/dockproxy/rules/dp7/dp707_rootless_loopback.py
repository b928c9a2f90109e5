"""DP707: a rootless daemon is given a proxy at a loopback address."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.core.model.snapshot import Rootless
from dockproxy.resolve.capabilities import daemon_is_outside
from dockproxy.rules.addresses import is_loopback_address
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_ROOTLESS = Rootless(
    "bob",
    1001,
    1001,
    "/home/bob",
    "/home/bob/.config",
    "/run/user/1001",
    (),
    "slirp4netns",
    "builtin",
    False,
)


class RootlessLoopback(Rule):
    """See ``Rule``."""

    code = "DP707"
    name = "rootless-loopback"
    severity = "warning"
    component = "daemon"
    title = N_("A rootless daemon is given a proxy at a loopback address")
    what = N_(
        "“connection refused” from 127.0.0.1 at every pull, although the proxy runs on this "
        "machine."
    )
    why = N_(
        "Before Engine 29.5 a rootless dockerd runs in a network of its own: 127.0.0.1 there is "
        "not this machine."
    )
    mend = N_(
        "Give an address of this machine's network card, where the proxy listens, too. With "
        "slirp4netns the machine's loopback is 10.0.2.2 if "
        "DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK=false. dockproxy set says which way is "
        "open."
    )
    sources = (
        "moby/moby issue 43630; docs.docker.com/engine/security/rootless/troubleshoot; seen in the lab",
    )
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://127.0.0.1:3128", "https-proxy": "http://127.0.0.1:3128"}}\n'
            },
            engine="28.5.1",
            info={"http_proxy": "http://127.0.0.1:3128", "https_proxy": "http://127.0.0.1:3128"},
            more={"rootless": _ROOTLESS},
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.2.2:3128", "https-proxy": "http://10.0.2.2:3128"}}\n'
            },
            engine="28.5.1",
            info={"http_proxy": "http://10.0.2.2:3128", "https_proxy": "http://10.0.2.2:3128"},
            more={"rootless": _ROOTLESS},
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://127.0.0.1:3128", "https-proxy": "http://127.0.0.1:3128"}}\n'
            },
            engine="28.5.1",
            info={"http_proxy": "http://127.0.0.1:3128", "https_proxy": "http://127.0.0.1:3128"},
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        rootless, daemon = facts.snapshot.rootless, facts.daemon_component
        if rootless is None or daemon is None:
            return
        outside = daemon_is_outside(facts.snapshot, rootless)
        for key in ADDRESS_KEYS if not outside else ():
            value = daemon.proxies.get(key)
            if value is not None and is_loopback_address(value.value):
                said = N_("{key} leads the rootless daemon to its own loopback: {value}")
                about = message(said, key=key, value=value.value)
                yield Found(about, (facts.at(value.origin),), key)


RULE = RootlessLoopback()
