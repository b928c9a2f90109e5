"""``dockproxy status`` as one screen: a block a component, each value with its origin."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.core.model.proxies import PROXY_KEYS
from dockproxy.render import text_containers, text_unknown
from dockproxy.render.page import INDENT, KEY_COLUMNS, Page
from dockproxy.render.terminal import Style, clean, pad
from dockproxy.resolve.host import BROKEN, Component, Drift, Host, Origin, Value
from dockproxy.resolve.masks import matches
from dockproxy.text import tr

_PURPOSES = {
    "daemon": N_("pull, push, search, and FROM in builds"),
    "client": N_("what new containers and builds are given"),
    "builder": N_("FROM, ADD and git sources of its builds"),
    "cli": N_("the docker command itself"),
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

_STOPS = ("daemon-json-broken", "unit-broken", "engine-too-old")
"""With these it does no good to start the daemon."""
_START = N_("start it: systemctl start docker")
_START_OWN = N_("start it: systemctl --user start docker")
_NOT_READ = ("permission", "not-readable", "too-large", "input-output", "not-a-file")
_BY_HAND = N_("mend the file in an editor, then look again")


def status_text(host: Host, style: Style, sudo: str = "") -> str:
    """The whole screen, ending in a newline. It holds nothing that ``style`` cannot show.

    sudo: the whole command to see more, where the program's name alone would not be found.
    """
    page = Page(style)
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
        text_containers.containers(page, containers)
    text_unknown.unknown(page, host, sudo)
    if page.is_shortened:
        page.blank()
        page.add(page.say("Long lists are shortened here: status --json has them whole."))
    return page.text()


def _heading(page: Page, host: Host) -> None:
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
    page.add(" · ".join(parts), indent=INDENT, colour="bold")


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


def _block(page: Page, component: Component, host: Host) -> None:
    name = f"builder {clean(component.name)}"
    name = name if component.component == "builder" else component.component
    purpose = _PURPOSES.get(component.component, "")
    page.title(name, page.say(purpose) if purpose else "")
    shown = [key for key in PROXY_KEYS if key in component.proxies or key in _in_use(component)]
    for key in shown:
        _row(page, component, key)
    if not shown and component.component == "client" and component.in_use is None:
        page.add(page.say("what is set could not be seen"), INDENT)
    elif not shown and component.driver == "remote":
        page.add(page.say("its proxies are set where it runs"), INDENT)
    elif not shown and component.component == "daemon" and _is_away(component, host):
        page.add(page.say("what is set could not be seen"), INDENT)
    elif not shown and component.component == "daemon" and _is_dimly_seen(component, host):
        page.add(page.say("no proxy is set, as far as could be seen"), INDENT)
    elif not shown:
        page.add(page.say("no proxy is set"), INDENT)
    _verdict(page, component, host)
    _builder_verdict(page, component)
    for drift in component.drift:
        _drift(page, drift)
    if component.component == "client" and "all_proxy" in component.proxies:
        page.add(page.say("Builds (BuildKit) are not given all_proxy."), INDENT)
    if component.component == "cli" and not _is_network(host):
        page.add(page.say("Not used to reach this daemon: the socket is local."), INDENT)


def _in_use(component: Component) -> dict[str, str]:
    return dict(component.in_use or {})


def _is_network(host: Host) -> bool:
    client = host.snapshot.client
    return client is not None and client.endpoint.startswith(("tcp://", "http://", "https://"))


def _row(page: Page, component: Component, key: str) -> None:
    value = component.proxies.get(key)
    label = INDENT + pad(key, KEY_COLUMNS)
    running = _in_use(component).get(key, "")
    if value is None and component.in_sync is None:
        page.add(page.value(running), label, page.below)
        page.add(page.say("as the running daemon says"), page.below, colour="dim")
        return
    configured = "" if value is None else value.value
    page.add(page.say("(not set)") if value is None else page.value(configured), label, page.below)
    if value is not None:
        _origin_lines(page, value)
    if component.in_use is not None and not matches(configured, running):
        if key == "no_proxy" and page.is_long(configured) and page.is_long(running):
            text = _difference(page, configured, running)
        else:
            text = page.say("running now: {value}").format(value=page.value(running))
        page.add(text, page.below, colour="yellow")


def _difference(page: Page, configured: str, running: str) -> str:
    """What sets two long lists apart; nobody finds one entry among a hundred."""
    ours, theirs = (list(map(str.strip, text.split(","))) for text in (configured, running))
    more = [entry for entry in theirs if entry not in set(ours)]
    less = [entry for entry in ours if entry not in set(theirs)]
    texts = []
    if more:
        texts.append(page.say("running now, besides: {entries}").format(entries=page.names(more)))
    if less:
        texts.append(page.say("running now without: {entries}").format(entries=page.names(less)))
    if not texts:
        texts.append(page.say("running now: the same in another order"))
    return "; ".join(texts)


def _origin_lines(page: Page, value: Value) -> None:
    page.add(_place(page, value.origin), page.below, colour="dim")
    for lost in value.overrides:
        if lost.value == value.value:
            text = page.say("the same in {place}")
        else:
            text = page.say("wins over {value} ({place})")
        text = text.format(value=page.value(lost.value), place=_place(page, lost.origin))
        page.add(text, page.below, colour="dim")


def _place(page: Page, origin: Origin) -> str:
    if origin.path is None:
        known = _ORIGINS.get(origin.kind, "")
        place = page.say(known) if known else clean(origin.kind)
        return f"{clean(origin.name)} ({place})" if origin.name else place
    place = clean(origin.path)
    return place if origin.line is None else f"{place}:{origin.line}"


def _verdict(page: Page, component: Component, host: Host) -> None:
    if component.component != "daemon" or component.live is None:
        return
    sign = page.style.unicode
    if component.live is False:
        page.add(page.say("The daemon is not running."), INDENT + "! ", colour="yellow")
        hint = _how_to_start(host)
        if hint and not any(drift.code in _STOPS for drift in component.drift):
            page.add(clean(page.say(hint)), INDENT * 2 + page.arrow)
    elif component.in_sync is True:
        text = page.say("The running daemon uses exactly this.")
        page.add(text, INDENT + ("✓ " if sign else "+ "), colour="green")
    elif component.in_sync is False:
        text = page.say("The running daemon does not agree with this.")
        page.add(text, INDENT + ("✗ " if sign else "! "), colour="red")
    elif component.in_use and not component.proxies:
        text = page.say("Where the running daemon has this from could not be seen.")
        page.add(text, INDENT + "? ", colour="yellow")
    else:
        text = page.say("Whether the running daemon uses this could not be seen.")
        page.add(text, INDENT + "? ", colour="yellow")


def _how_to_start(host: Host) -> str:
    """What whoever looked said of it, else the unit's own way; "" where there is none."""
    for item in host.unknown:
        if item.reason == "not-running" and item.hint:
            return item.hint
    unit = host.snapshot.unit("docker.service")
    if unit is None or unit.load_state != "loaded":
        return ""
    if host.snapshot.rootless is not None:
        return _START_OWN
    return _START


