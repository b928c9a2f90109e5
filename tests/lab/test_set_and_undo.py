"""The main job on a real host: one ``set``, everything works through the proxy, one ``undo``."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.lab.equipment import Entry, Host, Lab, Proxy

pytestmark = pytest.mark.lab

REGISTRY = "registry.corp.test:5443"
PLACES = ("/etc/docker", "/etc/systemd/system", "/root/.docker/config.json")
BUILDX = "/root/.docker/buildx"
VARIABLES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")


def _pull(lab: Lab, host: Host) -> None:
    host.docker("pull", lab.fresh_image())


def _push(lab: Lab, host: Host) -> None:
    image = lab.fresh_image()
    host.docker("pull", image)
    host.docker("tag", image, f"{image}-again")
    host.docker("push", f"{image}-again")
    assert lab.registry.has(f"{image}-again")


def _run(lab: Lab, host: Host) -> None:
    assert _has_proxies(host.docker("run", "--rm", lab.fresh_image(), "env").stdout)


def _build(lab: Lab, host: Host) -> None:
    host.write("/root/build/Dockerfile", f"FROM {lab.fresh_image()}\nRUN env\n")
    built = host.docker("build", "--no-cache", "--progress=plain", "/root/build")
    assert _has_proxies(built.output)


def _compose(lab: Lab, host: Host) -> None:
    service = {"image": lab.fresh_image(), "command": "env"}
    host.write("/root/compose/compose.yaml", json.dumps({"services": {"one": service}}))
    assert _has_proxies(host.run(["docker", "compose", "up"], cwd="/root/compose").output)


def _files(host: Host) -> dict[str, Entry]:
    """All that dockproxy may touch; what buildx keeps beside config.json is buildx's own."""
    tree = host.tree(*PLACES)
    return {path: entry for path, entry in tree.items() if not path.startswith(BUILDX)}


def _has_proxies(environment: str) -> bool:
    return all(f"{name}=http" in environment for name in VARIABLES)


USES: dict[str, Callable[[Lab, Host], None]] = {
    "pull": _pull,
    "push": _push,
    "run": _run,
    "build": _build,
    "compose": _compose,
}


@pytest.mark.parametrize("via", ["daemon-json", "systemd"])
@pytest.mark.parametrize("kind", ["squid", "auth_proxy"])
def test_one_set_serves_every_part_and_one_undo_brings_back_every_byte(
    lab: Lab, host: Host, request: pytest.FixtureRequest, via: str, kind: str
) -> None:
    proxy: Proxy = request.getfixturevalue(kind)
    assert host.docker("pull", lab.fresh_image(), check=False).returncode != 0
    before = _files(host)

    done = host.dockproxy("set", proxy.url, "--via", via, "--yes", check=False)

    assert done.returncode == 0, done.output
    for name, use in USES.items():
        proxy.forget()
        use(lab, host)
        assert proxy.saw(REGISTRY), name
        print(f"{via}, {kind}, {name}: {proxy.count(REGISTRY)} lines in the proxy's log")

    again = host.dockproxy("set", proxy.url, "--via", via, "--yes", check=False)
    assert again.returncode == 0, again.output
    assert "nothing to do" in again.stdout

    pid = host.daemon_pid()
    undone = host.dockproxy("undo", "--yes", check=False)

    assert undone.returncode == 0, undone.output
    assert host.daemon_pid() != pid
    assert _files(host) == before
    assert host.docker("pull", lab.fresh_image(), check=False).returncode != 0


def test_set_and_unset_leave_nothing_behind(lab: Lab, host: Host, squid: Proxy) -> None:
    before = host.tree(*PLACES)

    host.dockproxy("set", squid.url, "--yes")
    unset = host.dockproxy("unset", "--yes", check=False)

    assert unset.returncode == 0, unset.output
    assert host.tree(*PLACES) == before
    assert host.docker("pull", lab.fresh_image(), check=False).returncode != 0


