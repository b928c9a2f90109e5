"""``dockproxy no-proxy`` as it is typed and read."""

from __future__ import annotations

import json
import subprocess

import pytest

from dockproxy.cli import no_proxy
from dockproxy.cli.complete import candidates
from dockproxy.cli.main import main
from dockproxy.no_proxy.programs import known
from dockproxy.render.terminal import Style
from dockproxy.render.text_no_proxy import Tally, entry_text
from tests.cli.process import command, environment


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(["no-proxy", *argv])
    out, err = capsys.readouterr()
    return code, out, err


def piped(text: bytes, *argv: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command("no-proxy", *argv),
        env=environment(),
        input=text,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_entries_are_told_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, "check", "t.com,10.*,127.0.0.1", "--for", "go")

    assert (code, err) == (1, "")
    assert "t.com   entry 1\n    go: t.com; names under t.com\n" in out
    assert "10.*   entry 2\n  ! go: nothing\n" in out
    assert "127.0.0.1   entry 3\n    go: goes direct without it\n" in out
    assert "! match nothing at all: 10.*" in out


@pytest.mark.parametrize(
    ("listing", "code"), [("t.com", 0), ("", 0), ("*", 1), ("10.*", 1), ("t.com,<local>", 1)]
)
def test_the_exit_code_says_whether_an_entry_is_at_fault(
    capsys: pytest.CaptureFixture[str], listing: str, code: int
) -> None:
    assert told(capsys, "check", listing, "--for", "go")[0] == code
    assert told(capsys, "check", listing, "--for", "go", "--json")[0] == code


def test_the_document_of_check(capsys: pytest.CaptureFixture[str]) -> None:
    _code, out, _err = told(capsys, "check", "t.com,*", "--for", "daemon", "--json")

    document = json.loads(out)
    assert list(document)[:4] == ["schema", "kind", "version", "host"]
    assert (document["schema"], document["kind"]) == (1, "no-proxy-check")
    assert document["programs"][0]["name"] == "daemon"
    assert document["programs"][0]["program"] == "go"
    first, star = document["entries"]
    assert first["meanings"][0]["program"] == "daemon"
    assert {"itself", "under"} <= set(first["meanings"][0]["matches"])
    assert (first["fault"], star["fault"]) == (False, True)
    assert "every-name" in star["meanings"][0]["too_much"]
    assert document["unknown"] == []


def test_the_list_alone_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, "make", "t.com", "10.1.2.0/24", "--for", "go")

    assert (code, out) == (0, "t.com,10.1.2.0/24\n")
    assert "note: with t.com, more goes direct in go: names under it (http://sub.t.com/)" in err


@pytest.mark.parametrize(
    ("words", "listing"),
    [
        ("registry.corp.example", "registry.corp.example"),
        ("10.1.2.3", "10.1.2.3"),
        ("registry.corp.example:5000", "registry.corp.example"),
        ("10.0.0.0/8", "10.0.0.0/8"),
    ],
)
def test_a_plain_word_makes_a_list_for_the_usual_programs(
    capsys: pytest.CaptureFixture[str], words: str, listing: str
) -> None:
    code, out, err = told(capsys, "make", words)

    assert (code, out) == (0, f"{listing}\n")
    assert all(line.startswith("note: ") for line in err.splitlines() if line[:1] not in " →-")


def test_the_examples_of_the_help_work(capsys: pytest.CaptureFixture[str]) -> None:
    examples = [line.split() for line in (no_proxy.parser().epilog or "").splitlines()]
    made = [words[3:] for words in examples if words[2:3] == ["make"]]

    assert len(made) == 2
    for words in made:
        assert told(capsys, "make", *words)[0] == 0


def test_a_list_that_can_not_be_had_is_said_and_is_exit_code_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _err = told(capsys, "make", "2001:db8::1:80", "*.b.test", "--for", "go", "--json")

    document = json.loads(out)
    assert code == 0
    assert (document["kind"], document["exact"]) == ("no-proxy-make", True)
    assert document["list"] == "2001:db8::1:80,.b.test"
    assert document["members"][1] == {"member": ".b.test", "given": ["*.b.test"]}


