"""An ordinary user: sudo, doas or pkexec with a password, asked once; or none of them at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.process import CONTROLLED, AtATerminal
from tests.lab.equipment import Host, Lab, Proxy, Result
from tests.lab.equipment.downloads import Archive
from tests.lab.equipment.trees import Trees

pytestmark = pytest.mark.lab

ROOT = Path(__file__).resolve().parents[2]
PLACES = (
    "/etc/docker",
    "/etc/systemd/system",
    "/root/.docker",
    "/root/.local",
    "/home/bob/.docker",
)
SOURCE = "/opt/dockproxy/src"
TOOL = "/home/bob/.local/bin/dockproxy"
PASSWORD = "bob's own"
ASKED = {"sudo": "[sudo] password for bob:", "doas": "doas (bob@dockerhost) password:"}
YES = ("[y/N]", "y\n")


def may_become_root(host: Host, *, rule: str = "ALL") -> None:
    """bob has a password, and sudo asks him for it each time that it is called."""
    host.sh("chpasswd", input=f"bob:{PASSWORD}\n")
    host.write("/etc/sudoers.d/bob", f"Defaults timestamp_timeout=0\nbob ALL=(ALL) {rule}\n", 0o440)


def at_his_terminal(host: Host, way: str, *words: str, tool: Sequence[str] = ()) -> str:
    """bob's command, with the password typed once and one yes; what the screen shows."""
    command = list(tool) or ["env", f"PYTHONPATH={SOURCE}", "python3", "-m", "dockproxy"]
    answers = [(ASKED[way], f"{PASSWORD}\n"), YES]
    done = host.run_tty(
        [*command, *words], user="bob", answers=answers, env={"NO_COLOR": "1"}, timeout=60
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(ASKED[way]) == 1
    return done.stdout


def proxies(host: Host) -> tuple[str, str]:
    """Those that the running daemon uses."""
    shown = json.loads(host.docker("info", "--format", "{{json .}}").stdout)
    return shown["HttpProxy"], shown["HttpsProxy"]


def as_bob(host: Host, *words: str) -> Result:
    """bob's command with nobody to ask."""
    return host.dockproxy(*words, user="bob", check=False)


# With a password -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The wheel of these sources, and what pipx is installed from."""
    target = tmp_path_factory.mktemp("wheels")
    pip = [sys.executable, "-m", "pip", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", target, ROOT], check=True)
    debians = ["--python-version", "3.11", "--only-binary", ":all:"]
    wanted = ["pipx", "pip", "PyYAML"]
    subprocess.run([*pip, "download", *debians, "--dest", target, *wanted], check=True)
    return sorted(target.glob("*.whl"))


def install_with_pipx(host: Host, wheels: Sequence[Path]) -> None:
    """As bob would, into ~/.local/bin."""
    for wheel in wheels:
        host.write(f"/tmp/wheels/{wheel.name}", wheel.read_bytes())
    script = (
        "export PIP_NO_INDEX=1 PIP_FIND_LINKS=/tmp/wheels"
        " && python3 -m venv ~/pipx && ~/pipx/bin/pip -q install pipx"
        " && ~/pipx/bin/pipx install /tmp/wheels/dockproxy-*.whl"
    )
    host.sh(script, user="bob")


def test_installed_with_pipx_it_asks_sudo_once_for_the_whole_of_set_and_of_undo(
    lab: Lab, host: Host, squid: Proxy, wheels: list[Path]
) -> None:
    install_with_pipx(host, wheels)
    may_become_root(host)
    before = host.tree(*PLACES)
    assert host.run_tty(
        ["sudo", "dockproxy"], user="bob", answers=[(ASKED["sudo"], f"{PASSWORD}\n")]
    ).stdout.endswith("sudo: dockproxy: command not found\n")  # secure_path lacks ~/.local/bin

    at_his_terminal(host, "sudo", "set", squid.url, tool=[TOOL])

    host.docker("pull", lab.fresh_image())
    assert squid.saw("registry.corp.test:5443")
    config = host.tree("/home/bob/.docker")["/home/bob/.docker/config.json"]
    assert config.uid == int(host.run(["id", "-u", "bob"]).stdout)
    assert squid.url.encode() in config.content
    status = host.run([TOOL, "status"], user="bob").stdout
    (again,) = (line for line in status.splitlines() if line.startswith("      sudo "))
    seen = host.run_tty(again.split(), user="bob", answers=[(ASKED["sudo"], f"{PASSWORD}\n")])
    assert "The running daemon uses exactly this." in seen.stdout
    assert "Could not be seen" not in seen.stdout
    assert f"sudo {TOOL} snapshot\n" in host.run([TOOL, "snapshot"], user="bob").stderr
    at_his_terminal(host, "sudo", "undo", tool=[TOOL])
    assert host.tree(*PLACES) == before
    assert proxies(host) == ("", "")


def only_way(host: Host, package: str) -> None:
    """Installed from Debian's packages; sudo is gone."""
    status = f"{Trees().prepare()['base']}/var/lib/dpkg/status"
    for deb in Archive("bookworm").download_with_needs((package,), status):
        host.write(f"/tmp/debs/{os.path.basename(deb)}", Path(deb).read_bytes())
    host.sh("dpkg -i /tmp/debs/*.deb; mkdir /root/off; mv /usr/bin/sudo /root/off")


def test_doas_asks_once_too(host: Host, squid: Proxy) -> None:
    only_way(host, "opendoas")
    host.write("/etc/doas.conf", "permit bob as root\n", 0o400)
    host.sh("chpasswd", input=f"bob:{PASSWORD}\n")
    before = host.tree(*PLACES)

    at_his_terminal(host, "doas", "set", squid.url, "--no-check")

    assert proxies(host) == (squid.url, squid.url)
    at_his_terminal(host, "doas", "undo")
    assert host.tree(*PLACES) == before


def test_pkexec_serves_where_its_rules_let_the_user_through(host: Host, squid: Proxy) -> None:
    only_way(host, "pkexec")
    before = host.tree(*PLACES)
    refused = as_bob(host, "set", squid.url, "--for", "daemon", "--yes", "--no-check")
    assert host.tree(*PLACES) == before
    rule = 'function (action, who) { if (who.user == "bob") return polkit.Result.YES; }'
    host.write("/etc/polkit-1/rules.d/10-bob.rules", f"polkit.addRule({rule});\n")
    host.systemctl("restart", "polkit")

    done = as_bob(host, "set", squid.url, "--yes", "--no-check")

    assert refused.returncode == 3, refused.output
    assert "pkexec did not give root's rights" in refused.stdout
    assert done.returncode == 0, done.output
    assert proxies(host) == (squid.url, squid.url)
    assert as_bob(host, "undo", "--yes").returncode == 0
    assert host.tree(*PLACES) == before


# Without root's rights -----------------------------------------------------------------------


@pytest.mark.parametrize("group", ["", "docker"])
def test_the_client_is_set_and_what_is_printed_for_the_daemon_works_when_pasted(
    lab: Lab, host: Host, squid: Proxy, group: str
) -> None:
    host.write("/etc/docker/daemon.json", '{\n  "debug": false\n}\n')
    host.systemctl("restart", "docker")
    if group:
        host.sh("usermod -aG docker bob")
    since = host.sh("date +%s.%N").stdout.strip()
    pid = host.daemon_pid()
    assert as_bob(host, "set", squid.url, "--check").returncode == 1

    done = as_bob(host, "set", squid.url, "--yes")

    assert done.returncode == 3, done.output
    assert squid.url in host.read("/home/bob/.docker/config.json").decode()
    assert host.daemon_pid() == pid
    events = host.sh('docker events --since "$1" --until "$(date +%s.%N)"', since).stdout
    assert "container" not in events
    where = "/etc/docker/daemon.json" if group else "docker.service.d/http-proxy.conf"
    _, _, commands = done.stdout.partition("as root, in this order:\n")
    assert where in commands
    again = as_bob(host, "set", squid.url, "--yes")  # his own part is done
    assert again.returncode == 3, again.output
    assert again.stdout.endswith(commands)
    assert "nothing to do" not in again.stdout
    host.run_tty(["bash", "-i"], answers=[("# ", f"{commands}exit\n")])
    assert host.daemon_pid() != pid
    host.docker("pull", lab.fresh_image())
    assert squid.saw("registry.corp.test:5443")
    assert json.loads(host.read("/etc/docker/daemon.json"))["debug"] is False
    assert as_bob(host, "undo", "--yes").returncode == 0
    assert not host.exists("/home/bob/.docker")


def test_where_the_daemon_has_it_already_nobody_is_asked_for_anything(
    host: Host, squid: Proxy
) -> None:
    host.dockproxy("set", squid.url, "--for", "daemon", "--yes", "--no-check")

    done = as_bob(host, "set", squid.url, "--yes", "--no-check")

    assert done.returncode == 0, done.output
    assert "as root" not in done.stdout
    assert squid.url in host.read("/home/bob/.docker/config.json").decode()


def test_a_password_is_in_no_command_that_is_printed_and_is_asked_for(
    host: Host, auth_proxy: Proxy
) -> None:
    url = f"http://{auth_proxy.user}@{auth_proxy.address}"

    done = host.dockproxy(
        "set", url, "--yes", "--password-stdin", "--no-check",
        user="bob", input=f"{auth_proxy.password}\n", check=False,
    )  # fmt: skip

    assert done.returncode == 3, done.output
    assert str(auth_proxy.password) not in done.output
    assert "(umask 077; cat > " in done.stdout
    assert "xxxxx stands for what is secret" in done.stdout
    host.write(
        "/etc/systemd/system/docker.service.d/http-proxy.conf",
        "[Service]\nEnvironment=HTTP_PROXY=http://old:1 SECRET=abc\n",
    )
    done = host.dockproxy("set", "http://p:1", "--yes", "--no-check", user="bob", check=False)
    assert "cp -p /etc/systemd/system/docker.service.d/http-proxy.conf " in done.stdout


@pytest.mark.parametrize("via", [(), ("--via", "daemon-json")])
def test_a_daemon_json_that_only_root_reads_is_left_to_root(
    host: Host, squid: Proxy, via: tuple[str, ...]
) -> None:
    host.write(
        "/etc/docker/daemon.json", '{"proxies": {"http-proxy": "http://10.88.0.1:9"}}', 0o600
    )
    before = host.tree("/etc/docker", "/etc/systemd/system")

    done = as_bob(host, "set", squid.url, "--yes", *via)

    assert done.returncode == 3, done.output
    assert "as root, in this order" not in done.stdout
    assert "this user can't read /etc/docker/daemon.json" in done.stdout
    assert host.tree("/etc/docker", "/etc/systemd/system") == before


@pytest.mark.parametrize("why", ["wrong password", "rule forbids it", "nobody to ask"])
def test_where_sudo_says_no_the_client_is_set_and_the_rest_is_told(
    host: Host, squid: Proxy, why: str
) -> None:
    may_become_root(host, rule="/usr/bin/true" if why == "rule forbids it" else "ALL")
    typed = "wrong\n" if why == "wrong password" else f"{PASSWORD}\n"
    times = 3 if why == "wrong password" else 1
    before = host.tree("/etc/docker", "/etc/systemd/system")

    if why == "nobody to ask":
        done = as_bob(host, "set", squid.url, "--yes")
    else:
        done = host.dockproxy_tty(
            "set", squid.url, user="bob", answers=[*[(ASKED["sudo"], typed)] * times, YES]
        )

    assert done.returncode == 3, done.output
    assert "sudo did not give root's rights" in done.output
    assert "systemctl restart docker.service" in done.output
    assert squid.url in host.read("/home/bob/.docker/config.json").decode()
    assert host.tree("/etc/docker", "/etc/systemd/system") == before


@pytest.mark.parametrize("by", ["Ctrl-C", "SIGTERM"])
def test_an_end_at_sudos_question_ends_it_all(host: Host, squid: Proxy, by: str) -> None:
    may_become_root(host)
    before, pid = host.tree(*PLACES), host.daemon_pid()
    terminal = AtATerminal(
        host.command([*CONTROLLED, "python3", "-m", "dockproxy", "set", squid.url], user="bob"),
        host.environment({"NO_COLOR": "1", "PYTHONPATH": SOURCE}, "bob"),
    )
    try:
        terminal.wait_for(ASKED["sudo"])
        time.sleep(0.3)  # sudo drops what was typed before its question
        if by == "Ctrl-C":
            terminal.type("\x03")
        else:
            host.sh('kill -TERM "$(pgrep -u bob -f "^python3 -m dockproxy set")"')

        assert terminal.end() == 130, terminal.screen
    finally:
        terminal.close()

    assert "interrupted: nothing was changed" in terminal.screen
    assert (host.tree(*PLACES), host.daemon_pid()) == (before, pid)


# Who asks, and what root executes ------------------------------------------------------------

RUN = (
    f"env PYTHONPATH={SOURCE} python3 -m dockproxy set http://p:1 --for client --dry-run --no-check"
)
WHOSE = {
    "sudo -n {run}": "ann",
    "sudo -n -H {run}": "ann",
    "sudo -n -i {run}": "ann",
    "sudo -n HOME=/home/ann {run}": "ann",
    "sudo -n HOME=/home/bob {run}": "ann",
    "sudo -n env -u SUDO_UID DOAS_USER=ann {run}": "ann",
    "sudo -n env -u SUDO_UID PKEXEC_UID=$(id -u) {run}": "ann",
    "sudo -n -u bob {run}": "bob",
    "sudo -n su -c '{run}'": "ann",
    "sudo -n env -i PATH=$PATH su -c '{run}'": "root",
    "sudo -n env -i PATH=$PATH HOME=/home/ann su -m -c '{run}'": "root",
    "sudo -n env -i PATH=$PATH su -c '{run}' bob": "bob",
    "sudo -n env -i PATH=$PATH HOME=/home/ann su -m -c '{run}' bob": "bob",
}
"""Which user's config.json is meant, however the command came to its rights."""


def test_whose_client_it_is_whoever_runs_it(host: Host) -> None:
    homes = {"root": "/root", "ann": "/home/ann", "bob": "/home/bob"}

    for command, user in WHOSE.items():
        done = host.sh(command.format(run=RUN), user="ann", check=False)

        assert done.returncode == 0, f"{command}\n{done.output}"
        assert f"+++ {homes[user]}/.docker/config.json\n" in done.stdout, command


TRAP = """
import os, sys
if os.geteuid() == 0:
    open("/root/caught", "w").close()
if __name__ == "base64":
    path, sys.path = sys.path, [entry for entry in sys.path if "trap" not in entry]
    del sys.modules["base64"]
    import base64
    sys.path = path
"""


def test_nothing_that_lies_in_a_users_paths_runs_as_root(host: Host, squid: Proxy) -> None:
    may_become_root(host, rule="NOPASSWD: ALL")
    for name in ("base64", "sitecustomize", "usercustomize"):
        host.write(f"/home/bob/trap/{name}.py", TRAP)
    site = "/home/bob/.local/lib/python3.11/site-packages"
    host.write(f"{site}/trap.pth", "import os; exec(open('/home/bob/trap/base64.py').read())")
    env = {"PYTHONPATH": f"{SOURCE}:/home/bob/trap"}

    done = host.run(
        ["python3", "-m", "dockproxy", "set", squid.url, "--yes", "--for", "daemon", "--no-check"],
        user="bob", env=env, cwd="/home/bob/trap", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.output
    assert proxies(host) == (squid.url, squid.url)
    assert not host.exists("/root/caught")
    host.sh("cd /; PYTHONPATH=/home/bob/trap python3 -S -c 'import base64'")
    assert host.exists("/root/caught")  # the trap does work where it is walked into
