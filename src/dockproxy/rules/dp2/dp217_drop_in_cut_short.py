"""DP217: systemd stops to read a drop-in before its end."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.unit_exec import leading_variables
from dockproxy.core.formats.unit_mending import mended_unit
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import MADE_TO_COUNT

_UTF16 = "utf-16"


class DropInCutShort(Rule):
    """See ``Rule``."""

    code = "DP217"
    name = "drop-in-cut-short"
    severity = "warning"
    component = "daemon"
    title = N_("systemd stops to read a drop-in before its end")
    what = N_(
        "What stands in the drop-in from some line on has no effect; the journal names the line."
    )
    why = N_(
        "At a section header without its closing bracket or with a setting on its line, at a command whose path is not absolute or whose quote is not closed, at bytes that are no UTF-8 and at a line of more than a million characters systemd gives the file up. What it has read before counts."
    )
    mend = N_("Mend the line that is shown, then run: sudo systemctl daemon-reload")
    safety = N_(
        "Safe: a header that lacks its bracket, or the end of its line, can be meant in one way alone, and UTF-16 says the same as UTF-8."
    )
    sources = ("systemd 252 shared/conf-parser.c config_parse, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(1, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\r\nEnvironment=HTTPS_PROXY=http://a:b@10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\r\n".encode(
                    "utf-16"
                ),
            },
            at=(1, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\r\nEnvironment=HTTPS_PROXY=http://a:b@10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\r\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nExecStartPre=./dockerd --validate\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 1),
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for index, (path, content) in enumerate(facts.stack):
            stopped = content.stopped
            if stopped is None or (index == 0 and path.endswith(".service")):
                continue  # a unit's own file is then not loaded at all
            if content.refused is not None and leading_variables(content.refused.value):
                continue  # DP229 says so
            said = N_("systemd reads this file no further: {quote}")
            place = facts.evidence(path, stopped.line, stopped.column)
            if _is_utf16(content.text):
                said = N_("systemd reads nothing of this file: it was saved as UTF-16")
                yield Found(message(said), (place._replace(text=""),), _UTF16)
                continue
            yield Found(message(said, quote=stopped.message), (place,), str(stopped.line))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact = file_of(facts, found)
        if fact is not None and found.key == _UTF16:
            title = message(N_("write the file as UTF-8 without a byte order mark"))
            edit = edit_of(facts, fact, "daemon", Repair("as-utf8"), *MADE_TO_COUNT)
            return Fix(title, True, (edit,), ("daemon",))
        if fact is None or found.message.params["quote"] != "Invalid section header":
            return None
        repair, text = Repair("close-header"), fact.text or ""
        if mended_unit(text, repair) == text:
            return None
        edit = edit_of(facts, fact, "daemon", repair)
        return Fix(message(N_("close the section's header")), True, (edit,), ("daemon",))


def _is_utf16(text: str) -> bool:
    """Whether a byte order mark is near the start, where a mask may stand before it, and every
    other byte is nothing."""
    marked = {"\udcff"} & set(text[:8])
    return bool(marked) and text.count("\0") > 4


RULE = DropInCutShort()
