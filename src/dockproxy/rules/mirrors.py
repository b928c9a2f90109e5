"""What rules ask of registry-mirrors, as daemon.json has them."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.daemon_mending import values_at
from dockproxy.core.formats.go_json import Positions
from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.light import pattern
from dockproxy.rules.addresses import has_no_host, host_of
from dockproxy.rules.facts import Facts

_LABEL = pattern(
    r"your|your[-_.]?(?:own|id|code|mirror|registry|accelerator|aliyun|name|company|corp|domain"
    r"|host|server|ip|address).*|(?:my[-_])?id|x{3,}|\*+"
)
"""A part of a name that stands where one's own should be."""
_MEANT = pattern(r".*(?:[<>{}$*%|\"]|你|您|我的|地址|加速|镜像|主机|域名|自己|专属|…|\.\.\.).*")
_ANOTHER = pattern(r".*[,;\s|]\s*(?:https?:|[A-Za-z0-9-]+\.[A-Za-z0-9-]+).*")


def mirrors_at(facts: Facts) -> Iterator[tuple[str, Evidence]]:
    """Each mirror with its place; none where dockerd does not start over one (DP111)."""
    read, fact = facts.daemon_read, facts.daemon_json
    if read is None or fact is None or fact.text is None:
        return
    if any(each.name.startswith("registry-mirrors") for each in read.refusals):
        return
    positions = Positions(fact.text)
    for value in values_at(fact.text, ("registry-mirrors",)):
        for item in value.items:
            if item.kind == "string":
                line, column = positions.of(item.start)
                yield item.value, facts.evidence(fact.path, line, column)


def is_several(text: str) -> bool:
    """Whether a person wrote more than one address into it."""
    return text.count("://") > 1 or _ANOTHER.fullmatch(text) is not None


def is_no_mirror(text: str) -> bool:
    """Whether nothing can be asked there, or a placeholder stands for one's own."""
    _, separator, rest = text.strip().partition("://")
    if not separator:
        return False
    authority, host = rest.partition("/")[0], host_of(text)
    if not host or _MEANT.fullmatch(authority):
        return True
    if any(_LABEL.fullmatch(label) for label in host.split(".")):
        return True
    return not authority.startswith("[") and has_no_host(f"http://{authority}")
