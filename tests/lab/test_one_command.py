"""One command, one shell: what real docker makes of what ``exec``, ``env`` and ``args`` give it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable

import pytest

from tests.lab.equipment import Host, Lab, Proxy, RootlessHost
from tests.lab.equipment.host import SOURCE

pytestmark = pytest.mark.lab

PASSWORD = "".join(map(chr, range(0x20, 0x7F)))
URL = f"http://al'ice:{PASSWORD}@10.0.0.1:3128"
OURS = {"httpProxy": URL, "httpsProxy": URL, "noProxy": "localhost", "ftpProxy": "http://f:1"}
NAMES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")
CONFIG = "/root/.docker/config.json"

WATCH = """
import glob, os, sys, time
seen = set()
print("watching", flush=True)
while not os.path.exists("/run/watched-enough"):
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                seen.add(file.read())
        except OSError:
            pass
sys.stdout.buffer.write(b"\\n".join(seen))
"""


def say(host: Host, script: str, **env: str) -> str:
    """What a shell prints, in which ``dockproxy`` and docker are commands; $1 is an image."""
    dockproxy = f'dockproxy() {{ PYTHONPATH={SOURCE} python3 -m dockproxy "$@"; }}\n'
    return host.run(["bash", "-c", dockproxy + script, "bash"], env=env).output


def proxies_in(printed: str) -> dict[str, str]:
    """The proxy variables that ``env`` printed, in a container or in a build's log."""
    lines = re.findall(r"(?m)^(?:#\d+ [\d.]+ )?((?i:\w+_proxy))=(.*)$", printed)
    return {name: value.rstrip("\r") for name, value in lines}


def both(values: dict[str, str]) -> dict[str, str]:
    """Both spellings."""
    return {name: value for key, value in values.items() for name in (key, key.upper())}


@pytest.fixture
def image(lab: Lab, host: Host, squid: Proxy) -> str:
    """An image on the host; the client has proxies with a password of every printable character."""
    return prepare(lab, host, squid)


def prepare(lab: Lab, host: Host, squid: Proxy) -> str:
    host.dockproxy("set", squid.url, "--for", "daemon", "--yes")
    image = lab.fresh_image()
    host.docker("pull", image)
    host.write(CONFIG, json.dumps({"proxies": {"default": OURS}}))
    host.write("/root/build/Dockerfile", f"FROM {image}\nRUN env\n")
    host.write("/root/baked/Dockerfile", f"FROM {image}\nENV http_proxy=http://baked:1\n")
    host.docker("build", "--tag", "baked", "/root/baked")
    return image


CLIENTS = both(
    {"http_proxy": URL, "https_proxy": URL, "no_proxy": "localhost", "ftp_proxy": "http://f:1"}
)
GIVEN = both(
    {
        "http_proxy": "http://b:p%27w@10.0.0.9:1",
        "https_proxy": "http://b:p%27w@10.0.0.9:1",
        "no_proxy": "localhost,127.0.0.1,127.0.0.0/8,::1",
    }
)
ENGINES = [
    "26.1.5",
    pytest.param("20.10.24", marks=pytest.mark.soak),
    pytest.param("newest", marks=pytest.mark.soak),
]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_container_gets_what_docker_was_given_and_nothing_else(
    lab: Lab, host: Host, squid: Proxy, engine: str
) -> None:
    if engine != "26.1.5":
        host.reset(engine)
    image = prepare(lab, host, squid)
    given = shlex.quote("http://b:p'w@10.0.0.9:1")
    env = "sh -c 'env; sleep 0.2'"  # docker may lose the output of what ends at once
    run = f"docker run --rm $(dockproxy args run) {image} {env}"
    create = f"docker create --name made $(dockproxy args create) {image} {env}"
    for script, expected in (
        (f"dockproxy exec -- {run}", CLIENTS),
        (f"dockproxy exec {given} -- {run}", GIVEN),
        (f"dockproxy exec --off -- {run}", {}),
        (f"dockproxy exec --off -- {run.replace(image, 'baked')}", {}),
        (f'eval "$(dockproxy env)"; {run}', CLIENTS),
        (f"dockproxy exec {given} -- {create}; docker start -a made", GIVEN),
        (run.replace("args run", "args run --off"), dict.fromkeys(both_all(), "")),
    ):
        printed = say(host, script)
        assert proxies_in(printed) == expected, f"{script}\n{printed}"


def both_all() -> list[str]:
    names = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
    return list(both(dict.fromkeys(names, "")))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("buildkit", ["0", "1"])
