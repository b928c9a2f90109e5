from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockproxy.core.formats.client_json import read_client_json
from dockproxy.core.formats.daemon_json import read_daemon_json
from dockproxy.core.formats.redact_json import redact, told
from dockproxy.core.model.errors import ParseError

MARK = "S3CR3T"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            '{"proxies": {"http-proxy": "http://u:S3CR3T@h:1", "no-proxy": "a,b"}}',
            '{"proxies": {"http-proxy": "http://xxxxx:xxxxx@h:1", "no-proxy": "a,b"}}',
        ),
        (
            '{"registry-mirrors": ["https://m", "https://a:S3CR3T@m"]}',
            '{"registry-mirrors": ["https://m", "https://xxxxx:xxxxx@m"]}',
        ),
        (
            '{"dns": ["1.1.1.1"], "labels": ["k=S3CR3T"], "debug": true, "mtu": 1400}',
            '{"dns": ["1.1.1.1"], "labels": ["xxxxx"], "debug": true, "mtu": 1400}',
        ),
        ('{"log-opts": {"tag": "S3CR3T"}}', '{"log-opts": {"tag": "xxxxx"}}'),
        (
            '{"default-address-pools": [{"base": "10.0.0.0/8", "size": 24}]}',
            '{"default-address-pools": [{"base": "10.0.0.0/8", "size": 24}]}',
        ),
        (
            '{"proxies": {"default": {"httpProxy": "http://u:S3CR3T@h"}}}',
            '{"proxies": {"default": {"httpProxy": "http://xxxxx:xxxxx@h"}}}',
        ),
        ('{"foo": {"bar": {"S3CR3T": ""}}}', '{"foo": {"bar": {"xxxxx": ""}}}'),
    ],
)
def test_of_daemon_json_only_harmless_strings_show(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            '{"auths": {"https://reg": {"auth": "S3CR3T"}}, "credsStore": "pass"}',
            '{"auths": {"xxxxx": {"xxxxx": "xxxxx"}}, "credsStore": "pass"}',
        ),
        ('{"HttpHeaders": {"X-S3CR3T": "S3CR3T"}}', '{"HttpHeaders": {"xxxxx": "xxxxx"}}'),
        ('{"S3CR3T": {"a": "S3CR3T", "b": 123456}}', '{"xxxxx": {"xxxxx": "xxxxx", "xxxxx": 0}}'),
        (
            '{"proxies": {"tcp://u:S3CR3T@h:1": {"noProxy": "a", "pw": "S3CR3T"}}}',
            '{"proxies": {"tcp://xxxxx:xxxxx@h:1": {"noProxy": "a", "xxxxx": "xxxxx"}}}',
        ),
        ('{"currentContext": "c"} S3CR3T', '{"currentContext": "c"} xxxxx'),
        ('{"credHelpers": {"reg": "S3CR3T"}}', '{"credHelpers": {"xxxxx": "xxxxx"}}'),
    ],
)
def test_of_config_json_neither_auths_nor_headers_nor_the_unknown_show(
    text: str, shown: str
) -> None:
    assert redact(text, "client") == shown


