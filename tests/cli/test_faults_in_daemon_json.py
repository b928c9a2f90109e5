"""Every way in which people break a daemon.json, met by ``status``, ``set`` and ``undo``.

The names are those of the catalogue of failures. What is about a running daemon (an old Engine,
one that was not restarted, a reached StartLimit) is tested in the lab.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.cli.tree import DAEMON_JSON, PROXY, Tree

UNKNOWN = "the following directives don't match any configuration option:"
WRONG_TYPE = "into Go struct field Config.proxies.http-proxy of type string"
DEFAULTS = {
    "http_proxy": PROXY,
    "https_proxy": PROXY,
    "no_proxy": "localhost,127.0.0.1,127.0.0.0/8,::1",
}


class Fault(NamedTuple):
    """A daemon.json. place: line and column of the fault that keeps dockerd from starting, or "".

    words: dockerd's own, or what ``status`` says where dockerd takes the file. mended: whether
    ``set`` mends it by what it writes; else it refuses.
    """

    name: str
    text: str | bytes
    place: str = ""
    words: str = ""
    mended: bool = False


REFUSED = (
    Fault(
        "trailing comma",
        '{\n  "proxies": {\n    "http-proxy": "http://old:1",\n  }\n}\n',
        "4:3",
        "invalid character '}' looking for beginning of object key string",
    ),
    Fault(
        "trailing comma behind a password",
        '{"proxies": {"http-proxy": "http://ann:secret@old:1",}}',
        "1:54",
        "invalid character '}' looking for beginning of object key string",
    ),
    Fault(
        "comment in the object",
        '{\n  // ours\n  "debug": true\n}\n',
        "2:3",
        "invalid character '/' looking for beginning of object key string",
    ),
    Fault(
        "comment before the object",
        '// ours\n{"debug": true}\n',
        "1:1",
        "invalid character '/' looking for beginning of value",
    ),
    Fault(
        "curly quotes",
        "{\n  “debug”: true\n}\n",
        "2:3",
        "invalid character '“' looking for beginning of object key string",
    ),
    Fault("missing brace", '{"debug": true\n', "1:15", "unexpected end of JSON input"),
    Fault(
        "text after the object",
        '{"debug": true}\nfoo\n',
        "2:1",
        "invalid character 'f' after top-level value",
    ),
    Fault(
        "no comma",
        '{\n  "debug": true\n  "icc": true\n}\n',
        "3:3",
        "invalid character '\"' after object key:value pair",
    ),
    Fault(
        "single quotes",
        "{'debug': true}",
        "1:2",
        "invalid character '\\'' looking for beginning of object key string",
    ),
    Fault("yaml", "debug: true\n", "1:1", "invalid character 'd' looking for beginning of value"),
    Fault(
        "a tab in a string",
        '{\n"data-root": "/srv\t"\n}',
        "2:19",
        "invalid character '\\t' in string",
    ),
    Fault(
        "a lone byte",
        b'{\n"data-root": "/srv/\xe4"\n}',
        "2:20",
        "encoding: invalid UTF-8",
    ),
    Fault("not an object", '["http://old:1"]', "1:1", "cannot unmarshal array into Go value"),
    Fault("unknown-key all-proxy", '{"proxies": {"all-proxy": "socks5://a:1"}}', "1:14", UNKNOWN),
    Fault("unknown-key httpProxy", '{"proxies": {"httpProxy": "http://a:1"}}', "1:14", UNKNOWN),
    Fault("unknown-key http_proxy", '{"proxies": {"http_proxy": "http://a:1"}}', "1:14", UNKNOWN),
    Fault("unknown-key ftp-proxy", '{"proxies": {"ftp-proxy": "http://a:1"}}', "1:14", UNKNOWN),
    Fault(
        "client-shape-in-daemon-file",
        '{\n "proxies": {\n  "default": {"httpProxy": "http://a:1"}\n }\n}',
        "3:3",
        f"{UNKNOWN} default",
    ),
    Fault("old keys: graph", '{\n  "graph": "/srv"\n}\n', "2:3", f"{UNKNOWN} graph"),
    Fault("old keys: cluster-store", '{"cluster-store": "x"}', "1:2", f"{UNKNOWN} cluster-store"),
    Fault(
        "two unknown keys", '{"graph": "/srv", "nonsense": 1}', "1:2", f"{UNKNOWN} graph, nonsense"
    ),
    Fault("wrong-type: the section", '{"proxies": "http://a:1"}', "1:2", UNKNOWN),
    Fault("wrong-type: number", '{"proxies": {"http-proxy": 3128}}', "1:28", WRONG_TYPE, True),
    Fault(
        "wrong-type: list", '{"proxies": {"http-proxy": ["http://a:1"]}}', "1:28", WRONG_TYPE, True
    ),
    Fault(
        "wrong-type: object", '{"proxies": {"http-proxy": {"a": "b"}}}', "1:28", WRONG_TYPE, True
    ),
    Fault("wrong-type: true", '{"proxies": {"http-proxy": true}}', "1:28", WRONG_TYPE, True),
    Fault("wrong-type: null section", '{"proxies": null}', "1:2", f"{UNKNOWN} proxies", True),
    Fault("case: HTTP-PROXY", '{"proxies": {"HTTP-PROXY": "http://old:1"}}', "1:14", UNKNOWN, True),
)

TAKEN = (
    Fault(
        "top-level-proxy-key",
        '{\n  "http-proxy": "http://old:1"\n}\n',
        words=f"dockerd ignores http-proxy in {DAEMON_JSON}:2: it counts inside “proxies” alone.",
    ),
    Fault(
        "another section",
        '{"foo": {"http-proxy": "http://old:1"}}',
        words=f"dockerd ignores http-proxy in {DAEMON_JSON}:1",
    ),
    Fault("only-http-proxy", '{"proxies": {"http-proxy": "http://old:1"}}', words="http://old:1"),
    Fault(
        "not-a-url",
        '{"proxies": {"http-proxy": "http://a b:%zz"}}',
        words="is no address that dockerd can read: it connects directly",
    ),
    Fault(
        "placeholder left in", '{"proxies": {"http-proxy": "http://HOST:PORT"}}', words="HOST:PORT"
    ),
    Fault(
        "duplicate-key",
        '{"proxies": {"http-proxy": "http://a:1", "http-proxy": "http://b:1"}}',
        words="wins over http://a:1",
    ),
    Fault(
        "duplicate section",
        '{"proxies": {"http-proxy": "http://a:1"}, "proxies": {"https-proxy": "http://b:1"}}',
        words="http://b:1",
    ),
    Fault("case: Proxies", '{"Proxies": {"http-proxy": "http://old:1"}}', words="http://old:1"),
    Fault("old keys: a flag's name", '{"host": "fd://"}', words="no proxy is set"),
    Fault("null", '{"proxies": {"http-proxy": null}}', words="no proxy is set"),
    Fault("null file", "null", words="no proxy is set"),
    Fault("empty-overrides-nothing", '{"proxies": {"http-proxy": ""}}', words="no proxy is set"),
    Fault("empty file", "", words="no proxy is set"),
    Fault("blanks alone", " \n\t\n", words="no proxy is set"),
    Fault(
        "a leading space",
        '{"proxies": {"http-proxy": " http://old:1"}}',
        words="is no address that dockerd can read",
    ),
    Fault("no scheme", '{"proxies": {"http-proxy": "old:1"}}', words="old:1"),
    Fault("http:// alone", '{"proxies": {"http-proxy": "http://"}}', words="http://"),
)


NO_OBJECT = ("not an object", "wrong-type: the section")
"""``set`` can't edit these at all, and names what stands in its way."""


