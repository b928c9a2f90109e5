"""Whose values ``env`` and ``exec`` give, and what kept them from being seen."""

from __future__ import annotations

import pytest

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.snapshot import Unknown
from dockproxy.resolve.given import given
from dockproxy.resolve.host import Host
from dockproxy.resolve.make import resolve
from tests.support import snapshots as s

CLIENT, DAEMON = "http://client:1", "http://daemon:1"
CONFIG = s.config_json(f'{{"proxies": {{"default": {{"httpProxy": "{CLIENT}"}}}}}}')
FILE = s.daemon_json(f'{{"proxies": {{"http-proxy": "{DAEMON}"}}}}')


def texts(host: Host, asked: str | None = None) -> tuple[str, dict[str, str]]:
    found = given(host, asked)
    return found.component, {key: value.value for key, value in found.values.items()}


def denied(about: str) -> Unknown:
    return Unknown(about, "permission")


def test_the_client_comes_first_and_the_daemon_where_it_has_none() -> None:
    both = resolve(s.host(CONFIG, FILE, engine=s.engine(DAEMON)))
    daemon_alone = resolve(s.host(FILE, engine=s.engine(DAEMON)))

    assert texts(both) == ("client", {"http_proxy": CLIENT})
    assert texts(daemon_alone) == ("daemon", {"http_proxy": DAEMON})


def test_where_nothing_of_docker_is_here_nothing_is_given() -> None:
    assert texts(resolve(s.bare(client=None))) == ("client", {})


@pytest.mark.parametrize(
    ("asked", "value"),
    [("client", CLIENT), ("daemon", DAEMON), ("container:web", "http://web:1")],
)
def test_the_part_that_is_asked_for_is_given(asked: str, value: str) -> None:
    web = s.container("web", {"HTTP_PROXY": "http://web:1"})
    host = resolve(s.host(CONFIG, FILE, engine=s.engine(DAEMON), containers=(web,)))

    assert texts(host, asked) == (asked.partition(":")[0], {"http_proxy": value})


@pytest.mark.parametrize(
    "asked", ["", "nobody", "container", "container:", "builder", "client:", "daemon:"]
)
def test_what_is_no_part_is_refused_with_those_that_are(asked: str) -> None:
    host = resolve(s.host(CONFIG, containers=(s.container("web"),)))

    with pytest.raises(UsageError) as caught:
        given(host, asked)

    assert "there is no such component" in str(caught.value)
    assert "daemon, client, container:web, cli" in str(caught.value)


def test_a_part_that_is_not_here_is_told_from_one_that_could_not_be_asked_for() -> None:
    closed = s.host(CONFIG, engine=None, unknown=(Unknown("engine", "permission", "use sudo"),))
    silent = s.host(CONFIG, engine=None, unknown=(Unknown("engine", "no-engine"),))

    for host, asked, said in (
        (resolve(closed), "container:web", "could not be asked: no permission"),
        (resolve(closed), "builder:big", "there is none on this machine"),
        (resolve(silent), "container:web", "there is none on this machine"),
    ):
        with pytest.raises(UsageError) as caught:
            given(host, asked)
        assert said in str(caught.value)


def test_a_client_that_can_not_be_read_is_not_passed_over_for_the_daemon() -> None:
    unread = CONFIG._replace(kind="unreadable", text=None)
    why = denied(f"files.{CONFIG.path}")

    found = given(resolve(s.host(unread, FILE, engine=s.engine(DAEMON), unknown=(why,))), None)

    assert (found.component, dict(found.values)) == ("client", {})
    assert why in found.hidden


def test_a_daemon_whose_files_can_not_be_read_gives_what_it_uses_if_no_password_is_in_it() -> None:
    unread = FILE._replace(kind="unreadable", text=None)
    why = (denied(f"files.{FILE.path}"),)
    plain = resolve(s.host(unread, engine=s.engine(DAEMON), unknown=why))
    masked = resolve(s.host(unread, engine=s.engine("http://xxxxx:xxxxx@daemon:1"), unknown=why))

    assert texts(plain, "daemon") == ("daemon", {"http_proxy": DAEMON})
    assert given(plain, "daemon").hidden == ()
    assert texts(masked, "daemon") == ("daemon", {})
    assert why[0] in given(masked, "daemon").hidden


def test_what_the_process_hides_counts_only_where_no_file_gives_a_value() -> None:
    why = (denied("daemon.environment"), Unknown("daemon.process", "timeout"))
    with_values = resolve(s.host(FILE, engine=None, unknown=why))
    without = resolve(s.host(engine=None, unknown=why))

    assert given(with_values, "daemon").hidden == ()
    assert given(without, "daemon").hidden == why[:1]
    assert given(without, "client").hidden == ()
