"""The proxies between the host and the registry; their logs are the proof of a path."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from .trees import OUTSIDE, OUTSIDE_V6

if TYPE_CHECKING:
    from .lab import Lab
    from .namespaces import Namespaces

PRINTABLE = "".join(chr(number) for number in range(0x20, 0x7F))
USER = f"us er@x{PRINTABLE.replace(':', '')}"
PASSWORD = f"p@s:s/w#o?r%d%41%%${{HOME}}\\n&{PRINTABLE}!"
"""Every printable character, where a user's name may hold it (RFC 7617 has no ``:`` there)."""

SQUID_CONFIG = """
{listens}
hosts_file /etc/hosts
dns_nameservers {address}
visible_hostname {name}.corp.test
cache deny all
cache_log /lab/{name}/cache.log
pid_filename none
pinger_enable off
shutdown_lifetime 0 seconds
max_filedescriptors 1024
acl denied dstdomain denied.corp.test
http_access deny denied
{rules}
external_acl_type seen ttl=0 negative_ttl=0 cache=0 children-max=1 children-startup=1 \\
  concurrency=100 %METHOD %URI {login} /usr/bin/python3 -I -S /lab/{name}/seen.py
acl seen external seen
http_access allow seen
http_access deny all
logformat lab %ts.%03tu %rm %ru %Ss/%03>Hs %un
access_log stdio:/lab/{name}/access.log lab
"""

AUTH_RULES = """
auth_param basic program /usr/bin/python3 -I -S /lab/{name}/password.py
auth_param basic children 1 startup=1 idle=1
auth_param basic realm lab
auth_param basic casesensitive on
acl known proxy_auth REQUIRED
http_access deny !known
"""

# Squid logs a tunnel when it ends, which may be minutes after the pull: this logs it as it begins.
SEEN_HELPER = """
import sys
with open("/lab/{name}/seen.log", "a", buffering=1) as log:
    for line in iter(sys.stdin.readline, ""):
        channel, method, target, rest = line.strip().split(" ", 3)
        # Squid ends the line with "-", for arguments that the acl does not have.
        log.write(f"{{method}} {{target}} {{rest[:-2] or '-'}}\\n")
        print(channel, "OK", flush=True)
"""

PASSWORD_HELPER = """
import sys
from urllib.parse import unquote
for line in iter(sys.stdin.readline, ""):
    user, _, password = line.strip().partition(" ")
    with open("/lab/{name}/password", encoding="utf-8") as file:
        expected = file.read()
    print("OK" if unquote(user) + ":" + unquote(password) == expected else "ERR", flush=True)
"""


