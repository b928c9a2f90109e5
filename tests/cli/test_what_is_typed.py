"""What people type: addresses that are none, lists with line breaks, flags without a value; and
what strangers write: names and values that command a terminal.
"""

from __future__ import annotations

import json
import os

import pytest

from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, DROP_INS, PROXY, Tree

NO_ADDRESSES = {
    "": "the proxy's address is empty",
    "   ": "the proxy's address is empty",
    "http://": "is not a host's name or address",
    "http://:3128": "is not a host's name or address",
    "http://ho st:1": "is not a host's name or address",
    "http://h\n:1": "holds a line break or another control character",
    "http://h\0:1": "holds a line break or another control character",
    "http://\x1b[31mh:1": "holds a line break or another control character",
    "http://\u202eh:1": "is not a host's name or address",
    "http://\udcff:1": "is not a host's name or address",
    "http://h%20x:1": "is not a host's name or address",
    f"http://{'a' * 5000}:1": "is not a host's name or address",
    "http://host:0": "is not a port from 1 to 65535",
    "http://host:65536": "is not a port from 1 to 65535",
    "http://host:secret": "what stands behind the last colon is no port",
    "http://host:1,": "what stands behind the last colon is no port",
    "http://host:-1": "what stands behind the last colon is no port",
    "http://host:٣": "is not a port",
    "ftp://host:1": "Docker can't speak ftp:// to a proxy",
    "socks://host:1": "Docker can't speak socks:// to a proxy",
    "file:///etc/passwd": "Docker can't speak file:// to a proxy",
    "javascript:alert(1)": "what stands behind the last colon is no port",
    "http:/host:1": "the scheme ends in ://, all three signs",
    "http//host:1": "the scheme ends in ://, all three signs",
    "://host:1": "the part before :// is not a scheme",
    '"http://host:1"': "the part before :// is not a scheme",
    "http://host:1/path": "a proxy's address has no path",
    "http://host:1?a=b": "a proxy's address has no path",
    "http://host:1 http://host:2": "a proxy's address has no path",
    "http://h'; rm -rf /:1": "a proxy's address has no path",
    "http://::1:3128": "an IPv6 address stands in brackets",
    "http://[::1:3128": "the IPv6 address in brackets is not whole",
    "http://HOST:PORT": "this is a placeholder",
    "http://proxy:PORT": "this is a placeholder",
}
ESCAPES = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e\u200b"


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_an_address_that_is_none_is_refused_before_anything_is_looked_at(
    tree: Tree, address: str
) -> None:
    before = tree.seen()

    said = tree.run("set", address, "--yes")

    assert said.code == 2, said.text
    assert said.out == ""
    assert NO_ADDRESSES[address] in said.err
    assert "secret" not in said.err
    assert printable(said.err)
    assert tree.seen() == before


@pytest.mark.parametrize("flag", ["--http-proxy", "--https-proxy", "--all-proxy", "--ftp-proxy"])
def test_a_flag_takes_no_such_address_either(tree: Tree, flag: str) -> None:
    said = tree.run("set", PROXY, flag, "http://h\n:1", "--yes")

    assert said.code == 2, said.text
    assert "holds a line break or another control character" in said.err


@pytest.mark.parametrize(
    "text",
    ["a\nb", "a\r\nb", "\x1b[31m", "a\tb", "\udcff", "\0", "\u2028", "x" * 200_000, "é" * 60_000],
)
@pytest.mark.parametrize("flag", ["--no-proxy", "--no-proxy-add"])
def test_a_list_that_no_variable_can_hold_is_refused(tree: Tree, flag: str, text: str) -> None:
    before = tree.seen()

    said = tree.run("set", PROXY, flag, text, "--yes")

    assert said.code == 2, said.text
    assert "no_proxy " in said.err
    assert len(said.err) < 500
    assert tree.seen() == before


@pytest.mark.parametrize("more", [("--yes",), ("--dry-run",), ("--check",)])
def test_a_user_without_a_password_is_refused_where_nobody_can_be_asked(
    tree: Tree, more: tuple[str, ...]
) -> None:
    before = tree.seen()

    said = tree.run("set", "http://alice@10.0.0.1:3128", *more)

    assert said.code == 2, said.text
    assert "--password-stdin" in said.err
    assert "http://USER:@HOST:PORT" in said.err
    assert tree.seen() == before


def test_a_colon_behind_the_user_means_an_empty_password(tree: Tree) -> None:
    said = tree.run("set", "http://alice:@10.0.0.1:3128", "--yes")

    assert said.code == 0, said.text
    assert b'"http://alice:@10.0.0.1:3128"' in tree.read(DAEMON_JSON)


