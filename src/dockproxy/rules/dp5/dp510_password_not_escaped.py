"""DP510: a user or password in a proxy's address has characters that part the address."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.resolve.masks import parting, traits_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import value_fix


class PasswordNotEscaped(Rule):
    """See ``Rule``."""

    code = "DP510"
    name = "password-not-escaped"
    severity = "warning"
    component = "daemon"
    title = N_("A user or password in a proxy's address has characters that part the address")
    what = N_("The proxy answers 407, the host is wrong, or the proxy is dropped without a word.")
    why = N_(
        "In an address / ? # @ : and % have a meaning of their own, and each program cuts at "
        "another place."
    )
    mend = N_(
        "Write them as %XX: @ %40, : %3A, / %2F, # %23, ? %3F, % %25 (in a unit %%40 and so "
        "on). dockproxy set takes the password as it is and writes it so."
    )
    safety = N_(
        "Safe where no %XX is there yet: then the user and password can be meant in one way "
        "alone. Else it is offered: those that are there stay."
    )
    sources = ("docker/for-linux issue 628; seen in the lab",)
    follows = ("DP212",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://ann:p#w/x@10.0.0.1:3128", "https-proxy": "http://ann:p#w/x@10.0.0.1:3128"}}\n'
            },
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://ann:p%23w%2Fx@10.0.0.1:3128", "https-proxy": "http://ann:p%23w%2Fx@10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://ann:a@b@10.0.0.1:3128" "HTTPS_PROXY=http://ann:a@b@10.0.0.1:3128"\n',
            },
            fixed={
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://ann:a%%40b@10.0.0.1:3128" "HTTPS_PROXY=http://ann:a%%40b@10.0.0.1:3128"\n'
            },
        ),
        Example(
            {
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://ann:a@b@10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://ann:a@b@10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            },
            fixed={
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://ann:a%40b@10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://ann:a%40b@10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://ann:p%23w@10.0.0.1:3128", "https-proxy": "http://ann:p%23w@10.0.0.1:3128"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component, key, value in facts.addresses():
            signs = parting(traits_of(facts.snapshot, component.component, value.origin))
            if signs:
                said = N_(
                    "{key} of the {component}: in its user or password stands {signs} as it is"
                )
                shown = " ".join(f"“{sign}”" for sign in signs)
                about = message(said, key=key, component=component.component, signs=shown)
                yield Found(about, (facts.at(value.origin),), f"{component.component}.{key}")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        component, _, key = found.key.partition(".")
        part = facts.host.component(component)
        if part is None:
            return None
        known = traits_of(facts.snapshot, component, part.proxies[key].origin)
        title = message(N_("write them as %XX in {key}"), key=key)
        safe = "percent-encoded" not in known
        return value_fix(facts, component, key, title, safe, ("address", "escape-user"))


RULE = PasswordNotEscaped()
