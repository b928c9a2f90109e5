from __future__ import annotations

import glob
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.lab.equipment import CommandFailed, Host, Lab, LabError, Proxy, RootlessHost
from tests.lab.equipment.downloads import REPO
from tests.lab.equipment.records import recorded, runs_folder, sweep
from tests.lab.machine import look_at_this_machine

pytestmark = pytest.mark.lab

REGISTRY = "registry.corp.test:5443"


def use_by_daemon_json(host: Host, proxy: Proxy) -> None:
    settings = {"proxies": {"http-proxy": proxy.url, "https-proxy": proxy.url}}
    host.write("/etc/docker/daemon.json", json.dumps(settings))
    host.systemctl("restart", "docker")


def proxy_of(lab: Lab, name: str) -> Proxy:
    proxy = {"squid": lab.squid, "auth_proxy": lab.auth_proxy, "socks": lab.socks}[name]
    return proxy.ready()


def test_a_pull_fails_at_once_without_a_proxy(lab: Lab, host: Host, squid: Proxy) -> None:
    pull = host.docker("pull", lab.fresh_image(), check=False, timeout=20)

    assert pull.returncode == 1
    assert "lookup registry.corp.test on 10.88.0.1:53: no such host" in pull.stderr
    assert squid.requests() == []


@pytest.mark.parametrize("name", ["squid", "auth_proxy", "socks"])
def test_a_pull_goes_through_each_proxy_and_is_in_its_log(lab: Lab, host: Host, name: str) -> None:
    proxy = proxy_of(lab, name)
    use_by_daemon_json(host, proxy)

    host.docker("pull", lab.fresh_image())

    assert proxy.saw(REGISTRY)
    assert proxy.count(REGISTRY) == len(proxy.requests())
    if proxy.user is not None:
        assert proxy.requests()[0] == f"CONNECT {REGISTRY} {proxy.user}"


def test_a_rootless_daemon_pulls_through_the_proxy_of_a_drop_in_and_not_without_it(
    lab: Lab, host: Host, rootless: RootlessHost, squid: Proxy
) -> None:
    image = lab.fresh_image()
    without = rootless.docker("pull", image, check=False)
    folder = f"{rootless.home}/.config/systemd/user/docker.service.d"
    rootless.write(f"{folder}/proxy.conf", f"[Service]\nEnvironment=HTTPS_PROXY={squid.url}\n")

    rootless.systemctl("daemon-reload")
    rootless.systemctl("restart", "docker")
    rootless.docker("pull", image)

    assert "no such host" in without.stderr
    assert squid.saw(REGISTRY)
    assert rootless.run(["stat", "-c", "%U", folder]).stdout == "bob\n"
    assert host.daemon_pid() == 0
    assert host.run(["ps", "-o", "user=", str(rootless.daemon_pid())]).stdout == "bob\n"


@pytest.mark.parametrize("name", ["squid", "auth_proxy"])
def test_push_run_build_and_compose_work_and_use_the_proxy(lab: Lab, host: Host, name: str) -> None:
    proxy = proxy_of(lab, name)
    use_by_daemon_json(host, proxy)
    image = lab.fresh_image()
    host.docker("pull", image)

    proxy.forget()
    pushed = f"{REGISTRY}/pushed/{name}:1"
    host.docker("tag", image, pushed)
    host.docker("push", pushed)
    assert lab.registry.has(pushed)
    assert proxy.saw(REGISTRY)

    assert host.docker("run", "--rm", "--init", image, "echo", "hello").stdout == "hello\n"

    for builder in ({"DOCKER_BUILDKIT": "0"}, {}):
        proxy.forget()
        host.write("/root/build/Dockerfile", f"FROM {lab.fresh_image()}\nRUN echo built\n")
        host.docker("build", "--no-cache", "/root/build", env=builder)
        assert proxy.saw(REGISTRY)

    proxy.forget()
    service = {"image": lab.fresh_image(), "command": "echo composed"}
    host.write("/root/compose/compose.yaml", json.dumps({"services": {"one": service}}))
    shown = host.run(["docker", "compose", "up"], cwd="/root/compose")
    assert "composed" in shown.stdout
    assert proxy.saw(REGISTRY)