@pytest.mark.parametrize("password", ["@", "/", "#", "?", ":", "%", " ", '"', "\\", "é", "\t", "{"])
def test_a_password_with_any_character_in_it_is_caught_whole(password: str) -> None:
    address = f"http://u:{MARK}{password}{MARK}@h:1"

    shown = redact(json.dumps({"proxies": {"http-proxy": address}}))

    assert json.loads(shown) == {"proxies": {"http-proxy": "http://xxxxx:xxxxx@h:1"}}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"http-proxy": "http://u:S3"S3@h:1"}', '{"http-proxy": "http://xxxxx"Sxxxxx@h:1"}'),
        ('{"http-proxy": "http://u:S3\\S3@h:1"}', '{"http-proxy": "http://xxxxx:xxxxx\\S@h:1"}'),
        ('{"http-proxy": http://u:S3@h:1}', '{"http-proxy": http://xxxxx:xxxxx@h:1}'),
        ("{“http-proxy”: “http://u:S3@h:1”}", "{“http-proxy”: “http://xxxxx:xxxxx@h:1”}"),
        ('{"http-proxy": "http://u:S3@h,\n}', '{"http-proxy": "http://xxxxx:xxxxx@xxxxx\n}'),
        ("http_proxy=http://u:S3@h:1\n", "hxxxxxxxxxx:xxxxx@h:1\n"),
        ("-----BEGIN S3 KEY-----\nS3\n", "--xxxxx xxxxx xxxxx\nxxxxx\n"),
        ('{"a": "S3", // S3\n"dns": ["1.1.1.1"]}', '{"a": "xxxxx", // xxxxx\n"dns": ["1.1.1.1"]}'),
        ('{"debug": treu}', '{"debug": trexxxxx}'),
        (
            '{"http-proxy": "http://u:S3@h:1"\n "https-proxy": "http://u:S3@h:1", "x": "S3"}',
            '{"http-proxy": "http://xxxxx:xxxxx@h:1"\n'
            ' "https-proxy": "http://xxxxx:xxxxx@h:1", "xxxxx": "xxxxx"}',
        ),
        (
            '{"http-proxy": "http://u:S3"\n "@h:1"}',
            '{"http-proxy": "http://xxxxx"\n "xxxxx:xxxxx"@xxxxx:0"}',
        ),
    ],
)
def test_a_broken_text_is_masked_and_keeps_its_fault(text: str, shown: str) -> None:
    assert redact(text) == shown
    assert verdict(text, "daemon") == verdict(shown, "daemon")


def test_a_broken_config_json_shows_no_auths() -> None:
    text = '{"auths": {"h": {"auth": "c2Vj"cmV0", "x": "S3CR3T"}}, "credsStore": "pass"}'

    shown = redact(text, "client")

    assert "c2Vj" not in shown
    assert "mV0" not in shown
    assert MARK not in shown


@pytest.mark.parametrize(
    "text",
    [
        '{"auths": {"h": {"auth": "S3CR3T"@S3CR3T@S3CR3T"}}}',
        '{"credsStore": "pass,\n "fooS3CR3T"“: {"k": "S3CR3T"}}',
        '{"credsStore": ["pass",\n "fooS3CR3T": {"k": "S3CR3T"}}',
        '{"auths": {"h": {"auth": "S3CR3T:\\S3CR3T@S3CR3T"}}}',
        '{"proxies": {"default": {"httpProxy": "http://u:S3CR3T@S3CR"}3T{S3CR3T@h:1"}}}',
        '{"proxies": {"default": {"httpProxy": "http://u:S3CR3T\nS3CR3T@h:1"}}}',
    ],
)
def test_no_half_of_a_string_that_a_quote_or_a_line_cuts_shows(text: str) -> None:
    assert "S3C" not in redact(text, "client").replace("\\S", "")


@pytest.mark.parametrize(
    "text",
    [
        '"registry-mirrors": ["https://m"], "log-opts": {"tag": "S3CR3T@S3CR3T"}}',
        '{\n  "log-opts": {\n    "tag": "S3CR3T\n@S3CR3T"\n  }\n}',
    ],
)
def test_of_a_broken_text_nothing_shows_that_stands_behind_a_sign_of_no_address(text: str) -> None:
    assert "S3" not in redact(text, "daemon")


def test_lines_stay_as_they_are() -> None:
    text = '{\r\n\n  "labels": ["S3CR3T"],\r\n  "dns": ["1.1.1.1"]\r\n}\r\n'

    assert redact(text) == text.replace(MARK, "xxxxx")


def test_what_is_hidden_is_told_by_path() -> None:
    text = '{"proxies": {"http-proxy": "http://u:a@#@h", "no-proxy": "x"}, "labels": ["u:p@h"]}'

    assert told(text) == ([("proxies.http-proxy", "http://u:a@#@h")], "")


