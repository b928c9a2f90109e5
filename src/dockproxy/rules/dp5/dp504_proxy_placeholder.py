"""DP504: a proxy's address has no real host, port or scheme."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.address_repair import mended_address
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.resolve.masks import traits_of
from dockproxy.rules.addresses import found_at_value, has_no_host
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import fix_found, value_fix
from dockproxy.semantics.go import drops

_VARIABLE = pattern(r"\$\{?(\w+)\}?")


class ProxyPlaceholder(Rule):
    """See ``Rule``."""

    code = "DP504"
    name = "proxy-placeholder"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy's address has no real host, port or scheme")
    what = N_("“dial tcp :0”, “lookup http”, “no such host”: nothing gets out.")
    why = N_(
        "A placeholder was copied with the rest, a variable was empty when the file was made, "
        "or the scheme is there twice."
    )
    mend = N_("Write the proxy's own host and port: http://HOST:PORT with real ones.")
    safety = N_(
        "Safe where the scheme is there twice or half, or $HTTP_PROXY beside HTTP_PROXY itself: one "
        "address alone can be meant."
    )
    sources = (
        "moby/moby issue 35226",
        "docker/for-win issues 7935 and 14645",
    )
    follows = ("DP212",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://proxy.example.com:3128", "https-proxy": "http://HOST:PORT"}}\n'
            }
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://", "https-proxy": "http://"}}\n'
            }
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://http://10.0.0.1:3128", "https-proxy": "http://http://10.0.0.1:3128"}}\n'
            },
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http:/10.0.0.1:3128", "https-proxy": "http//10.0.0.1:3128"}}\n'
            },
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://none", "https-proxy": "http://none"}}\n'
            }
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://proxy.corp.example:0", "https-proxy": "http://10.0.0.256:3128"}}\n'
            },
            at=(1, 28),
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128:3128", "https-proxy": "htp://10.0.0.1:3128"}}\n'
            },
            at=(1, 28),
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://proxy.corp.example:65536", "httpsProxy": "http://proxy.corp.example:3128, http://10.0.0.1:3128"}}}\n'
            },
            at=(1, 39),
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "%HTTP_PROXY%", "httpsProxy": "off"}}}\n'
            },
            at=(1, 39),
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://$PROXY_USER:$PROXY_PASS@10.0.0.1:3128" "HTTPS_PROXY=http://10.0.0.1:$PORT"\n',
            },
            at=(2, 13),
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://10.0.0.1:3128" "HTTPS_PROXY=${HTTP_PROXY}"\n',
            },
            at=(2, 47),
            fixed={
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://10.0.0.1:3128" "HTTPS_PROXY=http://10.0.0.1:3128"\n',
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://proxy.corp.example:3128", "https-proxy": "http://proxy.corp.example:3128"}}\n'
            }
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://my-proxy:65535", "https-proxy": "HTTP://u:p@Proxy_1.corp.example.:3128/"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component, key, value in facts.addresses():
            address = (component, key, value)
            if has_no_host(value.value) or _is_dropped(component.component, value.value):
                said = N_("{key} of the {component} has no real host, port or scheme: {value}")
                yield found_at_value(facts, address, said, value=value.value)
            elif "variable" in traits_of(facts.snapshot, component.component, value.origin):
                said = N_(
                    "{key} of the {component}: its user or password is a variable, and nobody "
                    "fills it in"
                )
                remedy = message(N_("write the user and password themselves: no $NAME is read"))
                yield found_at_value(facts, address, said, remedy=remedy)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        component, _, key = found.key.partition(".")
        part = facts.host.component(component)
        if part is None:
            return None
        value = part.proxies[key].value
        other = part.proxies.get(_named_by(value))
        if other is not None and not _is_useless(other.value):
            own = part.proxies[key].origin
            if other.origin.path != own.path or not own.name:
                return None
            title = message(N_("write it as {value}"), value=other.value)
            copy = Repair("copy", to=own.name)
            return value_fix(facts, component, _named_by(value), title, True, copy, both=False)
        after = mended_address(value, "one-scheme")
        if after is None or has_no_host(after):
            return None
        title = message(N_("write it as {value}"), value=after)
        return fix_found(facts, found, title, True, Repair("address", to="one-scheme"))


def _named_by(value: str) -> str:
    """The key of the proxy whose variable it is, as a shell would fill it in; "" if it is none."""
    found = _VARIABLE.fullmatch(value)
    name = found.group(1).lower() if found is not None else ""
    return name if name in ADDRESS_KEYS else ""


def _is_useless(value: str) -> bool:
    return has_no_host(value) or drops(value) or mended_address(value, "trim") is not None


def _is_dropped(kind: str, value: str) -> bool:
    """Whether Go drops it, and neither DP502 nor DP507 says so."""
    return kind != "daemon" and drops(value) and mended_address(value, "trim") is None


RULE = ProxyPlaceholder()
