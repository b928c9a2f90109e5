"""The article's snippets on a real host: what each really does (trees: tests/cases/article-*)."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.lab.equipment import Host, Lab, Proxy
from tests.lab.equipment.commands import Result

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("also_from_its_snapshot")]

CASES = Path(__file__).resolve().parents[1] / "cases"
PROXY = "http://10.88.0.1:3128"
OTHER = "http://other.corp.example:8080"
NAMES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")
TOUCHED = "/etc/systemd/system/docker.service.d/http-proxy.conf"


def put(host: Host, case: str) -> None:
    """Write a case's files to the host; the packages' own below /usr are there already."""
    root = CASES / case / "root"
    for path in sorted(root.rglob("*")):
        inside = f"/{path.relative_to(root)}"
        if path.is_file() and not inside.startswith("/usr/"):
            host.write(inside, path.read_bytes())


def restart(host: Host) -> Result:
    """What the article says: daemon-reload, restart."""
    host.systemctl("daemon-reload")
    return host.systemctl("restart", "docker", check=False)


def proxy_of(host: Host) -> str:
    """The https proxy that the running daemon itself reports."""
    return host.docker("info", "--format", "{{.HTTPSProxy}}").stdout.strip()


def pulled_image(lab: Lab, host: Host) -> str:
    """An image that the host has, pulled through a daemon that has the proxy."""
    put(host, "article-drop-in")
    assert restart(host).returncode == 0
    image = lab.fresh_image()
    host.docker("pull", image)
    return image


def environment(host: Host, *arguments: str) -> dict[str, str]:
    """The proxy variables that ``docker ARGUMENTS env`` sees in its container."""
    lines = host.docker(*arguments, "env").stdout.splitlines()
    pairs = dict(line.partition("=")[::2] for line in lines)
    return {name: value for name, value in pairs.items() if name.lower().endswith("_proxy")}


def shown(host: Host, property_: str) -> str:
    """One property of docker.service, as ``systemctl show`` prints it."""
    return host.systemctl("show", f"--property={property_}", "--value", "docker").stdout.strip()


def failed(host: Host, timeout: float = 30) -> bool:
    """Whether systemd gives docker.service up, after its own attempts to restart it."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if host.systemctl("is-failed", "docker.service", check=False).stdout.strip() == "failed":
            return True
        time.sleep(0.1)
    return False


def test_the_trailing_comma_stops_the_daemon_until_the_start_limit_is_reset(host: Host) -> None:
    put(host, "article-daemon-json")

    restarted = restart(host)

    assert restarted.returncode != 0
    refusal = "invalid character '}' looking for beginning of object key string"
    assert refusal in host.journal()
    assert failed(host)
    host.write("/etc/docker/daemon.json", "{}")
    assert host.systemctl("start", "docker", check=False).returncode != 0
    host.systemctl("reset-failed", "docker.service", "docker.socket", check=False)
    host.systemctl("start", "docker")
    assert host.daemon_pid() != 0


def test_status_points_at_the_comma(host: Host) -> None:
    put(host, "article-daemon-json")

    told = host.dockproxy("status").output

    assert "/etc/docker/daemon.json:6:3" in told
    assert "invalid character '}' looking for beginning of object key string" in told