class Proxy:
    """A proxy of the outside world: its address, and what it has seen pass."""

    scheme = "http"

    def __init__(
        self, lab: Lab, name: str, port: int, user: str | None = None, password: str | None = None
    ) -> None:
        self._lab = lab
        self.name = name
        self.port = port
        self.user = user
        self.password = password
        self._from = 0

    @property
    def _spaces(self) -> Namespaces:
        return self._lab.spaces

    @property
    def address(self) -> str:
        """The proxy's ``host:port`` as the host reaches it."""
        return f"{OUTSIDE}:{self.port}"

    @property
    def url(self) -> str:
        """The proxy's URL, user and password escaped as a URL needs it."""
        login = ""
        if self.user is not None:
            login = f"{quote(self.user, safe='')}:{quote(self.password or '', safe='')}@"
        return f"{self.scheme}://{login}{self.address}"

    def requests(self) -> list[str]:
        """Give what passed since ``forget``: one line each, ``CONNECT host:port user``."""
        return self._lines()[self._from :]

    def count(self, target: str) -> int:
        """Give how often a target was asked for since ``forget``."""
        return sum(target in line for line in self.requests())

    def saw(self, target: str, timeout: float = 2) -> bool:
        """Say if a target was asked for since ``forget``; waits a little for the log."""
        end = time.monotonic() + timeout
        while not self.count(target):
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def forget(self) -> None:
        """Count from here on."""
        self._from = len(self._lines())

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.launch()
        self.wait()

    def stop(self) -> None:
        """End it: connections are refused from now on."""
        self._spaces.kill(self.name)

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Within it the proxy takes connections and answers none."""
        pid = self._spaces.pid(self.name)
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            parent = int(stat.read().rpartition(")")[2].split()[1])
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)
            os.kill(parent, signal.SIGCONT)  # nsenter stops itself with its child

    def ready(self) -> Proxy:
        """Start it if a test stopped it, forget what passed, and give it."""
        if not self._spaces.runs(self.name):
            self.start()
        self.forget()
        return self

    def wait(self) -> None:
        """Wait until it listens."""
        self._spaces.wait_for_port(self.name, self.port)

    def launch(self) -> None:
        """Start it; ``wait`` returns when it listens."""
        raise NotImplementedError

    def _lines(self) -> list[str]:
        raise NotImplementedError


class Squid(Proxy):
    """Debian's Squid, open or with a user and a password (basic), at IPv4 and IPv6 addresses."""

    listens = "http_port {port}"

    @property
    def url_v6(self) -> str:
        """The same proxy by its IPv6 address."""
        return self.url.replace(f"{OUTSIDE}:", f"[{OUTSIDE_V6}]:")

    def launch(self) -> None:
        """Write its configuration and start it."""
        folder = self._spaces.path("outside", "lab", self.name)
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o777)
        rules = AUTH_RULES if self.user is not None else ""
        login = "%LOGIN" if self.user is not None else ""
        config = SQUID_CONFIG.format(
            address=OUTSIDE,
            listens=self.listens.format(port=self.port),
            name=self.name,
            login=login,
            rules=rules.format(name=self.name),
        )
        files = {
            "squid.conf": config,
            "seen.py": SEEN_HELPER.format(name=self.name),
            "password.py": PASSWORD_HELPER.format(name=self.name),
            "password": f"{self.user}:{self.password}",
        }
        for name, content in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(content)
        # Each has a service name of its own (letters and digits): it names shared memory.
        service = self.name.replace("-", "")
        argv = ["/usr/sbin/squid", "-N", "-n", service, "-f", f"/lab/{self.name}/squid.conf"]
        self._spaces.spawn(self.name, self._spaces.enter(argv, root="outside"))

    @contextmanager
    def letting_in(self, user: str, password: str) -> Iterator[None]:
        """Have it take this user and password alone, for a while."""
        usual = self.user, self.password
        try:
            self._let_in(user, password)
            yield
        finally:
            self._let_in(*usual)

    def _let_in(self, user: str | None, password: str | None) -> None:
        self.user, self.password = user, password
        path = self._spaces.path("outside", "lab", self.name, "password")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"{user}:{password}")

    def access_log(self) -> list[str]:
        """Give Squid's own log: a line a request, written when its tunnel has ended."""
        return self._read("access.log")

    def _lines(self) -> list[str]:
        return self._read("seen.log")

    def _read(self, name: str) -> list[str]:
        try:
            path = self._spaces.path("outside", "lab", self.name, name)
            with open(path, encoding="utf-8") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []


class TlsSquid(Squid):
    """Squid that speaks TLS itself, with a certificate of the lab's own CA.

    It runs from the first ``ready`` on. Its certificate names ``OUTSIDE`` and ``PROXY_NAME``.
    """

    scheme = "https"
    listens = "https_port {port} tls-cert=/lab/proxy.crt tls-key=/lab/proxy.key"

    @property
    def ca(self) -> str:
        """The CA's certificate, as PEM: a host that is to trust the proxy needs it."""
        with open(self._spaces.path("outside", "lab", "ca.crt"), encoding="ascii") as file:
            return file.read()


class Socks(Proxy):
    """Debian's microsocks: SOCKS5, open or with a user and a password."""

    scheme = "socks5h"

    def launch(self) -> None:
        """Start it."""
        argv = ["/usr/bin/microsocks", "-i", OUTSIDE, "-p", str(self.port)]
        if self.user is not None:
            argv += ["-u", self.user, "-P", self.password or ""]
        self._spaces.spawn(self.name, self._spaces.enter(argv, root="outside"))

    def _lines(self) -> list[str]:
        found = []
        for line in self._spaces.log(self.name).splitlines():
            _, mark, target = line.partition(": connected to ")
            if mark:
                found.append(f"CONNECT {target} -")
        return found