def test_a_build_gets_what_docker_was_given(
    lab: Lab, host: Host, squid: Proxy, engine: str, buildkit: str
) -> None:
    if engine != "26.1.5":
        host.reset(engine)
    prepare(lab, host, squid)
    given = shlex.quote("http://b:p'w@10.0.0.9:1")
    build = "docker build --no-cache $(dockproxy args build) /root/build"
    if buildkit == "1":
        build = build.replace("docker build", "docker build --progress=plain")
    # What docker itself lacks buildx takes from config.json; docker's own builders do not.
    by_buildx = buildkit == "1" and engine != "20.10.24"
    left = both({"ftp_proxy": "http://f:1"}) if by_buildx else {}
    for script, expected in (
        (f"dockproxy exec -- {build}", CLIENTS),
        (f"dockproxy exec {given} -- {build}", {**GIVEN, **left}),
        (build.replace("args build", "args build --off"), dict.fromkeys(both_all(), "")),
    ):
        found = proxies_in(say(host, script, DOCKER_BUILDKIT=buildkit))
        filled = {name: value for name, value in found.items() if value}
        assert filled == {name: value for name, value in expected.items() if value}, script


def test_no_argument_of_any_process_ever_holds_the_password(host: Host, image: str) -> None:
    run = f"docker run --rm $(dockproxy args run) {image} sleep 0.3"
    build = "docker build --no-cache $(dockproxy args build) /root/build"
    watcher = host.start(["python3", "-c", WATCH])
    assert watcher.stdout is not None
    assert watcher.stdout.readline() == b"watching\n"
    traced = "strace -f -qq -e trace=execve -s 100000 -o /tmp/trace"
    inner = f"dockproxy exec -- {run}; DOCKER_BUILDKIT=0 dockproxy exec -- {build}; "
    inner += f'dockproxy exec -- {build}; eval "$(dockproxy env)"; {run}'
    dockproxy = f'dockproxy() {{ PYTHONPATH={SOURCE} python3 -m dockproxy "$@"; }}\n'

    host.sh(f"{traced} bash -c {shlex.quote(dockproxy + inner)}; touch /run/watched-enough")

    seen = watcher.communicate(timeout=30)[0]
    executed = host.read("/tmp/trace")
    assert seen.count(b"containerd-shim") > 0
    for words in (rb'"docker", "run"', rb'"docker", "build"'):
        assert len(re.findall(rb"execve[^\n]*\[" + words + rb"[^\n]*= 0\n", executed)) == 2
    assert b"--build-arg" in seen
    for output in (seen, executed):
        assert b"ABCDEFGHIJKLMNOPQRSTUVWXYZ" not in output


def test_a_user_gets_the_daemons_password_with_roots_rights_alone(
    host: Host, auth_proxy: Proxy
) -> None:
    host.dockproxy("set", auth_proxy.url, "--for", "daemon", "--yes")
    assert host.sh("stat -c %a /etc/docker/daemon.json").stdout == "600\n"

    by_ann = host.dockproxy("env", "--shell", "sh", user="ann")
    by_bob = host.dockproxy("env", "--shell", "sh", user="bob", check=False)

    by_root = host.dockproxy("env", "--shell", "sh", "--as", "daemon")
    assert by_ann.stdout == by_root.stdout
    assert host.sh(by_root.stdout + 'printf %s "$https_proxy"').stdout == auth_proxy.url
    assert by_bob.returncode == 3
    assert "sudo" in by_bob.stderr
    assert by_bob.stdout == ""


def test_a_user_needs_no_rights_for_a_daemon_without_a_password(host: Host, squid: Proxy) -> None:
    host.dockproxy("set", squid.url, "--for", "daemon", "--yes")

    printed = host.dockproxy("env", "--shell", "sh", user="bob").stdout

    assert f"export https_proxy='{squid.url}'" in printed


def test_a_containers_own_values_can_be_had(host: Host, image: str) -> None:
    host.docker(
        "run", "--detach", "--name", "web", "--env", f"http_proxy={URL}x", image, "sleep", "9"
    )

    printed = host.dockproxy("env", "--as", "container:web", "--shell", "sh").stdout

    assert host.sh(printed + 'printf %s "$https_proxy"').stdout == URL
    printed = host.dockproxy("exec", "--as", "container:web", "--", "env").stdout
    assert f"\nHTTPS_PROXY={URL}\n" in printed


