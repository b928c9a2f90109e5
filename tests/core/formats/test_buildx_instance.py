"""The instance files of buildx: read, edited as its encoder would write, shown without secrets."""

from __future__ import annotations

import json

import pytest

from dockproxy.core.formats.buildx_instance import read_instance, set_options
from dockproxy.core.formats.redact_instance import instance_texts, shown_option
from dockproxy.core.model.errors import ParseError

START = '{"Name":"big","Driver":"docker-container","Nodes":[{"Name":"big0",'
NODE = START + '"Endpoint":"unix:///var/run/docker.sock","Platforms":null,"DriverOpts":'
END = ',"Flags":["--debug"],"Files":{"buildkitd.toml":"c2VjcmV0"}}],"Dynamic":false}'
BARE = f"{NODE}null{END}"
"""As buildx 0.13.1 writes it."""


def test_options_are_read_with_their_place() -> None:
    read = read_instance(f'{NODE}{{"env.HTTP_PROXY":"http://a:1","image":"x"}}{END}')

    (node,) = read.nodes
    assert (read.name, read.driver, node.name) == ("big", "docker-container", "big0")
    assert node.values() == {"env.HTTP_PROXY": "http://a:1", "image": "x"}
    assert (node.options[0].line, node.options[0].column) == (1, len(NODE) + 19)


def test_what_changes_nothing_leaves_every_byte() -> None:
    odd = ' {"nodes" : [ {"NAME":"big0", "DriverOpts": {"b":"1","a":"2"}} ] }\n'

    assert set_options(odd, [(("big0", "b"), "1"), (("big0", "c"), None)]) == odd


def test_an_option_is_written_as_the_encoder_of_buildx_does() -> None:
    after = set_options(
        f'{NODE}{{"image":"x"}}{END}',
        [(("big0", "env.no_proxy"), "a,b"), (("big0", "env.HTTP_PROXY"), 'http://u:<&>"\\@p:1')],
    )

    options = (
        r'{"env.HTTP_PROXY":"http://u:\u003c\u0026\u003e\"\\@p:1","env.no_proxy":"a,b","image":"x"}'
    )
    assert after == f"{NODE}{options}{END}"


def test_where_none_is_left_the_map_is_null_again() -> None:
    one = set_options(BARE, [(("big0", "env.HTTP_PROXY"), "http://a:1")])

    assert one != BARE
    assert set_options(one, [(("big0", "env.HTTP_PROXY"), None)]) == BARE


def test_only_the_named_node_changes() -> None:
    nodes = '[{"Name":"a0","DriverOpts":null},{"Name":"a1"}]'
    after = set_options(f'{{"Nodes":{nodes}}}', [(("a1", "env.http_proxy"), "http://a:1")])

    expected = '[{"Name":"a0","DriverOpts":null},'
    expected += '{"Name":"a1","DriverOpts":{"env.http_proxy":"http://a:1"}}]'
    assert after == f'{{"Nodes":{expected}}}'


def test_of_two_maps_go_takes_both_and_one_is_written() -> None:
    text = '{"Nodes":[{"Name":"a0","DriverOpts":{"x":"1"},"DriverOpts":{"y":"2"}}]}'

    after = set_options(text, [(("a0", "x"), None)])

    assert read_instance(text).nodes[0].values() == {"x": "1", "y": "2"}
    assert read_instance(after).nodes[0].values() == {"y": "2"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"Nodes":{}}',
        '{"Nodes":["x"]}',
        '{"Nodes":[{"DriverOpts":[]}]}',
        '{"Nodes":[{"DriverOpts":{"a":1}}]}',
        '{"Name":1}',
        "\ufeff{}",
        "{}x",
    ],
)
def test_what_buildx_cannot_read_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ParseError) as raised:
        read_instance(text)

    assert raised.value.line == 1


def test_the_shown_text_has_the_same_lines_and_no_secret() -> None:
    options = '{"env.HTTP_PROXY":"http://ann:s3cret@p:1","env.TOKEN":"s3cret","image":"moby/x"}'
    raw, shown = instance_texts(f"{NODE}{options}{END}")

    assert len(raw.split("\n")) == len(shown.split("\n"))
    assert json.loads(raw)["Nodes"][0]["Files"] == {"buildkitd.toml": "c2VjcmV0"}
    assert "s3cret" not in shown
    assert "c2VjcmV0" not in shown
    assert '"env.HTTP_PROXY": "http://xxxxx:xxxxx@p:1"' in shown
    assert '"image": "moby/x"' in shown


def test_an_option_that_is_not_known_is_hidden() -> None:
    assert shown_option("new-option", "value") == "xxxxx"
    assert shown_option("env.NO_PROXY", "a,b") == "a,b"
    assert shown_option("network", "host") == "host"
