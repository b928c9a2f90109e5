"""``status`` on a real systemd host tells six states apart that look alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lab.equipment import Host

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("also_from_its_snapshot")]

DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
LATER = "/etc/systemd/system/docker.service.d/zz.conf"
FIRST = "http://10.88.0.1:3128"
SECOND = "http://10.88.0.1:3129"


def _daemon(host: Host) -> dict[str, Any]:
    document = json.loads(host.dockproxy("status", "--json").stdout)
    assert (document["schema"], document["kind"]) == (1, "status")
    found: dict[str, Any] = next(c for c in document["components"] if c["component"] == "daemon")
    return found


def _codes(daemon: dict[str, Any]) -> list[str]:
    return [drift["code"] for drift in daemon["drift"]]


def _drop_in(host: Host, *lines: str, path: str = DROP_IN) -> None:
    host.write(path, "\n".join(("[Service]", *lines, "")))


def _reload(host: Host) -> None:
    host.systemctl("daemon-reload")


def _restart(host: Host) -> None:
    _reload(host)
    host.systemctl("reset-failed", "docker.service")
    host.systemctl("restart", "docker")


def test_not_reloaded_is_seen_even_where_systemd_does_not_notice_itself(host: Host) -> None:
    _drop_in(host, f"Environment=HTTPS_PROXY={FIRST}")
    noticed = host.systemctl("show", "--property=NeedDaemonReload", "docker").stdout

    daemon = _daemon(host)

    assert noticed == "NeedDaemonReload=no\n"
    assert _codes(daemon) == ["not-reloaded"]
    assert daemon["in_sync"] is False
    assert daemon["proxies"]["https_proxy"]["value"] == FIRST
    assert daemon["proxies"]["https_proxy"]["origin"]["path"] == DROP_IN
    assert daemon["proxies"]["https_proxy"]["origin"]["line"] == 2
    assert daemon["in_use"] == {}


def test_reloaded_but_not_restarted(host: Host) -> None:
    _drop_in(host, f"Environment=HTTPS_PROXY={FIRST}")
    _reload(host)

    daemon = _daemon(host)

    assert _codes(daemon) == ["not-restarted"]
    assert daemon["in_sync"] is False
    assert "restart" in daemon["drift"][0]["remedy"]


def test_restarted(host: Host) -> None:
    _drop_in(host, f"Environment=HTTPS_PROXY={FIRST}")
    _restart(host)

    daemon = _daemon(host)

    assert _codes(daemon) == []
    assert daemon["in_sync"] is True
    assert daemon["in_use"] == {"https_proxy": FIRST}


def test_overridden_by_a_later_drop_in(host: Host) -> None:
    _drop_in(host, f"Environment=HTTPS_PROXY={FIRST}")
    _drop_in(host, f"Environment=HTTPS_PROXY={SECOND}", path=LATER)
    _restart(host)

    daemon = _daemon(host)

    assert daemon["in_sync"] is True
    assert "overridden" in _codes(daemon)
    value = daemon["proxies"]["https_proxy"]
    assert (value["value"], value["origin"]["path"]) == (SECOND, LATER)
    (lost,) = value["overrides"]
    assert (lost["value"], lost["origin"]["path"]) == (FIRST, DROP_IN)


def test_taken_away_by_unset_environment(host: Host) -> None:
    _drop_in(host, f"Environment=HTTPS_PROXY={FIRST}", "UnsetEnvironment=HTTPS_PROXY")
    _restart(host)

    daemon = _daemon(host)

    assert "unset" in _codes(daemon)
    assert daemon["proxies"] == {}
    assert daemon["in_sync"] is True
    assert daemon["in_use"] == {}


def test_the_file_beats_the_environment_for_that_variable_only(host: Host) -> None:
    _drop_in(host, f"Environment=HTTP_PROXY={FIRST} HTTPS_PROXY={FIRST}")
    host.write("/etc/docker/daemon.json", json.dumps({"proxies": {"https-proxy": SECOND}}))
    _restart(host)

    daemon = _daemon(host)

    assert "file-beats-environment" in _codes(daemon)
    assert daemon["proxies"]["https_proxy"]["origin"]["kind"] == "daemon.json"
    assert daemon["proxies"]["https_proxy"]["overrides"][0]["origin"]["path"] == DROP_IN
    assert daemon["proxies"]["http_proxy"]["origin"]["path"] == DROP_IN
    assert daemon["in_use"] == {"http_proxy": FIRST, "https_proxy": SECOND}
    assert daemon["in_sync"] is True


def test_check_says_with_its_exit_code_whether_something_is_out_of_sync(host: Host) -> None:
    assert host.dockproxy("status", "--check", check=False).returncode == 0
    _drop_in(host, f"Environment=HTTPS_PROXY={FIRST}")
    assert host.dockproxy("status", "--check", check=False).returncode == 1
    assert host.dockproxy("status", check=False).returncode == 0
