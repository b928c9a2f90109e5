"""DP521: NO_PROXY is longer than Linux gives to a program."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_MOST = 128 * 1024


class NoProxyTooLong(Rule):
    """See ``Rule``."""

    code = "DP521"
    name = "no-proxy-too-long"
    severity = "warning"
    component = "daemon"
    title = N_("NO_PROXY is longer than Linux gives to a program")
    what = N_("“argument list too long”: containers, builds or the daemon do not start.")
    why = N_(
        "One variable of a program's environment may have 128 KiB, name and all (Linux, "
        "MAX_ARG_STRLEN)."
    )
    mend = N_(
        "Shorten the list: networks as ADDRESS/BITS, domains as .corp.example, in the place of "
        "single hosts."
    )
    sources = ("Linux include/uapi/linux/binfmts.h MAX_ARG_STRLEN; seen in the lab",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128", "no-proxy": "'
                + "registry.corp.example," * 6000
                + 'a.test"}}\n'
            }
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128", "no-proxy": "'
                + "registry.corp.example," * 5000
                + 'a.test"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component in facts.host.components:
            value = component.proxies.get("no_proxy")
            kind = component.component
            if value is None or kind not in ("daemon", "client", "builder"):
                continue
            size = len("NO_PROXY=") + len(value.value.encode("utf-8", "surrogateescape")) + 1
            if size > _MOST:
                said = N_("no_proxy of the {component} has {size} bytes: no program starts with it")
                about = message(said, component=kind, size=size)
                severity = "error" if kind == "daemon" else ""
                shown = facts.at(value.origin)._replace(text="")
                yield Found(about, (shown,), kind, severity=severity, component=kind)


RULE = NoProxyTooLong()
