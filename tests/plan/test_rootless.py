"""What is proposed for a rootless daemon, and what of this machine's loopback it can reach."""

from __future__ import annotations

from typing import Any

import pytest

from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.snapshot import FileFact, Rootless, Snapshot
from dockproxy.core.places.rootless import unit_paths
from dockproxy.plan.intent import intent_from, intent_to_unset
from dockproxy.plan.make import Proposal, propose
from dockproxy.plan.rootless import from_here
from dockproxy.resolve.make import resolve
from dockproxy.rules.diagnose import diagnose
from tests.support import snapshots as s

HOME = "/home/bob"
RUNTIME = "/run/user/1001"
ENDPOINT = f"unix://{RUNTIME}/docker.sock"
PATHS = unit_paths(f"{HOME}/.config", RUNTIME, f"{HOME}/.local/share")
OWN_DROP_IN = f"{HOME}/.config/systemd/user/docker.service.d/http-proxy.conf"
OWN_JSON = f"{HOME}/.config/docker/daemon.json"
OWN_UNIT = f"{HOME}/.config/systemd/user/docker.service"


def rootless(**more: Any) -> Rootless:
    found = Rootless("bob", 1001, 1001, HOME, f"{HOME}/.config", RUNTIME, PATHS, "slirp4netns")
    return found._replace(**{"detached": False, "host_loopback": False, **more})


def bobs(*files: Any, version: str = "26.1.5", **more: Any) -> Snapshot:
    unit = s.text_file(OWN_UNIT, "unit", "[Service]\nExecStart=/usr/bin/dockerd-rootless.sh\n")
    made = s.host(
        unit,
        *files,
        engine=s.engine(version=version, endpoint=ENDPOINT),
        client=s.client(endpoint=ENDPOINT, user="bob", uid=1001, home=HOME),
    )
    return made._replace(daemon_json=OWN_JSON, rootless=rootless(**more))


def proposed(snapshot: Snapshot, url: str, **more: Any) -> Proposal:
    via = more.pop("via", "auto")
    return propose(resolve(snapshot), intent_from(url, via=via), **more)


def left_out(proposal: Proposal) -> dict[str, tuple[str, str]]:
    return {part.component: (str(part.why), str(part.how)) for part in proposal.left_out}


@pytest.mark.parametrize(
    ("via", "version", "path"),
    [
        ("auto", "26.1.5", OWN_JSON),
        ("systemd", "26.1.5", OWN_DROP_IN),
        ("auto", "20.10.24", OWN_DROP_IN),
    ],
)
def test_its_files_are_its_users_and_its_manager_restarts_it(
    via: str, version: str, path: str
) -> None:
    plan = proposed(bobs(version=version), "http://10.0.0.1:3128", via=via).plan

    daemon = plan.edits[0]
    assert (daemon.path, daemon.owner, daemon.group) == (path, 1001, 1001)
    assert plan.restart is not None
    assert (plan.restart.user, plan.restart.endpoint) == (1001, ENDPOINT)
    assert plan.daemon_json == OWN_JSON


def test_a_drop_in_of_the_administrator_is_not_the_users_to_edit() -> None:
    site = s.drop_in(
        'Environment="HTTP_PROXY=http://old:1"', path="/etc/systemd/user/docker.service.d/site.conf"
    )
    changed = proposed(bobs(site), "http://10.0.0.1:3128", via="systemd").plan.edits[0]
    assert changed.path == f"{HOME}/.config/systemd/user/docker.service.d/zz-http-proxy.conf"
    with pytest.raises(RefusedError, match="not the daemon's user's to edit"):
        propose(resolve(bobs(site)), intent_to_unset(("daemon",)))


def test_a_drop_in_of_the_machines_own_unit_counts_for_nothing() -> None:
    machines = s.drop_in('Environment="HTTP_PROXY=http://old:1"')
    daemon = resolve(bobs(machines)).component("daemon")
    assert daemon is not None
    assert daemon.proxies == {}


def test_before_29_5_this_machines_loopback_is_out_of_reach_of_daemon_and_containers() -> None:
    said = left_out(proposed(bobs(), "http://127.0.0.1:7890"))

    assert list(said) == ["daemon", "client"]
    assert "a loopback of its own" in said["daemon"][0]
    how = said["daemon"][1]
    assert "DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK=false" in how
    assert f"{HOME}/.config/systemd/user/docker.service.d/host-loopback.conf" in how
    assert "http://10.0.2.2:7890" in how


