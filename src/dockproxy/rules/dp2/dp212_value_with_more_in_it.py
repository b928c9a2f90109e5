"""DP212: what stands around a value became part of it."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import file_of, respell_fix, respelt
from dockproxy.rules.rule import Example, Found, Rule


class ValueWithMoreInIt(Rule):
    """See ``Rule``."""

    code = "DP212"
    name = "value-with-more-in-it"
    severity = "warning"
    component = "daemon"
    title = N_("What stands around a value became part of it")
    what = N_(
        "The proxy is set, and no request gets through: “invalid port”, “lookup http”, or a name that does not exist."
    )
    why = N_(
        "Blanks outside of quotes part assignments. A comma or semicolon behind a value, a second NAME= inside the same quotes, and quotes that are not straight all become part of the value, without a word. So does the next line where a backslash ends this one."
    )
    mend = N_(
        'Put each assignment into quotes of its own, with blanks between: Environment="HTTP_PROXY=http://10.0.0.1:3128" "HTTPS_PROXY=http://10.0.0.1:3128"'
    )
    safety = N_(
        "Safe: no address of a proxy holds a quote, ends in a comma or goes on with another variable."
    )
    sources = ("systemd 252 basic/extract-word.c, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://10.0.0.1:3128" \\\nEnvironment="HTTPS_PROXY=http://ann:pass@10.0.0.1:3128"\n',
            },
            at=(3, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://10.0.0.1:3128" \\\n"HTTPS_PROXY=http://ann:pass@10.0.0.1:3128"\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128"\n',
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://10.0.0.1:3128" "HTTPS_PROXY=http://10.0.0.1:3128"\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://ann:pass@10.0.0.1:3128;HTTPS_PROXY=http://ann:pass@10.0.0.1:3128\n",
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://ann:pass@10.0.0.1:3128 HTTPS_PROXY=http://ann:pass@10.0.0.1:3128\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://10.0.0.1:3128", "HTTPS_PROXY=http://10.0.0.1:3128"\n',
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTP_PROXY=http://10.0.0.1:3128" "HTTPS_PROXY=http://10.0.0.1:3128"\n'
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=“http://10.0.0.1:3128” HTTPS_PROXY=“http://10.0.0.1:3128”\n",
            },
            at=(2, 13),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128\n"
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="NO_PROXY=localhost, 127.0.0.1" HTTP_PROXY="http://10.0.0.1:3128" \'HTTPS_PROXY=http://10.0.0.1:3128\'\n',
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for path, _content in facts.stack:
            for each in respelt(facts.snapshot.file(path)):
                if each.kind in ("more", "joined"):
                    said = N_(
                        "{name} gets more for its value than was meant: see what is around it"
                    )
                    if each.kind == "joined":
                        said = N_(
                            "the line before ends in a backslash, so that {name} is not set here"
                        )
                    place = facts.noted(path, each.line, each.column)
                    yield Found(message(said, name=each.name), (place,), f"{each.line}.{each.name}")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is None:
            return None
        there = [each for each in respelt(fact) if f"{each.line}.{each.name}" == found.key]
        return respell_fix(facts, fact, there)


RULE = ValueWithMoreInIt()
