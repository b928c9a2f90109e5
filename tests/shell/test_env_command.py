"""``dockproxy env``, ``exec`` and ``args`` as processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from dockproxy import api
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.snapshot import Unknown
from dockproxy.resolve.given import given
from dockproxy.resolve.make import resolve
from tests.cli.process import at_a_terminal, command, environment, run
from tests.shell.shells import ALL, PRINTABLE, STARTS, at, variables_after
from tests.support import snapshots as make

PASSWORD = PRINTABLE.replace("@", "").replace(":", "")
URL = f"http://alice:{PASSWORD}@10.0.0.1:3128"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose config.json gives a proxy with a password, and another daemon another one."""
    folder = tmp_path / ".docker"
    folder.mkdir()
    proxies = {
        "default": {"httpProxy": URL, "httpsProxy": URL, "noProxy": "localhost"},
        "tcp://other:2375": {"httpProxy": "http://bob:x@10.0.0.1:3128"},
    }
    content = {"auths": {"registry": {"auth": "c2VjcmV0"}}, "proxies": proxies}
    (folder / "config.json").write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


def of(home: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(home), **more}


def told(*words: str, env: Mapping[str, str], code: int = 0) -> str:
    done = run(*words, env=env)
    assert done.returncode == code, done.stderr
    return (done.stdout if code == 0 else done.stderr).decode()


def test_the_clients_own_password_arrives_in_the_shell(home: Path) -> None:
    printed = told("env", "--shell", "sh", env=of(home))

    found = variables_after("bash", printed)

    assert found["http_proxy"] == found["HTTPS_PROXY"] == URL
    assert found["no_proxy"] == "localhost"


def test_fish_joins_the_lines_of_a_substitution(home: Path) -> None:
    words = " ".join(f"'{word}'" for word in command("env", "--shell", "fish"))
    inner = environment(of(home))

    found = variables_after("fish", f"eval ({words})", {**inner, "HOME": str(home)})

    assert found["https_proxy"] == URL


def test_the_shell_that_asks_is_answered_in_its_language(home: Path) -> None:
    words = " ".join(f"'{word}'" for word in command("env"))
    inner = {**environment(of(home, SHELL="/bin/bash")), "HOME": str(home)}

    found = variables_after("fish", f"{words} | source", inner)

    assert found["http_proxy"] == URL


@pytest.mark.parametrize(
    ("shell", "start"),
    [("/usr/bin/fish", "set -"), ("/bin/zsh", "unset"), ("/opt/pwsh", "Remove"), ("", "unset")],
)
def test_where_no_shell_asks_the_variable_SHELL_decides(shell: str, start: str) -> None:
    assert told("env", "--off", env={"SHELL": shell}).startswith(start)


def test_a_shell_of_another_language_is_named(home: Path) -> None:
    said = told("env", env=of(home, SHELL="/bin/tcsh"), code=2)

    assert "tcsh" in said
    assert "--shell: sh, fish, powershell" in said


def test_a_terminal_never_shows_the_password(home: Path) -> None:
    with at_a_terminal("env", "--shell", "sh", env=of(home)) as terminal:
        assert terminal.end() == 0

    assert "# export http_proxy='http://xxxxx:xxxxx@10.0.0.1:3128'" in terminal.screen
    assert 'eval "$(dockproxy env …)"' in terminal.screen
    assert "alice" not in terminal.screen


def test_a_terminal_shows_what_holds_no_password_as_it_is() -> None:
    with at_a_terminal("env", "http://10.0.0.1:3128", "--shell", "sh") as terminal:
        assert terminal.end() == 0

    assert "\nexport http_proxy='http://10.0.0.1:3128'" in terminal.screen


def test_json_names_values_origins_and_what_is_unset(home: Path) -> None:
    document = json.loads(told("env", "--json", env=of(home)))

    assert (document["schema"], document["kind"], document["component"]) == (1, "env", "client")
    assert document["proxies"]["http_proxy"]["value"] == URL
    assert document["proxies"]["http_proxy"]["origin"]["name"] == "httpProxy"
    assert document["unset"] == ["FTP_PROXY", "ftp_proxy", "ALL_PROXY", "all_proxy"]


def test_what_is_given_is_taken_and_nothing_of_this_machine(home: Path) -> None:
    found = variables_after("sh", told("env", "10.0.0.9:3128", env=of(home)))

    assert found["http_proxy"] == found["https_proxy"] == "http://10.0.0.9:3128"
    assert found["no_proxy"] == "localhost,127.0.0.1,127.0.0.0/8,::1"


def test_the_list_alone_can_be_changed(home: Path) -> None:
    found = variables_after("sh", told("env", "--no-proxy-add", "corp.example", env=of(home)))

    assert found["http_proxy"] == URL
    assert found["no_proxy"] == "localhost,corp.example"