def names(faults: tuple[Fault, ...]) -> list[str]:
    return [fault.name for fault in faults]


@pytest.mark.parametrize("fault", REFUSED, ids=names(REFUSED))
def test_status_names_the_place_the_words_and_the_next_step(tree: Tree, fault: Fault) -> None:
    tree.write(DAEMON_JSON, fault.text)

    said = tree.run("status")

    assert said.code == 0, said.text
    assert f"dockerd will not start with {DAEMON_JSON}:{fault.place}: " in said.out
    assert fault.words in said.out
    assert "mend the file in an editor" in said.out
    assert tree.drifts("daemon") == ["daemon-json-broken"]


@pytest.mark.parametrize(
    "fault", [fault for fault in REFUSED if not fault.mended], ids=lambda fault: fault.name
)
def test_set_refuses_and_leaves_every_byte(tree: Tree, fault: Fault) -> None:
    tree.write(DAEMON_JSON, fault.text)
    before = tree.seen()

    said = tree.set()

    assert said.code == 3, said.text
    assert "nothing was changed" in said.err
    assert f"refused: {DAEMON_JSON}:" in said.out
    assert "mend that spot in an editor, then run the same command again" in said.out
    assert tree.seen() == before
    assert tree.run("undo", "--yes") == (0, "there is nothing to take back\n", "")
    assert tree.seen() == before


