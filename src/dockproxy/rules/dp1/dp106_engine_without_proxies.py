"""DP106: this Engine does not know “proxies” in daemon.json."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.daemon_json import PROXY_NAMES
from dockproxy.core.formats.go_names import same_field
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Change, Edit, Repair
from dockproxy.core.model.proxies import DAEMON_VARIABLES
from dockproxy.core.model.secret import Secret
from dockproxy.resolve.capabilities import engine_of
from dockproxy.resolve.masks import is_masked
from dockproxy.resolve.unit import own_unit_folder
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Example, Found, Rule


class EngineWithoutProxies(Rule):
    """See ``Rule``."""

    code = "DP106"
    name = "engine-without-proxies"
    severity = "error"
    component = "daemon"
    title = N_("This Engine does not know “proxies” in daemon.json")
    what = N_(
        "dockerd does not start: “the following directives don't match any configuration "
        "option: proxies”."
    )
    why = N_(
        "The key came with Engine 23.0. An older one takes its proxies from its environment alone."
    )
    mend = N_(
        "Take “proxies” out of daemon.json and set them by a systemd drop-in: dockproxy set … "
        "--via systemd does both."
    )
    safety = N_(
        "Only offered: the proxies move to a drop-in. Where they hold a password, or the unit has "
        "proxies of its own, they are taken out alone, and the daemon starts again."
    )
    sources = ("moby pull 42835; 20.10.24 seen in the lab",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            at=(1, 28),
            engine="20.10.24",
            fixed={"/etc/docker/daemon.json": "{}\n"},
        ),
        Example(
            {"/etc/docker/daemon.json": '{"http-proxy": "http://10.0.0.1:3128", "mtu": 1400}\n'},
            engine="20.10.24",
            fixed={"/etc/docker/daemon.json": '{"mtu": 1400}\n'},
        ),
    )
    good = (
        Example({"/etc/docker/daemon.json": '{"debug": true}\n'}, engine="20.10.24"),
        Example({"/etc/docker/daemon.json": '{"proxies": {}}\n'}, engine="20.10.24"),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="23.0.0",
            info={"http_proxy": "http://10.0.0.1:3128", "https_proxy": "http://10.0.0.1:3128"},
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon, engine, read = facts.daemon, engine_of(facts.snapshot), facts.daemon_read
        if daemon is None or engine is None or daemon.file_counts or read is None:
            return
        refused = [
            each
            for each in read.refusals
            if each.kind == "unknown-directive" and each.name in ("proxies", *PROXY_NAMES)
        ]
        places = [facts.at(each[0].origin) for each in daemon.file.values.values()]
        if not places:
            path = facts.snapshot.daemon_json
            places = [facts.evidence(path, each.line, each.column) for each in refused]
        if refused:
            said = N_("Engine {version} will not start: “proxies” is known from 23.0 on")
            yield Found(message(said, version=engine.version), tuple(places))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None:
            return None
        ours = [each.path for each in read.set_at if each.path[-1] in ("proxies", *PROXY_NAMES)]
        keys = {path[:1] if same_field(path[0], "proxies") else path for path in ours}
        repairs = [Repair("drop-key", key) for key in sorted(keys)]
        if not repairs:
            return None
        out = edit_of(facts, fact, "daemon", *repairs)
        drop_in = _drop_in(facts, out)
        if drop_in is not None:
            title = message(N_("move them to {path}"), path=drop_in.path)
            return Fix(title, False, (out, drop_in), ("daemon",))
        title = message(N_("take “proxies” out; then set them: dockproxy set … --via systemd"))
        return Fix(title, False, (out,), ("daemon",))


def _drop_in(facts: Facts, out: Edit) -> Edit | None:
    """What the file says as a drop-in's variables; None where it can't be one, where its password
    is masked, or where the unit sets proxies already.
    """
    unit, daemon, systemd = facts.unit, facts.daemon, facts.snapshot.unit("docker.service")
    if unit is None or daemon is None or systemd is None or not facts.snapshot.systemd:
        return None
    values = {key: each[0].value for key, each in daemon.file.values.items() if each[0].value}
    set_there = any(name in unit.disk.variables for name in DAEMON_VARIABLES)
    resets = any(not each.value for _, u in unit.stack for each in u.service("Environment"))
    if not values or set_there or resets or any(is_masked(each) for each in values.values()):
        return None
    rootless = facts.snapshot.rootless
    folder = "/etc/systemd/system" if rootless is None else own_unit_folder(rootless)
    changes = tuple(Change((key.upper(),), Secret(value)) for key, value in values.items())
    path = f"{folder}/docker.service.d/http-proxy.conf"
    return Edit(path, "systemd-unit", "daemon", changes, out.owner, out.group)


RULE = EngineWithoutProxies()
