"""Bad input on a real host: broken files beside a running daemon, a daemon that is down, masked or
started by hand, no Docker, no systemd, full and read-only disks, two people at once, Ctrl-C.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import pytest

from tests.cli.process import CONTROLLED, AtATerminal
from tests.lab.equipment import Entry, Host, Lab, Proxy, Result

pytestmark = pytest.mark.lab

PLACES = ("/etc/docker", "/etc/systemd/system", "/root/.docker")
DAEMON_JSON = "/etc/docker/daemon.json"
DROP_INS = "/etc/systemd/system/docker.service.d"
JOURNAL = "/var/lib/dockproxy"
SOURCE = "/opt/dockproxy/src"
FOR_DAEMON = ("--for", "daemon", "--yes", "--timeout", "30")


def info(host: Host) -> tuple[str, str]:
    """The proxies that the running daemon uses."""
    shown = json.loads(host.docker("info", "--format", "{{json .}}").stdout)
    return shown["HttpProxy"], shown["HttpsProxy"]


def files(host: Host) -> dict[str, Entry]:
    """All that a refusal leaves as it was."""
    return host.tree(*PLACES)


def set_proxy(host: Host, proxy: Proxy, *arguments: str) -> Result:
    """``set`` for the daemon alone."""
    return host.dockproxy("set", proxy.url, *FOR_DAEMON, *arguments, check=False)


def assert_refused(host: Host, done: Result, before: dict[str, Entry], pid: int) -> None:
    """Refused: every file is as before, and the same daemon runs."""
    assert done.returncode == 3, done.output
    assert "nothing was changed" in done.output
    assert files(host) == before
    assert host.daemon_pid() == pid


# Broken files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (
            '{\n  "debug": true,\n}\n',
            ":3:1: ",
            "invalid character '}' looking for beginning of object key string",
        ),
        (
            '{"proxies": {"all-proxy": "socks5://10.88.0.1:1080"}}',
            ":1:14: ",
            "the following directives don't match any configuration option: all-proxy",
        ),
    ],
    ids=["trailing comma", "all-proxy"],
)
def test_a_file_that_dockerd_refuses_is_left_alone_and_so_is_the_daemon(
    host: Host, squid: Proxy, text: str, place: str, words: str
) -> None:
    host.write(DAEMON_JSON, text)
    before, pid = files(host), host.daemon_pid()

    seen = host.dockproxy("status").stdout
    done = set_proxy(host, squid)

    assert f"dockerd will not start with {DAEMON_JSON}{place}{words}" in seen
    assert words in host.sh(f"dockerd --validate --config-file {DAEMON_JSON}", check=False).output
    assert_refused(host, done, before, pid)
    assert words in done.stdout
    assert "in an editor, then run the same command again" in done.stdout
    assert "will be restarted" not in done.stdout
    assert host.dockproxy("undo", "--yes").stdout == "there is nothing to take back\n"


@pytest.mark.parametrize("engine", ["20.10.24", "newest"])
def test_a_colleague_s_file_is_judged_by_this_engine_while_the_old_daemon_runs(
    host: Host, squid: Proxy, engine: str
) -> None:
    host.reset(engine)
    words = "the following directives don't match any configuration option: "
    for name, text, said in (
        ("a key", '{"proxies": {"http-proxy": "http://a:1", "all-proxy": ""}}', words),
        ("a comma", '{"debug": true,}', "invalid character '}' looking for beginning of object"),
        ("a flag too", '{"hosts": ["fd://"]}', "specified both as a flag and in the configuration"),
    ):
        host.write(DAEMON_JSON, text)
        before, pid = files(host), host.daemon_pid()

        done = set_proxy(host, squid, "--via", "systemd", "--yes")

        assert_refused(host, done, before, pid)
        assert said in done.stdout, name
        assert DAEMON_JSON in done.stdout, name
    host.write(DAEMON_JSON, '{"debug": true}')
    taken = host.dockproxy("set", squid.url, "--via", "systemd", "--dry-run", check=False)
    assert taken.returncode == 0, taken.output
    assert "can't judge" not in taken.output


def test_a_daemon_that_its_file_keeps_down_gets_the_proxy_and_the_way_to_start_it(
    host: Host, squid: Proxy
) -> None:
    host.write(DAEMON_JSON, '{"proxies": {"http-proxy": 3128}}')
    before = files(host)
    host.sh("systemctl restart docker; until systemctl -q is-failed docker; do sleep 0.1; done")

    seen = host.dockproxy("status").stdout
    done = set_proxy(host, squid)

    command = "systemctl reset-failed docker.service && systemctl start docker.service"
    assert "The daemon is not running." in seen
    assert f"{DAEMON_JSON}:1:28: " in seen
    assert done.returncode == 0, done.output
    assert f"it takes this up when it is started ({command})" in done.stdout
    undone = host.dockproxy("undo", "--yes", check=False)
    assert undone.returncode == 0, undone.output
    assert files(host) == before
    assert set_proxy(host, squid).returncode == 0
    host.sh(command)
    assert info(host) == (squid.url, squid.url)


@pytest.mark.parametrize(
    ("name", "text", "via"),
    [
        ("http-proxy.conf", 'Environment="HTTPS_PROXY=http://10.88.0.1:9"\n', "systemd"),
        ("http-proxy", '[Service]\nEnvironment="HTTPS_PROXY=http://10.88.0.1:9"\n', "auto"),
    ],
    ids=["no section", "no suffix"],
)
def test_a_drop_in_gone_wrong_keeps_no_daemon_from_its_proxy(
    host: Host, squid: Proxy, name: str, text: str, via: str
) -> None:
    host.write(f"{DROP_INS}/{name}", text)

    done = set_proxy(host, squid, "--via", via)

    assert done.returncode == 0, done.output
    assert info(host) == (squid.url, squid.url)


@pytest.mark.parametrize(
    "make",
    ['ln -s /dev/zero "$1"', 'mknod "$1" c 1 5', 'mkfifo "$1"', 'truncate -s 100M "$1"'],
    ids=["a link to /dev/zero", "a device", "a FIFO", "100 MB"],
)
def test_what_never_ends_is_not_read_and_the_daemon_runs_on(
    host: Host, squid: Proxy, make: str
) -> None:
    for path in (DAEMON_JSON, "/root/.docker/config.json"):
        host.sh(f'mkdir -p "$(dirname "$1")" && rm -f "$1" && {make}', path)
    pid = host.daemon_pid()

    seen = host.dockproxy("status", timeout=30)
    done = host.dockproxy("set", squid.url, "--yes", check=False, timeout=60)

    assert DAEMON_JSON in seen.stdout
    assert done.returncode == 3, done.output
    for path in (DAEMON_JSON, "/root/.docker/config.json"):
        assert f"refused: {path}: " in done.stdout
    assert host.dockproxy("undo", "--yes", timeout=30).stdout == "there is nothing to take back\n"
    assert host.daemon_pid() == pid


def test_values_of_a_container_never_command_the_terminal(host: Host) -> None:
    escapes = "\x1b]0;owned\x07\x1b[31m\u202e"
    host.sh(
        "tar c --files-from /dev/null | docker import - empty"
        ' && docker create --name one --env "HTTP_PROXY=$1" --env "no_proxy=$1" empty x',
        escapes,
    )
    host.write("/root/.docker/config.json", '{"proxies": {"default": {"httpProxy": "http://p:1"}}}')

    for argv in (("status",), ("status", "--json"), ("set", "http://10.88.0.1:9", "--dry-run")):
        said = host.dockproxy(*argv, check=False).output
        assert said
        assert all(char == "\n" or char.isprintable() for char in said)


# Hosts that lack something -------------------------------------------------------------------


def test_a_masked_unit_is_refused_before_anything_is_written(host: Host, squid: Proxy) -> None:
    host.systemctl("mask", "docker.service")
    before, pid = files(host), host.daemon_pid()

    done = set_proxy(host, squid)

    assert_refused(host, done, before, pid)
    assert "docker.service is masked: systemd would not start it again" in done.stdout
    assert "first run: systemctl unmask docker.service" in done.stdout


def test_no_docker_at_all(host: Host, squid: Proxy) -> None:
    host.sh(
        "systemctl stop docker docker.socket; rm -rf /etc/docker /etc/init.d/docker"
        " /etc/systemd/system/docker* /usr/lib/systemd/system/docker.* /run/docker.sock"
        " && systemctl daemon-reload && systemctl reset-failed"
    )
    before = files(host)

    seen = host.dockproxy("status").stdout
    done = set_proxy(host, squid)

    assert "There is no Docker here: no daemon, no docker.service, no configuration." in seen
    assert done.returncode == 3, done.output
    assert "there is no Docker on this machine" in done.stderr
    assert "--root /" in done.stderr
    assert host.dockproxy("unset", "--yes", check=False).returncode == 3
    assert host.dockproxy("undo", "--yes").stdout == "there is nothing to take back\n"
    assert files(host) == before


@pytest.fixture
def by_hand(host: Host) -> Iterator[int]:
    """A dockerd that somebody started at a shell; its process."""
    host.sh("systemctl stop docker docker.socket; systemctl reset-failed")
    daemon = host.start(["dockerd"])
    host.sh("until docker version; do sleep 0.1; done")
    pid = int(host.sh("pgrep -x dockerd").stdout)
    yield pid
    host.sh(f"kill {pid}")
    daemon.communicate(timeout=60)


def test_a_dockerd_started_by_hand_is_left_running_and_it_is_said_who_restarts_it(
    host: Host, squid: Proxy, by_hand: int
) -> None:
    before = files(host)

    done = set_proxy(host, squid)
    systemd = set_proxy(host, squid, "--via", "systemd")

    said = f"dockerd (process {by_hand}) can't be restarted from here"
    assert done.returncode == 0, done.output
    assert said in done.stdout
    assert "will be restarted" not in done.stdout
    assert systemd.returncode == 3, systemd.output
    assert "systemd does not run this daemon" in systemd.stderr
    assert "systemctl" not in host.dockproxy("status").stdout
    undone = host.dockproxy("undo", "--yes", check=False)
    assert undone.returncode == 0, undone.output
    assert said in undone.stdout
    assert files(host) == before
    assert int(host.sh("pgrep -x dockerd").stdout) == by_hand


def test_no_systemd(host: Host, squid: Proxy) -> None:
    before, pid = files(host), host.daemon_pid()
    without = (
        "mount -t tmpfs none /run/systemd && mount --bind /dev/null /usr/bin/systemctl"
        f' && exec env PYTHONPATH={SOURCE} python3 -m dockproxy "$@"'
    )

    def run(*argv: str) -> Result:
        return host.run(["unshare", "-m", "sh", "-c", without, "sh", *argv], check=False)

    seen, done = run("status"), run("set", squid.url, *FOR_DAEMON)

    assert seen.returncode == 0, seen.output
    assert "systemd is not running here" in seen.stdout
    assert done.returncode == 0, done.output
    assert f"dockerd (process {pid}) can't be restarted from here" in done.stdout
    assert run("set", squid.url, *FOR_DAEMON, "--via", "systemd").returncode == 3
    assert run("undo", "--yes").returncode == 0
    assert files(host) == before
    assert host.daemon_pid() == pid


@pytest.mark.parametrize("home", ["-u HOME", "HOME=", "HOME=/nowhere"])
def test_no_home(host: Host, squid: Proxy, home: str) -> None:
    run = ["env", *home.split(" "), f"PYTHONPATH={SOURCE}", "python3", "-m", "dockproxy"]
    before = host.tree("/root/.docker", "/home")

    done = host.run([*run, "set", squid.url, "--for", "client", "--yes"], check=False)

    assert done.returncode == 0, done.output
    assert squid.url in host.read("/root/.docker/config.json").decode()
    assert host.run([*run, "status"], check=False).returncode == 0
    assert host.run([*run, "undo", "--yes"], check=False).returncode == 0
    assert host.tree("/root/.docker", "/home") == before


def test_sudo_that_gives_no_rights_or_is_not_there(host: Host, squid: Proxy) -> None:
    before, pid = files(host), host.daemon_pid()
    host.sh("echo 'ann ALL=(ALL) ALL' > /etc/sudoers.d/zz-ann; chmod 440 /etc/sudoers.d/zz-ann")

    refused = host.dockproxy("set", squid.url, "--yes", check=False, user="ann")
    host.sh("mkdir /root/off && mv /usr/bin/sudo /root/off/")
    missing = host.dockproxy("set", squid.url, "--yes", check=False, user="ann")

    for done in (refused, missing):
        assert done.returncode == 3, done.output
        assert "Traceback" not in done.output
    assert "sudo did not give root's rights" in refused.stdout
    assert "there is neither sudo nor doas nor pkexec here" in missing.stdout
    assert (files(host), host.daemon_pid()) == (before, pid)


# Disks ---------------------------------------------------------------------------------------


SPOILT = {
    "full": (
        'cat /dev/zero > "$1/filler" 2>/dev/null; test -s "$1/filler"',
        "there is no space left for this file",
    ),
    "read-only": ('mount -o remount,ro "$1"', "the file system is read-only"),
}


@pytest.mark.parametrize(
    ("folder", "via"), [(DROP_INS, "systemd"), (JOURNAL, "daemon-json"), ("/etc/docker", "auto")]
)
@pytest.mark.parametrize("state", ["full", "read-only"])
def test_a_disk_that_takes_nothing_changes_nothing(
    host: Host, squid: Proxy, folder: str, via: str, state: str
) -> None:
    spoil, words = SPOILT[state]
    host.sh('mkdir -p "$1" && mount -t tmpfs -o size=64k,mode=755 tmpfs "$1" && ' + spoil, folder)
    before, pid = files(host), host.daemon_pid()

    done = set_proxy(host, squid, "--via", via)

    assert_refused(host, done, before, pid)
    assert f"refused: {folder}" in done.stdout
    assert words in done.stdout
    assert host.dockproxy("status", check=False).returncode == 0


@pytest.mark.parametrize("state", ["full", "read-only"])
def test_a_home_that_takes_nothing_keeps_its_config_json(
    host: Host, squid: Proxy, state: str
) -> None:
    spoil, words = SPOILT[state]
    folder = "/home/bob/.docker"
    mount = 'mkdir -p "$1" && mount -t tmpfs -o size=64k,mode=700,uid=$(id -u bob) tmpfs "$1"'
    host.sh(f"{mount} && echo '{{}}' > $1/config.json && chown bob:bob $1 $1/config.json", folder)
    host.sh(spoil, folder)
    before = host.tree("/home/bob")

    done = host.dockproxy("set", squid.url, "--for", "client", "--yes", user="bob", check=False)

    assert done.returncode == 3, done.output
    assert f"refused: {folder}/config.json: {words}" in done.stdout
    after = {path: item for path, item in host.tree("/home/bob").items() if "/.local" not in path}
    assert after == before


def test_undo_with_a_full_journal_changes_nothing_and_works_when_there_is_room(
    host: Host, squid: Proxy
) -> None:
    before = files(host)
    host.sh("systemctl stop docker docker.socket")
    host.sh(f"mkdir -p {JOURNAL}; mount -t tmpfs -o size=64k,mode=755 tmpfs {JOURNAL}")
    assert set_proxy(host, squid).returncode == 0
    host.sh(f"cat /dev/zero > {JOURNAL}/filler", check=False)
    after, pid = files(host), host.daemon_pid()

    refused = host.dockproxy("undo", "--yes", check=False)

    assert_refused(host, refused, after, pid)
    assert "there is no space left for this file" in refused.stdout
    host.remove(f"{JOURNAL}/filler")
    assert host.dockproxy("undo", "--yes", check=False).returncode == 0
    assert files(host) == before


# People --------------------------------------------------------------------------------------


@contextlib.contextmanager
def at_a_terminal(host: Host, *argv: str) -> Iterator[AtATerminal]:
    """dockproxy at a terminal of the host's."""
    terminal = AtATerminal(
        host.command([*CONTROLLED, "python3", "-m", "dockproxy", *argv]),
        host.environment({"NO_COLOR": "1", "PYTHONPATH": SOURCE}),
    )
    try:
        yield terminal
    finally:
        terminal.close()


