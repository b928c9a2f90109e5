"""Who may change what: root's rights are asked for where they are needed, and never assumed."""

from __future__ import annotations

import pytest

from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

PLACES = ("/etc/docker", "/etc/systemd/system", "/root/.docker", "/home")
RUN = "PYTHONPATH=/opt/dockproxy/src python3 -m dockproxy"


def test_a_user_with_sudo_sets_and_undoes_everything(lab: Lab, host: Host, squid: Proxy) -> None:
    before = host.tree(*PLACES)

    done = host.run(["sh", "-c", f"{RUN} set {squid.url} --yes"], user="ann", check=False)

    assert done.returncode == 0, done.output
    assert "root's rights are needed: through sudo" in done.output
    assert host.docker("pull", lab.fresh_image(), check=False).returncode == 0
    config = host.tree("/home/ann/.docker")["/home/ann/.docker/config.json"]
    assert host.run(["id", "-u", "ann"]).stdout.strip() == str(config.uid)
    assert not host.exists("/root/.docker/config.json")
    undone = host.run(["sh", "-c", f"{RUN} undo --yes"], user="ann", check=False)
    assert undone.returncode == 0, undone.output
    after = host.tree(*PLACES)
    after.pop("/home/ann/.sudo_as_admin_successful", None)
    assert after == before


def test_sudo_dockproxy_writes_the_calling_users_client(host: Host, squid: Proxy) -> None:
    command = f"sudo -n env {RUN} set {squid.url} --for client --yes"
    done = host.run(["sh", "-c", command], user="ann", check=False)

    assert done.returncode == 0, done.output
    config = host.tree("/home/ann/.docker")["/home/ann/.docker/config.json"]
    assert host.run(["id", "-u", "ann"]).stdout.strip() == str(config.uid)
    assert not host.exists("/root/.docker/config.json")


def test_for_the_daemon_alone_nothing_is_changed_without_root(host: Host, squid: Proxy) -> None:
    before = host.tree(*PLACES)

    refused = host.run(
        ["sh", "-c", f"{RUN} set {squid.url} --yes --for daemon"], user="bob", check=False
    )

    assert refused.returncode == 3, refused.output
    assert "Traceback" not in refused.output
    assert host.tree(*PLACES) == before


def test_a_users_own_client_needs_no_root(host: Host, squid: Proxy) -> None:
    before = host.tree(*PLACES)

    done = host.run(
        ["sh", "-c", f"{RUN} set {squid.url} --for client --yes"], user="bob", check=False
    )

    assert done.returncode == 0, done.output
    assert squid.url in host.read("/home/bob/.docker/config.json").decode()
    undone = host.run(["sh", "-c", f"{RUN} undo --yes"], user="bob", check=False)
    assert undone.returncode == 0, undone.output
    assert {
        path: entry for path, entry in host.tree(*PLACES).items() if "/.local" not in path
    } == before


def test_status_of_a_user_says_what_it_could_not_see(host: Host) -> None:
    seen = host.run(["sh", "-c", f"{RUN} status --json"], user="bob", check=False)

    assert seen.returncode == 0, seen.output
    assert '"permission"' in seen.stdout


def test_a_dry_run_without_root_changes_nothing_and_shows_what_an_administrator_would_run(
    host: Host, squid: Proxy
) -> None:
    before = host.tree(*PLACES)

    shown = host.run(["sh", "-c", f"{RUN} set {squid.url} --dry-run"], user="bob", check=False)

    assert shown.returncode == 3, shown.output
    assert "not set: daemon: sudo did not give root's rights" in shown.stdout
    assert "systemctl restart docker.service" in shown.stdout
    assert squid.url in shown.stdout
    assert host.tree(*PLACES) == before


def test_an_old_engine_that_only_root_can_ask_is_not_given_a_key_it_does_not_know(
    host: Host, squid: Proxy
) -> None:
    host.reset(engine="20.10.24")

    done = host.run(["sh", "-c", f"{RUN} set {squid.url} --yes"], user="ann", check=False)

    assert done.returncode == 0, done.output
    assert not host.exists("/etc/docker/daemon.json")
    assert squid.url in host.sh("cat /etc/systemd/system/docker.service.d/*.conf").stdout


def test_a_user_takes_back_what_is_theirs_though_root_has_a_journal_too(
    host: Host, squid: Proxy
) -> None:
    host.dockproxy("set", squid.url, "--yes")
    host.run(["sh", "-c", f"{RUN} set {squid.url} --for client --yes"], user="bob")

    undone = host.run(["sh", "-c", f"{RUN} undo --yes"], user="bob", check=False)

    assert undone.returncode == 0, undone.output
    assert not host.exists("/home/bob/.docker/config.json")
    assert host.exists("/etc/docker/daemon.json")
    listed = host.run(["sh", "-c", f"{RUN} history"], user="ann").stdout
    assert "/etc/docker/daemon.json" in listed


def test_ctrl_c_under_sudo_ends_whole(host: Host, squid: Proxy) -> None:
    before = host.tree(*PLACES)
    command = f"{RUN} set {squid.url} --yes 2>/tmp/said >/tmp/out"
    running = host.start(["sh", "-c", command], user="ann")
    host.sh("until grep -q restarting /tmp/said; do sleep 0.05; done")

    host.run(["pkill", "-INT", "python3"])  # the person's and root's, as a terminal does

    running.wait(60)
    said = host.sh("cat /tmp/said /tmp/out").output
    assert running.returncode == 130, said
    assert host.sh("systemctl is-active docker").stdout == "active\n"
    if "put back" not in said:
        assert host.dockproxy("undo", "--yes", check=False).returncode == 0
    after = host.tree(*PLACES)
    after.pop("/home/ann/.sudo_as_admin_successful", None)
    assert after == before
