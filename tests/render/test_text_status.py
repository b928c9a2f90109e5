"""The status screen, whole, as a person sees it."""

from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest

from dockproxy.core.model.snapshot import FileFact, Machine, Snapshot, Unknown
from dockproxy.render.terminal import Style, width
from dockproxy.render.text_status import status_text
from dockproxy.resolve.make import resolve
from tests.support import snapshots as make

STYLE = Style(80, False, True, "en", "utf-8")
HEADING = "web1 · Docker Engine 26.1.5 · context default: unix:///var/run/docker.sock\n"


def shown(snapshot: Snapshot, style: Style = STYLE) -> str:
    return status_text(resolve(snapshot), style)


def everything() -> Snapshot:
    """A host on which each kind of line has something to say."""
    return make.host(
        make.daemon_json('{"proxies": {"https-proxy": "http://file:1"}}'),
        make.drop_in(
            "Environment=HTTP_PROXY=http://xxxxx:xxxxx@new:3128 HTTPS_PROXY=http://unit:2",
            "Environment=NO_PROXY=localhost,127.0.0.1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
        ),
        make.config_json(
            '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128",'
            ' "allProxy": "socks5://x:1"}}}'
        ),
        loaded=make.unit("HTTP_PROXY=http://old:1", "HTTPS_PROXY=http://unit:2"),
        engine=make.engine("http://old:1", "http://file:1"),
        environment={"HTTP_PROXY": "http://mine:1"},
        containers=(
            make.container("web", {"HTTP_PROXY": "http://old:1"}),
            make.container("db\x1b[31m", compose_project="shop"),
            make.container("own", {"HTTP_PROXY": "x"}, created_at=make.AFTER),
        ),
        unknown=(Unknown("daemon.environment", "permission", "run it with sudo"),),
    )


def test_a_host_in_sync_is_a_quiet_screen() -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {\n"http-proxy": "http://10.0.0.1:3128"}}'),
        make.config_json('{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}}'),
        engine=make.engine("http://10.0.0.1:3128"),
    )

    assert shown(snapshot) == HEADING + (
        "\n"
        "daemon   pull, push, search, and FROM in builds\n"
        "  http_proxy   http://10.0.0.1:3128\n"
        "               /etc/docker/daemon.json:2\n"
        "  ✓ The running daemon uses exactly this.\n"
        "\n"
        "client   what new containers and builds are given\n"
        "  http_proxy   http://10.0.0.1:3128\n"
        "               /home/ann/.docker/config.json:1\n"
    )


def test_a_host_out_of_sync_says_what_where_and_how_to_mend_it() -> None:
    assert shown(everything()) == HEADING + (
        "\n"
        "daemon   pull, push, search, and FROM in builds\n"
        "  http_proxy   http://xxxxx:xxxxx@new:3128\n"
        "               /etc/systemd/system/docker.service.d/http-proxy.conf:2\n"
        "               running now: http://old:1\n"
        "  https_proxy  http://file:1\n"
        "               /etc/docker/daemon.json:1\n"
        "               wins over http://unit:2\n"
        "               (/etc/systemd/system/docker.service.d/http-proxy.conf:2)\n"
        "  no_proxy     localhost,127.0.0.1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16\n"
        "               /etc/systemd/system/docker.service.d/http-proxy.conf:3\n"
        "               running now: (none)\n"
        "  ✗ The running daemon does not agree with this.\n"
        "  ! /etc/systemd/system/docker.service.d/http-proxy.conf changed on disk since\n"
        "    systemd read it; what will differ: http_proxy, no_proxy.\n"
        "    → systemctl daemon-reload && systemctl restart docker\n"
        "  ! /etc/docker/daemon.json:1 wins over\n"
        "    /etc/systemd/system/docker.service.d/http-proxy.conf:2: HTTPS_PROXY there\n"
        "    has no effect on the daemon.\n"
        "\n"
        "client   what new containers and builds are given\n"
        "  http_proxy   http://10.0.0.1:3128\n"
        "               /home/ann/.docker/config.json:1\n"
        "  all_proxy    socks5://x:1\n"
        "               /home/ann/.docker/config.json:1\n"
        "  Builds (BuildKit) are not given all_proxy.\n"
        "\n"
        "cli   the docker command itself\n"
        "  http_proxy   http://mine:1\n"
        "               HTTP_PROXY (your environment)\n"
        "  Not used to reach this daemon: the socket is local.\n"
        "\n"
        "containers   made earlier, each keeps what it was given then\n"
        "  2 of 3 made before the client's configuration changed: web, db\\x1b[31m\n"
        "    They keep the old values until they are created anew, a restart won't do.\n"
        "    → docker compose up --detach --force-recreate\n"
        "      in the folder of the compose project: shop\n"
        "  1 of 3 with values of their own (--env, compose): own\n"
        "\n"
        "Could not be seen\n"
        "  the environment that dockerd was started with: no permission to look\n"
        "    → run it with sudo\n"
    )