QUESTION = "Do this, and restart docker.service? [y/N] "


def test_a_file_that_changes_at_the_question_is_left_as_it_is_then(
    host: Host, squid: Proxy
) -> None:
    pid = host.daemon_pid()

    with at_a_terminal(host, "set", squid.url, "--for", "daemon") as terminal:
        terminal.wait_for(QUESTION)
        host.write(DAEMON_JSON, '{"debug": true}\n')
        before = files(host)
        terminal.type("y\n")

        assert terminal.end() == 3, terminal.screen

    assert "the file is no longer what the plan was made from" in terminal.screen
    assert "nothing was changed" in terminal.screen
    assert (files(host), host.daemon_pid()) == (before, pid)


def test_while_one_waits_at_the_question_another_sets_it_all(
    lab: Lab, host: Host, squid: Proxy, auth_proxy: Proxy
) -> None:
    with at_a_terminal(host, "set", squid.url, "--for", "daemon") as first:
        first.wait_for(QUESTION)
        second = set_proxy(host, auth_proxy)
        after, pid = files(host), host.daemon_pid()
        first.type("y\n")

        assert first.end() == 3, first.screen

    assert second.returncode == 0, second.output
    assert "the file is no longer what the plan was made from" in first.screen
    assert (files(host), host.daemon_pid()) == (after, pid)
    host.docker("pull", lab.fresh_image())
    assert auth_proxy.saw("registry.corp.test:5443")


