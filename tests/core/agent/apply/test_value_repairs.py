"""Values mended where they stand: the fewest bytes of each kind of file."""

from __future__ import annotations

import pytest

from dockproxy.core.agent.apply.edits import changed
from dockproxy.core.model.plan import Edit, Repair

JSON = ("proxies", "http-proxy")


def after(text: str, format_: str, *repairs: Repair) -> str:
    mended = changed(text.encode(), Edit("/f", format_, "daemon", (), repairs=repairs), False)
    return "" if mended is None else mended.decode()


CASES = [
    (
        "daemon-json",
        '{ "proxies":{"http-proxy" :"http://a:p@s@p:1" } , "x":1}\n',
        Repair("address", JSON, "escape-user"),
        '{ "proxies":{"http-proxy" :"http://a:p%40s@p:1" } , "x":1}\n',
    ),
    (
        "daemon-json",
        '{\r\n\t"proxies": {\r\n\t\t"http-proxy": "http://p:1"\r\n\t}\r\n}\r\n',
        Repair("copy", JSON, "https-proxy"),
        '{\r\n\t"proxies": {\r\n\t\t"http-proxy": "http://p:1",\r\n\t\t"https-proxy": "http://p:1"\r\n\t}\r\n}\r\n',
    ),
    (
        "daemon-json",
        '{"proxies": {"http-proxy": "http://p:1", "https-proxy": "http://q:1"}}',
        Repair("copy", JSON, "https-proxy"),
        '{"proxies": {"http-proxy": "http://p:1", "https-proxy": "http://q:1"}}',
    ),
    (
        "daemon-json",
        '{"proxies": {"no-proxy": "a,*,b"}}',
        Repair("entry", ("proxies", "no-proxy", "*")),
        '{"proxies": {"no-proxy": "a,b"}}',
    ),
    (
        "daemon-json",
        '{"debug": true, "proxies": {"no-proxy": "*"}}',
        Repair("entry", ("proxies", "no-proxy", "*")),
        '{"debug": true}',
    ),
    (
        "client-json",
        '{"proxies":{"default":{"httpProxy":" http://p:1"},"tcp://x":{"httpProxy":" http://p:1"}}}',
        Repair("address", ("proxies", "default", "httpProxy"), "trim"),
        '{"proxies":{"default":{"httpProxy":"http://p:1"},"tcp://x":{"httpProxy":" http://p:1"}}}',
    ),
    (
        "systemd-unit",
        "[Service]\n# corp\nEnvironment='HTTP_PROXY=http://a:b@c@p:1' X=1\n",
        Repair("address", ("HTTP_PROXY",), "escape-user"),
        '[Service]\n# corp\nEnvironment="HTTP_PROXY=http://a:b%%40c@p:1" X=1\n',
    ),
    (
        "systemd-unit",
        "[Service]\nEnvironment=NO_PROXY=a,192.168.*\n",
        Repair("entry", ("NO_PROXY", "192.168.*"), "192.168.0.0/16"),
        "[Service]\nEnvironment=NO_PROXY=a,192.168.0.0/16\n",
    ),
    (
        "systemd-unit",
        "[Service]\nEnvironment=HTTP_PROXY=http://a:b%%40c@p:1\n",
        Repair("copy", ("HTTP_PROXY",), "HTTPS_PROXY"),
        '[Service]\nEnvironment=HTTP_PROXY=http://a:b%%40c@p:1\nEnvironment="HTTPS_PROXY=http://a:b%%40c@p:1"\n',
    ),
    (
        "environment-file",
        "A=1\nHTTP_PROXY=https://a:b%40c@p:1\n",
        Repair("address", ("HTTP_PROXY",), "scheme:http"),
        "A=1\nHTTP_PROXY=http://a:b%40c@p:1\n",
    ),
]


@pytest.mark.parametrize(("format_", "text", "repair", "wanted"), CASES)
def test_a_value_is_mended_where_it_stands(
    format_: str, text: str, repair: Repair, wanted: str
) -> None:
    assert after(text, format_, repair) == wanted
    assert after(wanted, format_, repair) == wanted


def test_what_is_added_is_there_once() -> None:
    key = ("proxies", "default", "noProxy")
    repairs = (Repair("add", key, "localhost,127.0.0.1"), Repair("add", key, "127.0.0.1,::1"))
    text = '{"proxies":{"default":{"noProxy":"a, localhost"}}}'
    assert after(text, "client-json", *repairs) == text.replace("host", "host,127.0.0.1,::1")
    none = '{"proxies":{"default":{"httpProxy":"http://p:1"}}}'
    assert '"noProxy": "localhost,127.0.0.1,::1"' in after(none, "client-json", *repairs).replace(
        '":"l', '": "l'
    )


def test_an_entry_is_mended_beside_one_that_is_added() -> None:
    key = ("proxies", "default", "noProxy")
    repairs = (Repair("add", key, "localhost"), Repair("entry", (*key, "10.*"), "10.0.0.0/8"))
    text = '{"proxies":{"default":{"noProxy":"10.*"}}}'
    wanted = text.replace("10.*", "10.0.0.0/8,localhost")
    assert after(text, "client-json", *repairs) == wanted


def test_a_value_is_copied_when_it_is_mended() -> None:
    text = '{"proxies": {"http-proxy": "http://http://p:1"}}'
    repairs = (Repair("copy", JSON, "https-proxy"), Repair("address", JSON, "one-scheme"))
    wanted = '{"proxies": {"http-proxy": "http://p:1", "https-proxy": "http://p:1"}}'
    assert after(text, "daemon-json", *repairs) == wanted


def test_a_file_that_can_not_be_read_stays_as_it_is() -> None:
    assert after("{", "daemon-json", Repair("address", JSON, "trim")) == "{"


def test_a_broken_file_is_made_whole_before_its_values_are_mended() -> None:
    text = '{"proxies": {"http-proxy": "http://a:p@s@p:1",}}'
    repairs = (Repair("json-syntax"), Repair("address", JSON, "escape-user"))
    assert (
        after(text, "daemon-json", *repairs) == '{"proxies": {"http-proxy": "http://a:p%40s@p:1"}}'
    )
