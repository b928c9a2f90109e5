"""What config.json gives to new containers and builds, and to which daemon's."""

from __future__ import annotations

from typing import Any

import pytest

from dockproxy.core.model.snapshot import FileFact, Machine, Snapshot, Unknown
from dockproxy.resolve.host import Component, Origin
from dockproxy.resolve.make import resolve
from tests.support import snapshots as make

EVERY = (
    '{\n"proxies": {"default": {\n"httpProxy": "http://a:1",\n"httpsProxy": "http://b:2",\n'
    '"ftpProxy": "http://c:3",\n"allProxy": "socks5://d:4",\n"noProxy": "e"}}}'
)


def client(snapshot: Snapshot) -> Component:
    found = resolve(snapshot).component("client")
    assert found is not None
    return found


def values(text: str, endpoint: str = make.SOCKET) -> dict[str, str]:
    snapshot = make.host(make.config_json(text), client=make.client(endpoint=endpoint))
    return {key: value.value for key, value in client(snapshot).proxies.items()}


def test_the_default_entry_gives_all_five_with_their_lines() -> None:
    found = client(make.host(make.config_json(EVERY)))

    assert {key: (v.value, v.origin.line, v.origin.name) for key, v in found.proxies.items()} == {
        "http_proxy": ("http://a:1", 3, "httpProxy"),
        "https_proxy": ("http://b:2", 4, "httpsProxy"),
        "ftp_proxy": ("http://c:3", 5, "ftpProxy"),
        "all_proxy": ("socks5://d:4", 6, "allProxy"),
        "no_proxy": ("e", 7, "noProxy"),
    }
    assert found.proxies["http_proxy"].origin == Origin(
        "config.json", make.CONFIG, 3, 14, "httpProxy"
    )
    assert found.in_use == {key: value.value for key, value in found.proxies.items()}
    assert (found.name, found.live, found.in_sync, found.drift) == ("ann", True, True, ())


def test_the_entry_of_the_daemons_address_beats_default_whole() -> None:
    text = (
        '{"proxies": {"default": {"httpProxy": "http://d:1", "noProxy": "d"},'
        ' "tcp://h:2375": {"httpProxy": "http://h:1"}}}'
    )

    assert values(text, "tcp://h:2375") == {"http_proxy": "http://h:1"}
    assert values(text) == {"http_proxy": "http://d:1", "no_proxy": "d"}
    assert values(text, "tcp://other:2375") == {"http_proxy": "http://d:1", "no_proxy": "d"}


def test_the_entry_in_use_is_named() -> None:
    text = '{"proxies": {"tcp://h:2375": {"httpProxy": "http://h:1"}}}'

    def entry(endpoint: str) -> str:
        snapshot = make.host(make.config_json(text), client=make.client(endpoint=endpoint))
        return resolve(snapshot).client_entry

    assert entry("tcp://h:2375") == "tcp://h:2375"
    assert entry(make.SOCKET) == "default"


def test_an_empty_entry_of_the_address_gives_nothing() -> None:
    text = f'{{"proxies": {{"default": {{"httpProxy": "http://d:1"}}, "{make.SOCKET}": {{}}}}}}'

    assert values(text) == {}


def test_every_daemon_behind_ssh_has_one_name() -> None:
    text = (
        '{"proxies": {"default": {"httpProxy": "http://d:1"},'
        ' "ssh://ann@far": {"httpProxy": "http://s:1"},'
        ' "http://docker.example.com": {"httpProxy": "http://e:1"}}}'
    )

    assert values(text, "ssh://ann@far") == {"http_proxy": "http://e:1"}


@pytest.mark.parametrize(
    "text",
    [
        '{"proxies": {"Default": {"httpProxy": "http://d:1"}}}',
        '{"proxies": {"default": {"http-proxy": "http://d:1"}}}',
        '{"proxies": {"default": {"httpProxy": ""}}}',
        '{"proxies": {"default": {"httpProxy": "http://a:1", "HTTPProxy": ""}}}',
        '{"auths": {}}',
        "{}",
        "",
    ],
)
def test_what_the_docker_command_does_not_take(text: str) -> None:
    assert values(text) == {}
    assert client(make.host(make.config_json(text))).in_sync is True