def test_of_a_broken_text_it_is_what_stands_before_the_fault() -> None:
    text = '{"proxies": {"default": {"httpProxy": "http://u@h"}},}'

    assert told(text, "client") == ([("proxies.default.httpProxy", "http://u@h")], "1:54")


def secrets() -> st.SearchStrategy[str]:
    between = st.sampled_from(["", "@", "/", "#", "?", ":", "%", " ", '"', "\\", "://", "é", "{"])
    return between.map(lambda char: f"{MARK}{char}{MARK}")


def addresses() -> st.SearchStrategy[str]:
    schemes = st.sampled_from(["http://", "HTTPS://", "socks5h://"])
    hosts = st.sampled_from(["h:3128", "[::1]:1"])
    return st.tuples(schemes, secrets(), hosts).map(lambda part: f"{part[0]}u:{part[1]}@{part[2]}")


@st.composite
def daemon_files(draw: st.DrawFn) -> str:
    members = {
        "debug": True,
        "proxies": {"http-proxy": draw(addresses()), "no-proxy": "a,b"},
        "registry-mirrors": ["https://m", draw(addresses())],
        "labels": [draw(secrets())],
        "log-opts": {"tag": draw(secrets())},
    }
    return json.dumps(members, indent=draw(st.sampled_from([None, 2])), ensure_ascii=False)


@st.composite
def client_files(draw: st.DrawFn) -> str:
    members = {
        "auths": {draw(secrets()): {"auth": draw(secrets()), "identitytoken": draw(secrets())}},
        "HttpHeaders": {f"X-{MARK}": draw(secrets())},
        "proxies": {"default": {"httpProxy": draw(addresses()), "noProxy": "a"}},
        "currentContext": "c",
        draw(secrets()): {"k": draw(secrets())},
    }
    return json.dumps(members, indent=draw(st.sampled_from([None, "\t"])), ensure_ascii=False)


def verdict(text: str, dialect: str) -> object:
    """What the reader says, but for a name that was masked in it."""
    try:
        if dialect == "daemon":
            return read_daemon_json(text).verdict
        return [warned.line for warned in read_client_json(text).warnings]
    except ParseError as error:
        return str(error.message), error.line


DIALECTS = st.sampled_from(["daemon", "client"])


@settings(deadline=None)
@given(DIALECTS, st.data())
def test_no_secret_of_a_sound_file_shows_and_it_reads_as_before(
    dialect: str, data: st.DataObject
) -> None:
    text = data.draw(daemon_files() if dialect == "daemon" else client_files())

    shown = redact(text, dialect)

    assert MARK not in shown
    assert verdict(shown, dialect) == verdict(text, dialect)
    assert shown.count("\n") == text.count("\n")
    assert redact(shown, dialect) == shown


@settings(deadline=None)
@given(DIALECTS, st.data())
def test_no_secret_of_a_broken_file_shows_and_the_fault_is_the_same(
    dialect: str, data: st.DataObject
) -> None:
    text = data.draw(daemon_files() if dialect == "daemon" else client_files())
    at = data.draw(st.integers(0, len(text)))
    put = data.draw(st.sampled_from(["", "}", ",", "x", "//", "“", "\n", "1"]))
    cut = len(put) == 0 and at < len(text) and text[at] not in '@"\\'
    text = text[:at] + put + text[at + cut :]

    shown = redact(text, dialect)

    assert MARK not in shown
    assert shown.count("\n") == text.count("\n")
    assert type(verdict(shown, dialect)) is type(verdict(text, dialect))


@settings(deadline=None)
@given(st.text(), DIALECTS)
def test_any_text_is_redacted(text: str, dialect: str) -> None:
    assert redact(text, dialect).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text", ["@" * 300_000, '"a"' * 100_000, '://@"' * 60_000, "[" * 100_000, "x " * 100_000]
)
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()

    redact(text, "client")

    assert time.process_time() - start < 5
