"""A builder's part of a plan: which driver options of its instance file, and its making anew.

Facts: the container's environment is ``env.NAME`` of the options, no more (buildx
driver/docker-container/factory.go). buildkitd reads either case (Go's ProxyFromEnvironment), but
the git that it runs, which is handed both (BuildKit util/gitutil/git_cli.go), reads ``http_proxy``
in lower case alone (libcurl): so both are written, as Docker does for containers. In the file a
value is written as it is: commas need quotes only in words of ``buildx create --driver-opt``.
"""

from __future__ import annotations

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Change, Edit, RemadeNode, Remake
from dockproxy.core.model.proxies import PROXY_KEYS, variable_names
from dockproxy.core.model.report import LeftOut
from dockproxy.core.model.secret import MASK, Secret
from dockproxy.core.model.snapshot import Builder, Client
from dockproxy.plan.intent import ALL_BUILDERS, BUILDER
from dockproxy.resolve.builder import CONTAINER_DRIVER, ENVIRONMENT
from dockproxy.resolve.host import Host

_READ = tuple(key for key in PROXY_KEYS if key != "ftp_proxy")
_HOST_NETWORK = "host"


class BuilderEdits(NamedTuple):
    """One builder's part: its file's edit, if one is due, and its remake."""

    edits: tuple[Edit, ...]
    remake: Remake


def builders_meant(host: Host, parts: tuple[str, ...]) -> tuple[Builder, ...]:
    """The builders that ``--for`` names. Raises UsageError for one that is not there."""
    there = {builder.name.lower(): builder for builder in host.snapshot.builders}
    named = _named(parts)
    for name in named:
        if name not in there:
            if not there:
                raise UsageError(
                    message(
                        N_("this user has no builder, so none that is called {name}"), name=name
                    ),
                    hint=N_("another user's: --user NAME"),
                )
            known = ", ".join(builder.name for builder in there.values())
            raise UsageError(
                message(N_("this user has no builder {name}"), name=name),
                hint=message(N_("there are: {known}; another user's: --user NAME"), known=known),
            )
    if ALL_BUILDERS in parts:
        named = [name for name in there if not _why_not(there[name])] + named
        if not named:
            raise UsageError(
                N_("this user has no builder with a container of its own"),
                hint=N_("the daemon's own builder uses the daemon's proxies: --for daemon"),
            )
    return tuple(there[name] for name in dict.fromkeys(named))


def _named(parts: tuple[str, ...]) -> list[str]:
    """The names, in lower case: buildx tells no case apart (store/util.go, ValidateName)."""
    return [part[len(BUILDER) :].lower() for part in parts if part.startswith(BUILDER)]


def out_of_reach(builder: Builder, offline: bool) -> LeftOut | None:
    """Why this builder can't be set from here, or None where it can."""
    why = _why_not(builder)
    if why is not None:
        return LeftOut(f"{BUILDER}{builder.name}", *why)
    for node in builder.nodes:
        if offline or (node.state and node.address.startswith(("unix://", "tcp://"))):
            continue
        if node.address.startswith("unix://"):
            said = message(
                N_("the daemon at {endpoint}, in which its container runs, could not be asked"),
                endpoint=node.address,
            )
            how = message(N_("see that it runs and that this user may use docker, then try again"))
            return LeftOut(f"{BUILDER}{builder.name}", said, how)
        said = message(
            N_("its node {node} lies at {endpoint}, which is not looked after from here"),
            node=node.name,
            endpoint=node.endpoint or "?",
        )
        how = message(N_("choose that daemon with --context NAME, or run dockproxy there"))
        return LeftOut(f"{BUILDER}{builder.name}", said, how)
    return None


