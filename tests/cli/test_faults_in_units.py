"""Every way in which people get a drop-in or an EnvironmentFile wrong, met by ``status``, ``set``
and ``undo``: whatever lies there, the daemon has the proxy in the end, or it is said why not.

The names are those of the catalogue of failures. What systemd itself says is tested in the lab.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.cli.tree import DAEMON_JSON, DROP_IN, DROP_INS, PROXY, UNIT, UNIT_TEXT, Tree

SERVICE = "[Service]\n"
BOTH = 'Environment="HTTP_PROXY=http://old:1" "HTTPS_PROXY=http://old:1"\n'
LATER = f"{DROP_INS}/zz-later.conf"
NOTHING = "no proxy is set"


class Fault(NamedTuple):
    """Files that a person wrote. says: what ``status`` tells of the daemon with them."""

    name: str
    files: dict[str, str | bytes]
    says: str = NOTHING


def drop_in(name: str, text: str | bytes, says: str = NOTHING) -> Fault:
    return Fault(name, {DROP_IN: text}, says)


FAULTS = (
    drop_in(
        "percent-not-doubled",
        f'{SERVICE}Environment="HTTP_PROXY=http://u:p%40q@old:1"\n',
        f"systemd ignores HTTP_PROXY in {DROP_IN}:2: there a percent sign has to be doubled.",
    ),
    drop_in("no-service-section", BOTH),
    drop_in("wrong-section", f"[Unit]\n{BOTH}"),
    drop_in("wrong-section [service]", f"[service]\n{BOTH}"),
    Fault("wrong-folder docker.d", {"/etc/systemd/system/docker.d/x.conf": SERVICE + BOTH}),
    Fault("wrong-folder conf.d", {"/etc/systemd/system/docker.conf.d/x.conf": SERVICE + BOTH}),
    Fault("wrong-suffix", {f"{DROP_INS}/http-proxy": SERVICE + BOTH}),
    Fault("wrong-suffix .bak", {f"{DROP_IN}.bak": SERVICE + BOTH}),
    Fault(
        "wrong-unit containerd", {"/etc/systemd/system/containerd.service.d/x.conf": SERVICE + BOTH}
    ),
    Fault(
        "wrong-unit of a user",
        {"/root/.config/systemd/user/docker.service.d/x.conf": SERVICE + BOTH},
    ),
    drop_in(
        "bad-quoting: unclosed",
        f'{SERVICE}Environment="HTTP_PROXY=http://old:1\n',
        f"systemd ignores HTTP_PROXY in {DROP_IN}:2: check quotes and characters.",
    ),
    drop_in("bad-quoting: curly", f"{SERVICE}Environment=“HTTP_PROXY=http://old:1”\n"),
    drop_in("bad-quoting: blanks", f'{SERVICE}Environment="HTTP_PROXY = http://old:1"\n'),
    drop_in("bad-quoting: environment=", f"{SERVICE}environment=HTTP_PROXY=http://old:1\n"),
    drop_in(
        "bad-quoting: two in one pair",
        f'{SERVICE}Environment="HTTP_PROXY=http://old:1 HTTPS_PROXY=http://old:2"\n',
        "http://old:1 HTTPS_PROXY=http://old:2",
    ),
    drop_in(
        "bad-quoting: semicolon",
        f"{SERVICE}Environment=HTTP_PROXY=http://old:1;HTTPS_PROXY=http://old:2\n",
        "http://old:1;HTTPS_PROXY=http://old:2",
    ),
    drop_in(
        "bad-quoting: comma", f"{SERVICE}Environment=HTTP_PROXY=http://old:1,\n", "http://old:1,"
    ),
    drop_in("harmless: export", f"{SERVICE}Environment=export HTTP_PROXY=http://old:1\n", "old:1"),
    drop_in("harmless: CRLF", (SERVICE + BOTH).replace("\n", "\r\n"), "http://old:1"),
    drop_in("harmless: BOM", b"\xef\xbb\xbf" + (SERVICE + BOTH).encode(), "http://old:1"),
    drop_in("harmless: no line end", (SERVICE + BOTH).rstrip("\n"), "http://old:1"),
    Fault(
        "overridden-by-later-drop-in",
        {DROP_IN: SERVICE + BOTH, LATER: f"{SERVICE}Environment=HTTP_PROXY=http://later:2\n"},
        f"HTTP_PROXY in {DROP_IN}:2 has no effect: {LATER}:2 comes later.",
    ),
    Fault(
        "overridden: an empty one resets",
        {DROP_IN: SERVICE + BOTH, LATER: f"{SERVICE}Environment=\n"},
        f"The empty Environment= in {LATER}:2 takes HTTP_PROXY of {DROP_IN}:2 away.",
    ),
    Fault(
        "UnsetEnvironment",
        {DROP_IN: SERVICE + BOTH, LATER: f"{SERVICE}UnsetEnvironment=HTTP_PROXY HTTPS_PROXY\n"},
        f"UnsetEnvironment= in {LATER}:2 takes HTTP_PROXY of {DROP_IN}:2 away.",
    ),
    drop_in(
        "environment-file-missing",
        f"{SERVICE}EnvironmentFile=/etc/default/nowhere\n",
        f"systemd will not start the daemon: Failed to load environment files ({DROP_IN}:2)",
    ),
    drop_in("environment-file-missing -", f"{SERVICE}EnvironmentFile=-/etc/default/nowhere\n"),
    Fault("etc-default-docker-ignored", {"/etc/default/docker": "HTTP_PROXY=http://old:1\n"}),
    Fault(
        "etc-default-docker read",
        {
            DROP_IN: f"{SERVICE}EnvironmentFile=-/etc/default/docker\n",
            "/etc/default/docker": "export HTTP_PROXY=http://old:1\nHTTPS_PROXY=http://old:2 # c\n",
        },
        "http://old:2 # c",
    ),
    Fault("shell-export-only", {"/etc/environment": "HTTP_PROXY=http://old:1\n"}),
    Fault("shell-export-only profile", {"/etc/profile.d/p.sh": "export HTTP_PROXY=http://old:1\n"}),
    drop_in(
        "lower-and-upper-differ",
        f'{SERVICE}Environment="HTTP_PROXY=http://up:1" "http_proxy=http://low:1"\n',
        "wins over http://low:1",
    ),
    Fault(
        "two-sources",
        {DROP_IN: SERVICE + BOTH, DAEMON_JSON: '{"proxies": {"http-proxy": "http://file:1"}}'},
        f"{DAEMON_JSON}:1 wins over {DROP_IN}:2: HTTP_PROXY there has no effect on the daemon.",
    ),
    drop_in("all-proxy-only", f"{SERVICE}Environment=ALL_PROXY=http://old:1\n"),
    drop_in(
        "port-0 / empty host",
        f'{SERVICE}Environment="HTTP_PROXY=http://:" "HTTPS_PROXY=https://"\n',
        "http://:",
    ),
    drop_in("http://none", f"{SERVICE}Environment=HTTP_PROXY=http://none\n", "http://none"),
    drop_in("request-method-set", f"{SERVICE}Environment=REQUEST_METHOD=GET\n{BOTH}", "old:1"),
    drop_in("a lone byte", SERVICE.encode() + b'Environment="HTTP_PROXY=http://\xe4:1"\n'),
    drop_in("UTF-16", (SERVICE + BOTH).encode("utf-16")),
    drop_in("binary", bytes(range(256)) * 8),
    drop_in("empty", ""),
    drop_in("a comment to the end", f"{SERVICE}# \\\n{BOTH}", "http://old:1"),
    drop_in(
        "continued into nothing", f"{SERVICE}Environment=HTTP_PROXY=http://old:1 \\\n", "old:1"
    ),
    Fault("the unit is empty", {UNIT: ""}),
    Fault("the unit is masked by an empty one", {"/etc/systemd/system/docker.service": ""}),
    Fault("another ExecStart", {UNIT: UNIT_TEXT.replace("dockerd", "wrapper")}),
)
REFUSED = ("UnsetEnvironment",)
"""Where a drop-in can't give what another takes away: ``--via systemd`` refuses."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_status_says_what_comes_of_it(tree: Tree, fault: Fault) -> None:
    for path, text in fault.files.items():
        tree.write(path, text)
    before = tree.seen()

    said = tree.run("status")

    assert said.code == 0, said.text
    assert fault.says in said.out.partition("\nclient ")[0]
    assert tree.status()["kind"] == "status"
    assert tree.seen() == before


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_set_ends_in_a_daemon_with_the_proxy_and_undo_brings_back_every_byte(
    tree: Tree, fault: Fault
) -> None:
    for path, text in fault.files.items():
        tree.write(path, text)
    before = tree.seen()

    said = tree.set()

    assert said.code == 0, said.text
    given = tree.given("daemon")
    assert (given["http_proxy"], given["https_proxy"]) == (PROXY, PROXY)
    assert tree.run("undo", "--yes").code == 0
    assert tree.seen() == before


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_set_by_systemd_does_the_same_or_changes_nothing(tree: Tree, fault: Fault) -> None:
    for path, text in fault.files.items():
        tree.write(path, text)
    before = tree.seen()

    said = tree.set("--via", "systemd")

    if fault.name in REFUSED:
        assert said.code == 3, said.text
        assert "UnsetEnvironment" in said.text
        assert tree.seen() == before
        return
    assert said.code == 0, said.text
    given = tree.given("daemon")
    assert (given["http_proxy"], given["https_proxy"]) == (PROXY, PROXY)
    assert tree.run("undo", "--yes").code == 0
    assert tree.seen() == before