@pytest.mark.parametrize(
    "fault",
    [fault for fault in REFUSED if not fault.mended and fault.name not in NO_OBJECT],
    ids=lambda fault: fault.name,
)
def test_status_and_set_name_the_same_place(tree: Tree, fault: Fault) -> None:
    tree.write(DAEMON_JSON, fault.text)

    said = tree.set()

    assert f"refused: {DAEMON_JSON}:{fault.place}: " in said.out


@pytest.mark.parametrize(
    ("text", "place"), [('["http://old:1"]', "1:1"), ('{\n "proxies": "http://a:1"}', "2:13")]
)
def test_what_stands_where_an_object_must_is_named_with_its_place(
    tree: Tree, text: str, place: str
) -> None:
    tree.write(DAEMON_JSON, text)

    assert f"refused: {DAEMON_JSON}:{place}: " in tree.set().out


@pytest.mark.parametrize(
    "fault", [*TAKEN, *(fault for fault in REFUSED if fault.mended)], ids=lambda fault: fault.name
)
def test_set_ends_in_a_daemon_with_the_proxy_and_undo_brings_back_every_byte(
    tree: Tree, fault: Fault
) -> None:
    tree.write(DAEMON_JSON, fault.text)
    before = tree.seen()

    said = tree.set()

    assert said.code == 0, said.text
    assert tree.given("daemon") == DEFAULTS
    assert "daemon-json-broken" not in tree.drifts("daemon")
    undone = tree.run("undo", "--yes")
    assert undone.code == 0, undone.text
    assert tree.seen() == before


@pytest.mark.parametrize("fault", TAKEN, ids=names(TAKEN))
def test_status_says_of_what_dockerd_takes_what_comes_of_it(tree: Tree, fault: Fault) -> None:
    tree.write(DAEMON_JSON, fault.text)

    said = tree.run("status")

    assert said.code == 0, said.text
    assert fault.words in said.out.partition("\nclient ")[0]
    assert "will not start" not in said.out


def test_a_refusal_for_one_file_holds_back_the_others(tree: Tree) -> None:
    tree.write(DAEMON_JSON, "{,}")

    tree.set("--for", "daemon,client")

    assert tree.given("client") == {}


def test_the_client_alone_can_be_set_beside_a_broken_daemon_json(tree: Tree) -> None:
    tree.write(DAEMON_JSON, "{,}")

    said = tree.set("--for", "client")

    assert said.code == 0, said.text
    assert tree.given("client")["https_proxy"] == PROXY


def test_a_key_that_only_a_newer_dockerd_knows_can_be_insisted_on(tree: Tree) -> None:
    tree.write(DAEMON_JSON, '{"of-tomorrow": true}')

    said = tree.set("--force", "would-not-start")

    assert said.code == 0, said.text
    assert tree.read(DAEMON_JSON).startswith(b'{"of-tomorrow": true, "proxies": ')


def test_the_place_of_an_unknown_key_is_that_in_the_file_as_it_is(tree: Tree) -> None:
    tree.write(DAEMON_JSON, '{\n  "proxies": {\n    "http-proxy": "a"\n  },\n  "graph": 1\n}\n')

    assert f"refused: {DAEMON_JSON}:5:3: " in tree.set().out


def test_unset_leaves_a_broken_file_alone(tree: Tree) -> None:
    tree.write(DAEMON_JSON, '{"proxies": {"http-proxy": "http://old:1",}}')
    before = tree.seen()

    said = tree.run("unset", "--yes")

    assert f"refused: {DAEMON_JSON}:1:43: " in said.out, said.text
    assert said.code == 3
    assert tree.seen() == before


def test_unset_takes_proxies_away_beside_a_key_that_dockerd_refuses(tree: Tree) -> None:
    tree.write(DAEMON_JSON, '{"graph": 1, "proxies": {"http-proxy": "http://old:1"}}')

    said = tree.run("unset", "--yes")

    assert said.code == 0, said.text
    assert tree.read(DAEMON_JSON) == b'{"graph": 1}'


def test_a_file_broken_between_set_and_undo_is_left_alone(tree: Tree) -> None:
    tree.set()
    tree.write(DAEMON_JSON, '{"proxies": {,}}')
    before = tree.seen()

    said = tree.run("undo", "--yes")

    assert said.code == 3, said.text
    assert f"refused: {DAEMON_JSON}:1:14: " in said.out
    assert tree.seen() == before


def test_json_output_holds_the_same_refusal(tree: Tree) -> None:
    import json

    tree.write(DAEMON_JSON, "{,}")

    said = tree.set("--json")

    document = json.loads(said.out)
    assert said.code == 3
    assert document["result"] == "refused"
    (problem,) = document["problems"]
    assert (problem["code"], problem["where"]) == ("broken-json", f"{DAEMON_JSON}:1:2")