def test_the_proxy_with_a_password_refuses_any_other(
    lab: Lab, host: Host, auth_proxy: Proxy
) -> None:
    wrong = auth_proxy.url.replace("%21@", "@")
    settings = {"proxies": {"http-proxy": wrong, "https-proxy": wrong}}
    host.write("/etc/docker/daemon.json", json.dumps(settings))
    host.systemctl("restart", "docker")

    pull = host.docker("pull", lab.fresh_image(), check=False)

    assert "Proxy Authentication Required" in pull.stderr
    assert auth_proxy.requests() == []


def test_a_stopped_proxy_refuses_connections_and_a_started_one_works(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    use_by_daemon_json(host, squid)

    squid.stop()
    refused = host.docker("pull", lab.fresh_image(), check=False)
    squid.start()
    host.docker("pull", lab.fresh_image())

    assert "connection refused" in refused.stderr
    assert squid.saw(REGISTRY)


def test_a_relay_makes_a_proxy_answer_on_the_hosts_own_loopback(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    host.relay("127.0.0.1:7890", squid)
    settings = {"proxies": {"https-proxy": "http://127.0.0.1:7890"}}
    host.write("/etc/docker/daemon.json", json.dumps(settings))
    host.systemctl("restart", "docker")

    host.docker("pull", lab.fresh_image())

    assert squid.saw(REGISTRY)


def test_reset_brings_the_host_back_to_what_it_was(lab: Lab, host: Host, squid: Proxy) -> None:
    host.reset()
    before = host.tree("/etc", "/root", "/home")
    rules = host.run(["iptables-save"]).stdout.count("\n-A")
    use_by_daemon_json(host, squid)
    host.docker("run", "-d", "-p", "8080:80", lab.fresh_image(), "sleep", "1000")
    host.remove("/etc/hostname")
    host.sh("echo secret > /root/note; chmod 600 /etc/docker; docker network create other")
    assert host.tree("/etc", "/root", "/home") != before
    assert host.run(["iptables-save"]).stdout.count("\n-A") > rules

    began = time.monotonic()
    host.reset()
    took = time.monotonic() - began

    assert host.tree("/etc", "/root", "/home") == before
    assert host.docker("ps", "-aq").stdout + host.docker("images", "-q").stdout == ""
    assert host.docker("network", "ls", "--filter", "type=custom", "-q").stdout == ""
    assert host.run(["iptables-save"]).stdout.count("\n-A") == rules
    assert host.systemctl("is-active", "docker").stdout == "active\n"
    assert took < 20


def test_a_host_can_have_the_engine_that_does_not_know_proxies(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    host.reset(engine="20.10.24")
    host.write("/etc/docker/daemon.json", json.dumps({"proxies": {"http-proxy": squid.url}}))

    restart = host.systemctl("restart", "docker", check=False)

    assert restart.returncode != 0
    assert "don't match any configuration option: http-proxy" in host.journal()
    host.reset(engine="26.1.5")
    version = host.docker("version", "--format", "{{.Server.Version}}").stdout
    assert version.startswith("26.1.5")


def test_a_program_on_the_host_gets_nothing_of_this_machines_environment(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://contributors.own:1")

    seen = host.run(["env"]).stdout.splitlines()
    given = host.sh('echo "$A $1 $(cat)"', "one", env={"A": "two"}, input="three").stdout
    as_ann = host.sh("id -un; echo $HOME; sudo -n id -u", user="ann").stdout

    assert {line.partition("=")[0] for line in seen} == {
        *("PATH", "HOME", "USER", "LOGNAME", "LANG", "PYTHONPYCACHEPREFIX")
    }
    assert given == "two one three\n"
    assert as_ann == "ann\n/home/ann\n0\n"
    with pytest.raises(CommandFailed, match="exit 3: sh -c"):
        host.sh("exit 3")
    with pytest.raises(LabError, match=r"still running after 0\.2 s: sleep 5"):
        host.run(["sleep", "5"], timeout=0.2)


def test_a_program_at_a_terminal_can_ask_read_a_password_and_be_interrupted(host: Host) -> None:
    asks = "import getpass; print(len(input('Go? ') + getpass.getpass('Password: ')))"
    answers = [("Go?", "yes\n"), ("Password:", "hidden\n")]
    answered = host.run_tty(["python3", "-c", asks], answers=answers)
    waits = (
        "import time, sys\ntry:\n  print('waiting', flush=True); time.sleep(60)\n"
        "except KeyboardInterrupt:\n  print('whole'); sys.exit(130)"
    )
    interrupted = host.run_tty(["python3", "-c", waits], answers=[("waiting", "\x03")])

    assert answered.returncode == 0
    assert answered.stdout.splitlines()[-1] == "9"
    assert "hidden" not in answered.stdout
    assert interrupted.returncode == 130
    assert interrupted.stdout.endswith("whole\n")
    assert host.run(["tty"], check=False).stdout == "not a tty\n"
    with pytest.raises(LabError, match="ended and never showed 'Go on'"):
        host.run_tty(["echo", "done"], answers=[("Go on", "y\n")])


def test_files_are_written_read_compared_and_removed(host: Host) -> None:
    host.write("/root/a/b", b"\0\xff", mode=0o600)
    host.sh("ln -s b /root/a/link; chown ann /root/a/b")

    assert host.read("/root/a/b") == b"\0\xff"
    assert {path: tuple(entry) for path, entry in host.tree("/root/a", "/none").items()} == {
        "/root/a": ("folder", 0o755, 0, 0, b""),
        "/root/a/b": ("file", 0o600, 1000, 0, b"\0\xff"),
        "/root/a/link": ("link", 0o777, 0, 0, b"b"),
    }
    host.remove("/root/a/b")
    assert not host.exists("/root/a/b")
    assert host.exists("/root/a/link")


def test_this_repositorys_dockproxy_runs_on_the_host(host: Host) -> None:
    assert host.dockproxy("--version").stdout.startswith("dockproxy ")
    assert host.sh("touch /opt/dockproxy/src/x", check=False).returncode != 0


def test_two_labs_run_side_by_side_and_know_nothing_of_each_other(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    with Lab() as other:
        use_by_daemon_json(other.host, other.squid)
        other.host.docker("pull", other.fresh_image())

        assert other.squid.saw(REGISTRY)
        assert squid.requests() == []
        assert not host.exists("/etc/docker/daemon.json")
        assert {lab.name, other.name} <= set(recorded())
    assert other.name not in recorded()
    assert host.docker("version").returncode == 0


def test_a_lab_ends_when_the_program_that_started_it_is_killed(lab_machine: None) -> None:
    program = (
        "import time; from tests.lab.equipment import Lab; lab = Lab(); lab.start();"
        "print(lab.name, lab.spaces.keeper, lab.spaces.pid('init'), flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", program], cwd=REPO, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    name, *pids = owner.stdout.readline().decode().split()
    assert all(os.path.exists(f"/proc/{pid}") for pid in pids)

    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()

    left = [f"/proc/{pid}" for pid in pids] + [os.path.join(runs_folder(), name)]
    end = time.monotonic() + 20
    while any(os.path.exists(path) for path in left) and time.monotonic() < end:
        sweep()
        time.sleep(0.02)
    assert not any(os.path.exists(path) for path in left)


def test_the_sweeper_leaves_a_running_lab_alone(lab: Lab, host: Host) -> None:
    assert lab.name not in sweep()
    assert host.docker("version").returncode == 0


def test_this_machine_is_the_same_during_and_after_a_lab(lab_machine: None) -> None:
    before = look_at_this_machine()

    with Lab() as lab:
        use_by_daemon_json(lab.host, lab.squid)
        lab.host.docker("run", "-d", "-p", "8080:80", lab.fresh_image(), "sleep", "1000")
        during = look_at_this_machine()
        lab.host.reset()
    after = look_at_this_machine()

    assert set(before) >= {"/etc", "links", "addresses", "routes", "firewall", "docker", "mounts"}
    for part, seen in before.items():
        assert during[part] == seen, part
        assert after[part] == seen, part
    assert glob.glob(f"/sys/fs/cgroup/{lab.name}") + glob.glob(f"/sys/fs/cgroup/*/{lab.name}") == []
    assert not os.path.exists(lab.spaces.folder)
