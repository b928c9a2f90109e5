"""How people spell the names of config.json's ``proxies``."""

from __future__ import annotations

from dockproxy.core.formats.client_json import ClientJson, Entry
from dockproxy.core.model.proxies import CLIENT_JSON_NAMES
from dockproxy.core.model.secret import MASK

_MEANT = {name.lower(): (key, name) for key, name in CLIENT_JSON_NAMES.items()}
_MEANT.update({"http": _MEANT["httpproxy"], "https": _MEANT["httpsproxy"]})


def meant(name: str) -> tuple[str, str] | None:
    """Our key and docker's name of what ``http-proxy`` or ``HTTP_PROXY`` means; None for none."""
    return _MEANT.get(name.replace("-", "").replace("_", "").lower())


def beside_default(read: ClientJson) -> list[Entry]:
    """Proxies in the place of the entries that hold them."""
    return [entry for entry in read.entries if entry.kind == "string" and meant(entry.name)]


def has_room(read: ClientJson, key: str) -> bool:
    """Whether this key of ``default`` can be written: it is an object, and has no text there."""
    default = read.default
    if default is None:
        return True
    return default.kind in ("object", "null") and default.settings[key].place is None


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


def is_hidden(path: tuple[str, ...]) -> bool:
    """Whether a key of it is not known as the file spells it, so that it cannot be found again."""
    return any(MASK in key for key in path)
