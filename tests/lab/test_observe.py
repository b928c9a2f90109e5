"""Observing a real host: systemd, a real dockerd, containers, users with and without rights."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from dockproxy.core.model.record import load
from dockproxy.core.model.snapshot import Snapshot
from tests.lab.equipment import Host, Lab, Proxy
from tests.lab.equipment.host import SOURCE

pytestmark = pytest.mark.lab

DROP_IN = "/etc/systemd/system/docker.service.d/proxy.conf"
SECRET = "t0p-Secret"
CALL = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from dockproxy.transport.base import Silent, caller
from dockproxy.core.agent.protocol import handle
request = {"do": "observe", "caller": caller(), **json.loads(sys.argv[2])}
print(json.dumps(handle(request, Silent())))
"""


def observe(host: Host, *, user: str | None = None, sudo: bool = False, **request: Any) -> Snapshot:
    """What the agent sees on the host when this user asks it, with sudo or without."""
    argv = ["python3", "-c", CALL, SOURCE, json.dumps(request)]
    done = host.run(["sudo", "-n", *argv] if sudo else argv, user=user)
    return load(Snapshot, json.loads(done.stdout)["snapshot"])


def reasons(snapshot: Snapshot) -> dict[str, str]:
    return {unknown.about: unknown.reason for unknown in snapshot.unknown}


def test_a_healthy_host_has_no_unknowns(host: Host) -> None:
    snapshot = observe(host)

    assert snapshot.unknown == ()
    assert snapshot.dockerd is not None
    assert snapshot.dockerd.pid == host.daemon_pid()
    assert snapshot.dockerd.environ == {}
    assert snapshot.dockerd.args[0] == "/usr/sbin/dockerd"
    assert abs(snapshot.dockerd.started_at - time.time()) < 3600
    service = snapshot.unit("docker.service")
    assert service is not None
    assert (service.active_state, service.main_pid) == ("active", snapshot.dockerd.pid)
    assert abs(service.started_at - snapshot.dockerd.started_at) < 0.5
    assert service.environment_files == ("-/etc/default/docker",)
    assert snapshot.engine is not None
    assert snapshot.engine.version.startswith("26.1")
    bridge = next(item for item in snapshot.networks if item.name == "bridge")
    assert len(bridge.gateways) == 1
    paths = {fact.path: fact.role for fact in snapshot.files}
    assert paths[service.fragment_path] == "unit"
    assert paths["/etc/default/docker"] == "environment-file"


def test_starts_of_the_process_are_later_than_the_files_before_it(host: Host) -> None:
    host.write(DROP_IN, "[Service]\nEnvironment=HTTP_PROXY=http://a:1\n")
    host.systemctl("daemon-reload")
    host.systemctl("restart", "docker")

    snapshot = observe(host)

    fact = snapshot.file(DROP_IN)
    assert fact is not None
    assert snapshot.dockerd is not None
    assert fact.mtime < snapshot.dockerd.started_at < snapshot.taken_at


def test_what_systemd_shows_is_read_back_exactly(host: Host) -> None:
    values = {
        "A1": "plain",
        "NO_PROXY": "*.corp,a b,(x)|y;z&",
        "HTTP_PROXY": 'http://h:1/"quo\'te"$d`t`!{}~#',
        "no_proxy": "back\\slash tab\tend",
        "https_proxy": "http://h:1/ünï;é[1]",
        "ftp_proxy": "",
    }
    lines = [
        'Environment="{}={}"'.format(
            name,
            value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("%", "%%"),
        )
        for name, value in values.items()
    ]
    host.write(DROP_IN, "[Service]\n" + "\n".join(lines) + "\nUnsetEnvironment=B C=d\n")
    host.systemctl("daemon-reload")

    service = observe(host).unit("docker.service")

    assert service is not None
    values["A1"] = "xxxxx"
    assert set(service.environment) == {f"{name}={value}" for name, value in values.items()}
    assert service.unset_environment == ("B", "C=xxxxx")
    assert service.drop_in_paths == (DROP_IN,)