def test_a_second_spelling_overrides_the_first() -> None:
    text = '{"proxies": {"default": {"httpProxy": "http://a:1",\n"HTTPProxy": "http://b:1"}}}'

    value = client(make.host(make.config_json(text))).proxies["http_proxy"]

    assert (value.value, value.origin.name) == ("http://b:1", "HTTPProxy")
    assert [(item.value, item.origin.line) for item in value.overrides] == [("http://a:1", 1)]


def test_a_null_changes_nothing_and_overrides_nothing() -> None:
    text = '{"proxies": {"default": {"noProxy": null, "NoProxy": "a", "NOProxy": null}}}'

    value = client(make.host(make.config_json(text))).proxies["no_proxy"]

    assert (value.value, value.overrides) == ("a", ())


def test_masked_values_say_so() -> None:
    text = '{"proxies": {"default": {"httpProxy": "http://xxxxx:xxxxx@a:1", "noProxy": "x"}}}'

    found = client(make.host(make.config_json(text)))

    assert found.proxies["http_proxy"].masked is True
    assert found.proxies["no_proxy"].masked is False


def test_a_broken_file_gives_no_proxies_and_is_quoted() -> None:
    found = client(make.host(make.config_json('{"proxies": {"default": {},}}')))

    assert (found.proxies, found.in_use, found.live, found.in_sync) == ({}, {}, True, False)
    assert resolve(make.host(make.config_json("{,}"))).client_entry == "default"
    (drift,) = found.drift
    assert drift.code == "config-json-broken"
    assert str(drift.message) == (
        f"{make.CONFIG}:1:28: invalid character '}}' looking for beginning of object key string. "
        "So the docker command gives no proxies at all."
    )


def test_a_value_of_a_wrong_type_costs_that_value_only() -> None:
    text = '{"proxies": {"default": {"httpProxy": 1, "noProxy": "x"}}}'

    found = client(make.host(make.config_json(text)))

    assert {key: value.value for key, value in found.proxies.items()} == {"no_proxy": "x"}
    assert found.in_sync is True
    (drift,) = found.drift
    assert drift.code == "config-json-broken"
    assert str(drift.message).startswith(f"{make.CONFIG}:1:39: json: cannot unmarshal number")


@pytest.mark.parametrize("kind", ["missing", "dangling"])
def test_no_file_is_no_proxies_and_nothing_wrong(kind: str) -> None:
    snapshot = make.host(FileFact(make.CONFIG, "client-json", kind))

    found = client(snapshot)

    assert (found.proxies, found.in_use, found.live, found.in_sync) == ({}, {}, True, True)
    assert resolve(snapshot).unknown == ()
    assert resolve(snapshot).client_entry == "default"


def test_a_file_that_was_not_looked_at_is_no_proxies() -> None:
    assert client(make.host()).in_use == {}


def test_a_file_that_could_not_be_read_is_unknown() -> None:
    snapshot = make.host(FileFact(make.CONFIG, "client-json", "unreadable"))

    found = client(snapshot)

    assert (found.in_use, found.live, found.in_sync) == (None, None, None)
    (unknown,) = resolve(snapshot).unknown
    assert (unknown.about, unknown.reason) == ("client.config", "not-readable")
    assert resolve(snapshot).client_entry == "default"


def test_without_docker_there_are_no_components() -> None:
    host = resolve(make.bare())

    assert host.components == ()
    assert host.component("daemon") is None


@pytest.mark.parametrize("kind", ["file", "dangling", "unreadable", "directory"])
def test_a_config_file_alone_is_docker_enough_for_a_client(kind: str) -> None:
    text = "{}" if kind == "file" else None
    snapshot = make.bare(files=(FileFact(make.CONFIG, "client-json", kind, text),))

    assert [part.component for part in resolve(snapshot).components] == ["client", "cli"]


def test_a_missing_config_file_is_no_docker() -> None:
    snapshot = make.bare(files=(FileFact(make.CONFIG, "client-json", "missing"),))

    assert resolve(snapshot).components == ()


@pytest.mark.parametrize(
    "signs",
    [
        {"engine": make.engine()},
        {"dockerd": make.process()},
        {"files": (FileFact(make.DAEMON_JSON, "daemon-json", "directory"),)},
        {"files": (make.text_file(make.UNIT, "unit", make.UNIT_TEXT),)},
        {"systemd": make.host().systemd},
    ],
)
def test_each_sign_of_a_daemon_is_enough(signs: dict[str, Any]) -> None:
    snapshot = make.bare(**{"files": (), **signs})

    parts = [part.component for part in resolve(snapshot).components]
    assert parts == ["daemon", "client", "cli"]


