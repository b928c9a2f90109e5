"""Which of the daemon's sources wins, and where the value is said to stand."""

from __future__ import annotations

import pytest

from dockproxy.core.model.snapshot import FileFact, Process, Snapshot, UnitFact
from dockproxy.resolve.host import Component, Origin
from dockproxy.resolve.make import resolve
from tests.support import snapshots as make

UNIT_WITH_FILE = make.UNIT_TEXT + "EnvironmentFile=-/etc/default/docker\n"


def daemon(snapshot: Snapshot) -> Component:
    found = resolve(snapshot).component("daemon")
    assert found is not None
    return found


def values(snapshot: Snapshot) -> dict[str, str]:
    return {key: value.value for key, value in daemon(snapshot).proxies.items()}


def unit_file(text: str) -> FileFact:
    return make.text_file(make.UNIT, "unit", text)


def test_daemon_json_gives_all_three_values_with_line_and_column() -> None:
    text = (
        '{\n  "proxies": {\n    "http-proxy": "http://a:1",\n'
        '    "https-proxy": "http://b:2",\n    "no-proxy": "c"\n  }\n}\n'
    )

    found = daemon(make.host(make.daemon_json(text)))

    assert {key: (v.value, v.origin) for key, v in found.proxies.items()} == {
        "http_proxy": (
            "http://a:1",
            Origin("daemon.json", make.DAEMON_JSON, 3, 19, "http-proxy"),
        ),
        "https_proxy": (
            "http://b:2",
            Origin("daemon.json", make.DAEMON_JSON, 4, 20, "https-proxy"),
        ),
        "no_proxy": ("c", Origin("daemon.json", make.DAEMON_JSON, 5, 17, "no-proxy")),
    }


def test_file_wins_over_environment_for_that_variable_only() -> None:
    found = daemon(
        make.host(
            make.daemon_json('{"proxies": {"https-proxy": "http://file:1"}}'),
            make.drop_in(
                "Environment=HTTP_PROXY=http://unit:1 HTTPS_PROXY=http://unit:2",
                "Environment=NO_PROXY=unit",
            ),
        )
    )

    assert found.proxies["https_proxy"].value == "http://file:1"
    assert found.proxies["http_proxy"].value == "http://unit:1"
    assert found.proxies["no_proxy"].value == "unit"
    assert found.proxies["no_proxy"].origin == Origin("systemd", make.DROP_IN, 3, 13, "NO_PROXY")
    (lost,) = found.proxies["https_proxy"].overrides
    assert lost.value == "http://unit:2"
    assert lost.origin == Origin("systemd", make.DROP_IN, 2, 38, "HTTPS_PROXY")


def test_an_empty_value_in_the_file_changes_nothing() -> None:
    found = daemon(
        make.host(
            make.daemon_json('{"proxies": {"http-proxy": "", "no-proxy": ""}}'),
            make.drop_in("Environment=HTTP_PROXY=http://unit:1"),
        )
    )

    assert set(found.proxies) == {"http_proxy"}
    assert found.proxies["http_proxy"].value == "http://unit:1"
    assert [item.value for item in found.proxies["http_proxy"].overrides] == [""]


def test_a_flag_wins_over_file_and_environment() -> None:
    found = daemon(
        make.host(
            unit_file("[Service]\nExecStart=/usr/sbin/dockerd --http-proxy http://flag:1\n"),
            make.daemon_json('{"proxies": {"http-proxy": "http://file:1"}}'),
            make.drop_in("Environment=HTTP_PROXY=http://unit:1"),
        )
    )

    value = found.proxies["http_proxy"]
    assert value.value == "http://flag:1"
    assert value.origin == Origin("flag", make.UNIT, 2, 1, "--http-proxy")
    assert [item.value for item in value.overrides] == ["http://file:1", "http://unit:1"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--https-proxy=http://f:1", {"https_proxy": "http://f:1"}),
        ("--no-proxy a,b", {"no_proxy": "a,b"}),
        ("--http-proxy=http://f:1 --http-proxy=http://f:2", {"http_proxy": "http://f:2"}),
        ("--http-proxy=", {}),
        ("--http-proxy", {}),
        ("--http-proxyx=http://f:1", {}),
    ],
)
def test_flags_are_read_in_both_spellings_and_the_last_counts(
    words: str, expected: dict[str, str]
) -> None:
    snapshot = make.host(unit_file(f"[Service]\nExecStart=/usr/sbin/dockerd {words}\n"))

    assert values(snapshot) == expected