def test_two_at_once_both_end_whole(host: Host, squid: Proxy) -> None:
    before, other = files(host), "http://10.88.0.1:9"
    run = ["python3", "-m", "dockproxy", "set"]

    started = [
        host.start([*run, url, *FOR_DAEMON, "--no-check"], env={"PYTHONPATH": SOURCE})
        for url in (squid.url, other)
    ]

    said = [process.communicate(timeout=120) for process in started]
    codes = sorted(process.returncode for process in started)
    assert codes in ([0, 3], [0, 0]), said
    assert info(host) in ((squid.url, squid.url), (other, other))
    states = json.loads(host.dockproxy("history", "--json").stdout)["entries"]
    assert [entry["state"] for entry in states] == ["done"] * codes.count(0)
    for _ in states:
        assert host.dockproxy("undo", "--yes").returncode == 0
    assert files(host) == before
    assert info(host) == ("", "")


def test_ctrl_c_at_the_question_changes_nothing(host: Host, squid: Proxy) -> None:
    before, pid = files(host), host.daemon_pid()

    with at_a_terminal(host, "set", squid.url) as terminal:
        terminal.wait_for(QUESTION)
        terminal.type("\x03")

        assert terminal.end() == 130, terminal.screen

    assert "interrupted: nothing was changed" in terminal.screen
    assert (files(host), host.daemon_pid()) == (before, pid)