def test_an_https_scheme_for_a_plain_proxy_breaks_every_pull(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    put(host, "article-daemon-json-https-scheme")
    assert restart(host).returncode == 0

    pulled = host.docker("pull", lab.fresh_image(), check=False)

    assert proxy_of(host) == "https://10.88.0.1:3128"
    assert pulled.returncode != 0
    assert "proxyconnect tcp: tls: first record does not look like a TLS handshake" in pulled.output


def test_set_mends_the_scheme(lab: Lab, host: Host, squid: Proxy) -> None:
    put(host, "article-daemon-json-https-scheme")
    assert restart(host).returncode == 0

    host.dockproxy("set", squid.url, "--for", "daemon", "--yes")

    host.docker("pull", lab.fresh_image())
    assert squid.saw("registry.corp.test:5443")


def test_the_daemon_refuses_all_proxy(host: Host) -> None:
    put(host, "article-daemon-json-all-proxy")

    restarted = restart(host)

    assert restarted.returncode != 0
    refusal = "the following directives don't match any configuration option: all-proxy"
    assert refusal in host.journal()
    assert refusal in host.dockproxy("status").output


def test_all_proxy_in_the_daemons_environment_does_nothing(lab: Lab, host: Host) -> None:
    host.write(TOUCHED, '[Service]\nEnvironment="ALL_PROXY=socks5://10.88.0.1:1080"\n')
    assert restart(host).returncode == 0

    pulled = host.docker("pull", lab.fresh_image(), check=False)

    assert pulled.returncode != 0
    assert "no such host" in pulled.output
    assert proxy_of(host) == ""


def test_a_drop_in_works_after_reload_and_restart(lab: Lab, host: Host, squid: Proxy) -> None:
    put(host, "article-drop-in")

    assert restart(host).returncode == 0

    host.docker("pull", lab.fresh_image())
    assert squid.saw("registry.corp.test:5443")


def test_a_new_drop_in_folder_goes_unseen_before_daemon_reload(host: Host) -> None:
    put(host, "article-drop-in")

    assert shown(host, "NeedDaemonReload") == "no"
    assert "HTTP_PROXY" not in shown(host, "Environment")
    assert "daemon-reload" in host.dockproxy("status").output


def test_systemctl_show_has_the_new_values_though_the_daemon_has_the_old(host: Host) -> None:
    put(host, "article-drop-in")
    pid = host.daemon_pid()

    host.systemctl("daemon-reload")

    assert f"HTTPS_PROXY={PROXY}" in shown(host, "Environment")
    assert host.daemon_pid() == pid
    assert proxy_of(host) == ""
    assert host.dockproxy("status", "--check", check=False).returncode == 1


def test_touch_without_sudo_is_refused_below_the_folder_made_with_sudo(host: Host) -> None:
    host.sh('sudo mkdir -p "$1"', os.path.dirname(TOUCHED), user="ann")

    touched = host.run(["touch", TOUCHED], user="ann", check=False)

    assert touched.returncode != 0
    assert "Permission denied" in touched.output


def test_a_file_that_was_only_touched_sets_nothing(host: Host) -> None:
    put(host, "article-drop-in-touched")

    assert restart(host).returncode == 0

    assert proxy_of(host) == ""
    assert host.dockproxy("status", "--check", check=False).returncode == 0


def test_new_containers_get_every_value_in_both_cases(lab: Lab, host: Host, squid: Proxy) -> None:
    image = pulled_image(lab, host)
    put(host, "article-client-config")

    seen = environment(host, "run", "--rm", image)

    assert seen == {
        "HTTP_PROXY": PROXY,
        "http_proxy": PROXY,
        "HTTPS_PROXY": PROXY,
        "https_proxy": PROXY,
        "ALL_PROXY": "socks5://host.docker.internal:6153",
        "all_proxy": "socks5://host.docker.internal:6153",
        "NO_PROXY": "localhost,127.0.0.1,.corp.example",
        "no_proxy": "localhost,127.0.0.1,.corp.example",
    }


def test_containers_on_linux_do_not_find_host_docker_internal(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    image = pulled_image(lab, host)
    put(host, "article-client-config")

    looked = host.docker("run", "--rm", image, "nslookup", "host.docker.internal", check=False)

    assert looked.returncode != 0, looked.output


def test_the_clients_configuration_does_nothing_for_pulls(lab: Lab, host: Host) -> None:
    put(host, "article-client-config")
    assert restart(host).returncode == 0

    pulled = host.docker("pull", lab.fresh_image(), check=False)

    assert pulled.returncode != 0
    assert "no such host" in pulled.output


def test_a_container_keeps_the_values_that_it_was_made_with(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    image = pulled_image(lab, host)
    host.docker("run", "--detach", "--name", "old", image, "sleep", "600")

    put(host, "article-stale-container")
    host.docker("restart", "--time", "0", "old")

    assert environment(host, "exec", "old") == {}
    assert environment(host, "run", "--rm", image)["https_proxy"] == PROXY
    told = host.dockproxy("status").stdout
    assert "old" in told
    assert host.dockproxy("status", "--check", check=False).returncode == 1


def test_env_replaces_the_upper_case_name_alone(lab: Lab, host: Host, squid: Proxy) -> None:
    image = pulled_image(lab, host)
    put(host, "article-build-arg-and-env")

    seen = environment(host, "run", "--rm", "--env", f"HTTP_PROXY={OTHER}", image)

    assert seen["HTTP_PROXY"] == OTHER
    assert seen["http_proxy"] == PROXY


@pytest.mark.parametrize(
    ("buildkit", "lower"), [("1", OTHER), ("0", PROXY)], ids=["buildkit", "classic"]
)
def test_build_arg_replaces_one_name_or_both(
    lab: Lab, host: Host, squid: Proxy, buildkit: str, lower: str
) -> None:
    image = pulled_image(lab, host)
    put(host, "article-build-arg-and-env")
    host.write("/tmp/build/Dockerfile", f"FROM {image}\nRUN env | sort | sed 's/^/seen: /'\n")

    built = host.docker(
        "build",
        *(("--progress", "plain") if buildkit == "1" else ()),
        "--no-cache",
        "--build-arg",
        f"HTTP_PROXY={OTHER}",
        "/tmp/build",
        env={"DOCKER_BUILDKIT": buildkit},
    ).output

    assert f"seen: HTTP_PROXY={OTHER}" in built
    assert f"seen: http_proxy={lower}" in built


def test_all_proxy_reaches_no_buildkit_build(lab: Lab, host: Host, squid: Proxy) -> None:
    image = pulled_image(lab, host)
    put(host, "article-client-config")
    host.write("/tmp/build/Dockerfile", f"FROM {image}\nRUN env | sort | sed 's/^/seen: /'\n")

    built = host.docker("build", "--progress", "plain", "--no-cache", "/tmp/build").output

    assert f"seen: HTTPS_PROXY={PROXY}" in built
    assert "ALL_PROXY" not in built


def test_nobody_here_reads_the_other_paths(lab: Lab, host: Host, squid: Proxy) -> None:
    image = pulled_image(lab, host)
    host.remove(os.path.dirname(TOUCHED))
    put(host, "article-paths-of-others")

    assert restart(host).returncode == 0

    assert proxy_of(host) == ""
    assert environment(host, "run", "--rm", image) == {}
    assert "no proxy is set" in host.dockproxy("status").stdout