def test_tells_files_from_what_is_loaded_and_from_what_runs(host: Host) -> None:
    host.write(DROP_IN, "[Service]\nEnvironment=HTTP_PROXY=http://a:1\n")
    written = observe(host)
    host.systemctl("daemon-reload")
    loaded = observe(host)
    host.systemctl("restart", "docker")
    running = observe(host)

    seen = []
    for snapshot in (written, loaded, running):
        service, process, engine = (
            snapshot.unit("docker.service"),
            snapshot.dockerd,
            snapshot.engine,
        )
        assert service and process and process.environ is not None and engine
        seen.append((service.environment, process.environ, engine.http_proxy))
        assert snapshot.file(DROP_IN) is not None
    variable = "HTTP_PROXY=http://a:1"
    assert seen == [
        ((), {}, ""),
        ((variable,), {}, ""),
        ((variable,), {"HTTP_PROXY": "http://a:1"}, "http://a:1"),
    ]


def test_every_origin_of_a_proxy_is_seen(host: Host) -> None:
    host.write("/run/systemd/system/docker.service.d/run.conf", "[Service]\n")
    host.write("/usr/lib/systemd/system/service.d/all.conf", "[Service]\n")
    host.write(
        DROP_IN,
        "[Service]\nPassEnvironment=https_proxy\nEnvironmentFile=/etc/proxy.d/*.env\n",
    )
    host.write("/etc/proxy.d/one.env", "NO_PROXY=from-file\n")
    host.write("/srv/other.json", '{"proxies": {"http-proxy": "http://file:1"}}')
    host.systemctl("set-environment", "ftp_proxy=http://m:1", "UNRELATED=x")
    host.write(
        "/etc/systemd/system/docker.service.d/start.conf",
        "[Service]\nExecStart=\n"
        "ExecStart=/usr/sbin/dockerd -H fd:// --config-file /srv/other.json\n",
    )
    host.systemctl("daemon-reload")
    try:
        before = observe(host)
        host.systemctl("restart", "docker")
        after = observe(host)
    finally:
        host.systemctl("unset-environment", "ftp_proxy", "UNRELATED")

    assert before.daemon_json == "/etc/docker/daemon.json"
    assert after.daemon_json == "/srv/other.json"
    assert after.engine is not None
    assert after.engine.http_proxy == "http://file:1"
    assert after.dockerd is not None
    assert after.dockerd.environ == {"NO_PROXY": "from-file", "ftp_proxy": "http://m:1"}
    assert after.systemd is not None
    assert after.systemd.environment == {"ftp_proxy": "http://m:1"}
    roles = {fact.path: fact.role for fact in after.files}
    assert roles["/etc/proxy.d/one.env"] == "environment-file"
    assert roles["/run/systemd/system/docker.service.d/run.conf"] == "drop-in"
    merged = [path for path in roles if path.endswith("systemd/system/service.d/all.conf")]
    assert len(merged) == 1
    service = after.unit("docker.service")
    assert service is not None
    assert set(service.drop_in_paths) <= set(roles)


def test_no_secret_reaches_the_snapshot(host: Host, lab: Lab, squid: Proxy) -> None:
    proxy = f"http://user:{SECRET}@10.88.0.1:3128"
    host.write("/etc/docker/daemon.json", json.dumps({"proxies": {"http-proxy": proxy}}))
    host.write(
        DROP_IN,
        f'[Service]\nEnvironment="HTTPS_PROXY={proxy}" "TOKEN={SECRET}"\n'
        "EnvironmentFile=/etc/proxy.env\n",
    )
    host.write("/etc/proxy.env", f"# {proxy}\nhttps_proxy={proxy}\nTOKEN={SECRET}\n")
    config = {
        "auths": {"registry": {"auth": SECRET}},
        "proxies": {"default": {"httpProxy": proxy, "httpsProxy": "http://10.88.0.1:3128"}},
    }
    host.write("/root/.docker/config.json", json.dumps(config))
    host.systemctl("daemon-reload")
    host.systemctl("restart", "docker")
    image = lab.fresh_image()
    host.run(["sh", "-c", "cat > /tmp/x && tar -C /tmp -c x | docker import - tiny"], input="x")
    host.docker("create", "--name", "one", "--env", f"TOKEN={SECRET}", "tiny", "x")
    environment = {"HTTP_PROXY": proxy, "DOCKER_PASSWORD": SECRET}

    argv = ["python3", "-c", CALL, SOURCE, "{}"]
    shown = host.run(argv, env=environment).stdout

    assert SECRET not in shown
    snapshot = load(Snapshot, json.loads(shown)["snapshot"])
    masked = "http://xxxxx:xxxxx@10.88.0.1:3128"
    assert snapshot.engine is not None
    assert snapshot.engine.http_proxy == masked
    assert snapshot.containers[0].environ["HTTP_PROXY"] == masked
    assert snapshot.environment["HTTP_PROXY"] == masked
    assert snapshot.dockerd is not None
    assert snapshot.dockerd.environ is not None
    assert snapshot.dockerd.environ["HTTPS_PROXY"] == masked
    assert image