def test_a_user_alone_in_the_environment_is_taken_as_it_is(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://alice@10.0.0.1:3128")

    said = tree.run("set", "--from-env", "--yes")

    assert said.code == 0, said.text
    assert b'"http://alice@10.0.0.1:3128"' in tree.read(DAEMON_JSON)


def test_a_password_that_is_no_utf_8_is_written_byte_by_byte(tree: Tree) -> None:
    said = tree.run("set", "http://u:\udcff\udcfe@10.0.0.1:3128", "--yes", "--for", "daemon")

    assert said.code == 0, said.text
    assert b"http://u:%FF%FE@10.0.0.1:3128" in tree.read(DAEMON_JSON)


def test_from_the_environment_comes_nothing_that_is_no_address(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://h\x1b[31m:1")

    said = tree.run("set", "--from-env", "--yes")

    assert said.code == 2, said.text
    assert printable(said.err)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("set", PROXY, "--for", ""), "--for names nothing"),
        (("set", PROXY, "--for", "container"), "this can't be set"),
        (("set", PROXY, "--via", "magic"), "--via"),
        (("set", PROXY, "--timeout", "nan"), "a number of seconds"),
        (("set", PROXY, "--timeout", "0"), "a number of seconds"),
        (("set", PROXY, "--force", "everything"), "--force"),
        (("set", PROXY, "--context", "nowhere"), "there is no Docker context nowhere here"),
        (("set", PROXY, "extra"), "extra"),
        (("set",), "which proxy?"),
        (("set", "--password-stdin"), "proxy"),
        (("unset", "NO_PORXY"), "did you mean no_proxy?"),
        (("history", "rm"), "which entries?"),
        (("status", "--format", "xml"), "--format"),
        (("status", "--no\x1b[31m"), "--no\\x1b[31m"),
        (("stats",), "Did you mean “status”?"),
        (("\x1b[31m",), "there is no command"),
        (("",), "there is no command"),
    ],
)
def test_wrong_usage_is_2_and_names_the_word(tree: Tree, argv: tuple[str, ...], words: str) -> None:
    before = tree.seen()

    said = tree.run(*argv)

    assert said.code == 2, said.text
    assert words in said.err
    assert printable(said.err)
    assert tree.seen() == before


def printable(text: str) -> bool:
    """Whether nothing in it commands a terminal."""
    return all(char == "\n" or char.isprintable() for char in text)


@pytest.fixture
def hostile(tree: Tree) -> Tree:
    """A host whose file names and values are a stranger's."""
    quoted = json.dumps(ESCAPES)[1:-1]
    tree.write(
        DAEMON_JSON,
        f'{{"proxies": {{"http-proxy": "http://{quoted}:1", "no-proxy": "a\\nb{quoted}"}}}}',
    )
    tree.write(
        f"{DROP_INS}/a{ESCAPES}\nb.conf",
        f'[Service]\nEnvironment="HTTPS_PROXY=http://{ESCAPES}:1"\n# \x1b[2J\u2028\x85\x0c\n',
    )
    tree.write(
        CONFIG_JSON,
        f'{{"currentContext": "{quoted}", "proxies": {{"default": {{"httpProxy": "{quoted}"}}}}}}',
    )
    return tree


@pytest.mark.parametrize(
    "argv",
    [
        ("status",),
        ("status", "--json"),
        ("set", PROXY, "--dry-run"),
        ("set", PROXY, "--yes"),
        ("set", PROXY, "--yes", "--json"),
        ("set", PROXY, "--yes", "--via", "systemd"),
        ("unset", "--yes"),
        ("undo",),
        ("history",),
        ("history", "--json"),
    ],
    ids=" ".join,
)
def test_what_a_stranger_wrote_never_commands_the_terminal(
    hostile: Tree, argv: tuple[str, ...]
) -> None:
    if argv[0] in ("undo", "history"):
        hostile.set()

    said = hostile.run(*argv)

    assert said.out, said.err
    assert printable(said.text)


def test_a_line_break_in_a_files_name_makes_no_line_of_a_diff(hostile: Tree) -> None:
    said = hostile.run("set", PROXY, "--dry-run")

    assert not any(line.startswith("b.conf") for line in said.out.splitlines())
    assert "\\nb.conf" in said.out


def test_a_root_with_escapes_in_its_name_is_shown_in_plain(tree: Tree) -> None:
    odd = f"{tree.root}/{ESCAPES}\n"
    os.mkdir(odd)

    for argv in (("status",), ("set", PROXY, "--yes"), ("undo", "--yes"), ("history",)):
        said = tree.run(*argv, root=odd)
        assert said.code == 0, said.text
        assert printable(said.text)


def test_a_broken_file_is_quoted_without_what_commands_the_terminal(tree: Tree) -> None:
    tree.write(DAEMON_JSON, f'{{"a": {ESCAPES}')
    tree.write(CONFIG_JSON, f"{{{ESCAPES}")

    for argv in (("status",), ("set", PROXY, "--yes")):
        said = tree.run(*argv)
        assert printable(said.text)
        assert f"{DAEMON_JSON}:1:7: " in said.text


def test_unset_takes_a_name_in_any_case(tree: Tree) -> None:
    said = tree.run("unset", "NO_PROXY", "http-proxy")

    assert said.code == 0, said.text
