from __future__ import annotations

import pytest

from dockproxy.core.formats.daemon_directives import is_known
from dockproxy.core.formats.daemon_json import DaemonJson, read_daemon_json
from dockproxy.core.formats.text_codec import decode
from dockproxy.core.model.errors import ParseError

UNKNOWN = "the following directives don't match any configuration option: "


def read(text: str) -> DaemonJson:
    return read_daemon_json(text, engine=(26, 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "null",
        "{}",
        '{"proxies": {}}',
        '{"proxies": {"http-proxy": null}}',
        '{"proxies": {"http-proxy": ""}}',
        '{"Proxies": {"http-proxy": "x"}}',
        '{"http-proxy": 5}',
        '{"foo": {"http-proxy": "x"}}',
        '{"proxies": {"debug": 5, "features": {}, "labels": ["x"]}}',
        '{"proxies": {"bad": "x"}, "proxies": {}}',
        '{"log-opts": {"foo": "x"}}',
        "\u00a0{}\u3000",
    ],
)
def test_dockerd_starts_with_it(text: str) -> None:
    assert read(text).verdict is None


@pytest.mark.parametrize(
    ("text", "verdict", "line", "column"),
    [
        ('{"proxies":\n null}', UNKNOWN + "proxies", 1, 2),
        ('{"proxies": "x"}', UNKNOWN + "proxies", 1, 2),
        ('{"Proxies": [], "proxies": {}}', UNKNOWN + "Proxies", 1, 2),
        ('{"proxies": {\n  "all-proxy": "x"}}', UNKNOWN + "all-proxy", 2, 3),
        ('{"proxies": {"HTTP-PROXY": "x"}}', UNKNOWN + "HTTP-PROXY", 1, 14),
        ('{"proxies": {"default": {"httpProxy": "x"}}}', UNKNOWN + "default", 1, 14),
        ('{"proxies": {"a": 1, "b": 2}}', UNKNOWN + "a, b", 1, 14),
        ('{"foo": 1}', UNKNOWN + "foo", 1, 2),
        ('{"foo": {"proxies": 1}}', UNKNOWN + "proxies", 1, 10),
        ('{"": 1}', UNKNOWN, 1, 2),
        (
            "[]",
            "json: cannot unmarshal array into Go value of type map[string]interface {}",
            1,
            1,
        ),
        (
            '{"debug": 1e999}',
            "json: cannot unmarshal number 1e999 into Go value of type float64",
            1,
            11,
        ),
        (
            '{"proxies": {"http-proxy": 5}}',
            "json: cannot unmarshal number into Go struct field "
            "Proxies.CommonConfig.proxies.http-proxy of type string",
            1,
            28,
        ),
        (
            '{"proxies": {"https-proxy": ["x"]}}',
            "json: cannot unmarshal array into Go struct field "
            "Proxies.CommonConfig.proxies.https-proxy of type string",
            1,
            29,
        ),
        (
            '{"proxies": 5, "proxies": {}}',
            "json: cannot unmarshal number into Go struct field "
            "Config.CommonConfig.proxies of type config.Proxies",
            1,
            13,
        ),
    ],
)
def test_dockerd_refuses_it_in_these_words(text: str, verdict: str, line: int, column: int) -> None:
    found = read(text)

    assert found.verdict == verdict
    assert (found.refusals[0].line, found.refusals[0].column) == (line, column)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (
            '{"proxies": {"http-proxy": true}}',
            "invalid JSON: json: cannot unmarshal bool into Go struct field "
            "Config.proxies.http-proxy of type string",
        ),
        (
            '{"a": [1e999]}',
            "invalid JSON: json: cannot unmarshal number 1e999 into .a.0 of type float64",
        ),
        (
            '{"a/b": 1e999}',
            "invalid JSON: json: cannot unmarshal number 1e999 into Go struct field "
            ".a~1b of type float64",
        ),
    ],
)
def test_a_daemon_built_with_go_1_27_says_it_otherwise(text: str, verdict: str) -> None:
    assert read_daemon_json(text, wording="go1.27").verdict == verdict


def test_a_daemon_built_with_an_older_go_names_the_field_without_its_parent() -> None:
    verdict = read_daemon_json('{"proxies": {"no-proxy": 1}}', wording="go1.21").verdict

    assert verdict is not None
    assert "Go struct field Proxies.proxies.no-proxy of type string" in verdict


def test_unknown_names_come_before_wrong_types() -> None:
    found = read('{"proxies": {"http-proxy": 5, "foo": 1}}')

    assert found.verdict == UNKNOWN + "foo"
    assert [refusal.kind for refusal in found.refusals] == ["unknown-directive", "wrong-type"]


