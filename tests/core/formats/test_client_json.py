from __future__ import annotations

import pytest

from dockproxy.core.formats.client_json import cli_warning, read_client_json, string_at
from dockproxy.core.model.errors import ParseError

SOCKET = "unix:///var/run/docker.sock"


def test_fields_are_read_without_regard_to_case_and_the_last_wins() -> None:
    text = """{"Proxies": {"default": {
  "httpProxy": "1",
  "HTTPProxy": "2",
  "noProxy": "a"
}}}"""

    entry = read_client_json(text).default

    assert entry is not None
    setting = entry.settings["http_proxy"]
    assert setting.value == "2"
    assert setting.place is not None
    assert (setting.place.line, setting.place.column) == (3, 16)
    assert [place.value for place in setting.shadowed] == ["1"]
    assert entry.settings["no_proxy"].value == "a"
    assert entry.settings["all_proxy"].value is None


def test_default_is_spelled_so_and_not_otherwise() -> None:
    found = read_client_json('{"proxies": {"Default": {"httpProxy": "1"}}}')

    assert found.default is None
    assert [entry.name for entry in found.entries] == ["Default"]


def test_a_second_entry_of_a_name_replaces_the_first_whole() -> None:
    text = (
        '{"proxies": {"default": {"httpProxy": "1", "noProxy": "a"}, "default": {"noProxy": "b"}}}'
    )

    entry = read_client_json(text).default

    assert entry is not None
    assert entry.settings["http_proxy"].value is None
    assert entry.settings["no_proxy"].value == "b"


def test_a_second_section_adds_to_the_first_and_null_forgets_it() -> None:
    two = '{"proxies": {"default": {}}, "Proxies": {"a": {}}}'
    null = '{"proxies": {"default": {}}, "Proxies": null}'

    assert [entry.name for entry in read_client_json(two).entries] == ["default", "a"]
    assert read_client_json(null).entries == ()


@pytest.mark.parametrize("own", ["{}", "null", '{"noProxy": "x"}', "5"])
def test_an_entry_for_the_daemons_address_stands_in_for_default_whole(own: str) -> None:
    text = f'{{"proxies": {{"default": {{"httpProxy": "1"}}, "{SOCKET}": {own}}}}}'

    found = read_client_json(text, SOCKET)

    assert found.used is not None
    assert found.used.name == SOCKET
    assert found.used.settings["http_proxy"].value is None


def test_an_address_spelled_otherwise_is_another() -> None:
    text = '{"proxies": {"default": {}, "unix:///run/docker.sock": {}}}'

    found = read_client_json(text, SOCKET)

    assert found.host is None
    assert found.used is not None
    assert found.used.name == "default"


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (
            '{"proxies": {"default": {"httpProxy": 5, "noProxy": "a"}}}',
            "number into Go struct field ProxyConfig.proxies.httpProxy of type string",
            "number into Go struct field ConfigFile.proxies.default.httpProxy of type string",
        ),
        (
            '{"proxies": {"httpProxy": "x", "default": {"noProxy": "a"}}}',
            "string into Go struct field ConfigFile.proxies of type configfile.ProxyConfig",
            "string into Go struct field ConfigFile.proxies.httpProxy"
            " of type configfile.ProxyConfig",
        ),
        (
            '{"proxies": [], "proxies": {"default": {"noProxy": "a"}}}',
            "array into Go struct field ConfigFile.proxies"
            " of type map[string]configfile.ProxyConfig",
            "array into Go struct field ConfigFile.proxies"
            " of type map[string]configfile.ProxyConfig",
        ),
    ],
)
def test_a_wrong_type_is_warned_of_and_the_rest_still_counts(text: str, old: str, new: str) -> None:
    found = read_client_json(text)

    assert [warned.message for warned in found.warnings] == [f"json: cannot unmarshal {old}"]
    assert found.default is not None
    assert found.default.settings["no_proxy"].value == "a"
    newer = read_client_json(text, wording="go1.27")
    assert newer.warnings[0].message == f"json: cannot unmarshal {new}"


def test_a_document_of_another_type_is_warned_of() -> None:
    assert read_client_json("[]").warnings[0].message == (
        "json: cannot unmarshal array into Go value of type configfile.ConfigFile"
    )


def test_keys_with_a_dash_are_passed_over() -> None:
    found = read_client_json('{"proxies": {"default": {"http-proxy": "x"}}}')

    assert found.default is not None
    assert [place.path[-1] for place in found.default.unknown] == ["http-proxy"]
    assert found.warnings == ()


@pytest.mark.parametrize("text", ["", " \n", "null", "{} trailing", '{"proxies": null}'])
def test_what_the_cli_takes_without_a_word(text: str) -> None:
    found = read_client_json(text)

    assert (found.entries, found.warnings) == ((), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,}', "invalid character '}' looking for beginning of object key string"),
        ('{"a": 1', "unexpected EOF"),
        ("\ufeff{}", "invalid character 'ï' looking for beginning of value"),
    ],
)
def test_a_fault_in_the_syntax_is_one_for_the_whole_file(text: str, said: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_client_json(text)

    assert str(caught.value.message) == said


def test_a_string_at_the_top_is_found_by_gos_rules() -> None:
    text = '{"currentContext": "a", "CURRENTCONTEXT": "b", "currentContext": null}'

    assert string_at(text, "currentContext").value == "b"
    assert string_at("", "currentContext").value is None
    assert string_at('{"credsStore": 5}', "credsStore").value is None


def test_the_cli_warns_in_its_versions_words() -> None:
    old, new = cli_warning("/c.json", "bad"), cli_warning("/c.json", "bad", newer=True)

    assert old == "WARNING: Error loading config file: /c.json: bad"
    assert new == "WARNING: Error parsing config file (/c.json): bad"
