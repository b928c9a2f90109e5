"""``set`` and ``unset`` as Plans. Pure: what probes found is handed in."""

from __future__ import annotations

from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Edit, Plan, Restart
from dockproxy.core.model.proxies import ADDRESS_KEYS, PROXY_KEYS
from dockproxy.core.model.report import LeftOut
from dockproxy.core.model.snapshot import Builder, Snapshot
from dockproxy.plan import no_proxy
from dockproxy.plan.address import Address
from dockproxy.plan.builder import (
    BuilderEdits,
    builder_edits,
    builders_meant,
    is_on_host_network,
    out_of_reach,
    with_proxies,
    without_proxies,
)
from dockproxy.plan.client import (
    client_edits,
    family_notes,
    family_refusal,
    gateways,
    login_notes,
    loopback_refusal,
    scheme_notes,
    zone_refusal,
)
from dockproxy.plan.daemon import daemon_edits
from dockproxy.plan.exposed import unit_notes
from dockproxy.plan.flags import flags_that_stay
from dockproxy.plan.intent import BUILDER, Intent
from dockproxy.plan.lists import has_no_use_for_a_list, list_for, not_there, typed_entries
from dockproxy.plan.reach import why_out_of_reach
from dockproxy.plan.rootless import beyond_rootless
from dockproxy.resolve.host import Host


