"""DP310: config.json says the same thing twice, and docker takes the last."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.client_json import ClientJson, Entry
from dockproxy.core.formats.json_place import Place
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import CLIENT_JSON_NAMES
from dockproxy.rules.client_names import is_hidden, misplaced
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule

CONFIG = "/root/.docker/config.json"


class ClientDuplicate(Rule):
    """See ``Rule``."""

    code = "DP310"
    name = "client-duplicate"
    severity = "warning"
    component = "client"
    title = N_("The same thing stands twice in config.json, and docker takes the last")
    what = N_("Containers get another proxy than the one that you see first, or none.")
    why = N_(
        "Of a name that stands twice in one entry the last one counts; httpProxy and HTTPProxy "
        "are one name. A second entry of the same name replaces the first whole, and "
        "“proxies”: null does away with all before it."
    )
    mend = N_("Leave the one that you mean, and take the others away.")
    safety = N_(
        "Only offered, where two entries of one name say nothing different: they become one."
    )
    sources = (
        "docker/cli 26.1 cli/config/configfile/file.go LoadFromReader, seen in the lab",
        "Go 1.24 encoding/json decode.go: keys of maps and fields of structs",
    )
    bad = (
        Example(
            {
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "HTTPProxy": "http://10.0.0.9:3128", "httpsProxy": "http://10.0.0.9:3128"}}}\n'
            },
            at=(1, 39),
        ),
        Example(
            {
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}, "default": {"noProxy": "localhost"}}}\n'
            },
            at=(1, 39),
            fixed={
                CONFIG: '{"proxies": {"default": {"noProxy": "localhost", "httpProxy": "http://10.0.0.1:3128"}}}\n'
            },
        ),
        Example(
            {
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}, "proxies": null}\n'
            },
            at=(1, 39),
        ),
    )
    good = (
        Example(
            {
                CONFIG: '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
        Example(
            {
                CONFIG: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "noProxy": null, "noProxy": "localhost"}}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.client_read, facts.client_json
        for place in _lost(read) if read is not None else ():
            said = N_("docker takes no notice of {name} here: a later one replaces it")
            shown = facts.evidence(fact.path if fact else "", place.line, place.column)
            yield Found(message(said, name=place.path[-1]), (shown,), _key(place))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        read, fact = facts.client_read, facts.client_json
        kept = {entry.name: entry for entry in read.entries} if read is not None else {}
        for entry in read.replaced if read is not None else ():
            now = kept.get(entry.name)
            if found.key not in [_key(place) for place in _given(entry) if place.value]:
                continue
            if is_hidden((entry.name,)):
                return None
            if fact is None or read is None or now is None or not _can_be_one(read, entry.name):
                return None
            repair = Repair("one-entry", (entry.section, entry.name))
            title = message(N_("put both into one"))
            return Fix(title, False, (edit_of(facts, fact, "client", repair),))
        return None


def _can_be_one(read: ClientJson, name: str) -> bool:
    """Whether the entries of that name say each thing once, and nothing that means nothing."""
    same = [entry for entry in (*read.entries, *read.replaced) if entry.name == name]
    if any(entry.kind not in ("object", "null") or entry.unknown for entry in same):
        return False
    if len({entry.section for entry in same}) > 1:
        return False
    return all(
        sum(1 for entry in same for place in (_given(entry)) if place.path[-1].lower() == field) < 2
        and (name != "default" or misplaced(read, key) < 2)
        for key, field in ((key, field.lower()) for key, field in CLIENT_JSON_NAMES.items())
    )


def _key(place: Place) -> str:
    return f"{'.'.join(place.path)}@{place.line}:{place.column}"


def _given(entry: Entry) -> list[Place]:
    return [
        place
        for setting in entry.settings.values()
        for place in (*setting.shadowed, setting.place)
        if place is not None
    ]


def _lost(read: ClientJson) -> Iterator[Place]:
    """Values that another one of the same meaning, further down, does away with."""
    kept = {entry.name: entry for entry in read.entries}
    for entry in read.replaced:
        now = kept.get(entry.name)
        for key, setting in entry.settings.items():
            value = now.settings[key].value if now is not None else None
            for place in (*setting.shadowed, setting.place):
                if place is not None and place.value and place.value != value:
                    yield place
    for entry in read.entries:
        for setting in entry.settings.values():
            for place in setting.shadowed:
                if place.value and place.value != setting.value:
                    yield place


RULE = ClientDuplicate()
