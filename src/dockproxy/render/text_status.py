"""``dockproxy status`` as one screen: a block a component, each value with its origin."""

from __future__ import annotations

from collections.abc import Callable

from dockproxy.core.model.message import N_
from dockproxy.core.model.proxies import PROXY_KEYS
from dockproxy.core.model.snapshot import Unknown
from dockproxy.render.terminal import Style, clean, fit, pad, paint, printable, width, wrap
from dockproxy.resolve.host import Component, Drift, Host, Origin, Value
from dockproxy.resolve.masks import matches
from dockproxy.text import tr, translator

_INDENT = "  "
_KEY_COLUMNS = max(map(len, PROXY_KEYS)) + 2
_BELOW = _INDENT + " " * _KEY_COLUMNS
_SHOWN_NAMES = 5
_LONGEST_NAME = 40

_PURPOSES = {
    "daemon": N_("pull, push, search, and FROM in builds"),
    "client": N_("what new containers and builds are given"),
    "builder": N_("FROM, ADD and git sources of its builds"),
    "cli": N_("the docker command itself"),
    "container": N_("made earlier, each keeps what it was given then"),
}

_ORIGINS = {
    "flag": N_("a flag of dockerd"),
    "manager": N_("systemd's own environment (systemctl show-environment)"),
    "process": N_("the environment that dockerd was started with"),
    "environment": N_("your environment"),
    "container": N_("the container's own environment"),
}

_DRIVERS = {
    "docker-container": N_("a container of its own"),
    "kubernetes": N_("pods in Kubernetes"),
    "remote": N_("a BuildKit elsewhere"),
}

_BROKEN = ("daemon-json-broken", "config-json-broken", "unit-broken", "instance-broken")
_BY_HAND = N_("mend the file in an editor, then look again")

_REASONS = {
    "permission": N_("no permission to look"),
    "too-large": N_("too large to read"),
    "no-engine": N_("Docker's Engine did not answer"),
    "not-running": N_("the daemon is not running"),
    "timeout": N_("no answer in time"),
    "no-systemd": N_("systemd is not running here"),
    "offline": N_("only files are looked at below another root"),
    "pass-environment": N_("its value comes from systemd's own process"),
    "docker-desktop": N_("it is Docker Desktop's, which has settings of its own"),
    "podman": N_("it is Podman, which has settings of its own"),
    "remote": N_("it lies on another machine"),
    "not-readable": N_("the file can't be read"),
    "not-a-file": N_("what lies there is no regular file"),
    "input-output": N_("the disk gave an error"),
    "bad-answer": N_("its answer could not be understood"),
    "no-context": N_("there is no Docker context of that name"),
    "bad-context": N_("the context's description can't be read"),
    "unsupported": N_("that kind of address can't be asked from here"),
    "start-time": N_("when the daemon started is not known"),
    "no-container": N_("there is no container yet: the next build makes it"),
    "kubernetes": N_("it runs in Kubernetes"),
    "unknown-driver": N_("its driver is not known here"),
}