def test_variables_in_exec_start_are_filled_in_as_systemd_does() -> None:
    snapshot = make.host(
        unit_file(
            '[Service]\nEnvironment="OPTS=--http-proxy http://o:1 --no-proxy=x" P=http://p:2\n'
            "ExecStart=/usr/sbin/dockerd $OPTS --https-proxy=${P} $MISSING\n"
        )
    )

    assert values(snapshot) == {
        "http_proxy": "http://o:1",
        "https_proxy": "http://p:2",
        "no_proxy": "x",
    }


def test_a_drop_in_that_resets_exec_start_decides_the_flags() -> None:
    snapshot = make.host(
        unit_file("[Service]\nExecStart=/usr/sbin/dockerd --http-proxy=http://old:1\n"),
        make.drop_in("ExecStart=", "ExecStart=/usr/sbin/dockerd --https-proxy=http://new:2"),
    )

    found = daemon(snapshot)

    assert values(snapshot) == {"https_proxy": "http://new:2"}
    assert found.proxies["https_proxy"].origin == Origin(
        "flag", make.DROP_IN, 3, 1, "--https-proxy"
    )


def test_without_unit_files_the_words_that_systemd_shows_count() -> None:
    snapshot = make.host(loaded=make.unit(exec_start=("dockerd", "--http-proxy", "http://s:1")))
    snapshot = snapshot._replace(files=())

    found = daemon(snapshot)

    assert found.proxies["http_proxy"].value == "http://s:1"
    assert found.proxies["http_proxy"].origin == Origin("flag", name="--http-proxy")


def test_without_systemd_the_running_process_counts() -> None:
    snapshot = make.host(
        systemd=None,
        files=(),
        dockerd=make.process(
            args=("dockerd", "--https-proxy=http://arg:1"),
            environ={"http_proxy": "http://env:1", "HTTPS_PROXY": "http://env:2"},
        ),
    )

    found = daemon(snapshot)

    assert found.proxies["http_proxy"].value == "http://env:1"
    assert found.proxies["http_proxy"].origin == Origin("process", name="http_proxy")
    assert found.proxies["https_proxy"].value == "http://arg:1"
    assert found.proxies["https_proxy"].origin == Origin("flag", name="--https-proxy")
    assert [item.origin.kind for item in found.proxies["https_proxy"].overrides] == ["process"]


@pytest.mark.parametrize(
    ("words", "value", "name"),
    [
        ("HTTP_PROXY=http://up:1", "http://up:1", "HTTP_PROXY"),
        ("http_proxy=http://low:1", "http://low:1", "http_proxy"),
        ("http_proxy=http://low:1 HTTP_PROXY=http://up:1", "http://up:1", "HTTP_PROXY"),
        ("HTTP_PROXY=http://up:1 http_proxy=http://low:1", "http://up:1", "HTTP_PROXY"),
        ("HTTP_PROXY= http_proxy=http://low:1", "http://low:1", "http_proxy"),
        ("HTTP_PROXY=http://up:1 http_proxy=", "http://up:1", "HTTP_PROXY"),
    ],
)
def test_upper_case_wins_unless_it_is_empty(words: str, value: str, name: str) -> None:
    found = daemon(make.host(make.drop_in(f"Environment={words}")))

    assert found.proxies["http_proxy"].value == value
    assert found.proxies["http_proxy"].origin.name == name


def test_the_other_case_is_among_what_is_overridden() -> None:
    found = daemon(make.host(make.drop_in("Environment=no_proxy=low", "Environment=NO_PROXY=up")))

    (lost,) = found.proxies["no_proxy"].overrides
    assert (lost.value, lost.origin.name, lost.origin.line) == ("low", "no_proxy", 2)


def test_all_proxy_and_ftp_proxy_mean_nothing_to_the_daemon() -> None:
    snapshot = make.host(
        make.drop_in("Environment=ALL_PROXY=http://a:1 all_proxy=http://a:1 FTP_PROXY=http://a:1")
    )

    assert values(snapshot) == {}


def test_environment_file_wins_over_environment_which_wins_over_the_manager() -> None:
    snapshot = make.host(
        unit_file(UNIT_WITH_FILE),
        make.environment_file("# proxies\nHTTP_PROXY=http://file:1\n"),
        make.drop_in("Environment=HTTP_PROXY=http://unit:1 HTTPS_PROXY=http://unit:2"),
        manager={
            "HTTP_PROXY": "http://manager:1",
            "HTTPS_PROXY": "http://manager:2",
            "NO_PROXY": "manager",
        },
    )

    found = daemon(snapshot)

    http = found.proxies["http_proxy"]
    assert http.value == "http://file:1"
    assert http.origin == Origin("environment-file", make.ENVIRONMENT_FILE, 2, 1, "HTTP_PROXY")
    assert [item.value for item in http.overrides] == ["http://unit:1", "http://manager:1"]
    assert found.proxies["https_proxy"].value == "http://unit:2"
    assert found.proxies["no_proxy"].value == "manager"
    assert found.proxies["no_proxy"].origin == Origin("manager", name="NO_PROXY")


