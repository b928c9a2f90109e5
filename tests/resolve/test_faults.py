"""What keeps the daemon from starting, and what it or systemd passes over, in their own words."""

from __future__ import annotations

import pytest

from dockproxy.core.model.snapshot import FileFact
from dockproxy.resolve.make import resolve
from tests.resolve.daemons import ADDRESS, daemon, drifts
from tests.support import snapshots as make


def test_an_engine_before_23_does_not_start_with_proxies() -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "http://file:1", "no-proxy": "x"}}'),
        make.drop_in(f"Environment=HTTP_PROXY={ADDRESS}"),
        loaded=make.unit(f"HTTP_PROXY={ADDRESS}"),
        engine=make.engine(ADDRESS, version="20.10.24+dfsg1"),
    )

    found = daemon(snapshot)

    assert drifts(snapshot) == [
        (
            "engine-too-old",
            f"Engine 20.10.24+dfsg1 does not know “proxies” in {make.DAEMON_JSON} (23.0 and later "
            "do) and will not start with it: move them to a drop-in.",
            ("http_proxy", "no_proxy"),
        )
    ]
    assert found.in_sync is False
    assert found.proxies["http_proxy"].value == ADDRESS


@pytest.mark.parametrize("version", ["23.0.0", "23.0", "26.1.5", ""])
def test_a_newer_or_unknown_engine_is_not_too_old(version: str) -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "http://file:1"}}'),
        engine=make.engine("http://file:1", version=version),
    )

    assert daemon(snapshot).in_sync is True


def test_where_no_engine_can_be_asked_the_newest_is_assumed() -> None:
    snapshot = make.host(make.daemon_json('{"proxies": {"http-proxy": "http://file:1"}}'))

    found = daemon(snapshot._replace(engine=None))

    assert found.proxies["http_proxy"].value == "http://file:1"
    assert found.drift == ()


def test_an_old_engine_without_proxies_in_the_file_is_fine() -> None:
    snapshot = make.host(
        make.daemon_json('{"debug": true}'), engine=make.engine(version="20.10.24")
    )

    assert daemon(snapshot).in_sync is True


def test_a_trailing_comma_is_quoted_as_dockerd_says_it() -> None:
    snapshot = make.host(make.daemon_json('{"proxies": {\n  "http-proxy": "http://a:1",\n}}'))

    assert drifts(snapshot) == [
        (
            "daemon-json-broken",
            f"dockerd will not start with {make.DAEMON_JSON}:3:1: invalid character '}}' looking "
            "for beginning of object key string",
            (),
        )
    ]
    assert daemon(snapshot).in_sync is False
    assert daemon(snapshot).proxies == {}


@pytest.mark.parametrize(
    ("version", "start"),
    [
        ("28.4.0", "invalid character"),
        ("28.4", "invalid character"),
        ("28.5.0", "invalid JSON: invalid"),
        ("28", "invalid JSON: invalid"),
        ("", "invalid JSON: invalid"),
    ],
)
def test_the_quote_is_in_the_words_of_the_engine_at_hand(version: str, start: str) -> None:
    snapshot = make.host(make.daemon_json("{,}"), engine=make.engine(version=version))

    ((_, text, _),) = drifts(snapshot)
    assert f":1:2: {start}" in text


def test_a_wrong_type_is_quoted_in_the_words_of_the_engine_at_hand() -> None:
    def quote(version: str) -> str:
        file = make.daemon_json('{"proxies": {"http-proxy": 1}}')
        return drifts(make.host(file, engine=make.engine(version=version)))[0][1]

    assert "into Go struct field Proxies.CommonConfig.proxies.http-proxy of" in quote("26.1.5")
    assert "into Go struct field Config.proxies.http-proxy of" in quote("28.5.2")


def test_an_unknown_directive_keeps_dockerd_from_starting() -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "http://a:1", "all-proxy": "x"}}'),
        engine=make.engine("http://a:1"),
    )

    ((code, text, _),) = drifts(snapshot)
    assert code == "daemon-json-broken"
    assert text.endswith("the following directives don't match any configuration option: all-proxy")
    assert daemon(snapshot).in_sync is False


def test_a_flag_and_the_file_for_one_setting_keep_dockerd_from_starting() -> None:
    snapshot = make.host(
        make.text_file(
            make.UNIT,
            "unit",
            "[Service]\nExecStart=/usr/sbin/dockerd --http-proxy=http://a:1 --no-proxy=x\n",
        ),
        make.daemon_json('{"proxies": {"http-proxy": "http://b:1", "https-proxy": "http://b:1"}}'),
        engine=make.engine("http://a:1", "http://b:1", "x"),
    )

    assert drifts(snapshot) == [
        (
            "daemon-json-broken",
            f"dockerd will not start with {make.DAEMON_JSON}: the following directives are "
            "specified both as a flag and in the configuration file: http-proxy",
            (),
        )
    ]


def test_a_flag_and_another_setting_in_the_file_get_on() -> None:
    snapshot = make.host(
        make.text_file(make.UNIT, "unit", "[Service]\nExecStart=/usr/sbin/dockerd --no-proxy=x\n"),
        make.daemon_json('{"proxies": {"http-proxy": "http://b:1"}}'),
        engine=make.engine("http://b:1", no_proxy="x"),
    )

    assert daemon(snapshot).in_sync is True


