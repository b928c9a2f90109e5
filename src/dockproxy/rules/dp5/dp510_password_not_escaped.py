"""DP510: a user or password in a proxy's address has characters that part the address."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.resolve.host import Value
from dockproxy.resolve.masks import parting, traits_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import Respelt, respell_fix, respelt
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
        "another place. In a unit systemd makes another character of a backslash: of “\\a” a bell, "
        "of “\\n” the end of a line."
    )
    mend = N_(
        "Write them as %XX: @ %40, : %3A, / %2F, # %23, ? %3F, % %25, \\ %5C (in a unit "
        "%%40 and so on). dockproxy set takes the password as it is and writes it so."
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
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://CORP\\nick:pw@10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://CORP\\alice:pw@10.0.0.1:3128" "HTTPS_PROXY=http://CORP\\nick:pw@10.0.0.1:3128"\n',
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://CORP%%5Calice:pw@10.0.0.1:3128" "HTTPS_PROXY=http://CORP%%5Cnick:pw@10.0.0.1:3128"\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://ann:p%%40w@10.0.0.1:3128", "https-proxy": "http://ann:p%%40w@10.0.0.1:3128"}}\n'
            },
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://ann:p%40w@10.0.0.1:3128", "https-proxy": "http://ann:p%40w@10.0.0.1:3128"}}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://ann:p%23w@10.0.0.1:3128", "https-proxy": "http://ann:p%23w@10.0.0.1:3128"}}\n'
            }
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://ann:a%H@10.0.0.1:3128" "HTTPS_PROXY=http://ann:a%H@10.0.0.1:3128"\n',
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component, key, value in facts.addresses():
            place = (facts.at(value.origin),)
            kind = component.component
            name = f"{kind}.{key}"
            if _backslashes(facts, value):
                said = N_(
                    "{key} of the {component}: systemd makes another character of the backslash "
                    "in its user or password"
                )
                remedy = message(N_("write the backslash as {sign}"), sign="%%5C")
                about = message(said, key=key, component=kind)
                yield Found(about, place, name, remedy, component=kind)
                continue
            known = traits_of(facts.snapshot, component.component, value.origin)
            signs = parting(known)
            if "variable" in known:
                continue  # DP504's
            if "control" in known:
                said = N_(
                    "{key} of the {component}: a control character stands in its user or password"
                )
                remedy = message(N_("write a backslash that is meant as {sign}"), sign="%5C")
                about = message(said, key=key, component=kind)
                yield Found(about, place, name, remedy, component=kind)
            elif _is_doubled(known, signs):
                said = N_(
                    "{key} of the {component}: in its user or password stands %% before a "
                    "character's number; only Environment= of a unit makes one % of them"
                )
                yield Found(message(said, key=key, component=kind), place, name, component=kind)
            elif signs:
                said = N_(
                    "{key} of the {component}: in its user or password stands {signs} as it is"
                )
                shown = " ".join(f"“{sign}”" for sign in signs)
                about = message(said, key=key, component=kind, signs=shown)
                yield Found(about, place, name, component=kind)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        component, _, key = found.key.partition(".")
        part = facts.host.component(component)
        if part is None:
            return None
        value = part.proxies[key]
        meant, fact = _backslashes(facts, value), facts.snapshot.file(value.origin.path or "")
        if meant and fact is not None:
            as_meant = respell_fix(facts, fact, meant)
            said = message(N_("write the backslash as %%5C in {key}"), key=key)
            return as_meant._replace(title=said) if as_meant is not None else None
        known = traits_of(facts.snapshot, component, part.proxies[key].origin)
        if "control" in known:
            return None
        if _is_doubled(known, parting(known)):
            title = message(N_("write one % for two in {key}"), key=key)
            halve = Repair("address", to="halve-percent")
            return value_fix(facts, component, key, title, False, halve)
        title = message(N_("write them as %XX in {key}"), key=key)
        safe = "percent-encoded" not in known
        return value_fix(facts, component, key, title, safe, Repair("address", to="escape-user"))


def _is_doubled(known: tuple[str, ...], signs: str) -> bool:
    """Whether all that is odd are percent signs, written as Environment= wants them."""
    return "doubled-percent" in known and signs == "%"


def _backslashes(facts: Facts, value: Value) -> list[Respelt]:
    """Of the variable's assignments those in which systemd reads a backslash as an escape."""
    if value.origin.kind != "systemd":
        return []
    there = respelt(facts.snapshot.file(value.origin.path or ""))
    return [each for each in there if each.kind == "escape" and each.name == value.origin.name]


RULE = PasswordNotEscaped()