def test_without_docker_it_says_so_plainly() -> None:
    assert shown(make.bare()) == (
        "bare1\n\nThere is no Docker here: no daemon, no docker.service, no configuration.\n"
    )


def test_what_is_left_unset_is_said() -> None:
    text = shown(make.host())

    assert "daemon   pull, push, search, and FROM in builds\n  no proxy is set\n  ✓" in text
    assert "given\n  no proxy is set\n" in text
    assert "\ncli " not in text


def test_the_same_value_elsewhere_is_no_rival() -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "http://a:1"}}'),
        make.drop_in("Environment=HTTP_PROXY=http://a:1"),
    )

    text = shown(snapshot, STYLE._replace(width=0))

    assert f"               the same in {make.DROP_IN}:2\n" in text
    assert "wins over" not in text


def test_a_value_that_only_runs_is_shown_as_not_set() -> None:
    text = shown(make.host(engine=make.engine(no_proxy="x")))

    assert "  no_proxy     (not set)\n               running now: x\n" in text


def test_a_masked_scheme_in_capitals_is_no_difference() -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "HTTP://xxxxx:xxxxx@p:1"}}'),
        engine=make.engine("http://xxxxx:xxxxx@p:1"),
    )

    assert "running now" not in shown(snapshot)


def test_a_stopped_daemon_is_said_to_be_stopped() -> None:
    snapshot = make.host(
        engine=None, dockerd=None, loaded=make.unit(active_state="failed", main_pid=0)
    )

    text = shown(snapshot)

    assert "  ! The daemon is not running.\n    → start it: systemctl start docker\n" in text
    assert "Could not be seen" not in text


def test_what_could_not_be_asked_is_no_verdict() -> None:
    text = shown(make.host(engine=None))

    assert "  ? Whether the running daemon uses this could not be seen.\n" in text
    assert "✓" not in text


def test_a_daemon_elsewhere_shows_what_it_says_itself() -> None:
    snapshot = make.host(
        engine=make.engine("http://there:1", endpoint="tcp://far:2376"),
        client=make.client(endpoint="tcp://far:2376", context="far"),
    )

    text = shown(snapshot)

    assert "  http_proxy   http://there:1\n               as the running daemon says\n" in text
    assert "(not set)" not in text
    assert "the daemon's configuration: it lies on another machine\n" in text


def test_the_docker_commands_own_proxies_matter_for_a_daemon_on_the_network() -> None:
    snapshot = make.host(client=make.client(endpoint="tcp://far:2376"))

    text = shown(snapshot)

    assert "cli   the docker command itself\n  no proxy is set\n" in text
    assert "Not used to reach" not in text


def test_a_client_that_could_not_be_read_is_not_said_to_have_no_proxies() -> None:
    text = shown(make.host(FileFact(make.CONFIG, "client-json", "unreadable")))

    assert "given\n  what is set could not be seen\n" in text
    assert f"  {make.CONFIG}: the file can't be read\n" in text


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        ({"HTTP_PROXY": "a", "http_proxy": "a"}, "  1, each with what a new one would be given\n"),
        ({}, "  1 of 1 made before the client's configuration changed: web\n"),
    ],
)
def test_containers_are_summed_up(environ: dict[str, str], line: str) -> None:
    snapshot = make.host(
        make.config_json('{"proxies": {"default": {"httpProxy": "a"}}}'),
        containers=(make.container("web", environ),),
    )

    assert line in shown(snapshot)


def test_containers_without_a_measure_are_only_counted() -> None:
    snapshot = make.host(
        FileFact(make.CONFIG, "client-json", "unreadable"),
        containers=(make.container("a"), make.container("b")),
    )

    assert "  2; what a new one would be given could not be seen\n" in shown(snapshot)


def test_many_and_long_names_are_cut() -> None:
    names = ["x" * 60, *(f"c{number}" for number in range(7))]
    snapshot = make.host(
        make.config_json('{"proxies": {"default": {"httpProxy": "a"}}}'),
        containers=tuple(make.container(name) for name in names),
    )

    text = shown(snapshot, STYLE._replace(width=0))

    assert f"changed: {'x' * 39}…, c0, c1, c2, c3 and 3 more\n" in text