def test_two_sections_are_merged_key_by_key_and_the_last_string_wins() -> None:
    text = """{
  "proxies": {"http-proxy": "1", "no-proxy": "a"},
  "Proxies": {"http-proxy": "2", "http-proxy": null}
}"""

    found = read(text)

    assert found.http_proxy.value == "2"
    assert found.http_proxy.place is not None
    assert (found.http_proxy.place.line, found.http_proxy.place.column) == (3, 29)
    assert text[found.http_proxy.place.start : found.http_proxy.place.end] == '"2"'
    assert [place.value for place in found.http_proxy.shadowed] == ["1", None]
    assert found.no_proxy.value == "a"
    assert found.https_proxy.value is None


def test_a_misspelled_key_of_a_shadowed_section_still_sets_its_value() -> None:
    found = read('{"proxies": {"HTTP-PROXY": "x"}, "proxies": {}}')

    assert found.verdict is None
    assert found.http_proxy.value == "x"


def test_settings_where_dockerd_does_not_look_are_told() -> None:
    found = read('{"http-proxy": "x", "foo": {"no-proxy": "y"}, "proxies": {"http-proxy": "z"}}')

    assert [place.path for place in found.ignored] == [("http-proxy",), ("foo", "no-proxy")]
    assert found.http_proxy.value == "z"


def test_what_dockerd_compares_with_its_flags_is_told() -> None:
    found = read('{"proxies": {"http-proxy": "x"}, "log-opts": {"a": "b"}, "hosts": []}')

    assert found.configured == ("http-proxy", "log-opts", "hosts")


def test_an_engine_before_23_knows_no_proxies() -> None:
    found = read_daemon_json('{"proxies": {"http-proxy": "x"}} more', engine=(20, 10))

    assert found.verdict == UNKNOWN + "http-proxy"


@pytest.mark.parametrize(("text", "bom"), [("", False), ("{}", True)])
def test_an_engine_before_23_refuses_an_empty_file_and_a_byte_order_mark(
    text: str, bom: bool
) -> None:
    with pytest.raises(ParseError):
        read_daemon_json(text, engine=(20, 10), bom=bom)
    assert read_daemon_json(text, engine=(23, 0), bom=bom).verdict is None


@pytest.mark.parametrize(
    ("name", "first", "before"),
    [("http-proxy", (23, 0), (20, 10)), ("features", (20, 10), None), ("bip6", (28, 0), (27, 5))],
)
def test_names_are_known_since_their_version(
    name: str, first: tuple[int, int], before: tuple[int, int] | None
) -> None:
    assert is_known(name, first)
    assert before is None or not is_known(name, before)


def test_a_name_is_forgotten_with_the_version_that_dropped_it() -> None:
    assert is_known("oom-score-adjust", (25, 0))
    assert not is_known("oom-score-adjust", (26, 0))


@pytest.mark.parametrize(
    ("data", "offset", "line", "column"),
    [
        (b'{\n "a": "\xff"}', 12, 2, 8),
        (b'\xef\xbb\xbf{"a": "\xff"}', 13, 1, 8),
        (b" " * 5000 + b"\xff" + b" " * 5000, 8192, 1, 5001),
        (b" " * 4095 + "é".encode() + b" " * 5000 + b"\xff" + b" " * 9000, 12287, 1, 9097),
    ],
)
def test_bytes_that_are_no_utf_8_are_refused(
    data: bytes, offset: int, line: int, column: int
) -> None:
    decoded = decode(data)

    with pytest.raises(ParseError) as caught:
        read_daemon_json(decoded.text, bom=bool(decoded.bom))

    error = caught.value
    said = f"failed to decode configuration JSON at offset {offset}: encoding: invalid UTF-8"
    assert str(error.message) == said
    assert (error.line, error.column) == (line, column)


def test_half_a_pair_in_utf_16_is_no_fault() -> None:
    decoded = decode('\ufeff{"labels": ["?"]}'.encode("utf-16-le").replace(b"?\0", b"\0\xdc"))

    assert decoded.encoding == "utf-16-le"
    assert read_daemon_json(decoded.text, encoding="utf-16-le").verdict is None


def test_an_unclosed_string_ends_where_dockerd_has_trimmed_the_text() -> None:
    with pytest.raises(ParseError) as caught:
        read('{"a": "b \n')

    assert str(caught.value.message) == "unexpected end of JSON input"
    assert caught.value.offset == 8