def test_an_environment_file_that_no_unit_names_is_read_by_nobody() -> None:
    snapshot = make.host(make.environment_file("HTTP_PROXY=http://file:1\n"))

    assert values(snapshot) == {}


def test_a_missing_environment_file_gives_nothing_and_is_no_unknown() -> None:
    snapshot = make.host(
        unit_file(UNIT_WITH_FILE),
        FileFact(make.ENVIRONMENT_FILE, "environment-file", "missing"),
    )

    assert values(snapshot) == {}
    assert resolve(snapshot).unknown == ()


def test_a_later_drop_in_wins_by_name_whatever_its_folder() -> None:
    snapshot = make.host(
        make.drop_in(
            "Environment=HTTP_PROXY=http://run:1",
            path="/run/systemd/system/docker.service.d/z.conf",
        ),
        make.drop_in("Environment=HTTP_PROXY=http://etc:1"),
    )

    assert values(snapshot) == {"http_proxy": "http://run:1"}


def test_a_link_to_nothing_masks_a_drop_in_of_its_name() -> None:
    masked = "/usr/lib/systemd/system/docker.service.d/http-proxy.conf"
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://lib:1", path=masked),
        FileFact(make.DROP_IN, "drop-in", "other", target="/dev/null"),
    )

    assert values(snapshot) == {}
    assert resolve(snapshot).unknown == ()


@pytest.mark.parametrize("kind", ["missing", "dangling", "directory"])
def test_what_is_no_file_is_no_drop_in(kind: str) -> None:
    snapshot = make.host(FileFact(make.DROP_IN, "drop-in", kind))

    assert values(snapshot) == {}
    assert resolve(snapshot).unknown == ()


def test_an_empty_assignment_resets_what_came_before() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://a:1"),
        make.drop_in("Environment=", "Environment=NO_PROXY=x", path=make.LATER_DROP_IN),
    )

    assert values(snapshot) == {"no_proxy": "x"}


def test_pass_environment_brings_what_the_daemon_got_from_systemd_itself() -> None:
    snapshot = make.host(
        make.drop_in("PassEnvironment=HTTP_PROXY"),
        loaded=make.unit(pass_environment=("HTTP_PROXY",), drop_in_paths=(make.DROP_IN,)),
        dockerd=make.process(environ={"HTTP_PROXY": "http://pid1:1"}),
        engine=make.engine("http://pid1:1"),
    )

    found = daemon(snapshot)

    assert found.proxies["http_proxy"].value == "http://pid1:1"
    assert found.proxies["http_proxy"].origin == Origin("manager", make.DROP_IN, 2, 1, "HTTP_PROXY")
    assert found.in_sync is True


def test_pass_environment_of_a_variable_that_systemd_lacks_gives_nothing() -> None:
    snapshot = make.host(
        make.drop_in("PassEnvironment=HTTP_PROXY"),
        loaded=make.unit(pass_environment=("HTTP_PROXY",)),
    )

    assert values(snapshot) == {}
    assert resolve(snapshot).unknown == ()


def test_pass_environment_that_nobody_can_see_is_unknown() -> None:
    snapshot = make.host(make.drop_in("PassEnvironment=HTTPS_PROXY"))

    host = resolve(snapshot)

    (unknown,) = host.unknown
    assert (unknown.about, unknown.reason) == ("daemon.environment:HTTPS_PROXY", "pass-environment")
    assert daemon(snapshot).in_sync is None


def test_a_specifier_is_filled_in_as_systemd_shows_it() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://%H:3128"),
        loaded=make.unit("HTTP_PROXY=http://web1:3128"),
        engine=make.engine("http://web1:3128"),
    )

    assert values(snapshot) == {"http_proxy": "http://web1:3128"}
    assert daemon(snapshot).in_sync is True


def test_a_value_that_is_a_specifier_alone_stays_where_systemd_shows_nothing() -> None:
    assert values(make.host(make.drop_in("Environment=NO_PROXY=%H"))) == {"no_proxy": "%H"}


def test_a_specifier_that_systemd_shows_otherwise_stays_as_written() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://%H:3128"),
        loaded=make.unit("HTTP_PROXY=http://web1:9"),
    )

    assert values(snapshot) == {"http_proxy": "http://%H:3128"}


