"""``set``, ``unset`` and ``undo`` on a real host, beside the matrix of engines and proxies."""

from __future__ import annotations

import pytest

from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

REGISTRY = "registry.corp.test:5443"
PLACES = ("/etc/docker", "/etc/systemd/system", "/root/.docker/config.json")


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


def test_who_is_not_let_in_is_told_how_a_password_is_given_also_where_nothing_is_to_be_done(
    host: Host, auth_proxy: Proxy
) -> None:
    at = f"@{auth_proxy.address}"
    before = host.tree(*PLACES)

    def said(url: str, *more: str) -> str:
        done = host.dockproxy("set", url, "--dry-run", *more, input="no%40\n", check=False)
        assert done.returncode == 3, done.output
        return " ".join(done.output.split())

    assert f"http://USER{at}" in said(f"http://{auth_proxy.address}")
    assert "are written as %40" in said(f"http://{auth_proxy.user}:no{at}")
    apart = said(f"http://{auth_proxy.user}{at}", "--password-stdin")
    assert "exactly as it was given" in apart
    assert "are written as" not in apart
    assert host.tree(*PLACES) == before


def test_an_entry_of_no_proxy_restarts_no_daemon_that_has_no_proxy(
    host: Host, squid: Proxy
) -> None:
    host.dockproxy("set", squid.url, "--for", "client", "--yes")
    pid, before = host.daemon_pid(), host.tree("/etc/docker", "/etc/systemd/system")

    done = host.dockproxy("set", "--no-proxy-add", "registry.example", "--yes", check=False)

    assert done.returncode == 0, done.output
    assert "the daemon has no proxy" in done.output
    assert host.daemon_pid() == pid
    assert host.tree("/etc/docker", "/etc/systemd/system") == before
    assert b"registry.example" in host.read("/root/.docker/config.json")


def test_all_proxy_alone_is_the_clients_affair(host: Host) -> None:
    pid = host.daemon_pid()

    done = host.dockproxy(
        "set", "--all-proxy", "socks5://10.88.0.1:1080", "--yes", "--no-check", check=False
    )

    assert done.returncode == 0, done.output
    assert host.daemon_pid() == pid
    assert not host.exists("/etc/docker/daemon.json")


def test_unset_does_the_clients_part_where_a_flag_sets_the_daemons(
    host: Host, squid: Proxy
) -> None:
    host.dockproxy("set", squid.url, "--for", "client", "--yes", "--no-check")
    command = f"/usr/sbin/dockerd -H fd:// --http-proxy={squid.url}"
    drop_in = "/etc/systemd/system/docker.service.d/flag.conf"
    host.write(drop_in, f"[Service]\nExecStart=\nExecStart={command}\n")
    host.systemctl("daemon-reload")
    host.systemctl("restart", "docker")

    done = host.dockproxy("unset", "--yes", check=False)

    assert done.returncode == 1, done.output
    assert f"not unset: daemon: {drop_in}:3" in done.stdout
    assert not host.exists("/root/.docker/config.json")
    assert host.dockproxy("unset", "--yes", check=False).returncode == 3
