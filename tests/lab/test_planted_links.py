"""``sudo dockproxy`` in a home whose owner plants links and pipes: no way to root's files."""

from __future__ import annotations

import pytest

from tests.lab.equipment import Entry, Host, Result

pytestmark = pytest.mark.lab

PROXY = "http://10.88.0.1:3128"
HOME = "/home/bob"
CONFIG = f"{HOME}/.docker/config.json"
VICTIM = "/etc/victim"
MARK = "only-for-root"
PLANTED = {
    "a link to what only root reads": "mkdir .docker && ln -s /etc/shadow .docker/config.json",
    "a link to root's own config.json": "mkdir .docker && ln -s /root/.docker/config.json .docker/",
    "a link to daemon.json": "mkdir .docker && ln -s /etc/docker/daemon.json .docker/config.json",
    "a folder that is a link into /etc": f"ln -s {VICTIM} .docker",
    "a folder that is a link to where no config.json is": "ln -s /etc .docker",
    "a link to a file that is not there yet": (
        f"mkdir .docker && ln -s {VICTIM}/new.json .docker/config.json"
    ),
    "a link to a link": (
        f"mkdir .docker && ln -s {VICTIM} a && ln -s ../a/config.json .docker/config.json"
    ),
    "a pipe": "mkdir .docker && mkfifo .docker/config.json",
    "a link to the disk": "mkdir .docker && ln -s /dev/mem .docker/config.json",
    "a link round in a circle": "mkdir .docker && ln -s config.json .docker/config.json",
    "a folder in the file's place": "mkdir -p .docker/config.json",
    "a file in the folder's place": "touch .docker",
    "a context that is a link": (
        "mkdir -p .docker/contexts/meta/$(printf x | sha256sum | cut -c-64)"
        " && ln -s /etc/shadow .docker/contexts/meta/$(printf x | sha256sum | cut -c-64)/meta.json"
        """ && echo '{"currentContext": "x"}' > .docker/config.json"""
    ),
}


@pytest.fixture
def root_files(host: Host) -> dict[str, Entry]:
    """All that bob must never reach, with a mark in what must never be shown."""
    host.sh("echo 'bob ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/bob; chmod 440 /etc/sudoers.d/bob")
    host.sh(f"sed -i 's|^root:[^:]*:|root:{MARK}:|' /etc/shadow; chmod 755 /home/bob")
    host.write("/root/.docker/config.json", f'{{"HttpHeaders": {{"X": "{MARK}"}}}}', 0o600)
    host.write(f"{VICTIM}/config.json", f'{{"HttpHeaders": {{"X": "{MARK}"}}}}\n', 0o644)
    host.write("/etc/docker/daemon.json", '{"debug": false}\n')
    return host.tree("/etc", "/root/.docker", "/usr/local")


def as_root(host: Host, *words: str) -> Result:
    """``sudo dockproxy``, called by bob."""
    run = ["sudo", "-n", "env", "PYTHONPATH=/opt/dockproxy/src", "python3", "-m", "dockproxy"]
    return host.run([*run, *words], user="bob", check=False, timeout=60)


def test_what_is_planted_in_a_home_leads_nowhere(host: Host, root_files: dict[str, Entry]) -> None:
    for name, script in PLANTED.items():
        host.sh(f"cd {HOME} && rm -rf .docker a && {script}", user="bob")

        done = as_root(host, "set", PROXY, "--for", "client", "--yes", "--no-check")
        snapshot = as_root(host, "snapshot")
        status = as_root(host, "status", "--json")

        for said in (done, snapshot, status):
            assert "Traceback" not in said.output, f"{name}\n{said.output}"
            assert MARK not in said.output, f"{name}\n{said.output}"
        assert host.tree("/etc", "/root/.docker", "/usr/local") == root_files, name
        wrote = name == "a context that is a link"
        assert done.returncode == (0 if wrote else 3), f"{name}\n{done.output}"


def test_a_second_name_of_roots_file_is_not_written_through(
    host: Host, root_files: dict[str, Entry]
) -> None:
    host.sh(f"install -d -o bob {HOME}/.docker && ln {VICTIM}/config.json {CONFIG}")

    done = as_root(host, "set", PROXY, "--for", "client", "--yes", "--no-check")

    assert done.returncode == 3, done.output
    assert host.tree("/etc", "/root/.docker", "/usr/local") == root_files


def test_what_sudo_docker_left_to_root_in_a_home_is_said(host: Host) -> None:
    host.write("/etc/sudoers.d/bob", "bob ALL=(ALL) NOPASSWD: ALL\n", 0o440)
    host.write(CONFIG, '{"auths": {}}\n', 0o600)  # as `sudo -E docker login` leaves it

    done = as_root(host, "set", PROXY, "--for", "client", "--yes", "--no-check")

    assert done.returncode == 3, done.output
    assert f"{CONFIG}: " in done.stdout
    assert "run this as root, or as the user whose file it is" in done.stdout
    assert host.read(CONFIG) == b'{"auths": {}}\n'


RACE = f"""
import os, itertools
home = "{HOME}"
for turn in itertools.count():
    try:
        os.rename(f"{{home}}/.docker", f"{{home}}/real")
        os.symlink("{VICTIM}", f"{{home}}/.docker")
        os.unlink(f"{{home}}/.docker")
        os.rename(f"{{home}}/real", f"{{home}}/.docker")
        os.symlink("{VICTIM}/config.json", f"{{home}}/.docker/link")
        os.rename(f"{{home}}/.docker/link", f"{{home}}/.docker/config.json")
        os.unlink(f"{{home}}/.docker/config.json")
        with open(f"{{home}}/.docker/config.json", "w") as file:
            file.write("{{}}")
    except OSError:
        os.makedirs(f"{{home}}/.docker", exist_ok=True)
"""


def test_a_race_between_the_look_and_the_write_is_lost_by_who_races(
    host: Host, root_files: dict[str, Entry]
) -> None:
    host.sh(f"mkdir {HOME}/.docker; echo '{{}}' > {CONFIG}", user="bob")
    racer = host.start(["python3", "-c", RACE], user="bob")
    codes = []
    try:
        for turn in range(12):
            done = as_root(
                host, "set", f"http://p{turn}:1", "--for", "client", "--yes", "--no-check"
            )
            assert "Traceback" not in done.output, done.output
            assert MARK not in done.output
            codes.append(done.returncode)
            as_root(host, "undo", "--yes")
    finally:
        racer.kill()
        racer.wait()

    assert set(codes) <= {0, 3, 4, 5}, codes
    assert host.tree("/etc", "/root/.docker", "/usr/local") == root_files
