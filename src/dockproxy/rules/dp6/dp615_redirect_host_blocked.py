"""DP615: a proxy allows the registry, and not the hosts that it sends on to."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.core.model.probe import Probes, ProxyAnswer
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, found_at
from dockproxy.rules.rule import Example, Found, Rule

_BLOCKED = ("denied", "bad-gateway", "target-timeout", "socks-refused", "closed", "http-status")


class RedirectHostBlocked(Rule):
    """See ``Rule``."""

    code = "DP615"
    name = "redirect-host-blocked"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy allows the registry, and not the hosts that it sends on to")
    what = N_(
        "A pull begins, and stops at its layers: 403, “EOF”, “TLS handshake timeout”; or the token "
        "is refused."
    )
    why = N_(
        "Docker Hub sends a pull on to other hosts: auth.docker.io for a token, "
        "production.cloudflare.docker.com and others for the layers. All of them have to pass."
    )
    mend = N_("Ask whoever runs the proxy to allow them, too: *.docker.io and *.docker.com.")
    sources = ("moby/moby issue 36820", "docs.docker.com/desktop/setup/allow-list")
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            more={
                "probes": Probes(
                    (
                        ProxyAnswer(
                            ("daemon:http_proxy", "daemon:https_proxy"),
                            "http://10.0.0.1:3128",
                            "registry-1.docker.io:443",
                        ),
                        ProxyAnswer(
                            ("daemon:http_proxy", "daemon:https_proxy"),
                            "http://10.0.0.1:3128",
                            "auth.docker.io:443",
                            "redirect",
                            "denied",
                            403,
                        ),
                    )
                )
            },
        ),
    )
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        open_ = {answer.url for answer in answers(facts, "")}
        for answer in answers(facts, *_BLOCKED, purpose="redirect"):
            if answer.url in open_:
                said = N_(
                    "the proxy {proxy} opens the way to the registry, and not to {target_host}"
                )
                yield found_at(facts, answer, said)


RULE = RedirectHostBlocked()
