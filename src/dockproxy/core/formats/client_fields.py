"""The options of config.json beside ``proxies``, and of which type Go wants each."""

from __future__ import annotations

from dockproxy.core.formats.go_json import Node
from dockproxy.core.formats.go_names import same_field
from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, Optional, Tuple


_TEXT = """
psFormat imagesFormat networksFormat pluginsFormat volumesFormat statsFormat detachKeys credsStore
serviceInspectFormat servicesFormat tasksFormat secretFormat configFormat nodesFormat
currentContext experimental
"""
_MAPS = ("HttpHeaders", "credHelpers", "aliases", "features")
_LISTS = ("pruneFilters", "cliPluginsExtraDirs")
_LOGIN = (
    "username",
    "password",
    "auth",
    "email",
    "serveraddress",
    "identitytoken",
    "registrytoken",
)

OTHER_FIELDS: Dict[str, str] = {
    **dict.fromkeys(_TEXT.split(), "text"),
    **dict.fromkeys(_MAPS, "map"),
    **dict.fromkeys(_LISTS, "list"),
    "plugins": "maps",
    "auths": "logins",
}
"""cli 26.1 and 28.5 cli/config/configfile/file.go, type ConfigFile."""

_KINDS = {"text": "string", "map": "object", "maps": "object", "logins": "object", "list": "array"}
_WITHIN = {"map": "text", "maps": "map", "logins": "login", "list": "text"}


def misfits(node: Node, wanted: str) -> Iterator[Tuple[Tuple[str, ...], Node]]:
    """The values in it that are not of the type which Go wants, each with the keys down to it.

    ``null`` fits everywhere. wanted: a value of OTHER_FIELDS.
    """
    if node.kind == "null":
        return
    if wanted == "login" and node.kind == "object":
        for member in node.members:
            if any(same_field(member.key, name) for name in _LOGIN):
                for path, wrong in misfits(member.value, "text"):
                    yield (member.key, *path), wrong
        return
    if node.kind != _KINDS.get(wanted, "object"):
        yield (), node
        return
    if wanted == "text":
        return
    for item in node.items:
        yield from misfits(item, _WITHIN[wanted])
    for member in node.members:
        for path, wrong in misfits(member.value, _WITHIN[wanted]):
            yield (member.key, *path), wrong


_PROXY_KEY = pattern(r'(?i)"(?:https?|ftp|no|all)[-_]?proxy"\s*:\s*"[^"]')
_BASE64 = pattern(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\Z")


def login_fault(root: Node) -> Optional[Node]:
    """The first thing in a login that the CLI can't read: the type of a field, or an ``auth`` that
    is none, at which it gives up with all else already read.

    cli 26.1 and 28.5 cli/config/configfile/file.go, decodeAuth: base64 of ``USER:PASSWORD``.
    """
    logins: Dict[str, Optional[Node]] = {}
    for member in root.members:
        if same_field(member.key, "auths"):
            if member.value.kind == "null":
                logins.clear()
            for entry in member.value.members:
                for path, wrong in misfits(entry.value, "login"):
                    if path:
                        return wrong
                given = [
                    inner.value
                    for inner in entry.value.members
                    if same_field(inner.key, "auth") and inner.value.kind == "string"
                ]
                logins[entry.key] = given[-1] if given else None
    for login in logins.values():
        if login is not None and login.value and not _is_login(login.value):
            return login
    return None


def _is_login(text: str) -> bool:
    import binascii

    joined = text.replace("\r", "").replace("\n", "")
    if _BASE64.match(joined) is None:
        return False
    user, colon, _ = binascii.a2b_base64(joined).partition(b":")
    return bool(user and colon)


def proxy_behind(text: str, root: Node) -> int:
    """Where a proxy's name stands behind the first value, which is all that the CLI reads; -1 if
    there is none.
    """
    found = _PROXY_KEY.search(text, root.end)
    return -1 if found is None else found.start()
