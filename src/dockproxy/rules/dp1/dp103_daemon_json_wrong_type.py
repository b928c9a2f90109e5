"""DP103: a value in daemon.json is of the wrong type."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.daemon_json import PROXY_NAMES, Refusal
from dockproxy.core.formats.daemon_options import RECORDS
from dockproxy.core.formats.go_json import parse
from dockproxy.core.formats.mending import retyped
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.secret import MASK
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.turns import turn_of


class DaemonJsonWrongType(Rule):
    """See ``Rule``."""

    code = "DP103"
    name = "daemon-json-wrong-type"
    severity = "error"
    component = "daemon"
    title = N_("A value in daemon.json is of the wrong type")
    what = N_("dockerd does not start: “cannot unmarshal … into Go struct field”.")
    why = N_(
        "The three proxies are strings and “proxies” is an object; a list, a number, true or "
        "false in their place is refused. So it is with every other option: debug is true or "
        "false, mtu a number, dns a list, and all values of log-opts are strings."
    )
    mend = N_(
        "Write the value as one string in quotes; NO_PROXY too is one string with commas, no list. "
        "Other options: as the finding says."
    )
    safety = N_(
        "Safe where the same value can be written as the type that dockerd wants: a list of hosts "
        "as one string, a number of log-opts in quotes, “true” without them. What may have been "
        "meant as several is only offered."
    )
    sources = ("moby 26.1 daemon/config/config.go, seen in the lab",)
    bad = (
        Example(
            {"/etc/docker/daemon.json": '{"proxies": {"no-proxy": ["localhost", "127.0.0.1"]}}\n'},
            at=(1, 26),
            fixed={"/etc/docker/daemon.json": '{"proxies": {"no-proxy": "localhost,127.0.0.1"}}\n'},
        ),
        Example({"/etc/docker/daemon.json": "[]\n"}, at=(1, 1)),
        Example({"/etc/docker/daemon.json": '{"proxies": {"http-proxy": 3128}}\n'}),
        Example(
            {"/etc/docker/daemon.json": '{"log-opts": {"max-size": "10m", "max-file": 3}}\n'},
            at=(1, 46),
            fixed={
                "/etc/docker/daemon.json": '{"log-opts": {"max-size": "10m", "max-file": "3"}}\n'
            },
        ),
        Example(
            {"/etc/docker/daemon.json": '{"debug": "true", "mtu": "1450"}\n'},
            at=(1, 11),
            fixed={"/etc/docker/daemon.json": '{"debug": true, "mtu": 1450}\n'},
        ),
        Example(
            {"/etc/docker/daemon.json": '{"dns": "10.0.0.53"}\n'},
            fixed={"/etc/docker/daemon.json": '{"dns": ["10.0.0.53"]}\n'},
        ),
        Example({"/etc/docker/daemon.json": '{"builder": {"gc": {"enabled": "yes"}}}\n'}),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"no-proxy": "localhost,127.0.0.1", "http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None:
            return
        unknown = {each.name for each in read.refusals if each.kind == "unknown-directive"}
        for refusal in read.refusals:
            if refusal.name in unknown or refusal.kind not in _KINDS:
                continue  # a string for “proxies”: DP102 says that
            place = facts.evidence(fact.path, refusal.line, refusal.column)
            said = message(N_("dockerd will not start: {quote}"), quote=refusal.message)
            if refusal.kind == "option-type":
                said = message(_wanted(refusal.wanted), name=refusal.name)
            yield Found(said, (place,), refusal.name, turn=turn_of(read, refusal))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None:
            return None
        for refusal in read.refusals:
            place, wanted = refusal.place, _written_as(refusal)
            if refusal.name != found.key or refusal.kind not in _KINDS or place is None:
                continue
            if place.path[-1].lower() in PROXY_NAMES and place.kind not in ("string", "array"):
                return None  # 3128 in quotes is taken, and is no address
            raw = (fact.text or "")[place.start : place.end]
            try:
                written = retyped(raw, parse(raw), wanted)
            except ParseError:
                continue
            if written is not None:
                repair = Repair("retype", place.path, wanted)
                title = message(_TITLES[wanted], name=place.path[-1])
                safe = place.kind != "string" or wanted != "[]string" or _is_one(raw)
                safe = safe and (place.kind != "array" or place.path[-1].lower() == "no-proxy")
                return Fix(title, safe, (edit_of(facts, fact, "daemon", repair),), ("daemon",))
        return None


_KINDS = ("wrong-type", "not-an-object", "number-range", "option-type")
_TITLES = {
    "string": N_("write {name} as one string in quotes"),
    "bool": N_("write {name} without quotes"),
    "int": N_("write {name} without quotes"),
    "[]string": N_("put {name} into square brackets, as a list"),
}
_WANTED = {
    "bool": N_("dockerd will not start: {name} has to be true or false, without quotes"),
    "int": N_("dockerd will not start: {name} has to be a whole number, without quotes"),
    "[": N_("dockerd will not start: {name} has to be a list in square brackets"),
    "{": N_("dockerd will not start: {name} has to be an object in braces"),
    "filter": N_("dockerd will not start: {name} has to be a list of strings in square brackets"),
    "string": N_("dockerd will not start: {name} has to be one string in quotes"),
}


def _wanted(kind: str) -> str:
    if kind in RECORDS:
        return _WANTED["{"]
    return _WANTED.get(kind) or _WANTED.get(kind[:1]) or _WANTED["string"]


def _written_as(refusal: Refusal) -> str:
    kind = refusal.wanted
    if kind.startswith("[]"):
        return "[]string" if kind in ("[]string", "[]ip", "[]address") else kind
    return "string" if kind == "size" else kind


def _is_one(raw: str) -> bool:
    """Whether a string can't have been meant as several, or is masked."""
    return not any(sign in raw for sign in ", ;") and MASK not in raw


RULE = DaemonJsonWrongType()
