"""``explain`` as people call it: codes, names, a text, a pipe; whatever comes out of the pipe."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.process import CONTROLLED, command, environment
from tests.cli.tree import DAEMON_JSON, Tree, here

REFUSED = "proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused"
NOTHING_LISTENS = "nothing listens at the proxy's address"


def piped(data: bytes, root: Path, *flags: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command("explain", "-", "--root", str(root), *flags),
        env=environment(),
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("words", ["DP101", "dp101", "daemon-json-syntax", "Daemon_Json_Syntax"])
def test_a_page_is_found_by_code_and_by_name(words: str) -> None:
    said = here("explain", words)
    assert said.code == 0
    assert said.out.startswith("DP101 daemon-json-syntax")
    for heading in ("How to mend it", "Wrong", "Right", "Sources"):
        assert heading in said.out


def test_several_pages_in_one_and_each_once() -> None:
    said = here("explain", "DP101", "dp201", "daemon-json-syntax")
    assert (said.out.count("DP101 daemon-json-syntax"), "DP201" in said.out) == (1, True)


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("DP1O1x", ""),
        ("DP1011", "DP101"),
        ("DP999", ""),
        ("daemon-json-sintax", "daemon-json-syntax"),
        ("percent-not-double", "percent-not-doubled"),
    ],
)
def test_what_is_no_rule_gets_the_nearest_ones(words: str, near: str) -> None:
    said = here("explain", words)
    if words == "DP1O1x":
        assert said.code == 1  # no code: a text, and of no proxy
    else:
        assert said.code == 2
        assert near in said.err
        assert said.out == ""


def test_the_list_has_every_rule_under_its_component() -> None:
    from dockproxy.rules.registry import all_rules

    said = here("explain", "--list").out
    assert said == here("explain").out
    for rule in all_rules():
        assert said.count(f"{rule.code}  ") == 1
    at = [said.index(f"\n{name} ") for name in ("client", "builder")]
    assert said.startswith("daemon ")
    assert at == sorted(at)
    assert said.index("DP301") > at[0] > said.index("DP101")


def test_the_documents_have_their_shape(tmp_path: Path) -> None:
    tree = Tree(str(tmp_path))
    tree.write(DAEMON_JSON, '{"proxies": {"http-proxy": "http://10.0.0.1:3128"}}')
    text = 'Get "https://registry-1.docker.io/v2/": dial tcp 54.1.2.3:443: i/o timeout'
    found = json.loads(tree.run("explain", "--json", text).out)
    (match,) = found["matches"]
    assert (found["schema"], found["kind"], match["id"], match["here"]) == (
        1,
        "explain",
        "direct-blocked",
        "DP501",
    )
    assert {"title", "text", "causes", "codes"} <= set(match)
    assert "DP501" in match["codes"]

    none = tree.run("explain", "--json", "no space left on device")
    assert (none.code, json.loads(none.out)["matches"]) == (1, [])
    assert (found["rules"], json.loads(none.out)["rules"]) == ([], [])
    page = json.loads(here("explain", "--json", "DP101").out)
    assert (page["rules"][0]["name"], page["matches"]) == ("daemon-json-syntax", [])
    assert len(json.loads(here("explain", "--json", "--list").out)["rules"]) > 30


def test_a_password_in_the_text_is_not_repeated(tmp_path: Path) -> None:
    text = (
        b"* Proxy-Authorization: Basic czNjcjN0\n"
        b"Failed to connect to http://ann:s3cr3t/x@10.0.0.1:3128: proxy refused\n"
        b"http://ann:s3cr3t@10.0.0.1:3128: proxyconnect tcp: dial tcp 10.0.0.1:3128: refused\n"
        b"proxyconnect tcp: dial tcp 10.0.0.1:3128: connection refused"
    )
    for flags in ((), ("--json",)):
        said = piped(text, tmp_path, *flags)
        assert said.returncode == 0
        assert b"s3cr3t" not in said.stdout + said.stderr
        assert b"czNjcjN0" not in said.stdout + said.stderr


@pytest.mark.parametrize(
    "data",
    [
        REFUSED.encode("utf-16"),
        "\ufeff".encode() + REFUSED.encode(),
        b"\xff\xfe\xfd\x00" * 3 + b"\n" + REFUSED.encode(),
        ("\u9519\u8bef\uff1a" + REFUSED).encode("gbk"),
        b"\x1b]0;title\x07\x1b[2K\r" + REFUSED.encode() + b"\x1b[0m",
        b"\x00" * 5000 + REFUSED.encode() + b"\x00" * 5000,
        b"x" * 3_000_000 + b"\n" + REFUSED.encode(),
        REFUSED.encode() + b"\n" + b"y" * 3_000_000,
        b"[" * 1_000_000 + REFUSED.encode() + b"]" * 1_000_000,
        os.urandom(200_000) + b"\n" + REFUSED.encode() + b"\n" + os.urandom(200_000),
    ],
    ids=["utf-16", "bom", "binary", "gbk", "escapes", "nul", "behind", "before", "line", "random"],
)
def test_whatever_comes_out_of_the_pipe_is_read(data: bytes, tmp_path: Path) -> None:
    said = piped(data, tmp_path)
    assert said.returncode == 0, said.stderr
    assert NOTHING_LISTENS.encode() in said.stdout
    assert b"\x1b" not in said.stdout


def test_a_hundred_megabytes_are_read_to_their_end(tmp_path: Path) -> None:
    """The writer is not cut off, and the error at the end is found."""
    script = (
        "import sys\n"
        "for _ in range(100): sys.stdout.buffer.write(b'layer 0123456789abcdef\\n' * 45000)\n"
        f"sys.stdout.write({REFUSED!r})\n"
    )
    with subprocess.Popen(
        [command()[0], "-c", script], stdout=subprocess.PIPE, env=environment()
    ) as writer:
        said = subprocess.run(
            command("explain", "-", "--root", str(tmp_path)),
            env=environment(),
            stdin=writer.stdout,
            capture_output=True,
            timeout=120,
            check=False,
        )
    assert writer.returncode == 0
    assert NOTHING_LISTENS.encode() in said.stdout


def test_it_waits_for_a_writer_that_ends_late_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*CONTROLLED[3:], *command("explain", "-", "--root", str(tmp_path))],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as late:
        assert late.stdin is not None
        late.stdin.write(b"Using default tag: latest\n")
        late.stdin.flush()
        time.sleep(1)
        assert late.poll() is None
        out, _ = late.communicate(REFUSED.encode(), timeout=30)
        assert (late.returncode, NOTHING_LISTENS.encode() in out) == (0, True)

    with subprocess.Popen(
        [*CONTROLLED[3:], *command("explain", "-", "--root", str(tmp_path))],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as waiting:
        assert waiting.stdin is not None
        waiting.stdin.write(b"x\n")
        waiting.stdin.flush()
        time.sleep(1)
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=30)
        assert (waiting.returncode, out) == (130, b"")
        assert b"Traceback" not in err


def test_the_help_shows_how_to_pipe_a_pull_into_it() -> None:
    assert "docker pull redis 2>&1 | dockproxy explain -" in here("explain", "--help").out


def test_an_empty_text_is_about_nothing(tmp_path: Path) -> None:
    assert piped(b"", tmp_path).returncode == 1
    assert here("explain", "").code == 1


def test_in_chinese_too(tmp_path: Path) -> None:
    said = subprocess.run(
        command("explain", "--root", str(tmp_path), REFUSED),
        env=environment({"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "utf-8"}),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert "代理" in said.stdout.decode()
