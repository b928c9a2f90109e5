"""DP301: the docker command cannot read its config.json."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.client_json import ClientJson
from dockproxy.core.formats.go_json import Node, parse
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.client_names import beside_default, has_room, is_hidden, meant, misplaced
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, syntax_fix
from dockproxy.rules.rule import Example, Found, Rule

_NESTING = "nesting"
CONFIG = "/root/.docker/config.json"


class ConfigJsonBroken(Rule):
    """See ``Rule``."""

    code = "DP301"
    name = "config-json-broken"
    severity = "error"
    component = "client"
    title = N_("The docker command cannot read its config.json")
    what = N_(
        "Each docker command warns “Error loading config file”, and new containers and builds "
        "get no proxies at all."
    )
    why = N_(
        "Where config.json is no JSON, or a value in it is of another type than the command "
        "expects, it goes on without what it could not read."
    )
    mend = N_(
        "Mend the spot that is shown. docker reads text behind the closing brace without "
        "complaint, so that is none."
    )
    safety = N_(
        "Safe where it can be meant in one way alone: a comma too many, proxies beside “default” "
        "instead of in it, a list of names instead of one text, UTF-16. What takes a remark away, "
        "or may have been meant otherwise, is only offered."
    )
    sources = (
        "docker/cli 26.1 cli/config/configfile/file.go LoadFromReader, seen in the lab",
        "docker/cli issue 507: “proxies” without “default”",
    )
    bad = (
        Example(
            {CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128",}}}\n'},
            at=(1, 62),
            fixed={CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}}\n'},
        ),
        Example(
            {CONFIG: '{"proxies": {"httpProxy": "http://10.0.0.1:3128"}}\n'},
            at=(1, 27),
            fixed={CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}}\n'},
        ),
        Example(
            {
                CONFIG: '{\n  "proxies": {\n    "http-proxy": "http://u:p@10.0.0.1:3128",\n    "https-proxy": "http://u:p@10.0.0.1:3128"\n  }\n}\n'
            },
            at=(3, 19),
            fixed={
                CONFIG: '{\n  "proxies": {\n    "default": {\n      "httpProxy": "http://u:p@10.0.0.1:3128",\n      "httpsProxy": "http://u:p@10.0.0.1:3128"\n    }\n  }\n}\n'
            },
        ),
        Example(
            {
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "noProxy": ["localhost", "127.0.0.1"]}}}\n'
            },
            at=(1, 74),
            fixed={
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "noProxy": "localhost,127.0.0.1"}}}\n'
            },
        ),
        Example(
            {CONFIG: b'\xef\xbb\xbf{"auths": {}}'},
            at=(1, 1),
            fixed={CONFIG: '{"auths": {}}'},
        ),
        Example(
            {CONFIG: '{"auths": {}}\r\n'.encode("utf-16")},
            at=(1, 1),
            fixed={CONFIG: '{"auths": {}}\r\n'},
        ),
        Example({CONFIG: '{"proxies": "http://10.0.0.1:3128"}\n'}, at=(1, 13)),
    )
    good = (
        Example(
            {
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
        Example({CONFIG: '{"auths": {}}\n'}),
        Example({CONFIG: '{"auths": {}} and more\n'}),
        Example({CONFIG: '{"proxies": {"default": null}}\n'}),
        Example({CONFIG: ""}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact, fault, read = facts.client_json, facts.client_fault, facts.client_read
        if fact is None:
            return
        if fault is not None:
            said = N_("docker gives this file up, so containers get no proxies at all ({quote})")
            if " encoding@" in fact.traits.get("repair", ""):
                said = N_("docker reads plain UTF-8 alone, so it gives this file up ({quote})")
            shown = facts.noted(fact.path, fault.line, fault.column)
            yield Found(message(said, quote=fault.quote), (shown,))
            return
        beside = beside_default(read) if read is not None else []
        if beside:
            said = N_("docker takes no proxy that stands in “proxies” itself: {names}")
            names = ", ".join(entry.name for entry in beside)
            places = [facts.evidence(fact.path, each.line, each.column) for each in beside]
            yield Found(message(said, names=names), tuple(places), _NESTING)
        for warned in read.warnings if read is not None else ():
            if not any((each.line, each.column) == (warned.line, warned.column) for each in beside):
                said = N_("docker cannot use {name}, and goes on without it ({quote})")
                about = message(said, name=warned.name or "this file", quote=warned.message)
                shown = facts.evidence(fact.path, warned.line, warned.column)
                yield Found(about, (shown,), warned.name or "file")

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact, read = facts.client_json, facts.client_read
        if not found.key:
            return syntax_fix(facts, fact, "client")
        if fact is None or read is None:
            return None
        if found.key != _NESTING:
            key = _list_of_names(read, fact.text or "", found.key)
            if not key or is_hidden(key):
                return None
            title = message(N_("write it as one text, with commas between"))
            return Fix(title, True, (edit_of(facts, fact, "client", Repair("join-list", key)),))
        names = [meant(entry.name) for entry in beside_default(read)]
        free = all(each is None or has_room(read, each[0]) for each in names)
        if not free or any(each is not None and misplaced(read, each[0]) > 1 for each in names):
            return None
        repairs = [
            Repair("into-default", (entry.section, entry.name), name[1])
            for entry, name in zip(beside_default(read), names)
            if name is not None
        ]
        title = message(N_("move it into “default”"))
        return Fix(title, True, (edit_of(facts, fact, "client", *repairs),))


def _list_of_names(read: ClientJson, text: str, dotted: str) -> tuple[str, ...]:
    """The path of a list that can be meant as one text alone, () for any other value."""
    for entry in read.entries:
        for key, setting in entry.settings.items():
            lists = [place for place in setting.shadowed if place.kind == "array"]
            if setting.value is None and len(lists) == 1 and ".".join(lists[0].path) == dotted:
                node = _at(parse(text, trailing=True), lists[0].start)
                strings = [item for item in node.items if item.kind == "string"]
                fits = key == "no_proxy" or len(strings) == 1
                return lists[0].path if fits and len(strings) == len(node.items) > 0 else ()
    return ()


def _at(node: Node, start: int) -> Node:
    """The value that begins there."""
    while node.start != start:
        node = next(
            each.value for each in node.members if each.value.start <= start < each.value.end
        )
    return node


RULE = ConfigJsonBroken()
