"""A user of sudo who is not in group docker: whose config.json docker reads, and what is seen."""

from __future__ import annotations

import pytest

from tests.lab.equipment import Host, Proxy
from tests.lab.restarts import FOR_EVER

pytestmark = pytest.mark.lab

NOTE = "`sudo docker` reads root's config.json, not /home/ann/.docker/config.json"
OF_A_CONTAINER = ("run", "--rm", "local/shell", "sh", "-c", "echo $http_proxy")


def test_who_can_only_use_sudo_docker_is_told_how_its_containers_get_the_proxy(
    host: Host, squid: Proxy, image: str
) -> None:
    host.docker("run", "-d", "--name", "web", image, *FOR_EVER)
    unasked = host.dockproxy("env", "--as", "container:web", user="ann", check=False)

    done = host.dockproxy("set", squid.url, "--yes", "--no-check", user="ann")

    assert unasked.returncode == 2
    assert "Docker's Engine could not be asked: no permission" in unasked.stderr
    assert NOTE in done.stdout
    assert "keep the proxies that they were made with (1): web" in done.stdout
    assert host.sh('sudo -n docker "$@"', *OF_A_CONTAINER, user="ann").stdout == "\n"
    command = f"set {squid.url} --user root --for client --yes --no-check"
    run = f"sudo -n env PYTHONPATH=/opt/dockproxy/src python3 -m dockproxy {command}"
    assert NOTE not in host.sh(run, user="ann").stdout
    assert host.sh('sudo -n docker "$@"', *OF_A_CONTAINER, user="ann").stdout == f"{squid.url}\n"


@pytest.mark.parametrize(("group", "part"), [("docker", "client"), ("", "daemon")])
def test_nothing_is_said_of_sudo_docker_where_it_does_not_matter(
    host: Host, squid: Proxy, group: str, part: str
) -> None:
    if group:
        host.sh("usermod -aG docker ann")

    done = host.dockproxy("set", squid.url, "--yes", "--no-check", "--for", part, user="ann")

    assert "done (" in done.stdout
    assert "sudo docker" not in done.stdout