def test_below_a_root_folder_the_folder_is_named() -> None:
    snapshot = make.host(
        machine=Machine("image", "linux", 0, "root", "/mnt"),
        systemd=None,
        dockerd=None,
        engine=None,
    )

    text = shown(snapshot)

    assert text.startswith("image · files below /mnt · context default")
    assert "what the running daemon uses: only files are looked at below another root\n" in text
    assert "FROM in builds\n  no proxy is set\n\nclient" in text


def test_a_machine_without_a_name_has_no_gap_in_its_heading() -> None:
    machine = Machine("", "linux", 0, "root", "/mnt")
    snapshot = make.host(machine=machine, systemd=None, dockerd=None, engine=None)

    assert shown(snapshot).startswith("files below /mnt · context default")


def test_a_broken_file_of_a_stopped_daemon_is_no_disagreement_of_a_running_one() -> None:
    stopped = make.unit(active_state="failed", main_pid=0)
    snapshot = make.host(make.daemon_json("{,}"), engine=None, dockerd=None, loaded=stopped)

    text = shown(snapshot)

    assert "  ! The daemon is not running.\n  ! dockerd will not start with" in text
    assert "    → mend the file in an editor, then look again\n" in text
    assert "does not agree" not in text


def test_an_unknown_reason_is_shown_as_it_is() -> None:
    text = shown(make.host(unknown=(Unknown("x\x1b[2J", "why\x07not", "do\x1bthis"),)))

    assert "  x\\x1b[2J: why\\x07not\n    → do\\x1bthis\n" in text


def test_no_line_is_wider_than_the_terminal_unless_it_is_one_piece() -> None:
    for language in ("en", "zh_CN"):
        for columns in (60, 80, 120):
            text = shown(everything(), STYLE._replace(width=columns, language=language))
            wide = [line for line in text.splitlines() if width(line) > columns]
            assert [line for line in wide if " " in line.strip()] == []


@pytest.mark.parametrize("encoding", ["ascii", "cp936", "latin-1", "utf-8", "nonsense"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_console_can_print_it(encoding: str, language: str) -> None:
    text = shown(
        everything(),
        Style(80, True, encoding in ("utf-8", "cp936"), language, encoding),
    )

    text.encode("ascii" if encoding == "nonsense" else encoding)
    assert "http://file:1" in text


def test_only_our_own_colours_reach_the_terminal() -> None:
    coloured = shown(everything(), STYLE._replace(colour=True))
    plain = shown(everything())

    assert "\x1b[1mdaemon\x1b[0m" in coloured
    assert "\x1b[31m  ✗ The running daemon" in coloured
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


def test_signs_are_ascii_where_the_console_has_no_others() -> None:
    text = shown(everything(), Style(80, False, False, "en", "ascii"))

    assert text.isascii()
    assert "  ! The running daemon does not agree with this.\n" in text
    assert "    -> systemctl daemon-reload" in text


def test_in_chinese_it_reads_as_chinese() -> None:
    text = shown(everything(), STYLE._replace(language="zh_CN"))

    assert "  ✗ 运行中的守护进程与这些设置不一致。\n" in text
    assert "               正在使用：http://old:1\n" in text
    assert "以下内容无法查看\n" in text
    assert "running" not in text


@pytest.mark.parametrize(
    "seconds", [0.0, 951782399.9, 951782400.0, 1709164800.0, 1795724732.1, 4107542400.0, -1.0]
)
def test_of_a_snapshot_it_says_when_that_was_seen(seconds: float) -> None:
    snapshot = make.host()._replace(taken_at=seconds)
    moment = datetime.fromtimestamp(seconds // 60 * 60, tz=timezone.utc)

    shown = status_text(resolve(snapshot)._replace(recorded=True), Style(width=0))

    assert f" · as seen {moment:%Y-%m-%d %H:%M} UTC" in shown.splitlines()[0]
    assert "as seen" not in status_text(resolve(snapshot), Style(width=0))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_forty_columns_are_enough(language: str) -> None:
    text = shown(everything(), STYLE._replace(width=40, language=language))

    wide = [line for line in text.splitlines() if width(line) > 40]
    assert [line for line in wide if " " in line.strip()] == []
    assert "\n    /etc/docker/daemon.json:1\n" in text