def _is_away(component: Component, host: Host) -> bool:
    """Whether it is a daemon elsewhere that did not answer."""
    return component.in_use is None and component.live is None and not host.snapshot.machine.root


def _is_dimly_seen(component: Component, host: Host) -> bool:
    """Whether a file that may set the daemon's proxies could not be read."""
    return component.in_sync is None and any(
        item.reason in _NOT_READ and item.about.startswith(("files.", "daemon."))
        for item in host.unknown
    )


def _builder_verdict(page: Page, component: Component) -> None:
    if component.component != "builder" or not component.driver:
        return
    kind = page.say(_DRIVERS.get(component.driver, ""))
    driver = clean(component.driver)
    told = f"{driver}: {kind}" if kind else driver
    if component.current:
        told += "; " + page.say("builds use it by default")
    page.add(told, INDENT, colour="dim")
    if component.in_sync is True:
        text = page.say("Its container has exactly this.")
        page.add(text, INDENT + ("✓ " if page.style.unicode else "+ "), colour="green")
    if component.in_use is not None and component.live is False:
        page.add(page.say("It is stopped: the next build starts it."), INDENT)
    elif component.live is False:
        page.add(page.say("There is no container yet: the next build makes it."), INDENT)


def _drift(page: Page, drift: Drift) -> None:
    page.add(clean(tr(drift.message, page.style.language)), INDENT + "! ", colour="yellow")
    remedy = clean(drift.remedy)
    if not remedy and drift.code in BROKEN:
        remedy = page.say(_BY_HAND)
    if remedy:
        page.add(remedy, INDENT * 2 + page.arrow)
