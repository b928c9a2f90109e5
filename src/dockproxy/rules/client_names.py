"""How people spell the names of config.json's ``proxies``."""

from __future__ import annotations

from dockproxy.core.formats.client_json import ClientJson
from dockproxy.core.formats.go_json import parse
from dockproxy.core.formats.go_names import same_field
from dockproxy.core.model.proxies import CLIENT_JSON_NAMES

_MEANT = {name.lower(): (key, name) for key, name in CLIENT_JSON_NAMES.items()}
_MEANT.update({"http": _MEANT["httpproxy"], "https": _MEANT["httpsproxy"]})


def meant(name: str) -> tuple[str, str] | None:
    """Our key and docker's name of what ``http-proxy`` or ``HTTP_PROXY`` means; None for none."""
    return _MEANT.get(name.replace("-", "").replace("_", "").lower())


def section_of(text: str | None) -> str:
    """``proxies`` as the file spells it, the last one's spelling if there are several."""
    names = [member.key for member in parse(text or "{}", trailing=True).members]
    return next((name for name in reversed(names) if same_field(name, "proxies")), "proxies")


def misplaced(read: ClientJson, key: str) -> int:
    """How many places that docker passes over mean this key of ``default``: of more than one it is
    not known which is meant.
    """
    names = [place.path[-1] for place in read.outside if place.value]
    for entry in read.entries:
        if entry.kind == "string":
            names.append(entry.name)
        elif entry.name.lower() == "default":
            names += [place.path[-1] for place in entry.unknown if place.value]
            if entry.name != "default" and entry.settings[key].value:
                names.append(key)
    for entry in read.replaced:
        if entry.kind == "string":
            names.append(entry.name)
        elif entry.name == "default" and entry.settings[key].value:
            names.append(key)
    return sum(1 for each in map(meant, names) if each is not None and each[0] == key)