def test_a_password_may_come_from_stdin() -> None:
    done = subprocess.run(
        command("env", "http://alice@10.0.0.1:1", "--password-stdin"),
        env=environment({}),
        input="p'w\n",
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )

    assert "export http_proxy='http://alice:p%27w@10.0.0.1:1'" in done.stdout


def test_a_file_of_variables_is_taken_verbatim(tmp_path: Path) -> None:
    file = tmp_path / "proxies"
    file.write_text("# a remark\nHTTP_PROXY=http://a:\"b'@h:1\nother=x\nhttp_proxy=http://c:1\r\n")

    done = run("env", "--env-file", str(file))

    assert variables_after("sh", done.stdout.decode())["http_proxy"] == "http://a:\"b'@h:1"
    assert b"HTTP_PROXY and http_proxy differ in the file" in done.stderr


def test_off_takes_odd_spellings_too() -> None:
    env = {"Http_Proxy": "http://a:1", "PATH": "/usr/bin:/bin"}
    off = told("env", "--off", env=env)

    assert not any("proxy" in name.lower() for name in variables_after("sh", off, env))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["env", "--root", "."], "no proxy is set, neither for the client nor for the daemon"),
        (["exec", "--root", ".", "--", "true"], "no proxy is set"),
        (["env", "--root", ".", "--as", "cli"], "there is none on this machine\n  no sign of"),
        (["env", "--as", "container:nosuch"], "there is none on this machine"),
        (["env", "--as", "builder"], "there is no such component"),
        (["env", "http://a:1", "--off"], "exclude each other"),
        (["env", "--as", "cli", "--env-file", "x"], "exclude each other"),
        (["env", "--env-file", "/nowhere"], "No such file"),
        (["env", "--env-file", "/dev/null"], "the file names no proxy"),
        (["env", "--http-proxy", ""], "what was given names no proxy"),
        (["env", "--shell", "csh"], "invalid choice"),
        (["exec", "docker", "run"], "put -- and the program behind"),
        (["exec", "--"], "stands no program"),
        (["exec", "--off", "--", ""], "the program's name is empty"),
        (["args"], "required"),
        (["args", "exec"], "invalid choice"),
    ],
)
def test_what_can_not_be_done_is_said(words: Sequence[str], said: str, tmp_path: Path) -> None:
    words = [str(tmp_path) if word == "." else word for word in words]
    assert said in told(*words, env=of(tmp_path), code=2)


def test_what_is_said_of_the_daemon_says_nothing_of_the_client(tmp_path: Path) -> None:
    for path, text in (
        ("etc/docker/daemon.json", "{}"),
        ("root/.docker/config.json", '{"proxies": {"default": {"httpProxy": "http://p:1"}}}'),
    ):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text)

    said = told("env", "--root", str(tmp_path), "--as", "daemon", env=of(tmp_path), code=2)

    assert "no proxy is set there" in said


def test_a_value_with_a_line_break_is_refused(home: Path) -> None:
    path = home / ".docker/config.json"
    path.write_text('{"proxies": {"default": {"httpProxy": "http://a:1\\nrm -rf /"}}}')

    assert "http_proxy holds a line break" in told("env", env=of(home), code=2)


def test_the_entry_of_the_daemon_in_use_is_the_one_that_counts(home: Path) -> None:
    printed = told("env", env=of(home, DOCKER_HOST="tcp://other:2375", SHELL="sh"))

    assert "export http_proxy='http://bob:x@10.0.0.1:3128'" in printed
    assert "unset https_proxy" in printed


def test_a_file_that_changed_meanwhile_is_noticed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    host = api.observe()
    chosen = given(host, "client")
    assert api.reveal(host, chosen)["http_proxy"].reveal() == URL

    path = home / ".docker/config.json"
    path.write_text(path.read_text().replace("10.0.0.1", "10.0.0.2"))
    with pytest.raises(UsageError, match="could not be read"):
        api.reveal(host, chosen)


def test_a_snapshot_gives_the_password_that_was_kept_in_it(home: Path) -> None:
    for words, code in ((["--with-secrets"], 0), ([], 2)):
        file = str(home / f"host{code}.json")
        told("snapshot", "-o", file, *words, env=of(home))
        printed = told("env", "--from", file, "--shell", "sh", env={}, code=code)
        if code == 0:
            assert variables_after("sh", printed)["http_proxy"] == URL
        else:
            assert "keeps passwords only with --with-secrets" in printed


