"""Lines in, lines out: as ``Router.routes`` answers one by one, whatever the lines are."""

from __future__ import annotations

import json
from random import Random

import pytest

from dockproxy.core.model.proxies import Proxies
from dockproxy.render.json_route import answer_json
from dockproxy.route.answer import Answer
from dockproxy.route.bulk import answers_of_lines
from dockproxy.route.router import Router
from dockproxy.semantics.registry import PROGRAMS

PROXIES = Proxies(
    "http://10.0.0.1:3128",
    "http://me:secret@10.0.0.1:3128",
    None,
    None,
    "corp.test,.sub.test:8080,10.0.0.0/8,192.168.0.7,a.b.test,*.c.test,d.test:443,172.16.0.0/30:80",
)
PLAIN = (
    *("https://corp.test/", "https://a.corp.test/x/y", "http://a.sub.test:8080/", "http://b.test"),
    *("https://d.test/v2/", "http://d.test/v2/", "http://10.1.2.3/a?b=c", "http://192.168.0.7:81/"),
    *("http://localhost/", "http://localhost:80", "https://127.9.9.9/", "http://x.c.test/%41#f"),
    *("http://a.b.test/", "http://x.a.b.test", "http://172.16.0.1/", "http://1.2.3/", "http://a./"),
)
ODD = (
    *("", " ", "redis", "redis:7", "ghcr.io/a/b", "host.test:5000", "10.0.0.1", "::1", "http://"),
    *("HTTP://CORP.test/", "http://Corp.test/", "https://[::1]/", "http://x:0/", "http://x:99999/"),
    *("http://x/%zz", "http://x/#%zz", "http://u:p@x/", "http://é.test/", "ftp://x/", "\0", "a\0b"),
    *("http://x:", "http://a b/", 'http://x/"', "http://x/\\", "http:///x", "x" * 9000, "\x1b[0m"),
    *(
        "http://x/" + "y" * 9000,
        "\udcff",
        "http://\udcff/",
        "//x",
        "http://x?a",
        "http://.x/",
        "\t",
    ),
)


def write(answer: Answer) -> str:
    return json.dumps(answer_json(answer)) + "\n"


def answered(text: bytes, router: Router, size: int = 1 << 16) -> bytes:
    blocks = [text[at : at + size] for at in range(0, len(text), size)]
    return b"".join(answers_of_lines(blocks, router, write))


def one_by_one(words: list[str], router: Router) -> str:
    return "".join(write(answer) for word in words for answer in router.routes(word))


@pytest.mark.parametrize("program", ["go", "go@1.19"])
@pytest.mark.parametrize("size", [1, 7, 100, 1 << 16])
def test_all_lines_are_answered_in_order(program: str, size: int) -> None:
    rng = Random(size)
    words = [rng.choice(rng.choice((PLAIN, PLAIN, ODD))) for _ in range(300)]
    text = "\n".join(words).encode("utf-8", "surrogateescape")
    router = Router(PROXIES, program)

    assert answered(text + b"\n", router, size).decode() == one_by_one(words, router)


def test_blocks_of_plain_lines_alone_are_answered_alike() -> None:
    rng = Random(1)
    words = [rng.choice(PLAIN) for _ in range(5000)]
    router = Router(PROXIES)

    text = "\n".join(words).encode()
    assert answered(text, router).decode() == one_by_one(words, router)


def test_what_is_written_of_a_plain_line() -> None:
    assert answered(b"https://x/\n", Router(PROXIES, as_="daemon")).decode() == (
        '{"target": "https://x/", "as": "daemon", "decision": "proxy",'
        ' "proxy": "http://xxxxx:xxxxx@10.0.0.1:3128", "via": "https_proxy", "matched": null,'
        ' "reason": "HTTPS_PROXY names the proxy", "variable": "HTTPS_PROXY"}\n'
    )


def test_ends_of_lines_are_no_part_of_targets() -> None:
    router = Router(PROXIES)
    plain = answered(b"http://x/\nhttp://y/\n", router)

    assert answered(b"http://x/\r\nhttp://y/\r\n", router) == plain
    assert answered(b"http://x/\r\nhttp://y/\r", router) == plain
    assert answered(b"http://x/\nhttp://y/", router) == plain
    assert answered(b"", router) == b""
    assert answered(b"\n\n", router).count(b"\n") == 2


def test_long_lines_are_errors_and_the_stream_goes_on() -> None:
    text = b"http://x/" + b"y" * (3 << 20) + b"\n" + b"." * (2 << 20) + b"\nhttp://x/\n"
    lines = answered(text, Router(PROXIES)).splitlines()

    assert [json.loads(line)["decision"] for line in lines] == ["error", "error", "proxy"]


def test_not_one_answer_is_lost_with_many_hosts_and_ports() -> None:
    words = [f"http://h{at}.t{at % 40_000}.test:{at % 9000 + 1}/" for at in range(60_000)]
    lines = answered("\n".join(words).encode(), Router(PROXIES)).splitlines()

    assert [json.loads(line)["target"] for line in lines] == words


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_path_does_not_matter_to_a_program(program: str) -> None:
    """What is remembered by scheme, host and port is true of all plain paths."""
    router = Router(PROXIES, program)
    for url in ("http://x.test", "https://corp.test:8080"):
        found = {
            str(router.route(url + path)._replace(target=""))
            for path in ("", "/", "/a/b.c", "/~x_-y")
        }
        assert len(found) == 1
