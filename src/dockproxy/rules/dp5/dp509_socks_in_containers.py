"""DP509: containers are given a SOCKS proxy, which many programs do not speak."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class SocksInContainers(Rule):
    """See ``Rule``."""

    code = "DP509"
    name = "socks-in-containers"
    severity = "info"
    component = "client"
    title = N_("Containers are given a SOCKS proxy, which many programs do not speak")
    what = N_(
        "Pulls work; apt, wget, pip, npm and the like fail in containers and builds: “Unsupported "
        "proxy”, “Missing dependencies for SOCKS support”, “no such host”."
    )
    why = N_(
        "Programs like curl and git, and those in Go, speak SOCKS5. Others know HTTP proxies "
        "alone, or want a "
        "module more. With socks5:// some of them look names up themselves, with socks5h:// the "
        "proxy does."
    )
    mend = N_(
        "Most SOCKS proxies have an HTTP port, too (Clash-like ones a mixed one): give containers "
        "that as httpProxy and httpsProxy. “dockproxy route --as wget URL” tells what a program "
        "makes of it."
    )
    sources = ("“dockproxy route”, whose programs were each asked",)
    bad = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "socks5://10.0.0.1:1080", "httpsProxy": "socks5h://10.0.0.1:1080"}}}\n'
            },
            at=(1, 39),
        ),
    )
    good = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "allProxy": "socks5h://10.0.0.1:1080"}}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        client = facts.client_component
        for key in ADDRESS_KEYS:
            value = client.proxies.get(key) if client is not None else None
            if value is not None and value.value.lower().startswith(("socks5://", "socks5h://")):
                said = N_("{key} gives containers a SOCKS proxy: apt, wget and others can't use it")
                yield Found(message(said, key=key), (facts.at(value.origin),), f"client.{key}")


RULE = SocksInContainers()
