"""A rootless daemon: seen, set, proved and taken back by its user, or by root in their name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.lab.equipment import Entry, Host, Lab, Proxy, Result, RootlessHost
from tests.lab.equipment.host import SOURCE

pytestmark = pytest.mark.lab

REGISTRY = "registry.corp.test:5443"
DONE, REFUSED, PUT_BACK = 0, 3, 4
FOR_EVER = ("sh", "-c", "trap exit TERM; while :; do sleep 1; done")
Record = Callable[[str, object], None]


class Seen(NamedTuple):
    """What must be as before. proxies: what the running daemon uses."""

    files: dict[str, Entry]
    containers: frozenset[str]
    proxies: tuple[str, str]


def see(rootless: RootlessHost) -> Seen:
    running = rootless.docker("ps", "--format", "{{.Names}}").stdout.split()
    info = json.loads(rootless.docker("info", "--format", "{{json .}}").stdout)
    files = rootless.tree(*(f"{rootless.home}/{name}" for name in (".config", ".docker")))
    return Seen(files, frozenset(running), (info["HttpProxy"], info["HttpsProxy"]))


def drop_in(rootless: RootlessHost, name: str, *lines: str) -> str:
    path = f"{rootless.home}/.config/systemd/user/docker.service.d/{name}"
    rootless.write(path, "\n".join(("[Service]", *lines, "")))
    return path


def restart(rootless: RootlessHost) -> None:
    rootless.systemctl("daemon-reload")
    rootless.systemctl("reset-failed", "docker")
    rootless.systemctl("restart", "docker")
    rootless.wait_until_ready()


def with_a_container(rootless: RootlessHost) -> None:
    """A container that nothing but dockproxy starts again."""
    rootless.sh(
        "tar -chC / bin/sh bin/sleep lib/x86_64-linux-gnu/libc.so.6 lib64/ld-linux-x86-64.so.2"
        " | docker import - local/shell"
    )
    rootless.docker("run", "-d", "--name", "plain", "local/shell", *FOR_EVER)


def daemon(host: Host, *words: str) -> dict[str, Any]:
    document = json.loads(host.dockproxy("status", "--json", *words).stdout)
    found: dict[str, Any] = next(c for c in document["components"] if c["component"] == "daemon")
    return found


def test_its_user_sets_it_without_root_and_root_takes_it_back_in_that_users_name(
    lab: Lab, host: Host, rootless: RootlessHost, squid: Proxy
) -> None:
    image = lab.fresh_image()
    assert rootless.docker("pull", image, check=False).returncode != 0
    with_a_container(rootless)
    before = see(rootless)
    machine = host.tree("/etc", "/var/lib/dockproxy", "/root")

    done = rootless.dockproxy("set", squid.url, "--yes")

    rootless.docker("pull", image)
    assert squid.saw(REGISTRY)
    given = rootless.docker("run", "--rm", image, "env").stdout
    assert f"HTTPS_PROXY={squid.url}\n" in given
    assert "plain" in see(rootless).containers
    assert "started again: plain" in done.output
    assert daemon(rootless)["in_sync"] is True
    path = f"{rootless.home}/.config/docker/daemon.json"
    assert daemon(rootless)["proxies"]["https_proxy"]["origin"]["path"] == path
    assert daemon(host, "--user", "bob") == daemon(rootless)
    host.dockproxy("undo", "--yes", "--user", "bob")
    assert see(rootless) == before
    assert host.tree("/etc", "/var/lib/dockproxy", "/root") == machine
    journal = rootless.tree(f"{rootless.home}/.local/state/dockproxy").values()
    assert {(entry.uid, entry.mode & 0o077) for entry in journal} == {(rootless.uid, 0)}


def test_a_restart_that_fails_is_put_back_by_the_users_manager(
    rootless: RootlessHost, squid: Proxy
) -> None:
    fails = "/bin/sh -c '! grep -q 3128 %h/.config/docker/daemon.json'"
    drop_in(rootless, "colleague.conf", f"ExecStartPre=-/bin/true\nExecStartPre={fails}")
    rootless.write(f"{rootless.home}/.config/docker/daemon.json", '{"debug": true}\n')
    restart(rootless)
    with_a_container(rootless)
    before = see(rootless)

    done = rootless.dockproxy("set", squid.url, "--for", "daemon", "--yes", check=False)

    assert done.returncode == PUT_BACK, done.output
    assert "journalctl --user -u docker" in done.output
    assert see(rootless) == before


def test_its_drop_ins_are_those_that_the_users_manager_reads(
    host: Host, rootless: RootlessHost
) -> None:
    shown = rootless.systemctl("show", "--property=UnitPath", "--value").stdout.split()
    folders = [folder for folder in shown if "generator" not in folder]
    own = [folder for folder in folders if folder.startswith((rootless.home, rootless.runtime))]
    for place, folder in enumerate(folders):
        by = rootless if folder in own else host
        for name in ("same.conf", f"{place:02}-own.conf"):
            text = f"[Service]\nEnvironment=HTTP_PROXY=http://{place}.test:1 FROM_{place}={name}\n"
            by.write(f"{folder}/docker.service.d/{name}", text)
            by.write(f"{folder}/service.d/all-{name}", text.replace("HTTP_", "HTTPS_"))
    host.write(
        "/etc/systemd/system/docker.service.d/zz.conf", "[Service]\nEnvironment=NO_PROXY=x\n"
    )
    rootless.systemctl("daemon-reload")

    seen = daemon(rootless)["proxies"]

    said = rootless.systemctl("show", "--property=Environment", "--value", "docker").stdout.split()
    for name, key in (("HTTP_PROXY", "http_proxy"), ("HTTPS_PROXY", "https_proxy")):
        assert f"{name}={seen[key]['value']}" in said
    assert "no_proxy" not in seen
    used = rootless.systemctl("show", "--property=DropInPaths", "--value", "docker").stdout.split()
    origins = [seen[key]["origin"] for key in ("http_proxy", "https_proxy")]
    lost = [
        other["origin"] for key in ("http_proxy", "https_proxy") for other in seen[key]["overrides"]
    ]
    assert {origin["path"] for origin in (*origins, *lost)} == set(used)


def test_it_says_what_is_not_loaded_and_what_is_not_restarted(rootless: RootlessHost) -> None:
    drop_in(rootless, "http-proxy.conf", "Environment=HTTP_PROXY=http://10.88.0.1:1")
    unread = daemon(rootless)
    rootless.systemctl("daemon-reload")
    loaded = daemon(rootless)

    assert [drift["code"] for drift in unread["drift"]] == ["not-reloaded"]
    assert unread["drift"][0]["remedy"] == (
        "systemctl --user daemon-reload && systemctl --user restart docker"
    )
    assert [drift["code"] for drift in loaded["drift"]] == ["not-restarted"]
    assert (unread["in_sync"], loaded["in_sync"]) == (False, False)


def test_a_link_that_its_user_planted_leads_root_to_nothing(
    host: Host, rootless: RootlessHost, squid: Proxy
) -> None:
    host.write("/root/secret.json", '{"proxies": {"http-proxy": "http://secret.test:1"}}', 0o600)
    before = host.read("/root/secret.json")
    rootless.run(["ln", "-s", "/root/secret.json", f"{rootless.home}/.config/docker/daemon.json"])

    status = host.dockproxy("status", "--user", "bob")
    done = host.dockproxy("set", squid.url, "--user", "bob", "--yes", "--no-check", check=False)

    assert "secret.test" not in status.output + done.output
    assert done.returncode == REFUSED, done.output
    assert host.read("/root/secret.json") == before


@pytest.mark.soak
def test_this_machines_loopback_is_refused_and_what_is_advised_works(
    lab: Lab, host: Host, rootless: RootlessHost, squid: Proxy
) -> None:
    host.relay("127.0.0.1:7890", to=squid)
    host.relay("10.88.0.2:7891", to=squid)

    refused = rootless.dockproxy("set", "http://127.0.0.1:7890", "--yes", check=False)
    forced = ("set", "http://127.0.0.1:7890", "--yes", "--for", "daemon", "--force", "loopback")
    rootless.dockproxy(*forced, check=False)
    beyond = rootless.docker("pull", lab.fresh_image(), check=False)
    rootless.dockproxy("set", "http://10.88.0.2:7891", "--yes")
    rootless.docker("pull", lab.fresh_image())
    switch = "DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK=false"
    path = drop_in(rootless, "host-loopback.conf", f"Environment={switch}")
    restart(rootless)
    again = rootless.dockproxy("set", "http://127.0.0.1:7890", "--yes", check=False)
    rootless.dockproxy("set", "http://10.0.2.2:7890", "--yes")
    image = lab.fresh_image()
    rootless.docker("pull", image)
    fetch = ("wget", "-q", "-O", "-", f"http://{REGISTRY}/")
    rootless.docker("run", "--rm", image, *fetch, check=False)

    assert refused.returncode == REFUSED
    assert path in refused.stdout
    assert switch in refused.stdout
    assert "dial tcp 127.0.0.1:7890: connect: connection refused" in beyond.stderr
    assert again.returncode == REFUSED
    assert "give http://10.0.2.2:7890 instead" in again.stdout
    assert any(line.startswith(f"GET http://{REGISTRY}/") for line in squid.requests())


@pytest.mark.soak
@pytest.mark.parametrize("via", ["auto", "systemd"])
@pytest.mark.parametrize("engine", ["20.10.24", "26.1.5", "newest"])
def test_every_engine_is_set_and_unset_as_if_nothing_had_been(
    lab: Lab, host: Host, squid: Proxy, engine: str, via: str
) -> None:
    host.reset(engine=engine)
    rootless = host.rootless()
    before = see(rootless)

    rootless.dockproxy("set", squid.url, "--yes", "--via", via)
    rootless.docker("pull", lab.fresh_image())
    during = daemon(rootless)
    rootless.dockproxy("unset", "--yes")

    host_json = f"{rootless.home}/.config/docker/daemon.json"
    in_file = during["proxies"]["https_proxy"]["origin"]["path"] == host_json
    assert in_file is (via == "auto" and engine != "20.10.24")
    assert during["in_sync"] is True
    assert see(rootless) == before


@pytest.mark.soak
def test_a_stopped_daemon_is_set_and_takes_it_up_when_it_is_started(
    lab: Lab, rootless: RootlessHost, squid: Proxy
) -> None:
    rootless.systemctl("stop", "docker")

    done = rootless.dockproxy("set", squid.url, "--yes", "--via", "systemd")

    assert "systemctl --user start docker.service" in done.output
    rootless.systemctl("start", "docker")
    rootless.docker("pull", lab.fresh_image())


@pytest.mark.soak
def test_an_admin_with_sudo_sets_it_and_all_is_still_its_users(
    lab: Lab, host: Host, rootless: RootlessHost, squid: Proxy
) -> None:
    before, machine = see(rootless), host.tree("/etc", "/root")

    host.dockproxy("set", squid.url, "--yes", "--user", "bob", user="ann")

    rootless.docker("pull", lab.fresh_image())
    owners = {entry.uid for entry in rootless.tree(rootless.home + "/.config").values()}
    assert owners == {rootless.uid}
    assert host.tree("/etc", "/root") == machine
    host.dockproxy("undo", "--yes", "--user", "bob", user="ann")
    assert see(rootless) == before


def test_who_has_no_way_to_root_sets_nobody_elses_daemon_nor_the_machines_instead(
    host: Host, rootless: RootlessHost, squid: Proxy
) -> None:
    host.remove("/etc/sudoers.d/ann")
    host.run(["gpasswd", "--delete", "ann", "sudo"])
    before, machine = see(rootless), host.tree("/etc")

    done = host.dockproxy("set", squid.url, "--yes", "--user", "bob", user="ann", check=False)

    assert done.returncode == REFUSED, done.output
    assert "not known which daemon is meant" in done.output
    assert (see(rootless), host.tree("/etc")) == (before, machine)


@pytest.mark.soak
def test_whenever_it_is_killed_one_undo_brings_files_and_daemon_back(
    rootless: RootlessHost, squid: Proxy, record_property: Record
) -> None:
    with_a_container(rootless)
    before = see(rootless)
    killed = 0
    for nth in range(1, 20):
        done = _killed_at(rootless, squid, f"renameat:signal=SIGKILL:when={nth}")
        if done.returncode == 0:
            break
        killed += 1
        rootless.wait_until_ready()
        undone = rootless.dockproxy("undo", "--yes", check=False)
        assert undone.returncode == 0, undone.output
        assert see(rootless) == before
    record_property("kills", killed)
    assert killed >= 5


def _killed_at(rootless: RootlessHost, squid: Proxy, inject: str) -> Result:
    words = ["strace", "-o", "/dev/null", "-e", "trace=renameat", "-e", f"inject={inject}"]
    words += ["python3", "-m", "dockproxy", "set", squid.url, "--yes", "--no-check"]
    return rootless.run(words, check=False, env={"PYTHONPATH": SOURCE})
