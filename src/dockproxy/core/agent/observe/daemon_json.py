"""The daemon's configuration file: which one it is, and what is in it."""

from __future__ import annotations

import os

from dockproxy.core.agent.observe.dockerd import Running
from dockproxy.core.agent.observe.look import Look
from dockproxy.core.agent.observe.values import flag_value
from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.systemd_words import plain_word, split_words
from dockproxy.core.formats.unit_command import expanded_word
from dockproxy.core.formats.unit_dropins import (
    SYSTEM_UNIT_PATHS,
    choose_fragment,
    order_dropins,
)
from dockproxy.core.formats.unit_environment import effective_environment, file_references
from dockproxy.core.model.light import pattern
from dockproxy.core.places import linux, rootless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping, Optional, Sequence

    from dockproxy.core.formats.systemd_unit import Unit


NAME = "daemon-json"
_NAMES_FILES = pattern(r"(?i)tls|proxy-path|\\u00")
"""What a daemon.json holds somewhere that names a certificate or docker-proxy."""


def observe(
    look: Look,
    running: Optional[Running],
    shown: Sequence[str],
    texts: Mapping[str, str],
    *,
    config_home: str = "",
    lookup: Sequence[str] = SYSTEM_UNIT_PATHS,
) -> str:
    """Keep the fact; gives the path. config_home: of a rootless daemon's user. lookup: where its
    manager looks for units.

    The running dockerd's ``--config-file`` counts, else that of the unit as systemd holds it
    (shown: its words), else that of the unit's files (texts), else the default.
    """
    folder = "/"
    default = f"{config_home}/{rootless.DAEMON_JSON}" if config_home else linux.DAEMON_JSON
    if running is not None:
        path, folder = flag_value(running.words, "config-file"), running.folder
        if running.config_home:
            default = f"{running.config_home}/{rootless.DAEMON_JSON}"
    else:
        path = flag_value(_words(look, shown, texts, lookup), "config-file")
    path = os.path.normpath(os.path.join(folder, path)) if path else default
    text = look.file(path, "daemon-json")
    if look.for_rules and text and _NAMES_FILES.search(text):
        look.note(path, "absent", _absent(look, text, folder))
    if path != linux.DAEMON_JSON and default == linux.DAEMON_JSON:
        # The usual place, where people write what this daemon then does not read.
        look.file(linux.DAEMON_JSON, "daemon-json")
    return path


def _absent(look: Look, text: str, folder: str) -> str:
    """The options whose file is not there. folder: where the daemon runs."""
    from dockproxy.core.formats.daemon_values import named_files

    return " ".join(
        name
        for name, path in named_files(text).items()
        if look.is_absent(os.path.join(folder, path), program=name == "userland-proxy-path")
    )


def _words(
    look: Look, shown: Sequence[str], texts: Mapping[str, str], lookup: Sequence[str]
) -> Sequence[str]:
    """The words of the unit's ExecStart, its variables filled in. shown: as systemd holds them."""
    if shown and not any("$" in word for word in shown):
        return shown
    unit = linux.SERVICE_UNIT
    fragment = choose_fragment(unit, texts, lookup)
    paths = [*([fragment] if fragment else []), *order_dropins(unit, texts, lookup).used]
    stack = [(path, parse(texts[path])) for path in paths]
    words = shown or _exec_start([content for _, content in stack])
    if not any("$" in word for word in words):
        return words
    files = {each.pattern: look.text(each.pattern) or None for each in file_references(stack)}
    variables = effective_environment(stack, files).variables
    values = {name: item.value for name, item in variables.items() if item.value is not None}
    return [each for word in words for each in expanded_word(word, values)]


def _exec_start(units: Sequence[Unit]) -> Sequence[str]:
    """By its files; an empty one takes back those before it."""
    words: Sequence[str] = ()
    for content in units:
        for assignment in content.service("ExecStart"):
            words = [plain_word(word.text) for word in split_words(assignment.value).words]
    return words
