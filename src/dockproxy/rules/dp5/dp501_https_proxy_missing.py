"""DP501: only HTTP_PROXY is set, and registries are asked by https."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.resolve.capabilities import version_numbers
from dockproxy.rules.addresses import has_no_host
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import value_fix
from dockproxy.semantics.go import drops

_NO_FALL_BACK = (20, 10, 8)
"""The first Engine that Go 1.16 or later was built into (docker/for-linux issue 1290)."""
_BESIDE = N_(
    "Write --https-proxy with the same address beside --http-proxy, then restart the daemon; or set"
    " it alone in a file: dockproxy set --https-proxy URL --for daemon."
)


class HttpsProxyMissing(Rule):
    """See ``Rule``."""

    code = "DP501"
    name = "https-proxy-missing"
    severity = "warning"
    component = "daemon"
    title = N_("Only HTTP_PROXY is set, and registries are asked by https")
    what = N_("“docker info” shows an HTTP proxy, and pulls time out.")
    why = N_(
        "For https:// Go takes HTTPS_PROXY alone; since Go 1.16 (Engine 20.10.8) it does not "
        "fall back to HTTP_PROXY. Nearly all registries are https."
    )
    mend = N_(
        "Set the same address as https-proxy (HTTPS_PROXY): dockproxy set URL sets both. Where a "
        "flag of dockerd sets the one, write the other beside it: --https-proxy."
    )
    safety = N_("Offered: somebody may have meant https to go without a proxy.")
    sources = ("docker/for-linux issue 1290; golang.org/x/net/http/httpproxy, seen in the lab",)
    follows = ("DP201", "DP202", "DP206", "DP209", "DP210", "DP211", "DP212", "DP217", "DP225")
    bad = (
        Example(
            {"/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128"}}\n'},
            at=(1, 28),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://ann:p%%40@10.0.0.1:3128"\n',
            },
            fixed={
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://ann:p%%40@10.0.0.1:3128"\nEnvironment="HTTPS_PROXY=http://ann:p%%40@10.0.0.1:3128"\n'
            },
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}}\n'
            },
            at=(1, 39),
            fixed={
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128"}}}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            }
        ),
        Example(
            {"/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128"}}\n'}
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "allProxy": "http://10.0.0.1:3128"}}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        engine = facts.snapshot.engine
        numbers = version_numbers(engine.version) if engine is not None else ()
        for component in facts.host.components:
            proxies, kind = component.proxies, component.component
            if "http_proxy" not in proxies or "https_proxy" in proxies:
                continue
            places = (facts.at(proxies["http_proxy"].origin),)
            if kind == "daemon" and (not numbers or numbers >= _NO_FALL_BACK):
                said = message(
                    N_("the daemon asks https registries without a proxy: only http_proxy is set")
                )
                flagged = proxies["http_proxy"].origin.kind == "flag"
                yield Found(said, places, "daemon", message(_BESIDE) if flagged else None)
            elif kind == "builder":
                said = message(
                    N_(
                        "the builder {name} asks https registries without a proxy: only "
                        "http_proxy is set"
                    ),
                    name=component.name,
                )
                yield Found(said, places, f"builder.{component.name}", component=kind)
            elif kind == "client" and "all_proxy" not in proxies:
                said = message(
                    N_("containers and builds are given no proxy for https: only httpProxy is set")
                )
                yield Found(said, places, "client", severity="info", component=kind)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        part = facts.host.component(found.key)
        value = part.proxies["http_proxy"] if part is not None else None
        if value is None or drops(value.value) or has_no_host(value.value):
            return None
        names = {"daemon.json": "https-proxy", "config.json": "httpsProxy"}
        upper = value.origin.name.isupper()
        name = names.get(value.origin.kind, "HTTPS_PROXY" if upper else "https_proxy")
        title = message(N_("set {name} to the same address"), name=name)
        return value_fix(
            facts, found.key, "http_proxy", title, False, Repair("copy", to=name), both=False
        )


RULE = HttpsProxyMissing()
