"""DP202: part of an Environment= line is not what it was meant to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dockproxy.core.formats.systemd_unit import EnvAssignment, environment_assignments
from dockproxy.core.formats.unit_respell import names_a_proxy
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_KEYS
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import file_of, respell_fix, respelt
from dockproxy.rules.rule import Example, Found, Rule

_HARMLESS = pattern(r"export|set|env|ENV|[\W_]{0,2}")
_BEGINS = pattern(r"(?i)(?:https?|ftp|all|no)_proxy(?![a-z0-9_])")
"""A proxy variable, whatever follows in place of the equals sign."""


def _is_dp201s(item: EnvAssignment) -> bool:
    return item.note == "unresolved" and item.name.lower() in DAEMON_KEYS


def _what_to_do(bad: Sequence[EnvAssignment]) -> str:
    notes = {item.note for item in bad}
    if "bad-escape" in notes:
        return N_("write a backslash in a user or password as %%5C, and any other one twice")
    if "unclosed-quote" in notes:
        return N_("close the quote behind the value, and put a comment on a line of its own")
    if notes == {"unresolved"}:
        return N_("write each % of the value twice: %%")
    if any(item.name.startswith(("#", ";")) for item in bad):
        return N_("put the comment on a line of its own: systemd knows none behind a value")
    return N_(
        "put the whole NAME=value into double quotes; write a blank in a password as %%20, a "
        "comment on a line of its own"
    )


class EnvironmentMisspelt(Rule):
    """See ``Rule``."""

    code = "DP202"
    name = "environment-misspelt"
    severity = "warning"
    component = "daemon"
    title = N_("Part of an Environment= line is not what it was meant to be")
    what = N_(
        "The proxy, or the end of NO_PROXY, is missing; the journal has a line “Invalid "
        "environment assignment, ignoring”."
    )
    why = N_(
        "Blanks part assignments, so NO_PROXY=a, b ends at the comma. Quotes must enclose the "
        "whole NAME=value or just the value, be straight and be closed."
    )
    mend = N_(
        "Put the whole assignment into double quotes: "
        'Environment="NO_PROXY=localhost,127.0.0.1,.corp.example"'
    )
    sources = ("systemd 252 core/load-fragment.c config_parse_environ, seen in the lab",)
    safety = N_(
        "Safe where it can be meant in one way alone, as a quote that is not closed or a blank "
        "around “=”; a list whose entries blanks part is only offered with commas."
    )
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=NO_PROXY=localhost, 127.0.0.1 HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 33),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="NO_PROXY=localhost, 127.0.0.1" HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n',
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTPS_PROXY=http://10.0.0.1:3128" HTTP_PROXY=http://10.0.0.1:3128\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY = http://10.0.0.1:3128\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=“HTTPS_PROXY=http://ann:pass@10.0.0.1:3128” “HTTP_PROXY=http://10.0.0.1:3128”\n",
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTPS_PROXY=http://ann:pass@10.0.0.1:3128" "HTTP_PROXY=http://10.0.0.1:3128"\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP-PROXY=http://10.0.0.1:3128 HTTPS-PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://CORP\\dave:pw@10.0.0.1:3128" "HTTPS_PROXY=http://CORP\\dave:pw@10.0.0.1:3128"\n',
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://CORP%%5Cdave:pw@10.0.0.1:3128" "HTTPS_PROXY=http://CORP%%5Cdave:pw@10.0.0.1:3128"\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY＝http://a:b@10.0.0.1:3128" "HTTPS_PROXY: http://10.0.0.1:3128"\n',
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://a:b@10.0.0.1:3128" "HTTPS_PROXY=http://10.0.0.1:3128"\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="NO_PROXY=localhost,127.0.0.1" HTTPS_PROXY=http://10.0.0.1:3128 "HTTP_PROXY=http://10.0.0.1:3128"\n',
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment=export HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY="http://10.0.0.1:3128"\n',
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for path, content in facts.stack:
            misspelt = [
                each for each in respelt(facts.snapshot.file(path)) if each.kind == "misspelt"
            ]
            for assignment in content.service("Environment"):
                items = list(environment_assignments(content, assignment))
                lines = range(assignment.line, assignment.line + len(assignment.joined.starts) + 1)
                here = any(each.line in lines for each in misspelt)
                bad = [item for item in items if not item.counts and not _is_dp201s(item)]
                named = any(_BEGINS.match(item.name) for item in bad)
                if not bad or not (here or named or names_a_proxy(assignment.value)):
                    continue
                yield self._found(facts, path, bad, here)

    def _found(self, facts: Facts, path: str, bad: Sequence[EnvAssignment], here: bool) -> Found:
        said = N_("systemd ignores this part of the line: it is no NAME=value")
        if any(item.note == "unclosed-quote" for item in bad):
            said = N_("systemd ignores the rest of the line: a quote is not closed")
        elif any(item.note == "bad-escape" for item in bad):
            said = N_("systemd ignores the rest of the line: a backslash begins no escape")
        elif all(item.note == "unresolved" for item in bad):
            said = N_("systemd ignores this part of the line: a percent sign must be doubled here")
        harmless = not here and all(
            _HARMLESS.fullmatch(item.name) and not item.value for item in bad
        )
        return Found(
            message(said),
            (facts.evidence(path, bad[0].line, bad[0].column),),
            str(bad[0].line),
            message(_what_to_do(bad)),
            "info" if harmless else "",
        )

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None or found.severity == "info":
            return None
        meant = [each for each in respelt(fact) if each.kind == "misspelt"]
        return respell_fix(facts, fact, [each for each in meant if str(each.line) == found.key])


RULE = EnvironmentMisspelt()
