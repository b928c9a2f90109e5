"""A host whose only daemon is an ordinary user's, as the set-up tool of Docker makes it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .commands import LabError, Result
from .host import Host

if TYPE_CHECKING:
    from .lab import Lab


# nspawn makes /dev/net/tun for root alone; on a real host udev lets everybody use it. The lab's
# kernel has its packet filters built in, and no /lib/modules to say so.
PREPARE = """
set -e
systemctl -q disable docker.service docker.socket containerd.service 2>/dev/null
systemctl kill --signal=KILL docker.service containerd.service || true
systemctl stop docker.socket docker.service containerd.service
rm -f /run/docker.sock
chmod 666 /dev/net/tun
mkdir -p "/lib/modules/$(uname -r)"
printf 'kernel/net/%s.ko\\n' ipv4/netfilter/ip_tables netfilter/nf_tables \\
  > "/lib/modules/$(uname -r)/modules.builtin"
ln -sf ../share/docker.io/contrib/dockerd-rootless.sh /usr/bin/
for folder in .local .local/share .local/share/docker .config .config/docker; do
    install -d -o "$1" -g "$1" "/home/$1/$folder"
done
# An overlay can't lie on an overlay.
owner="uid=$(id -u "$1"),gid=$(id -g "$1")"
mount -t tmpfs -o "$owner,mode=710" docker "/home/$1/.local/share/docker"
cp -r /etc/docker/certs.d "/home/$1/.config/docker/"
chown -R "$1:$1" "/home/$1/.config"
loginctl enable-linger "$1"
systemctl start "user@$(id -u "$1").service"
id -u "$1"
"""
# The tool gives the daemon three seconds to start; it takes less.
INSTALL = """
sleep() {
    at="unix://$XDG_RUNTIME_DIR/docker.sock"
    timeout 30 sh -c 'until docker -H "$0" version; do sleep .1; done' "$at"
}
. /usr/share/docker.io/contrib/dockerd-rootless-setuptool.sh
"""


class RootlessHost(Host):
    """The same host as seen by the user whose daemon it is: every call is that user's own.

    ``systemctl`` and ``journal`` speak with the user's manager, ``daemon_pid`` is that dockerd's.
    For root's own deeds there is the plain ``Host``.
    """

    def __init__(self, lab: Lab, user: str, uid: int) -> None:
        super().__init__(lab)
        self.user = user
        self.uid = uid
        self.home = f"/home/{user}"
        self.runtime = f"/run/user/{uid}"

    def command(
        self, argv: Sequence[str], *, user: str | None = None, cwd: str | None = None
    ) -> list[str]:
        """See ``Host.command``; where no user is named it is the daemon's own."""
        return super().command(argv, user=user or self.user, cwd=cwd)

    def environment(
        self, env: Mapping[str, str] | None = None, user: str | None = None
    ) -> dict[str, str]:
        """See ``Host.environment``; with the runtime folder, as a login gives it."""
        if user not in (None, self.user):
            return super().environment(env, user)
        return super().environment({"XDG_RUNTIME_DIR": self.runtime, **(env or {})}, self.user)

    def systemctl(self, *args: str, check: bool = True, timeout: float = 180) -> Result:
        """Run ``systemctl --user``."""
        return self.run(["systemctl", "--user", *args], check=check, timeout=timeout)

    def daemon_pid(self) -> int:
        """Give the process id of the user's dockerd, 0 when there is none.

        The unit's main process is RootlessKit.
        """
        script = 'pid=$(cat "$XDG_RUNTIME_DIR/docker.pid") && test -d "/proc/$pid" && echo "$pid"'
        return int(self.sh(script, check=False).stdout or "0")

    def journal(self, unit: str = "docker") -> str:
        """Give a user unit's log since boot."""
        argv = ["journalctl", "--no-pager", "-o", "cat", f"_UID={self.uid}"]
        return self.run([*argv, f"_SYSTEMD_USER_UNIT={unit}.service"], user="root").stdout

    def wait_until_ready(self, timeout: float = 60) -> None:
        """Wait for the user's daemon to answer."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self._answers():
                return
            time.sleep(0.05)
        raise LabError(f"the user's daemon was not up after {timeout:g} s\n{self.journal()}")


def install(lab: Lab, user: str) -> RootlessHost:
    """Turn a clean host into one with this user's daemon alone, its context the current one."""
    uid = int(lab.host.sh(PREPARE, user).stdout.split()[-1])
    host = RootlessHost(lab, user, uid)
    host.sh(INSTALL, "install")
    host.wait_until_ready()
    return host