def test_the_last_duplicate_in_daemon_json_wins_and_the_first_is_overridden() -> None:
    text = '{"proxies": {"http-proxy": "http://a:1",\n "http-proxy": "http://b:2"}}'

    value = daemon(make.host(make.daemon_json(text))).proxies["http_proxy"]

    assert (value.value, value.origin.line) == ("http://b:2", 2)
    assert [(item.value, item.origin.line) for item in value.overrides] == [("http://a:1", 1)]


def test_masked_values_say_so() -> None:
    found = daemon(
        make.host(
            make.drop_in(
                "Environment=HTTP_PROXY=http://xxxxx:xxxxx@p:1 HTTPS_PROXY=http://p:1",
            )
        )
    )

    assert found.proxies["http_proxy"].masked is True
    assert found.proxies["https_proxy"].masked is False


def test_the_unit_of_the_running_process_counts_whatever_its_name() -> None:
    folder = "/etc/systemd/system/snap.docker.dockerd.service.d"
    snap = make.unit(name="snap.docker.dockerd.service", fragment_path="", main_pid=42)
    other = make.unit(main_pid=0)
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://snap:1", path=f"{folder}/p.conf"),
        make.drop_in("Environment=HTTP_PROXY=http://docker:1"),
    )
    systemd = snapshot.systemd
    assert systemd is not None
    snapshot = snapshot._replace(systemd=systemd._replace(units=(other, snap)))

    assert values(snapshot) == {"http_proxy": "http://snap:1"}


PASS = "PassEnvironment=HTTP_PROXY"


@pytest.mark.parametrize(
    ("loaded", "dockerd"),
    [
        (make.unit(pass_environment=("HTTP_PROXY",)), make.process(environ=None)),
        (make.unit(pass_environment=("HTTP_PROXY",)), None),
        (
            make.unit("HTTP_PROXY=x", pass_environment=("HTTP_PROXY",)),
            make.process(environ={"HTTP_PROXY": "x"}),
        ),
        (
            make.unit(pass_environment=("HTTP_PROXY",), environment_files=("-/etc/x",)),
            make.process(environ={"HTTP_PROXY": "x"}),
        ),
        (make.unit(pass_environment=("OTHER",)), make.process(environ={"HTTP_PROXY": "x"})),
    ],
)
def test_what_systemd_itself_passes_on_is_unknown_where_it_cannot_be_told(
    loaded: UnitFact, dockerd: Process | None
) -> None:
    snapshot = make.host(make.drop_in(PASS), loaded=loaded, dockerd=dockerd)

    assert [item.reason for item in resolve(snapshot).unknown] == ["pass-environment"]
    assert values(snapshot) == {}


def test_an_unknown_value_is_nobodys_rival() -> None:
    snapshot = make.host(
        make.drop_in(PASS), make.daemon_json('{"proxies": {"http-proxy": "http://file:1"}}')
    )

    found = daemon(snapshot)

    assert found.proxies["http_proxy"].overrides == ()
    assert found.drift == () or found.drift[0].code != "file-beats-environment"


def test_an_unknown_variable_in_exec_start_is_empty() -> None:
    snapshot = make.host(
        unit_file(
            "[Service]\nPassEnvironment=HTTP_PROXY\n"
            "ExecStart=/usr/sbin/dockerd --no-proxy=x $HTTP_PROXY\n"
        )
    )

    assert values(snapshot) == {"no_proxy": "x"}


def test_variables_of_one_letter_are_filled_in_and_plain_words_are_not() -> None:
    snapshot = make.host(
        unit_file(
            "[Service]\nEnvironment=P=--http-proxy=http://p:2 b=c\n"
            "ExecStart=/usr/sbin/dockerd $P --no-proxy ab --https-proxy $-\n"
        )
    )

    assert values(snapshot) == {"http_proxy": "http://p:2", "no_proxy": "ab", "https_proxy": "$-"}


def test_of_three_duplicates_the_nearest_is_overridden_first() -> None:
    text = '{"proxies": {"no-proxy": "a", "no-proxy": "b", "no-proxy": "c"}}'

    value = daemon(make.host(make.daemon_json(text))).proxies["no_proxy"]

    assert value.value == "c"
    assert [item.value for item in value.overrides] == ["b", "a"]


def test_a_unit_that_systemd_does_not_know_leaves_the_process_alone() -> None:
    snapshot = make.host(
        files=(),
        loaded=make.unit(load_state="not-found", main_pid=0),
        dockerd=make.process(environ={"HTTP_PROXY": "http://env:1"}),
    )

    assert daemon(snapshot).proxies["http_proxy"].origin.kind == "process"