@pytest.mark.parametrize(
    ("kind", "broken"),
    [("directory", True), ("missing", False), ("dangling", False)],
)
def test_a_folder_in_the_files_place_keeps_dockerd_from_starting(kind: str, broken: bool) -> None:
    snapshot = make.host(FileFact(make.DAEMON_JSON, "daemon-json", kind))

    assert daemon(snapshot).in_sync is (not broken)
    assert resolve(snapshot).unknown == ()
    expected = [
        (
            "daemon-json-broken",
            f"dockerd will not start with {make.DAEMON_JSON}: read {make.DAEMON_JSON}: is a "
            "directory",
            (),
        )
    ]
    assert drifts(snapshot) == (expected if broken else [])


def test_a_missing_environment_file_without_a_dash_keeps_the_daemon_from_starting() -> None:
    snapshot = make.host(
        make.drop_in("EnvironmentFile=/etc/proxy.env"),
        FileFact("/etc/proxy.env", "environment-file", "missing"),
    )

    assert drifts(snapshot) == [
        (
            "unit-broken",
            "systemd will not start the daemon: Failed to load environment files "
            f"({make.DROP_IN}:2)",
            (),
        )
    ]
    assert daemon(snapshot).in_sync is False


@pytest.mark.parametrize("key", ["http", "https"])
def test_an_address_that_go_drops_is_told(key: str) -> None:
    snapshot = make.host(
        make.daemon_json(f'{{"proxies": {{"{key}-proxy": " http://a:1"}}}}'),
        engine=make.engine(**{key: " http://a:1"}),
    )

    assert drifts(snapshot) == [
        (
            "unusable",
            f"{key}_proxy from {make.DAEMON_JSON}:1 is no address that dockerd can read: it "
            "connects directly, without a word.",
            (f"{key}_proxy",),
        )
    ]
    assert daemon(snapshot).in_sync is True


def test_no_proxy_is_no_address() -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"no-proxy": "a b:%zz"}}'),
        engine=make.engine(no_proxy="a b:%zz"),
    )

    assert [code for code, _said, _keys in drifts(snapshot)] == ["not-understood"]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("HTTP_PROXY=http://a/%zz", "there a percent sign has to be doubled."),
        ('"HTTP_PROXY=http://a:1', "check quotes and characters."),
    ],
)
def test_a_variable_that_systemd_passes_over_is_told(word: str, text: str) -> None:
    snapshot = make.host(make.drop_in(f"Environment=A=1 {word}", "Environment=B=%zz"))

    assert drifts(snapshot) == [
        ("ignored", f"systemd ignores HTTP_PROXY in {make.DROP_IN}:2: {text}", ("http_proxy",))
    ]
    assert daemon(snapshot).proxies == {}
    assert daemon(snapshot).in_sync is True


@pytest.mark.parametrize(
    ("text", "name", "key", "line"),
    [
        ('{\n"http-proxy": "http://a:1"}', "http-proxy", "http_proxy", 2),
        ('{"foo": {"no-proxy": "x"}}', "no-proxy", "no_proxy", 1),
    ],
)
def test_a_proxy_outside_of_its_section_is_told(text: str, name: str, key: str, line: int) -> None:
    snapshot = make.host(make.daemon_json(text))

    assert drifts(snapshot) == [
        (
            "ignored",
            f"dockerd ignores {name} in {make.DAEMON_JSON}:{line}: it counts inside “proxies” "
            "alone.",
            (key,),
        )
    ]
    assert daemon(snapshot).in_sync is True


def test_links_that_lead_in_a_circle_keep_dockerd_from_starting() -> None:
    circle = FileFact(make.DAEMON_JSON, "daemon-json", "dangling", target="")
    nowhere = circle._replace(target="/nowhere")

    ((code, text, _),) = drifts(make.host(circle))
    assert code == "daemon-json-broken"
    assert text.endswith(
        f"{make.DAEMON_JSON}: open {make.DAEMON_JSON}: too many levels of symbolic links"
    )
    assert drifts(make.host(nowhere)) == []


@pytest.mark.parametrize(
    ("noted", "told"),
    [
        ("5:3 its own words", "5:3: its own words"),
        ("5:3", "5:3: invalid character ',' looking for beginning of object key string"),
        ("5:x words", "1:2: invalid character ',' looking for beginning of object key string"),
        ("x:3 words", "1:2: invalid character ',' looking for beginning of object key string"),
        ("", "1:2: invalid character ',' looking for beginning of object key string"),
    ],
)
def test_where_a_fault_was_noted_masks_do_not_shift_it(noted: str, told: str) -> None:
    traits = {"fault": noted} if noted else {}
    snapshot = make.host(
        make.daemon_json("{,}", traits=traits), make.config_json("{,}", traits=traits)
    )

    ((code, text, _),) = drifts(snapshot)
    client = resolve(snapshot).component("client")

    assert code == "daemon-json-broken"
    assert text == f"dockerd will not start with {make.DAEMON_JSON}:{told}"
    assert client is not None
    assert str(client.drift[0].message).startswith(f"{make.CONFIG}:{told}. So the docker")
