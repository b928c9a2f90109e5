"""What dockerd says of the values of its other options when it loads daemon.json.

First it decodes (daemon_types), then it checks (daemon_checks). Whether the files of certificates
and of ``userland-proxy-path`` are there whoever observed has noted. Not here is what else hangs
on the machine: what certificates hold, the user of ``userns-remap``, cgroups for
``cpu-rt-period``; nor what only a start finds out: ``bip``, ``storage-driver``, ``log-driver``
and ``log-opts``, networks and addresses in use.
"""

from __future__ import annotations

from dockproxy.core.formats.daemon_checks import Config
from dockproxy.core.formats.daemon_directives import NEWEST, Version
from dockproxy.core.formats.daemon_pairs import HIDDEN, kind_of_fault
from dockproxy.core.formats.daemon_types import Fault, type_faults
from dockproxy.core.formats.go_json import Node, parse
from dockproxy.core.formats.go_names import trimmed
from dockproxy.core.model.errors import ParseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Sequence, Tuple

    from dockproxy.core.formats.daemon_json import Options


def value_faults(text: str, root: Node, engine: Version, options: Options) -> Iterator[Fault]:
    """All that is wrong, in the order in which dockerd finds it."""
    yield from type_faults(text, root, engine)
    yield from Config(root, engine, *options).faults()


def string_lists(text: str, names: Sequence[str]) -> List[Tuple[str, ...]]:
    """The strings of these options, each a list, as dockerd holds them; none where the text is no
    JSON to it."""
    try:
        config = Config(parse(trimmed(text)), NEWEST)
    except ParseError:
        return [() for _ in names]
    lists = (config.strings(name) for name in names)
    return [tuple(node.value for node in items if node.kind == "string") for items in lists]


def named_files(text: str) -> Dict[str, str]:
    """The paths by those options that name a file without which dockerd does not start."""
    try:
        config = Config(parse(trimmed(text)), NEWEST)
    except ParseError:
        return {}
    paths = {name: config.text(name) for name in ("tlscert", "tlskey", "userland-proxy-path")}
    return {name: path for name, path in paths.items() if path}


def hidden_traits(root: Node) -> Dict[str, str]:
    """What a rule must know of the options that are masked: ``KIND INDEX`` by option."""
    config = Config(root, (0, 0))
    traits: Dict[str, str] = {}
    for name in HIDDEN:
        found = kind_of_fault(name, [node.value for node in config.strings(name)])
        if found is not None:
            traits[name] = f"{found[0]} {found[1]}"
    return traits
