"""DP507: blanks, quotes or unseen characters stand around a proxy's address."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.address_repair import has_remark, mended_address, plain_sign, wide_sign
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.addresses import found_at_value
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import fix_found
from dockproxy.semantics.go import drops


class AddressInBlanksOrQuotes(Rule):
    """See ``Rule``."""

    code = "DP507"
    name = "address-in-blanks-or-quotes"
    severity = "warning"
    component = "daemon"
    title = N_("Blanks, quotes or unseen characters stand around a proxy's address")
    what = N_("“lookup http: no such host” at every pull, or the proxy is not used at all.")
    why = N_(
        "They belong to the value: Go then puts http:// before all of it and takes “http” for "
        "the proxy's name. A second pair of quotes, a blank at the end of a line and a full-width "
        "colon come from copying."
    )
    mend = N_("Take away what stands before the scheme and behind the port.")
    safety = N_("Safe: a blank, a quote or a character that nobody sees is part of no address.")
    sources = ("golang.org/x/net/http/httpproxy proxy.go parseProxy, seen in the lab",)
    follows = ("DP212",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128 ", "https-proxy": "http://10.0.0.1:3128 "}}\n'
            },
            at=(1, 28),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "\\"http://10.0.0.1:3128\\"", "httpsProxy": "\'http://10.0.0.1:3128\'"}}}\n'
            },
            fixed={
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128"}}}\n'
            },
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http：//10.0.0.1：３１２８", "httpsProxy": "10.0.0.1；3128，"}}}\n'
            },
            fixed={
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "10.0.0.1:3128"}}}\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nEnvironmentFile=/etc/docker/proxy.env\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/docker/proxy.env": "HTTP_PROXY=http://10.0.0.1:3128  # office\nHTTPS_PROXY=http://a:b@10.0.0.1:3128 # same\n",
            },
            at=(1, 1),
            fixed={
                "/etc/docker/proxy.env": "HTTP_PROXY=http://10.0.0.1:3128\nHTTPS_PROXY=http://a:b@10.0.0.1:3128\n",
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=\"http://10.0.0.1:3128\" 'HTTPS_PROXY=http://10.0.0.1:3128'\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component, key, value in facts.addresses():
            after = mended_address(value.value, "trim")
            if after is None or (component.component == "daemon" and drops(value.value)):
                continue
            said = N_("{key} of the {component} has blanks, quotes or unseen characters in it")
            address, wide = (component, key, value), wide_sign(value.value)
            if has_remark(value.value):
                said = N_("{key} of the {component} has a remark behind it, which is part of it")
                yield found_at_value(facts, address, said)
                continue
            if not wide:
                yield found_at_value(facts, address, said)
                continue
            said = N_("{key} of the {component} has a full-width “{wide}” in it, not “{plain}”")
            yield found_at_value(facts, address, said, wide=wide, plain=plain_sign(wide))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        component, _, key = found.key.partition(".")
        part = facts.host.component(component)
        value = part.proxies[key].value if part is not None else ""
        title = message(N_("write it as {value}"), value=mended_address(value, "trim"))
        return fix_found(facts, found, title, True, Repair("address", to="trim"))


RULE = AddressInBlanksOrQuotes()
