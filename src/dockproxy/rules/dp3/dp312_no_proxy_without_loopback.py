"""DP312: containers send what is meant for themselves to the proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.resolve.host import Component
from dockproxy.rules.client_names import misplaced
from dockproxy.rules.containers import sent_to_proxy
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule

CONFIG = "/root/.docker/config.json"
_OWN = ("localhost", "127.0.0.1")


class NoProxyWithoutLoopback(Rule):
    """See ``Rule``."""

    code = "DP312"
    name = "no-proxy-without-loopback"
    severity = "info"
    component = "client"
    title = N_("Containers send what is meant for themselves to the proxy")
    what = N_("Health checks fail with 503 or 403, though the service runs.")
    why = N_(
        "Go programs never send localhost to a proxy; curl, wget, Python and many others do, "
        "unless no_proxy names it. So a check of http://localhost in a container asks the proxy."
    )
    mend = N_("Add localhost and 127.0.0.1 to noProxy, and make the containers anew.")
    safety = N_("Only offered: there may be nothing in your containers that asks itself.")
    sources = (
        "https://github.com/bigbluebutton/docker/issues/143",
        "https://github.com/getsentry/sentry-docs/issues/16230",
        "curl 7.88 lib/noproxy.c, seen in the lab",
    )
    follows = ("DP301", "DP305", "DP306", "DP307", "DP309", "DP310")
    bad = (
        Example(
            {CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}}\n'},
            at=(1, 39),
            fixed={
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "noProxy": "localhost,127.0.0.1"}}}\n'
            },
        ),
        Example(
            {
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "noProxy": "localhost, .corp.test"}}}\n'
            },
            fixed={
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "noProxy": "localhost, .corp.test,127.0.0.1"}}}\n'
            },
        ),
    )
    good = (
        Example(
            {
                CONFIG: '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
        Example({CONFIG: '{"proxies": {"default": {"httpsProxy": "http://10.0.0.1:3128"}}}\n'}),
        Example(
            {
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "noProxy": "*"}}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        client = facts.client_component
        missing = _missing(client)
        if client is not None and missing:
            value = client.proxies.get("http_proxy") or client.proxies["all_proxy"]
            said = N_("no_proxy of containers lacks {names}")
            shown = facts.at((client.proxies.get("no_proxy") or value).origin)
            severity = "warning" if _is_felt(facts) else ""
            about = message(said, names=", ".join(missing))
            yield Found(about, (shown,), severity=severity)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        client, fact = facts.client_component, facts.client_json
        if client is None or fact is None or fact.kind != "file":
            return None
        there = client.proxies.get("no_proxy")
        missing = _missing(client)
        read = facts.client_read
        if read is None or (there is not None and there.masked):
            return None
        # What another fix brings to its place must not be written over.
        beside = read.used.unknown if read.used is not None else ()
        if misplaced(read, "no_proxy") or beside or read.replaced or read.warnings:
            return None
        repair = Repair("add", ("proxies", facts.host.client_entry, "noProxy"), ",".join(missing))
        title = message(N_("add {names} to noProxy"), names=", ".join(missing))
        return Fix(title, False, (edit_of(facts, fact, "client", repair),))


def _missing(client: Component | None) -> tuple[str, ...]:
    """Which of a container's own names curl would send to the proxy."""
    if client is None:
        return ()
    environ = {key: value.value for key, value in client.proxies.items()}
    if environ.get("no_proxy"):  # blanks between entries are DP506's
        environ["no_proxy"] = ",".join(environ["no_proxy"].replace(",", " ").split())
    sent = sent_to_proxy(environ, _OWN)
    return tuple(name for name in _OWN if name in sent)


def _is_felt(facts: Facts) -> bool:
    """Whether a container's health check fails over it (DP314)."""
    return any(
        each.health == "unhealthy"
        and any(f"//{name}" in each.health_check for name in _OWN)
        and bool(sent_to_proxy(each.environ, _OWN))
        for each in facts.containers
    )


RULE = NoProxyWithoutLoopback()
