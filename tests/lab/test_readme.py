"""What the READMEs show was printed: their commands, in order, on a host with a real engine."""

from __future__ import annotations

import shlex

import pytest

from tests.lab.equipment import Host, Lab, Proxy
from tests.support.console_blocks import READMES, ROOT, matches, shown_commands

pytestmark = pytest.mark.lab

NAMES = {"10.0.0.1": "10.88.0.1", "registry.corp.example:443": "registry.corp.test:5443"}
"""The README's addresses, and the lab's."""

DROP_IN = "/etc/systemd/system/docker.service.d"


def one_container_and_no_proxy(lab: Lab, host: Host, proxy: Proxy) -> None:
    """The host that the READMEs speak of: its image came through a proxy that is gone again."""
    host.write(f"{DROP_IN}/early.conf", f'[Service]\nEnvironment="HTTPS_PROXY={proxy.url}"\n')
    host.sh("systemctl daemon-reload && systemctl restart docker")
    image = lab.fresh_image()
    host.docker("pull", image)
    host.docker(
        *("run", "--detach", "--name", "web", "--restart", "always", "--stop-signal", "KILL"),
        *(image, "sleep", "100000"),
    )
    host.remove(DROP_IN)
    host.sh("systemctl daemon-reload && systemctl reset-failed docker && systemctl restart docker")


@pytest.mark.parametrize("readme", READMES)
def test_the_commands_print_what_is_shown(lab: Lab, host: Host, squid: Proxy, readme: str) -> None:
    one_container_and_no_proxy(lab, host, squid)
    shown = shown_commands((ROOT / readme).read_text(encoding="utf-8"))
    assert len(shown) == 5

    for command, output in shown:
        words = shlex.split(command)
        assert words[0] == "dockproxy"
        for theirs, ours in NAMES.items():
            words = [word.replace(theirs, ours) for word in words]
            output = output.replace(theirs, ours)
        done = host.sh(
            'python3 -m dockproxy "$@" 2>&1',
            *words[1:],
            env={"PYTHONPATH": "/opt/dockproxy/src", "LANG": "C.UTF-8"},
        )

        assert matches(output, done.stdout), f"$ {command}\n{done.stdout}"
