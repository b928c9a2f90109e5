"""The JSON that scripts rely on, key by key."""

from __future__ import annotations

import json

from dockproxy.core.model.snapshot import Unknown
from dockproxy.render.json_v1 import document, status_json
from dockproxy.resolve.make import resolve
from tests.support import snapshots as make


def test_the_document_is_as_published() -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"https-proxy": "http://file:1"}}'),
        make.drop_in("Environment=HTTPS_PROXY=http://unit:2"),
        loaded=make.unit("HTTPS_PROXY=http://unit:2"),
        engine=make.engine(https="http://file:1"),
        unknown=(Unknown("daemon.environment", "permission", "run it with sudo"),),
    )

    made = status_json(resolve(snapshot))

    assert list(made) == ["schema", "kind", "version", "host", "components", "unknown"]
    assert (made["schema"], made["kind"], made["version"]) == (1, "status", "0.1")
    assert made["host"] == {
        "name": "web1",
        "system": "linux",
        "root": "",
        "user": "root",
        "taken_at": 2000.0,
        "context": "default",
        "endpoint": "unix:///var/run/docker.sock",
        "engine": "26.1.5",
    }
    assert made["components"][0] == {
        "component": "daemon",
        "name": "default",
        "live": True,
        "in_sync": True,
        "proxies": {
            "https_proxy": {
                "value": "http://file:1",
                "masked": False,
                "origin": {
                    "kind": "daemon.json",
                    "path": "/etc/docker/daemon.json",
                    "line": 1,
                    "column": 29,
                    "name": "https-proxy",
                },
                "overrides": [
                    {
                        "value": "http://unit:2",
                        "origin": {
                            "kind": "systemd",
                            "path": make.DROP_IN,
                            "line": 2,
                            "column": 13,
                            "name": "HTTPS_PROXY",
                        },
                    }
                ],
            }
        },
        "in_use": {"https_proxy": "http://file:1"},
        "drift": [
            {
                "code": "file-beats-environment",
                "message": f"/etc/docker/daemon.json:1 wins over {make.DROP_IN}:2: HTTPS_PROXY "
                "there has no effect on the daemon.",
                "remedy": "",
                "keys": ["https_proxy"],
            }
        ],
    }
    assert [part["component"] for part in made["components"]] == ["daemon", "client", "cli"]
    assert made["unknown"] == [
        {"about": "daemon.environment", "reason": "permission", "hint": "run it with sudo"}
    ]
    assert json.loads(json.dumps(made)) == made


def test_what_is_not_known_is_null() -> None:
    made = status_json(resolve(make.host(engine=None, client=None)))

    daemon = made["components"][0]
    assert (daemon["live"], daemon["in_use"], daemon["in_sync"]) == (True, None, None)
    assert [made["host"][key] for key in ("context", "endpoint", "engine")] == [None, None, None]


def test_keys_come_in_the_published_order() -> None:
    text = (
        '{"proxies": {"default": {"noProxy": "e", "allProxy": "d", "ftpProxy": "c",'
        ' "httpsProxy": "b", "httpProxy": "a"}}}'
    )

    client = status_json(resolve(make.host(make.config_json(text))))["components"][1]

    order = ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"]
    assert list(client["proxies"]) == order
    assert list(client["in_use"]) == order


def test_without_docker_components_are_empty() -> None:
    made = status_json(resolve(make.bare()))

    assert made["components"] == []
    assert made["host"]["name"] == "bare1"


def test_every_document_opens_alike() -> None:
    made = document("history", make.bare(), (Unknown("a", "b"),))

    assert list(made) == ["schema", "kind", "version", "host", "unknown"]
    assert made["kind"] == "history"
    assert made["unknown"] == [{"about": "a", "reason": "b", "hint": ""}]