@pytest.mark.parametrize(
    "argv",
    [
        ("check",),
        ("check", "a", "b"),
        ("make",),
        ("make", "*"),
        ("check", "a", "--for", "nobody"),
        ("check", "a", "--for", ""),
        ("check", "a", "--for", "go@x"),
    ],
)
def test_wrong_usage_is_exit_code_2(capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    code, out, err = told(capsys, *argv)

    assert (code, out) == (2, "")
    assert err.startswith("dockproxy: ")


@pytest.mark.parametrize("argv", [(), ("look", "a")])
def test_another_verb_is_exit_code_2(argv: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["no-proxy", *argv])

    assert ended.value.code == 2


def test_a_list_from_standard_input_may_hold_anything_but_nul() -> None:
    odd = b"t.com,\x1b[2J\xff\xfe,\xe2\x80\xaeb.test," + b"x" * 100_000 + b"\n"

    done = piped(odd, "check", "-", "--for", "go")

    assert (done.returncode, done.stderr) == (1, b"")
    assert b"\x1b" not in done.stdout and b"\xe2\x80\xae" not in done.stdout
    assert b"\\x1b[2J" in done.stdout
    assert piped(b"a\0b", "check", "-", "--for", "go").returncode == 2


def test_of_a_hundred_thousand_entries_those_that_fit_are_looked_at() -> None:
    listing = ",".join(["a.test", "10.0.0.0/8", "b.test"] * 33_334).encode()

    done = piped(listing, "check", "-", "--for", "go")

    assert done.returncode == 1
    assert 15_000 < done.stdout.count(b"the same as entry") < 131_072 // 8
    assert b"longer than 128 KiB" in done.stderr


def test_no_line_is_wider_than_the_terminal() -> None:
    from dockproxy.no_proxy.check import check
    from dockproxy.no_proxy.programs import programs

    asked, style, tally = programs("all"), Style(width=80), Tally()
    text = ""
    for found in check("t.com,.t.com,*,0.0.0.0/0,10.*,a b,t.com:80,::1,[::1]," + "x" * 50, asked):
        text += entry_text(found, style)
        tally.add(found)
    text += tally.text(asked, style)

    assert max(map(len, text.splitlines())) <= 80


def test_words_are_completed() -> None:
    verbs = [word for word, _text in candidates(["no-proxy", ""]).words]
    programs = [word for word, _text in candidates(["no-proxy", "check", "--for", ""]).words]

    assert verbs == ["check", "make"]
    assert programs == known()


@pytest.mark.parametrize(
    "listing",
    [
        "http://bob:SeCret@p,x",
        "bob:SeCret@p,x",
        "http://bob:Se,SeCret@p",
        "http://bob:SeCret,12@p",
        "x,bob:SeCret,SeCret,c@p",
        "http://bob:Se;SeCret@p",
        "bob:SeCret%40p",
        "NO_PROXY=http://bob:SeCret@p",
    ],
)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_no_password_is_shown_of_a_list(
    capsys: pytest.CaptureFixture[str], listing: str, form: tuple[str, ...]
) -> None:
    _code, out, err = told(capsys, "check", listing, *form)

    assert "xxxxx" in out
    assert "secret" not in (out + err).lower()


@pytest.mark.parametrize(
    "word",
    [
        "u:SeCret@x",
        "http://u:SeCret@x",
        "http://u:Se/SeCret@x",
        "u:x@SeCret@x",
        "u:Se,SeCret@x",
        "http://u:SeCret",
        "ftp://u:SeCret@x",
    ],
)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_no_password_is_shown_of_a_member(
    capsys: pytest.CaptureFixture[str], word: str, form: tuple[str, ...]
) -> None:
    _code, out, err = told(capsys, "make", word, "--for", "go", *form)

    assert "secret" not in (out + err).lower()


def test_entries_without_users_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    listing = "localhost:80,::1,fe80::a,[::1]:80,2001:db8::/32,u@x"

    document = json.loads(told(capsys, "check", listing, "--for", "go", "--json")[1])

    shown = [entry["entry"] for entry in document["entries"]]
    assert shown == [*listing.split(",")[:-1], "xxxxx:xxxxx@x"]


@pytest.mark.parametrize(
    ("text", "words", "listing"),
    [
        (b"a.test b.test,c.test\nd.test\r\n", ("-",), b"a.test,b.test,c.test,d.test\n"),
        (b"\xef\xbb\xbfb.test\n", ("a.test", "-", "c.test"), b"a.test,b.test,c.test\n"),
    ],
)
def test_members_are_read_from_standard_input(
    text: bytes, words: tuple[str, ...], listing: bytes
) -> None:
    done = piped(text, "make", *words, "--for", "go")

    assert (done.returncode, done.stdout) == (0, listing)


def test_standard_input_without_members_is_exit_code_2() -> None:
    assert piped(b" ,\n", "make", "-").returncode == 2


@pytest.mark.parametrize(
    ("word", "why", "hint"),
    [
        ("fe80::1%eth0", "no zones", "write the address alone: fe80::1"),
        ("user@x", "no users", "write the host alone: x"),
        ("a,b", "more than one", "with blanks between"),
        ("a:b", "a port is a number", "HOST:PORT"),
        ("10.0.0.0-10.0.0.9", "a range of addresses", "10.0.0.0/29 10.0.0.8/31"),
        ("10.0.0.9-10.0.0.1", "a range of addresses", "ADDRESS/BITS"),
        ("10.*", "no host", "write it as a network: 10.0.0.0/8"),
        ("NO_PROXY=t.com", "no host", "write the list alone: t.com"),
        ("..", "no host", "NETWORK/BITS"),
        ("10.0.0.1-::1", "a range of addresses", "ADDRESS/BITS"),
    ],
)
def test_what_can_not_be_made_is_refused_with_what_to_write(
    capsys: pytest.CaptureFixture[str], word: str, why: str, hint: str
) -> None:
    code, _out, err = told(capsys, "make", word, "--for", "go")

    assert code == 2
    assert why in err.splitlines()[0]
    assert hint in err.splitlines()[1]


def test_what_a_made_list_lacks_and_has_too_much_is_said_in_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _code, _out, err = told(
        capsys, "make", "a.com", "b.com", "10.0.0.0/8", "127.0.0.0/7", "--for", "go,wget,apt"
    )

    assert err.startswith("missing: 10.0.0.0/8 still goes through the proxy in wget, apt\n")
    assert "\nmissing: part of 126.0.0.0/7 still goes through" not in err
    assert "too much: with a.com, b.com, more goes direct in apt: names that merely end" in err
    assert "note: with a.com, b.com, more goes direct in go, wget, apt: names under it" in err


def test_an_entry_in_which_nothing_separates_is_said_to_be_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _err = told(capsys, "check", "localhost;127.0.0.1", "--for", "daemon,curl")

    assert code == 1
    assert "  ! daemon, curl: nothing; it is read as one entry\n" in out
    assert "! match nothing at all: localhost;127.0.0.1" in out
    assert "different things" not in out


def test_a_program_that_separates_at_blanks_is_not_said_to_read_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _code, out, _err = told(capsys, "check", "a.test b.test", "--for", "go,curl@7.88")

    assert "! go: nothing; it is read as one entry\n" in out
    assert "curl@7.88: a.test" in out


def test_what_goes_direct_anyway_is_said_beside_what_does_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _code, out, _err = told(capsys, "check", "localhost,a.test", "--for", "daemon")

    assert "daemon: names under localhost; localhost itself goes direct anyway\n" in out
    assert "daemon: a.test; names under a.test\n" in out


def test_what_to_write_instead_is_said_below_the_entry(capsys: pytest.CaptureFixture[str]) -> None:
    _code, out, _err = told(capsys, "check", "t.com,10.*,*.b.test", "--for", "go,wget")

    assert "  -> write it as a network: 10.0.0.0/8 (but wget can't read it)\n" in ascii_arrows(out)
    assert "-> write .b.test for all names under it, or b.test for itself" in ascii_arrows(out)
    assert out.count("dockproxy no-proxy make") == 1


def ascii_arrows(text: str) -> str:
    return text.replace("\u2192", "->")


def test_no_hint_is_given_where_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    _code, out, _err = told(capsys, "check", "t.com,10.0.0.0/8", "--for", "go")

    assert "write" not in out and "no-proxy make" not in out


def test_the_document_holds_the_hint(capsys: pytest.CaptureFixture[str]) -> None:
    _code, out, _err = told(capsys, "check", "t.com,a;b", "--for", "go", "--json")

    first, second = json.loads(out)["entries"]
    assert first["hint"] is None
    assert second["hint"] == {
        "text": "write commas between: a,b",
        "entries": ["a", "b"],
        "not_for": [],
    }
    assert second["meanings"][0]["one_entry"] is True