def ran(*words: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    return run("exec", *words, env=env)


def test_a_program_gets_exactly_these(home: Path) -> None:
    env = of(home, ALL_PROXY="socks5://old:1", Https_Proxy="http://old:1", OTHER="stays")

    found = ran("--", "env", env=env).stdout.decode().split("\n")

    assert f"http_proxy={URL}" in found
    assert f"HTTPS_PROXY={URL}" in found
    assert "OTHER=stays" in found
    assert not [line for line in found if "old:1" in line]


def test_a_program_sees_no_locale_that_python_set_for_itself(home: Path) -> None:
    found = ran("--off", "--", "env", env=of(home)).stdout.decode()

    assert "PATH=" in found
    assert "LC_CTYPE" not in found


def test_a_program_takes_the_place_of_the_command(home: Path) -> None:
    with subprocess.Popen(
        command("exec", "--off", "--", "sh", "-c", "echo $$; exec cat"),
        env=environment(of(home)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == process.pid
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == -signal.SIGTERM


@pytest.mark.parametrize("code", [0, 1, 77])
def test_a_programs_exit_code_is_the_commands(code: int, home: Path) -> None:
    assert ran("--off", "--", "sh", "-c", f"exit {code}", env=of(home)).returncode == code


def test_a_program_ends_when_its_reader_has_gone(home: Path) -> None:
    script = f"{' '.join(command('exec', '--off', '--', 'yes'))} | head -1; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(
        ["bash", "-c", script],
        env=environment(of(home)),
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )

    assert done.stdout == f"y\n{128 + signal.SIGPIPE}\n"


@pytest.mark.parametrize(
    ("program", "code", "said"),
    [
        ("nosuch", 127, "nosuch: there is no such program in PATH"),
        ("/nowhere/x", 127, "can't be run: No such file"),
        ("/etc/passwd", 126, "can't be run: Permission denied"),
        ("/", 126, "can't be run: Permission denied"),
        ("/etc/passwd/x", 127, "can't be run: Not a directory"),
    ],
)
def test_what_can_not_be_run_has_the_shells_own_code(
    program: str, code: int, said: str, home: Path
) -> None:
    assert said in told("exec", "--off", "--", program, env=of(home), code=code)


def test_a_script_without_a_first_line_can_not_be_run(home: Path) -> None:
    script = home / "script"
    script.write_text("echo hello\n")
    script.chmod(0o755)

    assert "Exec format error" in told("exec", "--off", "--", str(script), env=of(home), code=126)


def test_words_after_the_program_are_its_own(home: Path) -> None:
    done = ran("--off", "--", "echo", "--off", "--", "--json", env=of(home))

    assert done.stdout == b"--off -- --json\n"


def test_a_program_is_at_the_terminal_itself(home: Path) -> None:
    words = ("exec", "--off", "--", "sh", "-c", "tty; read -r line; echo got $line")
    with at_a_terminal(*words, env=of(home)) as terminal:
        terminal.wait_for("/dev/pts/")
        terminal.type("hello\n")
        terminal.wait_for("got hello")
        assert terminal.end() == 0


def test_args_need_no_quoting_and_hold_no_values() -> None:
    words = told("args", "run", env={}).split()

    assert words[:4] == ["--env", "HTTP_PROXY", "--env", "http_proxy"]
    assert len(words) == 20
    assert told("args", "create", env={}).split() == words


@pytest.mark.parametrize("shell", ALL)
def test_every_shell_takes_args_apart_without_quotes(shell: str) -> None:
    inner = " ".join(f"'{word}'" for word in command("args", "build"))
    substituted = f"({inner})" if shell == "fish" else f"$({inner})"

    done = subprocess.run(
        [*at(shell), *STARTS.get(shell, []), "-c", f"printf '<%s>' {substituted}"],
        env={**environment({}), "HOME": "/dev/null"},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )

    assert done.stdout.startswith("<--build-arg><HTTP_PROXY><--build-arg><http_proxy>")
    assert done.stdout.count("<") == 20


def test_args_off_are_empty_values() -> None:
    words = told("args", "build", "--off", env={}).split()

    assert words[:4] == ["--build-arg", "HTTP_PROXY=", "--build-arg", "http_proxy="]


def test_args_as_json_are_a_list() -> None:
    document = json.loads(told("args", "build", "--json", env={}))

    assert (document["kind"], document["command"]) == ("args", "build")
    assert document["words"] == told("args", "build", env={}).split()


def test_cgi_is_warned_of(home: Path) -> None:
    done = run("env", env=of(home, REQUEST_METHOD="GET"))

    assert b"REQUEST_METHOD is set" in done.stderr
    assert done.returncode == 0
    assert os.linesep.encode() in done.stdout


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("permission", "--as container:web: Docker's Engine could not be asked: no permission"),
        ("no-engine", "--as container:web: there is none on this machine"),
    ],
)
def test_a_container_that_may_not_be_looked_for_is_not_said_to_be_none(
    reason: str, said: str
) -> None:
    unknown = Unknown("engine", reason, "run it with sudo, or as a member of the group docker")
    host = resolve(make.host(engine=None, unknown=(unknown,)))

    with pytest.raises(UsageError) as caught:
        given(host, "container:web")

    assert str(caught.value.message) == said
    assert (str(caught.value.hint) == unknown.hint) is (reason == "permission")