@pytest.mark.parametrize("detached", [True, None])
def test_since_29_5_it_is_out_of_reach_of_containers_alone(detached: bool | None) -> None:
    proposal = proposed(bobs(version="29.5.0", detached=detached), "http://127.0.0.1:7890")

    assert list(left_out(proposal)) == ["client"]
    assert [edit.component for edit in proposal.plan.edits] == ["daemon"]


def test_one_that_was_told_not_to_detach_is_judged_by_what_is_seen() -> None:
    said = left_out(proposed(bobs(version="29.7.2", detached=False), "http://127.0.0.1:7890"))
    assert list(said) == ["daemon", "client"]


def test_where_the_driver_shows_the_loopback_its_address_is_named() -> None:
    snapshot = bobs(host_loopback=True)
    said = left_out(proposed(snapshot, "http://localhost:7890"))

    assert said["daemon"][1].startswith("give http://10.0.2.2:7890 instead")
    assert left_out(proposed(snapshot, "http://10.0.2.2:7890")) == {}


def test_the_drivers_address_leads_nowhere_while_it_is_hidden() -> None:
    said = left_out(proposed(bobs(), "http://10.0.2.2:7890"))
    assert "hides this machine's loopback" in said["client"][0]


@pytest.mark.parametrize(
    "more", [{"version": "20.10.24"}, {"network_driver": "vpnkit"}, {"network_driver": ""}]
)
def test_without_a_switch_the_proxy_has_to_listen_elsewhere(more: dict[str, Any]) -> None:
    how = left_out(proposed(bobs(**more), "http://127.0.0.1:7890"))["daemon"][1]
    assert "network card" in how
    assert "DISABLE_HOST_LOOPBACK" not in how


def test_force_writes_it_all_the_same() -> None:
    proposal = proposed(bobs(), "http://127.0.0.1:7890", allow_loopback=True)
    assert proposal.left_out == ()
    assert len(proposal.plan.edits) == 2


def test_its_containers_can_not_be_kept_over_a_restart() -> None:
    with pytest.raises(RefusedError, match="end with it"):
        proposed(bobs(), "http://10.0.0.1:3128", keep_containers=True)


def test_the_drivers_address_is_asked_for_at_this_machines_loopback() -> None:
    address = intent_from("http://10.0.2.2:7890").addresses["http_proxy"]
    assert address is not None
    assert from_here(bobs(), address).url == "http://127.0.0.1:7890"
    assert from_here(s.host(), address) is address


def test_the_commands_are_those_of_whoever_looks() -> None:
    stale = s.daemon_json("{}")._replace(
        path=OWN_JSON, text='{"proxies":{"http-proxy":"http://n"}}'
    )

    def remedy(uid: int) -> str:
        made = bobs(stale)
        machine = made.machine._replace(uid=uid)
        daemon = resolve(made._replace(machine=machine)).component("daemon")
        assert daemon is not None
        return daemon.drift[0].remedy

    assert remedy(1001) == "systemctl --user restart docker"
    own = "XDG_RUNTIME_DIR=/run/user/1001 systemctl --user restart docker"
    assert remedy(0) == f"runuser -u bob -- env {own}"
    assert remedy(1000) == f"sudo -u bob {own}"


def test_where_another_users_config_can_not_be_read_no_daemon_is_guessed_at() -> None:
    made = s.host(client=s.client(uid=1001))
    assert made.client is not None
    unreadable = FileFact(made.client.config_path, "client-json", "unreadable")
    hidden = made._replace(files=(*made.files, unreadable))

    said = left_out(proposed(hidden, "http://10.0.0.1:3128"))
    own = hidden._replace(machine=made.machine._replace(uid=1001))

    assert "not known which daemon is meant" in said["daemon"][0]
    assert "daemon" not in left_out(proposed(own, "http://10.0.0.1:3128"))


def test_a_password_in_its_units_is_its_users_alone() -> None:
    said = proposed(bobs(), "http://u:pw@10.0.0.1:1", via="systemd").notes
    assert not any("can read the password" in str(note) for note in said)

    there = s.text_file(
        OWN_DROP_IN, "drop-in", "[Service]\nEnvironment=HTTP_PROXY=http://xxxxx:xxxxx@h:1\n"
    )
    host = resolve(bobs(there))
    assert not [each for each in diagnose(host) if each.code == "DP804"]