@pytest.mark.parametrize("kind", ["drop-in", "flag", "environment-file", "process"])
def test_the_daemons_password_is_read_where_it_stands(host: Host, kind: str) -> None:
    url = "http://al-ice:p%40w@10.0.0.1:3128"
    folder = "/etc/systemd/system/docker.service.d"
    doubled = url.replace("%", "%%")
    if kind == "drop-in":
        host.write(f"{folder}/a.conf", f'[Service]\nEnvironment="HTTPS_PROXY={doubled}"\n')
    elif kind == "flag":
        start = f"/usr/sbin/dockerd -H fd:// --https-proxy {doubled}"
        host.write(f"{folder}/a.conf", f"[Service]\nExecStart=\nExecStart={start}\n")
    elif kind == "environment-file":
        host.write(f"{folder}/a.conf", "[Service]\nEnvironmentFile=/etc/proxies\n")
        host.write("/etc/proxies", f"https_proxy={url}\n")
    else:
        host.systemctl("stop", "docker.socket", "docker")
        host.sh(f"https_proxy={url} setsid dockerd >/dev/null 2>&1 & until docker info; do :; done")
    if kind != "process":
        host.systemctl("daemon-reload")
        host.systemctl("restart", "docker")
    assert "http://xxxxx:xxxxx@10.0.0.1:3128" in host.docker("info").stdout

    printed = host.dockproxy("env", "--as", "daemon", "--shell", "sh").stdout

    assert f"export https_proxy='{url}'" in printed


def test_root_is_led_to_no_password_by_a_link_in_a_users_home(host: Host, image: str) -> None:
    """bob's config.json leads to root's: it is read with bob's rights, seen and revealed alike."""
    host.sh(
        "mkdir /home/bob/.docker; ln -s /root/.docker/config.json /home/bob/.docker/config.json"
    )

    done = host.dockproxy("env", "--user", "bob", "--as", "client", "--shell", "sh", check=False)

    assert done.returncode == 2
    assert "can't be seen" in done.stderr
    place = {"kind": "config.json", "path": "/home/bob/.docker/config.json", "entry": "default"}
    asked = {**place, "key": "ftp_proxy", "masked": "http://f:1"}
    request = {"do": "reveal", "root": "", "user": "bob", "places": [asked]}
    code = "import json, sys; from dockproxy.core.agent.protocol import handle; "
    code += "print(json.dumps(handle(json.loads(sys.argv[1]), None)))"
    for user, value in (("bob", None), ("root", "http://f:1")):
        words = ["python3", "-c", code, json.dumps({**request, "user": user})]
        answer = host.run(words, env={"PYTHONPATH": SOURCE}).stdout
        assert json.loads(answer) == {"values": [value]}


def test_completion_knows_the_containers_and_is_quick(
    host: Host, image: str, record_property: Callable[[str, object], None]
) -> None:
    for name in ("web", "db"):
        host.docker("create", "--name", name, image)
    times = 'import os, subprocess, time; words = ["python3", "-m", "dockproxy", "__complete"]\n'
    times += 'run = lambda: subprocess.run([*words, "fish", "env", "--as", "con"])\n'
    times += "run(); start = os.times(); run(); end = os.times()\n"
    times += "print(end[2] + end[3] - start[2] - start[3])"

    done = host.run(
        ["python3", "-c", times],
        env={"PYTHONPATH": SOURCE, "DOCKPROXY_COMPLETION_SECONDS": "5"},
    )

    offered = [":words", "container:db", "container:web"]
    assert sorted(done.stdout.splitlines()[:-1]) == sorted(offered * 2)
    record_property("processor seconds for a completion", float(done.stdout.splitlines()[-1]))
    assert float(done.stdout.splitlines()[-1]) < 0.15
    host.systemctl("stop", "docker.socket", "docker")
    host.systemctl("start", "docker.socket")
    host.dockproxy("__complete", "fish", "env", "--as", "con")
    assert host.systemctl("is-active", "docker", check=False).stdout == "inactive\n"


def test_of_a_rootless_daemon_its_user_gets_the_password_without_root(
    rootless: RootlessHost, auth_proxy: Proxy
) -> None:
    done = rootless.dockproxy("set", auth_proxy.url, "--for", "daemon", "--yes", "--no-check")
    assert done.returncode == 0, done.output

    printed = rootless.dockproxy("env", "--as", "daemon", "--shell", "sh").stdout

    assert rootless.sh(printed + 'printf %s "$https_proxy"').stdout == auth_proxy.url
