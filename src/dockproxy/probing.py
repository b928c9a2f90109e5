"""A host with what probes find out of it: the only look that contacts the network, on request."""

from __future__ import annotations

from dockproxy import contact, live
from dockproxy.core.agent.probe.registry_probe import parts
from dockproxy.core.model.errors import DockproxyError, UsageError
from dockproxy.core.model.message import N_
from dockproxy.core.model.probe import DaemonAnswer, Probes, ProxyAnswer, ProxyProbe, RegistryAnswer
from dockproxy.core.model.snapshot import Unknown
from dockproxy.core.places.linux import HOST_NAMES
from dockproxy.core.places.rootless import HOST_BY_DRIVER
from dockproxy.resolve.given import Given
from dockproxy.resolve.host import Component, Host
from dockproxy.resolve.make import resolve
from dockproxy.route.on_host import registries_of
from dockproxy.route.router import Router
from dockproxy.transport.base import Transport

HUB = "registry-1.docker.io:443"
REDIRECTS = ("auth.docker.io:443", "production.cloudflare.docker.com:443")
"""Where Docker Hub sends a pull on to: for a token, and for the layers (moby/moby issue 36820)."""

_KINDS = ("daemon", "client", "builder")
_MOST = 60
"""Questions; the agent takes 64 at once."""
_IMAGE = "docker.io/library/hello-world:latest"


def probed(host: Host, *, user: str | None = None, transport: Transport | None = None) -> Host:
    """The host, its Snapshot with ``probes``: every proxy of daemon, client and builders asked for
    the way to a registry, every mirror asked whether it is there, and the daemon asked to ask.

    Raises UsageError for a host that is not this machine.
    """
    snapshot = host.snapshot
    if host.recorded or snapshot.machine.root:
        raise UsageError(N_("only this machine's own proxies can be asked"))
    named: dict[str, list[str]] = {}
    unknown: list[Unknown] = []
    for component in host.components:
        if component.component not in _KINDS:
            continue
        try:
            values = _revealed(host, component, user)
        except DockproxyError:
            about = f"probes.{_name(component)}"
            unknown.append(Unknown(about, "permission", N_("run it with sudo")))
            continue
        for key, url in values.items():
            named.setdefault(_from_here(host, url), []).append(f"{_name(component)}:{key}")
    answers = _ask(host, named)
    probes = Probes(tuple(answers), tuple(_mirrors(host, named)), _daemon(host, transport))
    seen = (*snapshot.unknown, *unknown)
    return resolve(snapshot._replace(probes=probes, unknown=seen))


def _name(component: Component) -> str:
    if component.component == "builder":
        return f"builder.{component.name}"
    return component.component


def _revealed(host: Host, component: Component, user: str | None) -> dict[str, str]:
    """Its proxies' addresses as they are, those left out that only a container can reach."""
    values = {
        key: value for key, value in component.proxies.items() if key != "no_proxy" and value.value
    }
    given = Given(component.component, component.name, values)
    found = live.reveal(host, given, user=user)
    texts = {key: secret.reveal() for key, secret in found.items()}
    return {
        key: text
        for key, text in texts.items()
        if not any(name in text.lower() for name in HOST_NAMES)
    }


def _from_here(host: Host, url: str) -> str:
    """The same proxy as this machine reaches it, for a rootless driver's name of its loopback."""
    rootless = host.snapshot.rootless
    inside = HOST_BY_DRIVER.get(rootless.network_driver, "") if rootless is not None else ""
    return url.replace(inside, "127.0.0.1", 1) if inside else url


def _ask(host: Host, named: dict[str, list[str]]) -> list[ProxyAnswer]:
    target = contact.probe_target(host)
    asked: list[tuple[str, str, str]] = []
    for url, about in named.items():
        goes = _goes_there(host, about[0], target)
        asked.append((url, target if goes else "", "registry"))
        if goes and target == HUB and any(name.endswith(":https_proxy") for name in about):
            asked += [(url, each, "redirect") for each in REDIRECTS]
    asked = asked[:_MOST]
    found = contact.ask_proxies([(url, at) for url, at, _ in asked])
    return [
        _answer(tuple(named[url]), purpose, probe)
        for (url, _, purpose), probe in zip(asked, found, strict=True)
    ]


def _goes_there(host: Host, about: str, target: str) -> bool:
    """Whether the component that has this proxy asks it for that target: no_proxy may cover it."""
    part, _, key = about.rpartition(":")
    kind, _, name = part.partition(".")
    component = host.component(kind, name or None)
    if component is None:
        return True
    named = {each.upper(): value.value for each, value in component.proxies.items()}
    scheme = "http" if key == "http_proxy" else "https"
    named[f"{scheme.upper()}_PROXY"] = "http://probe.invalid:1"
    return Router(named, images=False).route(f"{scheme}://{target}").decision != "direct"


def _answer(about: tuple[str, ...], purpose: str, probe: ProxyProbe) -> ProxyAnswer:
    resolved = next((each for each in probe.stages if each.name == "resolve"), None)
    addresses = resolved.detail.split(", ") if resolved and resolved.state == "ok" else []
    failed = next((each.detail for each in probe.stages if each.state == "failed"), "")
    return ProxyAnswer(
        about,
        probe.url,
        probe.target,
        purpose,
        probe.problem,
        probe.status,
        probe.schemes,
        failed,
        tuple(dict.fromkeys(each for each in addresses if each)),
    )


def _mirrors(host: Host, named: dict[str, list[str]]) -> list[RegistryAnswer]:
    """Each registry mirror, over the way that the daemon goes to it."""
    daemon = host.component("daemon")
    proxies = daemon.proxies if daemon is not None else {}
    router = Router({key.upper(): value.value for key, value in proxies.items()}, images=False)
    real = {about: url for url, abouts in named.items() for about in abouts}
    direct, through = [], []
    for url in registries_of(host.snapshot).mirrors[: _MOST // 4]:
        scheme, name, port = parts(url)
        if not 0 < port < 65536:
            continue
        shown = f"[{name}]" if ":" in name else name
        answer = router.route(f"{scheme}://{shown}:{port}")
        proxy = real.get(f"daemon:{answer.via}", "")
        if answer.decision == "proxy" and proxy:
            through.append((url, proxy, f"{shown}:{port}"))
        elif answer.decision == "direct":
            direct.append((url, f"{scheme}://{shown}:{port}"))
    found = contact.ask_registries([address for _, address in direct])
    answers = [one._replace(url=url) for (url, _), one in zip(direct, found, strict=True)]
    asked = contact.ask_proxies([(proxy, target) for _, proxy, target in through])
    for (url, _, _), probe in zip(through, asked, strict=True):
        told = _answer((), "registry", probe)
        answers.append(RegistryAnswer(url, told.problem, told.status, told.detail, told.url))
    return answers


def _daemon(host: Host, transport: Transport | None) -> DaemonAnswer | None:
    """What the running daemon gets from a registry; None where it can't be asked."""
    engine = host.snapshot.engine
    if engine is None:
        return None
    image = contact.proof_image(host) or _IMAGE
    proof = contact.prove_daemon(engine.endpoint, image, timeout=20.0, transport=transport)
    if proof.problem in ("no-engine", "bad-image", "unknown"):
        return None
    return DaemonAnswer(image, proof.problem, proof.status, proof.quote)