def _why_not(builder: Builder) -> tuple[Message, Message] | None:
    if builder.fault or not builder.driver or not builder.nodes:
        said = message(N_("its file {path} can't be read"), path=builder.path)
        return said, message(N_("mend the file in an editor, or remove it, then look again"))
    if builder.driver == CONTAINER_DRIVER:
        return None
    said = message(
        N_("its driver is {driver}: what it fetches with is set where its BuildKit runs"),
        driver=builder.driver,
    )
    if builder.driver == "kubernetes":
        text = N_("make it anew with docker buildx create --driver kubernetes --driver-opt env.…")
        return said, message(text)
    return said, message(N_("give its buildkitd the environment there, and start it again"))


def is_on_host_network(builder: Builder) -> bool:
    """Whether the builder's loopback is its machine's."""
    return all(
        any(option.name == "network" and option.value == _HOST_NETWORK for option in node.options)
        for node in builder.nodes
    )


def builder_edits(
    host: Host, builder: Builder, values: dict[str, str | None], timeout: float
) -> BuilderEdits:
    """The edit that gives the builder's next container ``values`` (our keys), and its remake."""
    client = host.snapshot.client
    changes: list[Change] = []
    for node in builder.nodes:
        there = {option.name for option in node.options}
        for key in PROXY_KEYS:
            if key not in values:
                continue
            value = values[key]
            for name in variable_names(key):
                option = ENVIRONMENT + name
                if value is None and option in there:
                    changes.append(Change((node.name, option), None))
                elif value is not None and key in _READ:
                    changes.append(Change((node.name, option), Secret(value)))
    owner, group = (client.uid, client.gid) if client else (None, None)
    edit = Edit(
        builder.path, "buildx-instance", f"{BUILDER}{builder.name}", tuple(changes), owner, group
    )
    return BuilderEdits((edit,) if changes else (), _remake(builder, client, timeout))


def _remake(builder: Builder, client: Client | None, timeout: float) -> Remake:
    nodes = tuple(RemadeNode(node.name, node.container, node.address) for node in builder.nodes)
    base = builder.path.rpartition("/")[0].rpartition("/")[0]
    config = client.config_path.rpartition("/")[0] if client else base.rpartition("/")[0]
    return Remake(
        builder.name,
        builder.path,
        nodes,
        client.uid if client else None,
        client.gid if client else None,
        client.home if client else "",
        config,
        base,
        timeout,
    )


def without_proxies(host: Host, parts: tuple[str, ...], shown: str) -> tuple[Message, ...]:
    """A remark on builders that this set leaves without any proxy. shown: the proxy's address."""
    bare = _others(host, parts, with_proxies=False)
    if not bare:
        return ()
    text = N_(
        "these builders have no proxy, so their FROM goes without: {names}. To give them one:"
        " {command}"
    )
    url = "URL" if MASK in shown else shown
    command = f"dockproxy set {url} --for {_part(bare)}"
    return (message(text, names=", ".join(bare), command=command),)


def with_proxies(host: Host, parts: tuple[str, ...]) -> tuple[Message, ...]:
    """A remark on builders that keep theirs when proxies are taken away."""
    kept = _others(host, parts, with_proxies=True)
    if not kept:
        return ()
    text = N_("these builders keep their proxies: {names}. To take them away: {command}")
    command = f"dockproxy unset --for {_part(kept)}"
    return (message(text, names=", ".join(kept), command=command),)


def _others(host: Host, parts: tuple[str, ...], *, with_proxies: bool) -> list[str]:
    """The builders that could be set, and are not meant."""
    if ALL_BUILDERS in parts:
        return []
    named = _named(parts)
    return [
        builder.name
        for builder in host.snapshot.builders
        if _why_not(builder) is None
        and builder.name.lower() not in named
        and _has_any(host, builder) is with_proxies
    ]


def _part(names: list[str]) -> str:
    return f"{BUILDER}{names[0]}" if len(names) == 1 else ALL_BUILDERS


def _has_any(host: Host, builder: Builder) -> bool:
    component = host.component("builder", builder.name)
    return component is not None and bool(component.proxies)