def test_a_drop_in_that_sets_proxies_is_edited_instead_of_making_a_second_source(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    path = "/etc/systemd/system/docker.service.d/proxy.conf"
    host.write(path, '# ours\n[Service]\nEnvironment="HTTP_PROXY=http://10.88.0.1:9"\n')
    host.systemctl("daemon-reload")
    host.systemctl("restart", "docker")

    done = host.dockproxy("set", squid.url, "--for", "daemon", "--yes", check=False)

    assert done.returncode == 0, done.output
    assert not host.exists("/etc/docker/daemon.json")
    assert host.read(path).startswith(b"# ours\n[Service]\n")
    host.docker("pull", lab.fresh_image())
    assert squid.saw(REGISTRY)


def test_an_engine_before_23_gets_a_drop_in(lab: Lab, host: Host, squid: Proxy) -> None:
    host.reset(engine="20.10.24")
    before = host.tree(*PLACES)

    done = host.dockproxy("set", squid.url, "--yes", check=False)

    assert done.returncode == 0, done.output
    assert not host.exists("/etc/docker/daemon.json")
    host.docker("pull", lab.fresh_image())
    assert squid.saw(REGISTRY)
    assert host.dockproxy("undo", "--yes", check=False).returncode == 0
    assert host.tree(*PLACES) == before


def test_a_proxy_that_nobody_answers_for_is_refused_without_a_yes_of_its_own(
    host: Host, squid: Proxy
) -> None:
    before = host.tree(*PLACES)
    squid.stop()

    refused = host.dockproxy("set", squid.url, "--yes", check=False)

    assert refused.returncode == 3, refused.output
    assert "--no-check" in refused.output
    assert host.tree(*PLACES) == before
    forced = host.dockproxy("set", squid.url, "--yes", "--no-check", check=False)
    assert forced.returncode == 0, forced.output


@pytest.mark.parametrize("scheme", ["https", "socks5"])
def test_a_scheme_that_the_proxy_does_not_speak_is_refused_and_the_right_one_named(
    host: Host, squid: Proxy, scheme: str
) -> None:
    wrong = squid.url.replace("http://", f"{scheme}://")

    refused = host.dockproxy("set", wrong, "--yes", check=False)

    assert refused.returncode == 3, refused.output
    assert squid.url in refused.output


def test_at_a_terminal_it_asks_and_no_means_no(host: Host, squid: Proxy) -> None:
    before = host.tree(*PLACES)

    declined = host.dockproxy_tty("set", squid.url, answers=[("[y/N]", "n\n")])

    assert declined.returncode == 3, declined.stdout
    assert host.tree(*PLACES) == before
    accepted = host.dockproxy_tty("set", squid.url, answers=[("[y/N]", "y\n")])
    assert accepted.returncode == 0, accepted.stdout
    assert host.exists("/etc/docker/daemon.json")


def test_with_nobody_to_ask_the_plan_is_printed_and_nothing_done(host: Host, squid: Proxy) -> None:
    before = host.tree(*PLACES)

    shown = host.dockproxy("set", squid.url, check=False)

    assert shown.returncode == 3, shown.output
    assert "http-proxy" in shown.stdout
    assert "--yes" in shown.stderr
    assert host.tree(*PLACES) == before


def test_a_password_is_asked_for_unseen_and_works(lab: Lab, host: Host, auth_proxy: Proxy) -> None:
    url = f"http://{auth_proxy.url.split('://')[1].split(':')[0]}@{auth_proxy.address}"
    done = host.dockproxy_tty(
        "set", url, answers=[("assword", f"{auth_proxy.password}\n"), ("[y/N]", "y\n")]
    )

    assert done.returncode == 0, done.stdout
    assert str(auth_proxy.password) not in done.stdout
    host.docker("pull", lab.fresh_image())
    assert auth_proxy.saw(REGISTRY)
    assert host.tree("/etc/docker")["/etc/docker/daemon.json"].mode & 0o077 == 0