@pytest.mark.parametrize("way", ["Ctrl-C", "a closed terminal"])
def test_in_the_midst_of_the_restart_it_is_brought_to_a_whole_end(
    host: Host, squid: Proxy, way: str
) -> None:
    before = files(host)

    with at_a_terminal(host, "set", squid.url, "--for", "daemon") as terminal:
        terminal.wait_for(QUESTION)
        terminal.type("y\n")
        terminal.wait_for("restarting docker.service")
        if way == "Ctrl-C":
            terminal.type("\x03")
        else:
            terminal.hang_up()

        assert terminal.end() == 130, terminal.screen

    (entry,) = json.loads(host.dockproxy("history", "--json").stdout)["entries"]
    assert entry["state"] in ("done", "undone")
    made = entry["state"] == "done"
    assert info(host) == ((squid.url, squid.url) if made else ("", ""))
    assert (files(host) == before) is not made


def test_a_context_that_is_not_here_is_refused_however_it_is_named(host: Host) -> None:
    before = host.tree("/etc/docker", "/root")

    run = ["env", "DOCKER_CONTEXT=nope", f"PYTHONPATH={SOURCE}", "python3", "-m", "dockproxy"]
    done = host.run([*run, "set", "http://10.88.0.1:3128", "--yes"], check=False)

    assert done.returncode == 2, done.output
    assert "there is no Docker context nope here" in done.stderr
    assert host.tree("/etc/docker", "/root") == before