@pytest.mark.parametrize(
    "files",
    [
        (make.text_file("/usr/lib/systemd/system/containerd.service", "unit", ""),),
        (make.drop_in("Environment=HTTP_PROXY=http://a:1"),),
        (make.environment_file("HTTP_PROXY=http://a:1"),),
    ],
)
def test_other_files_are_no_sign_of_a_daemon(files: tuple[FileFact, ...]) -> None:
    assert resolve(make.bare(files=files)).components == ()


def test_below_a_root_folder_a_drop_in_of_docker_is_sign_enough() -> None:
    machine = Machine("image", "linux", 0, "root", "/mnt")
    own = make.bare(machine=machine, files=(make.drop_in("Environment=HTTP_PROXY=http://a:1"),))
    path = "/etc/systemd/system/containerd.service.d/x.conf"
    other = make.bare(machine=machine, files=(make.drop_in("Environment=A=b", path=path),))

    assert [part.component for part in resolve(own).components] == ["daemon", "client", "cli"]
    assert resolve(other).components == ()


@pytest.mark.parametrize(
    ("kind", "reason", "hint"),
    [
        ("unreadable", "not-readable", "run it as the user whose file it is, or as root"),
        ("directory", "not-a-file", ""),
        ("other", "not-a-file", ""),
        ("file", "too-large", ""),
    ],
)
def test_why_a_file_could_not_be_read_is_told(kind: str, reason: str, hint: str) -> None:
    host = resolve(make.host(FileFact(make.CONFIG, "client-json", kind)))

    assert host.unknown == (Unknown("client.config", reason, hint),)


def test_a_unit_that_systemd_does_not_find_is_no_sign_of_a_daemon() -> None:
    systemd = make.host(loaded=make.unit(load_state="not-found")).systemd

    assert resolve(make.bare(systemd=systemd)).components == ()


def test_a_daemon_without_a_client_stands_alone() -> None:
    snapshot = make.host(client=None, containers=(make.container("web"),))

    host = resolve(snapshot)

    assert [part.component for part in host.components] == ["daemon", "container"]
    assert host.components[0].name == "default"
    assert host.components[1].in_sync is None


def test_the_daemon_is_named_by_its_context() -> None:
    snapshot = make.host(client=make.client(context="far"))

    assert resolve(snapshot).components[0].name == "far"


def test_components_are_found_by_kind_and_name() -> None:
    host = resolve(make.host(containers=(make.container("a"), make.container("b"))))

    assert [part.component for part in host.components] == [
        "daemon",
        "client",
        "container",
        "container",
        "cli",
    ]
    for name in ("a", "b"):
        found = host.component("container", name)
        assert found is not None
        assert found.name == name
    first = host.component("container")
    assert first is not None
    assert first.name == "a"
    assert host.component("container", "c") is None
    assert host.component("builder") is None


@pytest.mark.parametrize(
    ("engine", "reason"),
    [
        ({"endpoint": "tcp://far:2376"}, "remote"),
        ({"endpoint": "https://far:2376"}, "remote"),
        ({"endpoint": "http://far:2375"}, "remote"),
        ({"endpoint": "ssh://ann@far"}, "remote"),
        ({"operating_system": "Docker Desktop"}, "docker-desktop"),
        ({"components": ("Podman Engine", "Conmon")}, "podman"),
    ],
)
def test_this_machines_files_say_nothing_of_a_daemon_elsewhere(
    engine: dict[str, Any], reason: str
) -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "http://here:1"}}'),
        engine=make.engine("http://there:1", **engine),
    )

    host = resolve(snapshot)
    daemon = host.components[0]

    assert (daemon.proxies, daemon.drift, daemon.live, daemon.in_sync) == ({}, (), True, None)
    assert daemon.in_use == {"http_proxy": "http://there:1"}
    assert host.unknown == (
        Unknown(
            "daemon.configuration", reason, "run dockproxy on the machine where that daemon runs"
        ),
    )


@pytest.mark.parametrize(
    "endpoint",
    [make.SOCKET, "tcp://127.0.0.1:2375", "tcp://localhost:2375", "tcp://[::1]:2375", "npipe://x"],
)
def test_a_local_endpoint_is_this_machines_daemon(endpoint: str) -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "http://here:1"}}'),
        engine=make.engine("http://here:1", endpoint=endpoint),
    )

    assert resolve(snapshot).components[0].in_sync is True
