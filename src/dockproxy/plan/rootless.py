"""A rootless daemon's network: what of this machine's loopback it and its containers can reach.

Before Engine 29.5 dockerd sits with its containers behind RootlessKit's network driver, since then
its containers do alone (``resolve/capabilities``). slirp4netns shows the host's loopback at
10.0.2.2 where DISABLE_HOST_LOOPBACK=false allows it, and any other address of the host always (both
seen in the lab, Engine 26.1.5).
"""

from __future__ import annotations

from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.report import LeftOut
from dockproxy.core.model.snapshot import Rootless, Snapshot
from dockproxy.core.places.rootless import HOST_BY_DRIVER
from dockproxy.plan.address import Address
from dockproxy.resolve.capabilities import daemon_is_outside, has
from dockproxy.resolve.unit import own_unit_folder, systemctl

_SWITCH = "DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK=false"


def beyond_rootless(snapshot: Snapshot, part: str, address: Address) -> LeftOut | None:
    """Why this part of a rootless Docker can't use that proxy on this machine's loopback, and what
    to change exactly; None where it can, or the daemon is the machine's own.
    """
    rootless = snapshot.rootless
    if rootless is None or (part == "daemon" and daemon_is_outside(snapshot, rootless)):
        return None
    inside = HOST_BY_DRIVER.get(rootless.network_driver, "")
    if address.is_loopback:
        why = N_("a rootless daemon has a loopback of its own, so {proxy} is out of its reach")
        if part != "daemon":
            why = N_(
                "inside a container {host} is the container itself, so {proxy} is out of reach"
                " there"
            )
    elif address.host == inside and rootless.host_loopback is False:
        why = N_("{proxy} leads nowhere while RootlessKit hides this machine's loopback")
    else:
        return None
    return LeftOut(
        part,
        message(why, proxy=address.shown, host=address.host),
        _way_out(snapshot, rootless, address),
    )


def from_here(snapshot: Snapshot, address: Address) -> Address:
    """The same proxy as this machine reaches it, for the driver's own name of its loopback."""
    rootless = snapshot.rootless
    if rootless is None or address.host != HOST_BY_DRIVER.get(rootless.network_driver):
        return address
    return address.with_host("127.0.0.1")


def _way_out(snapshot: Snapshot, rootless: Rootless, address: Address) -> Message:
    inside = HOST_BY_DRIVER.get(rootless.network_driver, "")
    if inside and rootless.host_loopback:
        return message(
            N_("give {proxy} instead: that is this machine's loopback as {driver} shows it"),
            proxy=address.with_host(inside).shown,
            driver=rootless.network_driver,
        )
    if not inside or not has(snapshot.engine, "rootless-host-loopback-switch"):
        return message(
            N_(
                "let the proxy listen on an address of this machine's network card as well (in"
                " Clash, Mihomo, V2Ray and the like switch on “allow LAN”), and give that address"
            )
        )
    program = systemctl(snapshot)
    return message(
        N_(
            "let the proxy listen on an address of this machine's network card as well (in Clash,"
            " Mihomo, V2Ray and the like switch on “allow LAN”), and give that address; or put the"
            " lines [Service] and Environment={switch} into {path}, run {commands}, and give"
            " {proxy}"
        ),
        switch=_SWITCH,
        path=f"{own_unit_folder(rootless)}/docker.service.d/host-loopback.conf",
        commands=f"{program} daemon-reload && {program} restart docker",
        proxy=address.with_host(inside).shown,
    )
