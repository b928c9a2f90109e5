"""What probes found, for the rules of DP6xx: answers with the values that they are about."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence, Fix
from dockproxy.core.model.message import Message, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.probe import Probes, ProxyAnswer
from dockproxy.resolve.host import Component, Value
from dockproxy.rules.addresses import place_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found
from dockproxy.rules.value_repairs import value_fix

NOTHING = Probes()

_DAEMON_JSON = "/etc/docker/daemon.json"
_TEXT = '{"proxies": {"http-proxy": "%s", "https-proxy": "%s"}}\n'


def asked(
    url: str,
    problem: str = "",
    *,
    status: int = 0,
    schemes: tuple[str, ...] = (),
    detail: str = "",
    addresses: tuple[str, ...] = (),
    target: str = "registry-1.docker.io:443",
    shown: str = "",
    fixed: str = "",
) -> Example:
    """An example: both proxies of the daemon are this one, and this it answered about the target.

    shown: the address without its password. fixed: the address after the fix.
    """
    about = ("daemon:http_proxy", "daemon:https_proxy")
    answer = ProxyAnswer(
        about, shown or url, target, "registry", problem, status, schemes, detail, addresses
    )
    return Example(
        {_DAEMON_JSON: _TEXT % (url, url)},
        more={"probes": Probes((answer,))},
        fixed={_DAEMON_JSON: _TEXT % (fixed, fixed)} if fixed else None,
    )


def answers(facts: Facts, *problems: str, purpose: str = "registry") -> Iterator[ProxyAnswer]:
    """Those with one of these problems."""
    for answer in (facts.snapshot.probes or NOTHING).proxies:
        wanted = answer.problem in problems and answer.purpose == purpose
        if wanted and next(values(facts, answer), None) is not None:
            yield answer


def answer_about(facts: Facts, component: str, key: str) -> ProxyAnswer | None:
    """What the proxy of that value answered, None where it was not asked."""
    for answer in (facts.snapshot.probes or NOTHING).proxies:
        if answer.purpose == "registry" and f"{component}:{key}" in answer.about:
            return answer
    return None


def found_at(
    facts: Facts,
    answer: ProxyAnswer,
    said: str,
    remedy: Message | None = None,
    severity: str = "",
) -> Found:
    """A finding about a proxy's answer, at every value that names the proxy."""
    place = place_of(answer.url)
    target_host, _, target_port = answer.target.rpartition(":")
    about = message(
        said,
        proxy=answer.url,
        host=place.host if place is not None else answer.url,
        port=place.port if place is not None else "",
        target=answer.target,
        target_host=target_host,
        target_port=target_port,
        detail=answer.detail or str(answer.status),
        schemes=", ".join(answer.schemes),
    )
    places = tuple(facts.at(value.origin) for _, _, value in values(facts, answer))
    key = answer.target if answer.purpose == "redirect" else ""
    first = answer.about[0] if answer.about else answer.url
    part = first.rpartition(":")[0] if answer.about else ""
    return Found(
        about,
        tuple(dict.fromkeys(places)) or (Evidence(None, text=answer.url),),
        f"{first}{' ' if key else ''}{key}",
        remedy,
        severity,
        component=part.partition(".")[0],
    )


def values(facts: Facts, answer: ProxyAnswer) -> Iterator[tuple[Component, str, Value]]:
    """The values that name the proxy, and speak to it as it was spoken to."""
    asked = place_of(answer.url)
    for about in answer.about:
        part, _, key = about.rpartition(":")
        kind, _, name = part.partition(".")
        component = facts.host.component(kind, name or None)
        value = component.proxies.get(key) if component is not None else None
        if component is None or value is None:
            continue
        place = place_of(value.value)
        scheme = "http" if place is None else place.scheme or "http"
        if asked is None or scheme == asked.scheme:
            yield component, key, value


def fix_of(
    facts: Facts,
    found: Found,
    title: Message,
    safe: bool,
    *,
    scheme: str,
    kinds: tuple[str, ...] = ("daemon", "client"),
) -> Fix | None:
    """One fix for all values that name the proxy: another scheme."""
    part, _, key = found.key.rpartition(":")
    answer = answer_about(facts, part, key)
    fixes = [
        value_fix(
            facts, component.component, key, title, safe, Repair("address", to=f"scheme:{scheme}")
        )
        for component, key, _ in (values(facts, answer) if answer is not None else ())
        if component.component in kinds
    ]
    edits = tuple(edit for fix in fixes if fix is not None for edit in fix.edits)
    parts = tuple(dict.fromkeys(part for fix in fixes if fix is not None for part in fix.restarts))
    return Fix(title, safe, edits, parts) if edits else None


def is_basic(answer: ProxyAnswer) -> bool:
    """Whether a user and a password would do: where no way is offered that may be so."""
    offered = [scheme.lower() for scheme in answer.schemes]
    return not offered or "basic" in offered


def severity_of(facts: Facts, target: str) -> str:
    """``info`` for a registry that is only guessed at: Docker Hub, and no image here has come from
    it. What is not open then need not be wanted. Else "", the rule's own.
    """
    if not target.startswith(("registry-1.docker.io:", "docker.io/")):
        return ""
    first = (image.partition("/") for image in facts.snapshot.images)
    hub = (
        not slash or not ({".", ":"} & set(name) or name == "localhost") for name, slash, _ in first
    )
    return "" if any(hub) else "info"