class _Page:
    """Lines as they are made, every one safe to print."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.lines: list[str] = []
        self.say: Callable[[str], str] = translator(style.language)
        self.arrow = "→ " if style.unicode else "-> "
        self.mark = "…" if style.unicode else "..."

    def add(self, text: str, first: str = "", indent: str | None = None, colour: str = "") -> None:
        """A paragraph: ``first`` before its first line, ``indent`` before the others."""
        later = " " * width(first) if indent is None else indent
        for line in wrap(first + text, self.style.width, later):
            self.lines.append(paint(line, colour, self.style) if colour else line)

    def blank(self) -> None:
        self.lines.append("")

    def text(self) -> str:
        return printable("\n".join(self.lines) + "\n", self.style)


def status_text(host: Host, style: Style) -> str:
    """The whole screen, ending in a newline. It holds nothing that ``style`` cannot show."""
    page = _Page(style)
    _heading(page, host)
    if not host.components:
        page.blank()
        page.add(
            page.say("There is no Docker here: no daemon, no docker.service, no configuration.")
        )
    containers = []
    for component in host.components:
        if component.component == "container":
            containers.append(component)
        elif component.component != "cli" or component.proxies or _is_network(host):
            page.blank()
            _block(page, component, host)
    if containers:
        page.blank()
        _containers(page, containers)
    if host.unknown:
        page.blank()
        _unknown(page, host.unknown)
    return page.text()


def _heading(page: _Page, host: Host) -> None:
    snapshot = host.snapshot
    parts = [clean(snapshot.machine.name)] if snapshot.machine.name else []
    if snapshot.machine.root:
        parts.append(page.say("files below {root}").format(root=clean(snapshot.machine.root)))
    if snapshot.engine:
        parts.append(f"Docker Engine {clean(snapshot.engine.version)}")
    if snapshot.client and host.components:
        client = snapshot.client
        parts.append(
            page.say("context {context}: {endpoint}").format(
                context=clean(client.context), endpoint=clean(client.endpoint)
            )
        )
    if host.recorded:
        parts.append(page.say("as seen {when}").format(when=_utc(snapshot.taken_at)))
    page.add(" · ".join(parts), indent=_INDENT, colour="bold")


def _utc(seconds: float) -> str:
    """By hand: datetime takes longer to load than the rest of a look into a file."""
    minutes = int(seconds) // 60
    days, minute = divmod(minutes, 24 * 60)
    # Days of the proleptic Gregorian calendar, counted from a March 1st; 400 years a round.
    rounds, day = divmod(days + 719468, 146097)
    year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5 - 1
    year += 400 * rounds + month // 10
    month = month - 9 if month > 9 else month + 3
    return f"{year:04}-{month:02}-{day:02} {minute // 60:02}:{minute % 60:02} UTC"


def _block(page: _Page, component: Component, host: Host) -> None:
    name = f"builder {clean(component.name)}"
    name = name if component.component == "builder" else component.component
    title = paint(name, "bold", page.style)
    purpose = page.say(_PURPOSES.get(component.component, ""))
    gap = "   " if purpose else ""
    page.lines.append(title + gap + paint(purpose, "dim", page.style))
    shown = [key for key in PROXY_KEYS if key in component.proxies or key in _in_use(component)]
    for key in shown:
        _row(page, component, key)
    if not shown and component.component == "client" and component.in_use is None:
        page.add(page.say("what is set could not be seen"), _INDENT)
    elif not shown and component.driver == "remote":
        page.add(page.say("its proxies are set where it runs"), _INDENT)
    elif not shown:
        page.add(page.say("no proxy is set"), _INDENT)
    _verdict(page, component)
    _builder_verdict(page, component)
    for drift in component.drift:
        _drift(page, drift)
    if component.component == "client" and "all_proxy" in component.proxies:
        page.add(page.say("Builds (BuildKit) are not given all_proxy."), _INDENT)
    if component.component == "cli" and not _is_network(host):
        page.add(page.say("Not used to reach this daemon: the socket is local."), _INDENT)


def _in_use(component: Component) -> dict[str, str]:
    return dict(component.in_use or {})


def _is_network(host: Host) -> bool:
    client = host.snapshot.client
    return client is not None and client.endpoint.startswith(("tcp://", "http://", "https://"))


def _row(page: _Page, component: Component, key: str) -> None:
    value = component.proxies.get(key)
    label = _INDENT + pad(key, _KEY_COLUMNS)
    running = _in_use(component).get(key, "")
    if value is None and component.in_sync is None:
        page.add(_shown(page, running), label, _BELOW)
        page.add(page.say("as the running daemon says"), _BELOW, colour="dim")
        return
    page.add(page.say("(not set)") if value is None else _shown(page, value.value), label, _BELOW)
    if value is not None:
        _origin_lines(page, value)
    if component.in_use is not None and not matches("" if value is None else value.value, running):
        text = page.say("running now: {value}").format(value=_shown(page, running))
        page.add(text, _BELOW, colour="yellow")


def _shown(page: _Page, value: str) -> str:
    return clean(value) if value else page.say("(none)")


def _origin_lines(page: _Page, value: Value) -> None:
    page.add(_place(page, value.origin), _BELOW, colour="dim")
    for lost in value.overrides:
        if lost.value == value.value:
            text = page.say("the same in {place}")
        else:
            text = page.say("wins over {value} ({place})")
        text = text.format(value=_shown(page, lost.value), place=_place(page, lost.origin))
        page.add(text, _BELOW, colour="dim")


def _place(page: _Page, origin: Origin) -> str:
    if origin.path is None:
        known = _ORIGINS.get(origin.kind, "")
        place = page.say(known) if known else clean(origin.kind)
        return f"{clean(origin.name)} ({place})" if origin.name else place
    place = clean(origin.path)
    return place if origin.line is None else f"{place}:{origin.line}"


def _verdict(page: _Page, component: Component) -> None:
    if component.component != "daemon" or component.live is None:
        return
    sign = page.style.unicode
    if component.live is False:
        page.add(page.say("The daemon is not running."), _INDENT + "! ", colour="yellow")
    elif component.in_sync is True:
        text = page.say("The running daemon uses exactly this.")
        page.add(text, _INDENT + ("✓ " if sign else "+ "), colour="green")
    elif component.in_sync is False:
        text = page.say("The running daemon does not agree with this.")
        page.add(text, _INDENT + ("✗ " if sign else "! "), colour="red")
    else:
        text = page.say("Whether the running daemon uses this could not be seen.")
        page.add(text, _INDENT + "? ", colour="yellow")


def _builder_verdict(page: _Page, component: Component) -> None:
    if component.component != "builder" or not component.driver:
        return
    kind = page.say(_DRIVERS.get(component.driver, ""))
    driver = clean(component.driver)
    page.add(f"{driver}: {kind}" if kind else driver, _INDENT, colour="dim")
    if component.in_sync is True:
        text = page.say("Its container has exactly this.")
        page.add(text, _INDENT + ("✓ " if page.style.unicode else "+ "), colour="green")
    if component.in_use is not None and component.live is False:
        page.add(page.say("It is stopped: the next build starts it."), _INDENT)


def _drift(page: _Page, drift: Drift) -> None:
    page.add(clean(tr(drift.message, page.style.language)), _INDENT + "! ", colour="yellow")
    remedy = clean(drift.remedy)
    if not remedy and drift.code in _BROKEN:
        remedy = page.say(_BY_HAND)
    if remedy:
        page.add(remedy, _INDENT * 2 + page.arrow)


def _containers(page: _Page, containers: list[Component]) -> None:
    title = paint("containers", "bold", page.style)
    page.lines.append(f"{title}   {paint(page.say(_PURPOSES['container']), 'dim', page.style)}")
    stale = [item for item in containers if item.drift]
    own = [item for item in containers if item.in_sync is False and not item.drift]
    if any(item.in_sync is None for item in containers):
        text = page.say("{count}; what a new one would be given could not be seen")
        page.add(text.format(count=len(containers)), _INDENT)
    elif not stale and not own:
        text = page.say("{count}, each with what a new one would be given")
        page.add(text.format(count=len(containers)), _INDENT)
    if stale:
        text = page.say("{count} of {all} made before the client's configuration changed: {names}")
        text = text.format(count=len(stale), all=len(containers), names=_names(page, stale))
        page.add(text, _INDENT, _INDENT * 2, colour="yellow")
        text = page.say("They keep the old values until they are created anew, a restart won't do.")
        page.add(text, _INDENT * 2)
    for remedy in dict.fromkeys(drift.remedy for item in stale for drift in item.drift):
        if remedy:
            page.add(clean(remedy), _INDENT * 2 + page.arrow)
    if own:
        text = page.say("{count} of {all} with values of their own (--env, compose): {names}")
        text = text.format(count=len(own), all=len(containers), names=_names(page, own))
        page.add(text, _INDENT, _INDENT * 2)


def _names(page: _Page, containers: list[Component]) -> str:
    names = [fit(clean(item.name), _LONGEST_NAME, page.mark) for item in containers[:_SHOWN_NAMES]]
    rest = len(containers) - len(names)
    if not rest:
        return ", ".join(names)
    return page.say("{names} and {rest} more").format(names=", ".join(names), rest=rest)


def _unknown(page: _Page, unknown: tuple[Unknown, ...]) -> None:
    page.lines.append(paint(page.say("Could not be seen"), "bold", page.style))
    for item in unknown:
        known = _REASONS.get(item.reason, "")
        reason = page.say(known) if known else clean(item.reason)
        page.add(f"{clean(item.about)}: {reason}", _INDENT, _INDENT * 2)
        if item.hint:
            page.add(clean(page.say(item.hint)), _INDENT * 2)