def test_a_user_without_rights_is_told_what_could_not_be_seen(host: Host) -> None:
    host.write(DROP_IN, "[Service]\n", 0o600)

    snapshot = observe(host, user="bob")

    found = reasons(snapshot)
    assert found["engine"] == "permission"
    assert found["daemon.environment"] == "permission"
    assert found[f"files.{DROP_IN}"] == "permission"
    assert snapshot.dockerd is not None
    assert snapshot.dockerd.environ is None
    service = snapshot.unit("docker.service")
    assert service is not None
    assert service.active_state == "active"


def test_a_folder_of_drop_ins_without_permission_is_said(host: Host) -> None:
    host.write(DROP_IN, "[Service]\n")
    host.run(["chmod", "700", "/etc/systemd/system/docker.service.d"])
    found = reasons(observe(host, user="bob"))
    assert found["files./etc/systemd/system/docker.service.d"] == "permission"


def test_under_sudo_the_client_is_the_calling_users(host: Host) -> None:
    host.write(
        "/home/ann/.docker/config.json", '{"proxies": {"default": {"httpProxy": "http://c:1"}}}'
    )
    host.run(["chown", "-R", "ann:", "/home/ann/.docker"])

    snapshot = observe(host, user="ann", sudo=True)

    assert snapshot.client is not None
    assert snapshot.client.user == "ann"
    assert snapshot.client.config_path == "/home/ann/.docker/config.json"
    assert snapshot.machine.privileged
    assert snapshot.unknown == ()


@pytest.mark.parametrize("stop", ["stop", "fail"])
def test_looking_does_not_start_a_stopped_daemon(host: Host, stop: str) -> None:
    if stop == "stop":
        host.systemctl("stop", "docker.service", check=False)
    else:
        host.write("/etc/docker/daemon.json", "{")
        host.systemctl("restart", "docker.service", check=False)
        for _ in range(100):
            if "failed" in host.systemctl("is-active", "docker.service", check=False).stdout:
                break
            time.sleep(0.2)
        host.systemctl("reset-failed", "docker.socket", check=False)
        host.systemctl("start", "docker.socket", check=False)
    state = host.systemctl("show", "-p", "ActiveState", "docker.socket").stdout
    assert "ActiveState=active" in state

    snapshot = observe(host)

    assert reasons(snapshot)["engine"] == "not-running"
    assert snapshot.dockerd is None
    assert host.systemctl("is-active", "docker.service", check=False).stdout.strip() in (
        "inactive",
        "failed",
    )


