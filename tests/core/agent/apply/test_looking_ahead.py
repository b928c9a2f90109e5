"""Diffs, dockerd's verdict, pending edits, and the texts of live-restore and last resort."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockproxy.core.agent.apply import bypass, pending, pre_start, validate
from dockproxy.core.agent.apply.diff import masked_diff
from dockproxy.core.agent.apply.keep import with_live_restore
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.apply.restart import quote_of
from dockproxy.core.agent.apply.units import Unit, parse_show
from dockproxy.core.agent.apply.validate import Judged, Program


def test_a_diff_masks_both_sides() -> None:
    before = b'{\n  "proxies": {\n    "http-proxy": "http://u:old@a:1"\n  }\n}\n'
    after = b'{\n  "proxies": {\n    "http-proxy": "http://u:new@b:1"\n  }\n}\n'

    diff = masked_diff("/f", before, after, "daemon-json")

    assert '-    "http-proxy": "http://xxxxx:xxxxx@a:1"\n' in diff
    assert '+    "http-proxy": "http://xxxxx:xxxxx@b:1"\n' in diff
    assert "old" not in diff
    assert "new" not in diff


def test_a_change_of_the_secret_alone_is_seen_though_not_shown() -> None:
    before = b"[Service]\nEnvironment=HTTP_PROXY=http://u:old@a:1\n"

    diff = masked_diff("/f", before, before.replace(b"old", b"new"), "systemd-unit")

    assert diff.splitlines()[3:] == [
        " [Service]",
        "-Environment=HTTP_PROXY=http://xxxxx:xxxxx@a:1",
        "+Environment=HTTP_PROXY=http://xxxxx:xxxxx@a:1",
        "\\ only the part that is not shown changes",
    ]


def test_a_new_file_and_one_that_goes() -> None:
    assert masked_diff("/f", None, b"HTTP_PROXY=http://h:1\n", "environment-file") == (
        "--- /dev/null\n+++ /f\n@@ -0,0 +1 @@\n+HTTP_PROXY=http://h:1\n"
    )
    assert masked_diff("/f", b"HTTP_PROXY=http://h:1", None, "environment-file") == (
        "--- /f\n+++ /dev/null\n@@ -1 +0,0 @@\n-HTTP_PROXY=http://h:1\n"
        "\\ No newline at end of file\n"
    )
    assert masked_diff("/f", b"A=b\n", b"A=b\n", "environment-file") == ""


def dockerd(folder: Path, script: str) -> Program:
    path = folder / "dockerd"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return Program(str(path), ("-H", "fd://"))


def test_dockerd_is_asked_with_the_units_flags_its_own_folder_first_and_no_file_left(
    tmp_path: Path,
) -> None:
    program = dockerd(
        tmp_path,
        f'echo "$@" > {tmp_path}/words; echo "$PATH" > {tmp_path}/path; cat "$5" > {tmp_path}/text',
    )

    assert validate.judge(program, b'{"a": 1}', "/etc/docker/daemon.json") == Judged()

    words = (tmp_path / "words").read_text()
    assert words.startswith("-H fd:// --validate --config-file /proc/self/fd/")
    assert (tmp_path / "path").read_text().startswith(f"{tmp_path}:/usr/libexec/docker:")
    assert (tmp_path / "text").read_text() == '{"a": 1}'


def test_what_dockerd_refuses_is_quoted_with_the_real_path_and_no_password(tmp_path: Path) -> None:
    program = dockerd(
        tmp_path, 'echo "unable to configure with file $5: http://u:secret@h:1"; exit 1'
    )

    judged = validate.judge(program, b"{}", "/etc/docker/daemon.json")

    assert "secret" not in judged.words
    with pytest.raises(Refusal) as caught:
        validate.check(
            dockerd(tmp_path, 'echo "file $5: no"; grep -q bad "$5" && exit 1; exit 0'),
            "/etc/docker/daemon.json",
            b"{}",
            b"bad",
        )
    assert caught.value.problem.quote == "file /etc/docker/daemon.json: no"
    assert "without this change" not in str(caught.value.problem.message)


def test_a_file_that_was_refused_before_is_said_to_be_so(tmp_path: Path) -> None:
    program = dockerd(tmp_path, "echo no; exit 1")

    with pytest.raises(Refusal) as caught:
        validate.check(program, "/f", b"{}", b"{}")

    assert "not without this change either" in str(caught.value.problem.message)


@pytest.mark.parametrize("script", ['echo "unknown flag: --validate"; exit 125', "sleep 60"])
def test_a_dockerd_that_can_not_judge_is_no_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(validate, "_TIME_LIMIT", 0.2)

    judged = validate.judge(dockerd(tmp_path, script), b"{}", "/f")

    assert judged.words == ""
    assert judged.unknown is not None


NO_VALIDATE = """
case "$*" in *--validate*) echo "unknown flag: --validate"; exit 125;; esac
echo "$(id -u) $*" > {folder}/started
if grep -q proxies "$4"; then echo "unable to configure with file $4: http-proxy"; exit 1; fi
echo "dockerd needs to be started with root privileges."; exit 1
"""


@pytest.fixture
def everybodys() -> Iterator[Path]:
    """A folder that nobody, too, may enter and write to: pytest's own are root's alone."""
    with tempfile.TemporaryDirectory(prefix="dockproxy-", dir="/tmp") as folder:
        os.chmod(folder, 0o777)
        yield Path(folder)


def test_a_dockerd_without_validate_is_started_aside_as_one_who_can_do_no_harm(
    everybodys: Path,
) -> None:
    program = dockerd(everybodys, NO_VALIDATE.format(folder=everybodys))

    good = validate.judge(program, b"{}", "/etc/docker/daemon.json")
    bad = validate.judge(program, b'{"proxies": {}}', "/etc/docker/daemon.json")

    assert good == Judged()
    assert bad == Judged("unable to configure with file /etc/docker/daemon.json: http-proxy")
    user = 65534 if os.geteuid() == 0 else os.geteuid()
    assert (everybodys / "started").read_text().startswith(f"{user} -H fd:// --config-file /proc/")


def test_the_flag_for_the_file_is_left_out_in_both_spellings() -> None:
    words = ["-H", "x", "--config-file", "/a", "--debug", "--config-file=/b", "--validate"]

    assert validate.without_config_file(words) == ["-H", "x", "--debug"]
    unit = Unit(words=("/usr/sbin/dockerd", "-H", "fd://", "$DOCKER_OPTS"))
    assert validate.next_program(unit) == Program("/usr/sbin/dockerd", ("-H", "fd://"))
    assert validate.next_program(Unit(words=("/bin/sh", "-c", "dockerd"))) is None


def shown(seconds: float) -> str:
    return time.strftime("%a %Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


def test_the_start_of_a_daemon_is_known_also_on_a_machine_that_slept_since() -> None:
    started = float(int(time.time()) - 9 * 3600)
    as_if_it_had_not_slept = time.monotonic() - 3600  # eight hours of these it slept

    unit = parse_show(
        f"ExecMainStartTimestamp={shown(started)}\n"
        f"ExecMainStartTimestampMonotonic={int(as_if_it_had_not_slept * 1e6)}\n"
    )

    assert unit.started_at == started


def test_systemctl_show_is_read() -> None:
    unit = parse_show(
        "LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=7\nNRestarts=2\nJob=13\n"
        'DropInPaths=/a.conf "/b c.conf"\nTriggeredBy=docker.socket x.path\n'
        "ExecStart={ path=/usr/sbin/dockerd ; argv[]=/usr/sbin/dockerd -H fd:// ;"
        " ignore_errors=no ; start_time=[n/a] }\n"
        "EnvironmentFiles=/etc/default/docker (ignore_errors=yes)\n"
        "EnvironmentFiles=/etc/must (ignore_errors=no)\n"
        f"ExecMainStartTimestamp={shown(time.time() - time.monotonic() + 1)}\n"
        "ExecMainStartTimestampMonotonic=1000000\n"
    )

    assert unit.runs
    assert unit.job
    assert unit.restarts == 2
    assert unit.drop_ins == ("/a.conf", "/b c.conf")
    assert unit.words == ("/usr/sbin/dockerd", "-H", "fd://")
    assert unit.environment_files == ("-/etc/default/docker", "/etc/must")
    assert unit.sockets == ("docker.socket",)
    assert abs(unit.started_at - (time.time() - time.monotonic() + 1)) < 1


def test_files_newer_than_the_daemon_are_named_unless_we_wrote_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = time.time() - 50
    for name, age in (("daemon.json", 10), ("known.conf", 10), ("new.conf", 100), ("env", 100)):
        path = tmp_path / name
        path.write_text("x")
        os.utime(path, (time.time() - age, time.time() - age))
    monkeypatch.setattr(
        pending,
        "drop_ins_on_disk",
        lambda name, lookup: [str(tmp_path / "known.conf"), str(tmp_path / "new.conf")],
    )
    monkeypatch.setattr(
        pending, "_newer", lambda path, unit: os.stat(path).st_mtime > unit.started_at
    )
    unit = Unit(
        started_at=started,
        drop_ins=(str(tmp_path / "known.conf"), str(tmp_path / "gone.conf")),
        environment_files=(f"-{tmp_path}/env",),
    )

    found = pending.pending("docker.service", unit, str(tmp_path / "daemon.json"), True, [])
    unread = unit._replace(needs_reload=True)
    without = pending.pending("docker.service", unread, str(tmp_path / "daemon.json"), False, [])

    assert [(os.path.basename(item.path), item.new_drop_in) for item in found] == [
        ("daemon.json", False),
        ("known.conf", False),
        ("new.conf", True),
        ("gone.conf", False),
    ]
    assert [os.path.basename(item.path) for item in without] == ["daemon.json"]


def test_drop_ins_that_systemd_read_since_the_daemon_started_are_named_with_what_they_run(
    tmp_path: Path,
) -> None:
    drop_in, plain, old = (str(tmp_path / name) for name in ("a.conf", "b.conf", "c.conf"))
    Path(drop_in).write_text("[Service]\nExecStartPre=-/bin/a http://u:pw@h:1\nExecStartPre=\n")
    Path(plain).write_text("[Service]\nLimitNOFILE=1\n")
    unit = Unit(started_at=time.time() - 50, drop_ins=(drop_in, plain, old))
    none = str(tmp_path / "none.json")

    found = pending.pending("docker.service", unit, none, False, [])

    assert [(item.path, item.drop_in, item.is_read) for item in found] == [
        (drop_in, True, True),
        (plain, True, True),
    ]
    assert "it has this run before it: /bin/a …" in str(found[0].said)
    assert str(found[1].said) == f"{plain} was changed since the daemon started"


def test_what_the_last_resort_has_switched_off_is_pending_again(tmp_path: Path) -> None:
    control, system = tmp_path / "system.control", tmp_path / "system"
    for folder in (control, system):
        (folder / "docker.service.d").mkdir(parents=True)
    link = control / "docker.service.d/x.conf"
    link.symlink_to("/dev/null")
    for name in ("x.conf", "y.conf"):
        (system / "docker.service.d" / name).write_text("[Service]\nExecStartPre=/pre\n")
    unit = Unit(started_at=time.time() + 50)

    found = pending.pending(
        "docker.service",
        unit,
        "/none",
        False,
        [],
        lookup=[str(control), str(system)],
        switched_off=[str(link), str(tmp_path / "daemon.json")],
    )

    assert [(os.path.basename(item.path), item.new_drop_in) for item in found] == [("x.conf", True)]


def test_what_runs_before_the_daemon_is_read_from_systemctl_and_judged(tmp_path: Path) -> None:
    end = "start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }"
    failed = "start_time=[x] ; stop_time=[y] ; pid=7 ; code=exited ; status=3 }"
    script = tmp_path / "pre"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    unit = parse_show(
        f"ExecStartPre={{ path=/none ; argv[]=/none -x ; ignore_errors=yes ; {end}\n"
        f"ExecStartPre={{ path={script} ; argv[]={script} --a b ; ignore_errors=no ; {failed}\n"
        "NeedDaemonReload=yes\n"
    )

    assert unit.needs_reload
    assert pre_start.bound_to_fail(unit.pre_start) is None
    assert pre_start.that_failed(unit.pre_start) == f"ExecStartPre={script} …"
    script.chmod(0o644)
    gone = pre_start.bound_to_fail(unit.pre_start)
    assert gone is not None
    assert f"runs {script} … before" in str(gone[1])
    false = pre_start.Command("/bin/false", "/bin/false")
    always = pre_start.bound_to_fail((unit.pre_start[0], false))
    assert always is not None
    assert always[0] == false
    assert "always fails" in str(always[1])
    assert pre_start.bound_to_fail((false._replace(may_fail=True),)) is None


def test_the_quote_is_what_the_command_before_the_daemon_said() -> None:
    log = (
        'time="x" level=error msg="of the old daemon, as it stopped"\n'
        "docker.service: Found left-over process 7 (containerd-shim) in control group.\n"
        "This usually indicates unclean termination of a previous run.\n"
        "Starting docker.service - Docker Application Container Engine...\n"
        "the disk is not there\n"
        "docker.service: Control process exited, code=exited, status=3/NOTIMPLEMENTED\n"
        "docker.service: Failed with result 'exit-code'.\n"
        "Failed to start docker.service - Docker Application Container Engine.\n"
    )

    lines = log.splitlines(keepends=True)
    late = "".join([*lines[:4], *lines[5:6], *lines[4:5], *lines[6:]])
    for each in (log, late):
        assert quote_of(each, "ExecStartPre=/pre").split("\n") == [
            "ExecStartPre=/pre",
            "the disk is not there",
            "docker.service: Control process exited, code=exited, status=3/NOTIMPLEMENTED",
        ]
    assert quote_of("docker.service: Main process exited, code=dumped\nFailed to start x") == (
        "docker.service: Main process exited, code=dumped"
    )


@pytest.mark.parametrize(
    ("text", "on"),
    [
        (None, '{"live-restore": true}\n'),
        (b"", '{"live-restore": true}\n'),
        (b"null", '{"live-restore": true}\n'),
        (b"{}", '{"live-restore": true}'),
        (b'{"a": 1}', '{"live-restore": true, "a": 1}'),
        (b'{"live-restore": false, "a": 1}', '{"live-restore": true, "a": 1}'),
        (b'{"Live-Restore": false, "live-restore": false}', None),
    ],
)
def test_live_restore_is_said_explicitly(text: bytes | None, on: str | None) -> None:
    expected = on or '{"Live-Restore": false, "live-restore": true}'

    assert with_live_restore(text, True).decode() == expected
    assert b"true" not in with_live_restore(text, False)


def test_live_restore_keeps_the_encoding() -> None:
    text = with_live_restore('{"a": 1}'.encode("utf-16"), True)

    assert text.decode("utf-16") == '{"live-restore": true, "a": 1}'


RAN = bypass.Ran(
    {"Driver": "overlay2", "DefaultRuntime": "runc", "DockerRootDir": "/var/lib/docker"},
    "172.17.0.1/16",
    ("/usr/sbin/dockerd", "-H", "fd://"),
)


def test_settings_that_differ_from_how_the_daemon_ran_are_given_as_it_ran() -> None:
    text = b'{"storage-driver": "nonsense", "bip": 7, "default-runtime": "runc", "debug": true}'

    assert bypass.as_it_ran(text, RAN) == (
        b'{"storage-driver": "overlay2", "bip": "172.17.0.1/16", "default-runtime": "runc",'
        b' "debug": true}'
    )


@pytest.mark.parametrize("text", [None, b"{", b"[]", b'{"default-runtime": "runc"}'])
def test_where_nothing_differs_or_can_be_read_nothing_is_made_up(text: bytes | None) -> None:
    assert bypass.as_it_ran(text, RAN) is None


def test_words_of_a_command_line_are_quoted_for_systemd() -> None:
    assert bypass.quoted("--host=fd://") == "--host=fd://"
    assert bypass.quoted('a b"$c%d\\') == '"a b\\"$$c%%d\\\\"'


def test_the_quote_is_the_line_that_says_why() -> None:
    log = (
        'time="x" level=info msg="Starting up"\n'
        'time="x" level=error msg="Failed to GetDriver graph"\n'
        "failed to start daemon: error initializing graphdriver: driver not supported\n"
        "docker.service: Failed with result 'exit-code'.\n"
    )

    assert quote_of(log).startswith("failed to start daemon: error initializing")
    assert quote_of("") == ""