def test_what_keeps_systemd_from_starting_the_daemon_is_noted_at_set(tree: Tree) -> None:
    tree.write(DROP_IN, f"{SERVICE}EnvironmentFile=/etc/default/nowhere\n")

    said = tree.set()

    assert (
        f"note: systemd will not start the daemon: Failed to load environment files ({DROP_IN}:2)"
        in said.out
    )


@pytest.mark.parametrize("via", ["auto", "daemon-json", "systemd"])
def test_a_flag_of_dockerd_is_refused_with_where_it_stands(tree: Tree, via: str) -> None:
    text = f"{SERVICE}ExecStart=\nExecStart=/usr/bin/dockerd -H fd:// --http-proxy=http://old:1\n"
    tree.write(DROP_IN, text)
    before = tree.seen()

    said = tree.set("--via", via)

    assert said.code == 3, said.text
    assert f"{DROP_IN}:" in said.err
    assert "--http-proxy" in said.err
    assert "take the flag out of the unit's ExecStart, then run this again" in said.err
    assert tree.seen() == before
    assert tree.run("undo", "--yes").out == "there is nothing to take back\n"


def test_a_flag_beside_the_same_key_in_the_file_is_named_by_status(tree: Tree) -> None:
    tree.write(
        DROP_IN, f"{SERVICE}ExecStart=\nExecStart=/usr/bin/dockerd --http-proxy http://old:1\n"
    )
    tree.write(DAEMON_JSON, '{"proxies": {"http-proxy": "http://old:1"}}')

    said = tree.run("status")

    assert "specified both as a flag and in the configuration file: http-proxy" in said.out


def test_a_masked_unit_and_a_masked_drop_in_are_no_obstacle(tree: Tree) -> None:
    import os

    os.symlink("/dev/null", tree.real("/etc/systemd/system/docker.service"))
    os.symlink("/dev/null", tree.real(DROP_IN))
    before = tree.seen()

    said = tree.set()

    assert said.code == 0, said.text
    assert tree.given("daemon")["http_proxy"] == PROXY
    assert tree.run("undo", "--yes").code == 0
    assert tree.seen() == before
