"""Which keys of daemon.json and config.json hold nothing secret: an allow-list, as data."""

from __future__ import annotations

import re
from functools import lru_cache

from dockproxy.core.formats.daemon_directives import NEWEST, is_known
from dockproxy.core.formats.daemon_options import PLAIN, RECORDS
from dockproxy.core.formats.go_names import folded, same_field
from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence, Tuple


PROXY_NAME = pattern(r"(?:https?|ftp|no|all|socks5?)[-_]?proxy", re.IGNORECASE)
"""A proxy setting in any program's spelling: its value is an address or a list of hosts."""

_ENDPOINT = pattern(r"[a-z]+://|/|[A-Za-z0-9.\-]+:[0-9]+\Z")

_DAEMON_TEXT = """
bip bip6 bridge cgroup-parent containerd data-root default-address-pools default-cgroupns-mode
default-gateway default-gateway-v6 default-ipc-mode default-runtime default-shm-size dns dns-opts
dns-search exec-opts exec-root fixed-cidr fixed-cidr-v6 graph group host-gateway-ip host-gateway-ips
hosts insecure-registries ip log-driver log-format log-level metrics-addr pidfile registry-mirror
registry-mirrors
storage-driver swarm-default-advertise-addr userland-proxy-path userns-remap base
"""
_DAEMON = frozenset(_DAEMON_TEXT.split())
"""Options whose strings (and lists of strings) bear on proxies, or on what dockerd says of them."""

_INNER = frozenset(name for record in RECORDS.values() for name in record)
"""Names of the members of options that are objects themselves."""

_CLIENT = ("currentContext", "credsStore", "proxies")

_CLIENT_KEYS_TEXT = """
auths HttpHeaders psFormat imagesFormat networksFormat pluginsFormat volumesFormat statsFormat
detachKeys credsStore credHelpers serviceInspectFormat servicesFormat tasksFormat secretFormat
configFormat nodesFormat pruneFilters proxies currentContext cliPluginsExtraDirs plugins aliases
features experimental stackOrchestrator kubernetes
"""
_CLIENT_KEYS = tuple(_CLIENT_KEYS_TEXT.split())
"""The fields of cli 26.1 configfile/file.go, type ConfigFile; other keys may name anything."""

_MISPLACED = ("default", "proxy")
"""What people call a section for proxies, in any place."""

_SHORT = ("http", "https")

_SECRET_CLIENT = ("auths", "HttpHeaders", "credHelpers", "plugins", "aliases")


def is_harmless(name: str, dialect: str) -> bool:
    """Whether a string of this key may be shown, its user information masked."""
    if PROXY_NAME.fullmatch(name) or same_field(name, "proxies"):
        return True
    if dialect == "daemon":
        return name in _DAEMON or name in PLAIN
    return any(same_field(name, field) for field in _CLIENT)


def is_entry(name: str) -> bool:
    """Whether a key in ``proxies`` is an entry's name: ``default``, or a daemon's address."""
    return name.lower() == "default" or _ENDPOINT.match(name) is not None


@lru_cache(maxsize=64)  # a list asks the same for each of its items
def is_value_shown(path: Tuple[str, ...], dialect: str) -> bool:
    """Whether the strings (and lists of strings) of this path may be shown."""
    if not path or _is_hidden(path[0], dialect):
        return False
    name = path[-1]
    if PROXY_NAME.fullmatch(name):
        return True
    if len(path) == 2 and same_field(path[0], "proxies"):
        return is_entry(name)
    if dialect == "daemon" and len(path) > 1:
        return name == "base" or (folded(name) == "maxage" and path[0] == "builder")
    return is_harmless(name, dialect) and len(path) == 1


def is_key_shown(path: Sequence[str], dialect: str) -> bool:
    """Whether the last key of this path may be shown.

    dockerd names a key it does not know, of the document or of a section in it; so those stay.
    """
    name = path[-1]
    if len(path) > 1 and _is_hidden(path[0], dialect):
        return False
    if PROXY_NAME.fullmatch(name):
        return True
    if len(path) == 2 and same_field(path[0], "proxies") and is_entry(name):
        return True
    if dialect == "daemon":
        return len(path) <= 2 or folded(name) in _INNER
    if len(path) < 5 and name.lower() in ("default", "proxies", "proxy"):
        return True
    if len(path) in (2, 3) and same_field(path[0], "proxies") and name.lower() in _SHORT:
        return True
    return len(path) == 1 and is_known_key(name, dialect)


def is_known_key(name: str, dialect: str) -> bool:
    """Whether a key is a name of ours or of Docker's, wherever it stands."""
    if PROXY_NAME.fullmatch(name) or name.lower() in _MISPLACED or is_harmless(name, dialect):
        return True
    if dialect == "daemon":
        return is_known(name, NEWEST)
    return any(same_field(name, field) for field in _CLIENT_KEYS)


def _is_hidden(name: str, dialect: str) -> bool:
    """Whether nothing below this key of the document is shown, not even its keys."""
    return dialect == "client" and any(same_field(name, field) for field in _SECRET_CLIENT)
