"""Values with their passwords, read again at the place where each was seen masked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dockproxy import api
from dockproxy.core.agent.observe.reveal import KINDS
from dockproxy.core.agent.protocol import handle
from dockproxy.core.model.errors import UsageError
from dockproxy.resolve.given import given
from dockproxy.transport.base import Silent

URL = "http://al'ice:p%40 \"\\w@10.0.0.1:3128"
OTHER = "http://bob:other@10.0.0.1:3128"
UNIT = "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n"
DROP_IN = "etc/systemd/system/docker.service.d/proxy.conf"

Write = Callable[[str, str], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with docker.service and root's home."""
    for path, text in (("usr/lib/systemd/system/docker.service", UNIT), ("etc/passwd", "")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def write(root: Path) -> Write:
    def write(path: str, text: str) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)

    return write


def revealed(root: Path, part: str) -> dict[str, str]:
    """What ``env --as`` gives of the tree."""
    host = api.observe(root=str(root))
    chosen = given(host, part)
    assert all(value.masked for key, value in chosen.values.items() if key != "no_proxy")
    return {key: value.reveal() for key, value in api.reveal(host, chosen).items()}


def test_of_daemon_json(root: Path, write: Write) -> None:
    proxies = {"http-proxy": URL, "https-proxy": OTHER, "no-proxy": "localhost"}
    write(
        "etc/docker/daemon.json", json.dumps({"Proxies": {"http-proxy": "x"}, "proxies": proxies})
    )

    assert revealed(root, "daemon") == {
        "http_proxy": URL,
        "https_proxy": OTHER,
        "no_proxy": "localhost",
    }


def test_of_a_drop_in_the_last_word_of_the_line(root: Path, write: Write) -> None:
    words = [f"{name}={url}" for name, url in (("HTTP_PROXY", OTHER), ("HTTP_PROXY", URL))]
    escaped = [word.replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"') for word in words]
    write(DROP_IN, "[Service]\nEnvironment=" + " ".join(f'"{word}"' for word in escaped) + "\n")

    assert revealed(root, "daemon") == {"http_proxy": URL}


def test_of_an_environment_file(root: Path, write: Write) -> None:
    write(DROP_IN, "[Service]\nEnvironmentFile=-/etc/default/docker\n")
    write("etc/default/docker", f"A=1\nhttps_proxy={OTHER}\n")

    assert revealed(root, "daemon") == {"https_proxy": OTHER}


def test_of_a_flag_the_last(root: Path, write: Write) -> None:
    command = f"/usr/bin/dockerd --http-proxy {OTHER} --http-proxy=http://u:v@10.0.0.1:3128"
    write(DROP_IN, f"[Service]\nExecStart=\nExecStart={command}\n")

    assert revealed(root, "daemon") == {"http_proxy": "http://u:v@10.0.0.1:3128"}


def test_of_config_json(root: Path, write: Write) -> None:
    default = {"httpProxy": OTHER, "HTTPProxy": URL, "allProxy": OTHER}
    write("root/.docker/config.json", json.dumps({"proxies": {"default": default}}))

    assert revealed(root, "client") == {"http_proxy": URL, "all_proxy": OTHER}


def ask(root: Path, **place: object) -> str | None:
    """What the agent answers of one place."""
    request = {"do": "reveal", "root": str(root), "places": [place]}
    (value,) = handle(request, Silent())["values"]
    assert value is None or isinstance(value, str)
    return value


@pytest.mark.parametrize(
    "odd",
    [
        {"kind": "nothing"},
        {"kind": 5},
        {"key": "auths"},
        {"path": "/nowhere"},
        {"path": "/etc"},
        {"masked": "http://xxxxx:xxxxx@10.0.0.2:3128"},
        {"entry": "other"},
    ],
)
def test_an_odd_place_has_no_value(odd: dict[str, object], root: Path, write: Write) -> None:
    write("c.json", json.dumps({"proxies": {"default": {"httpProxy": OTHER}}}))
    place = {"kind": "config.json", "path": "/c.json", "entry": "default", "key": "http_proxy"}
    asked = {**place, "masked": "http://xxxxx:xxxxx@10.0.0.1:3128"}
    assert ask(root, **asked) == OTHER

    assert ask(root, **{**asked, **odd}) is None


@pytest.mark.parametrize("kind", KINDS)
def test_no_other_variable_can_be_asked_for(kind: str, root: Path, write: Write) -> None:
    write("f", "[Service]\nEnvironment=SECRET=http://a:b@h\nSECRET=http://a:b@h\n")
    place = {"kind": kind, "path": "/f", "line": 2, "key": "http_proxy", "name": "SECRET"}

    for line in (1, 2, 3):
        assert ask(root, **{**place, "line": line, "masked": "http://xxxxx:xxxxx@h"}) is None


def test_a_broken_file_has_no_value(root: Path, write: Write) -> None:
    write("f", '{"proxies": {"default": {"httpProxy": "http://a:b@h"}')
    for kind in ("config.json", "daemon.json"):
        place = {"kind": kind, "path": "/f", "key": "http_proxy", "entry": "default"}
        assert ask(root, **place, masked="http://xxxxx:xxxxx@h") is None


def test_the_callers_own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").write_text("{}")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("DOCKER_", "SUDO_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("https_proxy", URL)
    host = api.observe()

    assert api.reveal(host, given(host, "cli"))["https_proxy"].reveal() == URL


def test_a_password_that_only_info_shows_is_not_made_up(root: Path) -> None:
    host = api.observe(root=str(root))
    daemon = host.component("daemon")
    assert daemon is not None
    used = daemon._replace(in_use={"http_proxy": "http://xxxxx:xxxxx@10.0.0.1:3128"})
    seen = host._replace(components=(used,))

    with pytest.raises(UsageError, match="the password in http_proxy could not be read"):
        api.reveal(seen, given(seen, "daemon"))


def test_where_its_files_can_not_be_read_what_the_daemon_uses_is_given(root: Path) -> None:
    host = api.observe(root=str(root))
    daemon = host.component("daemon")
    assert daemon is not None
    seen = host._replace(components=(daemon._replace(in_use={"no_proxy": "localhost"}),))

    values = api.reveal(seen, given(seen, "daemon"))

    assert {key: value.reveal() for key, value in values.items()} == {"no_proxy": "localhost"}


def test_of_a_builder(root: Path, write: Write) -> None:
    options = {"env.HTTPS_PROXY": URL, "env.no_proxy": "a,b", "env.https_proxy": OTHER}
    node = {"Name": "fast0", "Endpoint": "unix:///var/run/docker.sock", "DriverOpts": options}
    instance = {"Name": "fast", "Driver": "docker-container", "Nodes": [node]}
    write("root/.docker/buildx/instances/fast", json.dumps(instance))
    write("etc/docker/daemon.json", "{}")

    assert revealed(root, "builder:fast") == {"https_proxy": URL, "no_proxy": "a,b"}