def test_the_docker_clis_own_view_of_info_and_containers_is_ours(host: Host) -> None:
    host.run(["sh", "-c", "cat > /tmp/x && tar -C /tmp -c x | docker import - tiny"], input="x")
    host.docker("create", "--name", "one", "--restart", "unless-stopped", "tiny", "x")
    host.docker("create", "--name", "two", "--rm", "--network", "none", "tiny", "x")
    host.docker("network", "create", "--subnet", "10.77.0.0/24", "extra")

    snapshot = observe(host)

    shown = json.loads(host.docker("inspect", "one", "two").stdout)
    ours = {item.name: item for item in snapshot.containers}
    for theirs in shown:
        mine = ours[theirs["Name"].lstrip("/")]
        assert mine.id == theirs["Id"]
        assert mine.state == theirs["State"]["Status"]
        assert mine.restart_policy == theirs["HostConfig"]["RestartPolicy"]["Name"]
        assert mine.auto_remove == theirs["HostConfig"]["AutoRemove"]
        whole = re.sub(r"\.\d+Z$", "", theirs["Created"])
        assert time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(mine.created_at)) == whole
    for network in snapshot.networks:
        theirs = json.loads(host.docker("network", "inspect", network.name).stdout)[0]
        settings = theirs["IPAM"]["Config"] or []
        assert network.subnets == tuple(item["Subnet"] for item in settings)
        assert network.gateways == tuple(item["Gateway"] for item in settings if "Gateway" in item)
    assert snapshot.images == ("tiny:latest",)


@pytest.mark.parametrize("engine", ["20.10.24", "newest"])
def test_older_and_newer_engines_are_seen_as_well(host: Host, engine: str) -> None:
    host.reset(engine=engine)
    try:
        snapshot = observe(host)
        version = host.docker("version", "--format", "{{.Server.Version}}").stdout.strip()
    finally:
        host.reset()

    assert snapshot.unknown == ()
    assert snapshot.engine is not None
    assert snapshot.engine.version == version
    assert [item.name for item in snapshot.networks if item.driver == "bridge"] == ["bridge"]


def test_a_dockerd_of_another_unit_is_seen_with_its_unit(host: Host) -> None:
    host.systemctl("stop", "docker.socket", "docker.service")
    host.write(
        "/etc/systemd/system/other.service",
        "[Service]\nType=notify\nDelegate=yes\nEnvironment=HTTPS_PROXY=http://o:1\n"
        "ExecStart=/usr/sbin/dockerd --config-file /srv/other.json\n",
    )
    host.write("/etc/systemd/system/other.service.d/x.conf", "[Service]\n")
    host.write("/srv/other.json", "{}")
    host.systemctl("daemon-reload")
    host.systemctl("start", "other.service")

    snapshot = observe(host)
    host.systemctl("stop", "other.service")

    unit = snapshot.unit("other.service")
    assert unit is not None
    assert snapshot.dockerd is not None
    assert unit.main_pid == snapshot.dockerd.pid
    assert unit.environment == ("HTTPS_PROXY=http://o:1",)
    assert snapshot.dockerd.environ == {"HTTPS_PROXY": "http://o:1"}
    assert snapshot.daemon_json == "/srv/other.json"
    roles = {fact.path: fact.role for fact in snapshot.files}
    assert roles["/etc/systemd/system/other.service"] == "unit"
    assert roles["/etc/systemd/system/other.service.d/x.conf"] == "drop-in"


def test_the_daemon_is_the_one_that_the_client_talks_to(host: Host) -> None:
    arguments = "-H unix:///run/two.sock --data-root /srv/two --exec-root /run/two"
    more = "--pidfile /run/two.pid --bridge none --iptables=false --containerd-namespace two"
    host.write("/srv/two.json", '{"proxies": {"http-proxy": "http://two:1"}}')
    host.systemctl("reset-failed")
    host.sh(
        "systemd-run -q --unit two --property Type=notify --property Delegate=yes "
        f"dockerd {arguments} {more} --config-file /srv/two.json"
    )
    host.docker("context", "create", "two", "--docker", "host=unix:///run/two.sock")

    default, two = observe(host), observe(host, context="two")
    host.systemctl("stop", "two.service")

    assert default.dockerd is not None
    assert default.dockerd.pid == host.daemon_pid()
    assert two.client is not None
    assert (two.client.context, two.client.endpoint) == ("two", "unix:///run/two.sock")
    assert two.dockerd is not None
    assert two.dockerd.pid != default.dockerd.pid
    assert two.daemon_json == "/srv/two.json"
    assert two.engine is not None
    assert two.engine.http_proxy == "http://two:1"
    assert two.unit("two.service") is not None
