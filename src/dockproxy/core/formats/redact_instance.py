"""What may be shown of a builder's instance file: an allow-list, and never buildkitd.toml.

The file is one long line, so it is shown as indented JSON, the same lines with and without secrets.
"""

from __future__ import annotations

import re

from dockproxy.core.formats.redact_values import PROXY_NAMES
from dockproxy.core.model.light import pattern
from dockproxy.core.model.secret import MASK, mask_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Tuple


ENVIRONMENT = "env."
"""``env.NAME``: a variable of the builder's container (driver/docker-container/factory.go)."""

_HARMLESS_TEXT = """
network image memory memory-swap cpu-quota cpu-period cpu-shares cpuset-cpus cpuset-mems
cgroup-parent restart-policy default-load provenance-add-gha allow-untrusted-image namespace
replicas requests.cpu requests.memory limits.cpu limits.memory nodeselector qemu.install qemu.image
"""
_HARMLESS = frozenset(_HARMLESS_TEXT.split())
_SHOWN = frozenset(("Name", "Driver", "Endpoint", "Dynamic", "os", "architecture", "variant"))
_SHOWN_FLAGS = ("--allow-insecure-entitlement", "--debug", "--trace", "--config")
_INDENT = 2
_KEY = pattern(r"[A-Za-z0-9_./-]{1,100}", re.ASCII)


def shown_option(name: str, value: str) -> str:
    """A driver option's value as it may be shown."""
    variable = name[len(ENVIRONMENT) :] if name.startswith(ENVIRONMENT) else ""
    if variable in PROXY_NAMES or name in _HARMLESS:
        return mask_url(value)
    return MASK if value else value


def instance_texts(text: str) -> Tuple[str, str]:
    """The file as indented JSON, as it is and as it may be shown; "" where it is none."""
    import json

    try:
        parsed = json.loads(text)
        return _pretty(parsed), _pretty(_shown("", parsed))
    except (ValueError, RecursionError):
        return "", ""


def _pretty(value: Any) -> str:
    import json

    return json.dumps(value, indent=_INDENT, ensure_ascii=False) + "\n"


def _shown(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(key, item) for item in value]
    if isinstance(value, dict):
        return {
            _name(name, place): _member(key, name, item)
            for place, (name, item) in enumerate(value.items())
        }
    if isinstance(value, str) and key == "Flags":
        return value if value.partition("=")[0] in _SHOWN_FLAGS else MASK
    if not isinstance(value, str) or not value:
        return value
    return mask_url(value) if key in _SHOWN else MASK


def _member(holder: str, name: str, value: Any) -> Any:
    if holder == "DriverOpts" and isinstance(value, str):
        return shown_option(name, value)
    return _shown("" if holder in ("DriverOpts", "Files") else name, value)


def _name(name: str, place: int) -> str:
    """A key that none of buildx's can be is hidden, and stays one of its own."""
    return name if _KEY.fullmatch(name) else f"{MASK}-{place}"