class Proposal(NamedTuple):
    """A Plan with what a person should know of it. left_out: parts that it does not set."""

    plan: Plan
    notes: tuple[Message, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def propose(
    host: Host,
    intent: Intent,
    *,
    answering_gateways: tuple[str, ...] = (),
    allow_loopback: bool = False,
    timeout: float = 300.0,
    keep_containers: bool = False,
) -> Proposal:
    """The Plan that brings this host to the intent.

    answering_gateways: those of ``gateways(snapshot)`` at which the intent's loopback proxy was
    seen to answer. allow_loopback: give containers a loopback address all the same.
    Raises RefusedError where a setting is out of reach of any edit.
    """
    snapshot = host.snapshot
    edits: list[Edit] = []
    doubts = no_proxy.doubts(typed_entries(intent), intent.parts)
    notes: list[Message] = [*intent.notes, *doubts, *not_there(host, intent)]
    left_out: list[LeftOut] = []
    expect: dict[str, str] = {}
    if keep_containers:
        refuse_to_keep(snapshot)
    elsewhere = why_out_of_reach(host) if "daemon" in intent.parts else None
    if elsewhere is None and "daemon" in intent.parts and not allow_loopback:
        elsewhere = _beyond_rootless(intent, snapshot, "daemon")
    if elsewhere is not None:
        left_out.append(elsewhere)
    elif "daemon" in intent.parts and has_no_use_for_a_list(host, intent):
        notes.append(message(N_("the daemon has no proxy: no_proxy is changed for the rest alone")))
    elif "daemon" in intent.parts:
        values = _daemon_values(host, intent, notes)
        stay = flags_that_stay(host, tuple(key for key, value in values.items() if value is None))
        if stay is not None:
            left_out.append(stay.left_out)
            values = {key: value for key, value in values.items() if key not in stay.keys}
        daemon = daemon_edits(host, values, intent.via)
        edits += daemon.edits
        notes += [*daemon.notes, *unit_notes(host, daemon.edits)]
        notes += [*_keeps_it_from_starting(host), *_without_https(host, intent)]
        expect = daemon.expect
    if "client" in intent.parts:
        reachable, refused = _for_containers(intent, snapshot, answering_gateways, allow_loopback)
        if refused:
            left_out.append(refused)
        else:
            edits += client_edits(host, _values(host, reachable, "client"))
            given = reachable.addresses.values()
            notes += [*scheme_notes(given), *login_notes(given), *family_notes(snapshot, given)]
            if reachable is not intent:
                notes.append(_gateway_note(reachable))
    restart = restart_for(snapshot, edits, expect, timeout, keep_containers)
    remakes = []
    for builder in builders_meant(host, intent.parts):
        reachable, refused = _for_containers(intent, snapshot, answering_gateways, allow_loopback)
        if is_on_host_network(builder):
            reachable, refused = intent, _beyond_rootless(intent, snapshot, "client")
        refused = out_of_reach(builder, bool(snapshot.machine.root)) or refused
        if refused:
            left_out.append(refused._replace(component=f"{BUILDER}{builder.name}"))
            continue
        made = _builder(host, builder, reachable, timeout, notes)
        edits += made.edits
        remakes.append(made.remake)
    if intent.gives_a_proxy:
        address = next(address for address in intent.addresses.values() if address)
        notes += without_proxies(host, intent.parts, address.shown)
    elif intent.addresses:
        notes += with_proxies(host, intent.parts)
    root = snapshot.machine.root
    plan = Plan(
        intent.verb, tuple(edits), restart, snapshot.daemon_json, root, builders=tuple(remakes)
    )
    return Proposal(plan, tuple(notes), tuple(left_out))


def _builder(
    host: Host, builder: Builder, intent: Intent, timeout: float, notes: list[Message]
) -> BuilderEdits:
    given = [key for key, address in intent.addresses.items() if address is not None]
    if given and not any(key in ADDRESS_KEYS for key in given):
        text = N_("a builder reads all_proxy for git sources alone, and no ftp_proxy")
        notes.append(message(text))
    if host.snapshot.machine.root:
        text = N_("builder {name}: only its file is written; a container that it has must go first")
        notes.append(message(text, name=builder.name))
    values = _values(host, intent, "builder", builder.name)
    return builder_edits(host, builder, values, timeout)


def _keeps_it_from_starting(host: Host) -> list[Message]:
    """What no edit of ours mends: whatever is set, systemd will not start the daemon."""
    daemon = host.component("daemon")
    drifts = daemon.drift if daemon else ()
    return [drift.message for drift in drifts if drift.code == "unit-broken"]


def _without_https(host: Host, intent: Intent) -> list[Message]:
    """Go takes a proxy by the target's scheme, and registries are https:// ones."""
    daemon = host.component("daemon")
    stays = daemon is not None and "https_proxy" in daemon.proxies
    given = intent.addresses
    has_https = given["https_proxy"] is not None if "https_proxy" in given else stays
    if has_https or not given.get("http_proxy"):
        return []
    return [
        message(
            N_(
                "the daemon gets no https_proxy: registries are reached over https, so pulls and"
                " pushes go without a proxy (--https-proxy, or the address alone, sets it)"
            )
        )
    ]


def loopback_address(intent: Intent) -> Address | None:
    """The first proxy of the intent that means the reader's own machine, if any."""
    for address in intent.addresses.values():
        if address is not None and address.is_loopback:
            return address
    return None


def _daemon_values(host: Host, intent: Intent, notes: list[Message]) -> dict[str, str | None]:
    ignored = [key for key in ("all_proxy", "ftp_proxy") if intent.addresses.get(key)]
    if ignored and not any(intent.addresses.get(key) for key in ADDRESS_KEYS):
        if intent.parts == ("daemon",):
            raise RefusedError(
                N_("the daemon reads no ALL_PROXY and no FTP_PROXY"),
                hint=N_("use --http-proxy and --https-proxy: they take socks5:// addresses too"),
            )
        notes.append(message(N_("the daemon reads no ALL_PROXY and no FTP_PROXY: left as it is")))
    values = _values(host, intent, "daemon")
    if any(value and _as_old_go_reads_it(value) != value for value in values.values()):
        text = N_(
            "for the daemon socks5h:// is written as socks5://, which every Engine knows: to it"
            " they are one, the proxy looks up the names either way"
        )
        notes.append(message(text))
    return {key: value and _as_old_go_reads_it(value) for key, value in values.items()}


def _as_old_go_reads_it(url: str) -> str:
    """socks5h:// as socks5://: to Go they are one (the proxy resolves), but Engine 20.10 takes
    ``socks5h`` for a host's name (seen in the lab; 26.1.5 and 28.5.2 take both).
    """
    return url.replace("socks5h://", "socks5://", 1) if url.startswith("socks5h://") else url


def _values(
    host: Host, intent: Intent, part: str, name: str | None = None
) -> dict[str, str | None]:
    values: dict[str, str | None] = {
        key: None if address is None else address.url for key, address in intent.addresses.items()
    }
    wanted = list_for(host, intent, part, name)
    if wanted is not None:
        values["no_proxy"] = wanted or None
    return {key: values[key] for key in PROXY_KEYS if key in values}


def _for_containers(
    intent: Intent, snapshot: Snapshot, answering: tuple[str, ...], allow_loopback: bool
) -> tuple[Intent, LeftOut | None]:
    zoned = [given for given in intent.addresses.values() if given is not None and given.has_zone]
    if zoned:
        return intent, LeftOut("client", *zone_refusal(zoned[0]))
    if not allow_loopback:
        for given in intent.addresses.values():
            refusal = family_refusal(snapshot, given) if given is not None else None
            if refusal is not None:
                return intent, LeftOut("client", *refusal)
    address = loopback_address(intent)
    beyond = None if allow_loopback else _beyond_rootless(intent, snapshot, "client")
    if beyond is not None or address is None or allow_loopback:
        return intent, beyond
    if not answering:
        why, how = loopback_refusal(address, gateways(snapshot))
        return intent, LeftOut("client", why, how)
    addresses = {
        key: given.with_host(answering[0]) if given is not None and given.is_loopback else given
        for key, given in intent.addresses.items()
    }
    return intent._replace(addresses=addresses), None


def _beyond_rootless(intent: Intent, snapshot: Snapshot, part: str) -> LeftOut | None:
    given = (address for address in intent.addresses.values() if address is not None)
    found = (beyond_rootless(snapshot, part, address) for address in given)
    return next((left_out for left_out in found if left_out is not None), None)


def _gateway_note(intent: Intent) -> Message:
    shown = next(address.shown for address in intent.addresses.values() if address)
    return message(
        N_("containers get {proxy}: this machine as they see it, where the proxy answers too"),
        proxy=shown,
    )


def refuse_to_keep(snapshot: Snapshot) -> None:
    """Raises RefusedError where ``--keep-containers`` can't be had."""
    if snapshot.rootless is not None:
        raise RefusedError(
            N_("a rootless daemon's containers end with it, also with live-restore"),
            hint=N_("leave --keep-containers out: those that end are started again afterwards"),
        )


def restart_for(
    snapshot: Snapshot,
    edits: list[Edit],
    expect: dict[str, str],
    timeout: float,
    keep_containers: bool,
    *,
    required: bool = False,
) -> Restart | None:
    """The restart that the daemon's edits need, or (required) that is due without any; None where
    nothing runs that could be restarted."""
    due = required or any(edit.component == "daemon" for edit in edits)
    if snapshot.machine.root or not due:
        return None
    unit = snapshot.unit("docker.service")
    if unit is None or unit.load_state == "not-found":
        return None
    rootless = snapshot.rootless
    if snapshot.engine is not None:
        endpoint = snapshot.engine.endpoint
    elif rootless is not None:
        endpoint = f"unix://{rootless.runtime}/docker.sock"
    else:
        endpoint = "unix:///var/run/docker.sock"
    user = rootless.uid if rootless is not None else None
    return Restart(unit.name, endpoint, expect, timeout, keep_containers, user)
