from __future__ import annotations

import pytest

from dockproxy.core.agent.observe.containers import Details, health_check
from dockproxy.core.engine import EngineError
from dockproxy.core.model.message import Message


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("CMD-SHELL", "wget -q http://localhost:3000/x?t=s || exit 1"),
            "wget http://localhost:3000",
        ),
        (("CMD", "/usr/bin/curl", "-f", "https://u:p@web/x"), "curl https://web"),
        (("CMD-SHELL", "curl -f localhost"), "curl http://localhost"),
        (("CMD-SHELL", "wget -qO- 127.0.0.1:80/live"), "wget http://127.0.0.1:80"),
        (("CMD", "curl", "http://[::1]:8/"), "curl http://[::1]:8"),
        (("CMD-SHELL", "pg_isready -U secret"), ""),
        (("CMD-SHELL", "my-wget-wrapper http://localhost"), ""),
        (("NONE",), ""),
        ((), ""),
    ],
)
def test_of_a_health_check_the_program_and_its_address_are_kept(
    words: tuple[str, ...], said: str
) -> None:
    assert health_check(words) == said


def test_an_image_is_asked_for_once_and_only_where_there_are_proxies() -> None:
    asked = []

    def ask(path: str) -> object:
        asked.append(path)
        return {"Config": {"Env": ["http_proxy=http://u:p@10.0.0.9:1", "SECRET=x"]}}

    details = Details(ask)
    found = [details.of({"Image": "sha256:a"}, {"http_proxy": "x"}) for _ in range(2)]
    bare = details.of({"Image": "sha256:b"}, {})

    assert asked == ["/images/sha256:a/json"]
    assert found[1]["image_environ"] == {"http_proxy": "http://xxxxx:xxxxx@10.0.0.9:1"}
    assert bare["image_environ"] == {}


def test_an_image_that_is_gone_has_no_environment() -> None:
    def ask(path: str) -> object:
        raise EngineError("status", Message("gone"), 404)

    assert Details(ask).of({"Image": "a"}, {"no_proxy": "x"})["image_environ"] == {}


def test_nothing_is_asked_where_images_are_not_wanted() -> None:
    assert Details(None).of({"Image": "a"}, {"no_proxy": "x"})["image_environ"] == {}


def test_names_and_labels_are_kept_and_nothing_else() -> None:
    detail = {
        "Config": {
            "Labels": {"com.docker.compose.service": "web", "secret": "x"},
            "Healthcheck": {"Test": ["CMD", "curl", "http://web:1/"]},
        },
        "HostConfig": {"ExtraHosts": ["host.docker.internal:host-gateway", "a=::1"]},
        "NetworkSettings": {"Networks": {"b": {}, "a": {}}},
        "State": {"Health": {"Status": "unhealthy", "Log": [{"Output": "secret"}]}},
    }

    assert Details(lambda path: {}).of(detail, {}) == {
        "compose_service": "web",
        "swarm_service": "",
        "networks": ("a", "b"),
        "extra_hosts": ("host.docker.internal", "a"),
        "health": "unhealthy",
        "health_check": "curl http://web:1",
        "image_environ": {},
    }
