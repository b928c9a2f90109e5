"""wget, BusyBox wget, wget2, aria2 and apt of four Debian suites."""

from __future__ import annotations

from functools import partial
from random import Random

from tests.lab.oracle.cases import (
    COMMON,
    Case,
    Variables,
    case,
    hosts,
    plain_proxy,
    proxy,
    target,
)
from tests.lab.oracle.drivers import Driver
from tests.lab.oracle.packages import debian

SCHEMES = ("http", "https")
VARIABLES = Variables((*COMMON.proxies, "ftp_proxy"), COMMON.lists, COMMON.others)
PIECES = (
    *("http://", "http://", "http", "https://", "HTTP://", "socks5h://", "socks5h:", "ftp://"),
    *("://", "//", "/", ":", ":", "@", "@", "[", "]", "[::1]", "::1", "%", "%2e", "%5B", "%41"),
    *(".", "..", ",", ";", "?", "#", " ", "*", "-", "_", "u", "p", "p.test", "p.test", "q.test"),
    *("127.0.0.1", "10.1", "3128", ":3128", ":80", ":443", ":0", ":65536", ":70000", ":4294967295"),
)
LIST_PIECES = (
    *(",", ",", ",", ", ", ",,", " ", "\t", "\n", ".", ".", "..", "*", "/", ":", "-", "+", "::"),
    *("/8", "/24", "/32", "/0", "/64", "/128", "/33", "/ 8", "/+8", "/8 ", "/0x8", "/010", ":80"),
    *("[", "]", "test", "TEST", "t.test", "10", "10.1", "1.2", "127", "0x7f.1", "::1", "2001:db8"),
)


def _case(random: Random) -> Case:
    """The common cases, in most of which what these programs read is set, and one in four whose
    values are pieces thrown together.
    """
    if random.random() < 0.75:
        drawn = case(random, VARIABLES, SCHEMES)
        for name in ("http_proxy", "https_proxy") if random.random() < 0.7 else ():
            odd = random.random() < 0.3
            drawn.env.setdefault(name, proxy(random) if odd else plain_proxy(random, name))
        return drawn
    view = hosts(random)
    env = {}
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        if random.random() < 0.6:
            env[name] = _thrown(random, PIECES, 6)
    if random.random() < 0.7:
        bare = tuple(host.strip("[]") for host in view)
        env["no_proxy"] = _thrown(random, (*LIST_PIECES, *bare, *bare, *bare), 12)
    return Case(env, list(dict.fromkeys(target(random, view, SCHEMES) for _ in range(8))))


def _thrown(random: Random, pieces: tuple[str, ...], most: int) -> str:
    return "".join(random.choice(pieces) for _ in range(random.randint(1, most)))


WGET = (
    *("/usr/bin/wget", "-q", "-t", "1", "-T", "5", "--no-check-certificate", "--no-hsts"),
    *("-O", "/dev/null", "{}"),
)
BUSYBOX = ("/bin/busybox", "wget", "-q", "-O", "/dev/null", "{}")
APT = (
    *("/usr/lib/apt/apt-helper", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=0"),
    *("-o", "Acquire::https::Verify-Peer=false", "-o", "Acquire::https::Verify-Host=false"),
    *("-o", "Acquire::http::Timeout=5", "-o", "Dir::State::status=/mnt/status"),
    *("download-file", "{}", "/tmp/downloaded"),
)
WGET2 = (
    *("/usr/bin/wget2", "-q", "--tries=1", "-T", "5", "--no-check-certificate", "--no-hsts"),
    *("--no-ocsp", "-O", "/dev/null", "{}"),
)
# aria2's own look-ups ask for nothing where loopback is the only interface: so none of these.
ARIA2 = (
    *("/usr/bin/aria2c", "--no-conf", "--quiet", "--max-tries=1", "--connect-timeout=5"),
    *("--timeout=5", "--check-certificate=false", "--allow-overwrite=true", "-d", "/tmp"),
    *("-o", "downloaded", "--async-dns=false", "{}"),
)


def _of(name: str, package: str, command: tuple[str, ...], suites: dict[str, str]) -> list[Driver]:
    return [
        Driver(
            name,
            version,
            command,
            root=partial(debian, suite, package, "netbase", "dpkg", "libc-bin"),
            files={"status": ""},
            cases=_case,
        )
        for version, suite in suites.items()
    ]


DRIVERS = [
    *_of("wget", "wget", WGET, {"1.21.0": "bullseye", "1.21": "bookworm", "1.25": "trixie"}),
    *_of(
        "busybox-wget",
        "busybox",
        BUSYBOX,
        {"1.30": "bullseye", "1.35": "bookworm", "1.37": "trixie", "1.38": "forky"},
    ),
    *_of("aria2", "aria2", ARIA2, {"1.35": "bullseye", "1.36": "bookworm", "1.37": "trixie"}),
    # 2.2.0 is 2.2 with a newer libproxy.
    *_of("wget2", "wget2", WGET2, {"1.99": "bookworm", "2.2": "trixie", "2.2.0": "forky"}),
    *_of(
        "apt", "apt", APT, {"2.2": "bullseye", "2.6": "bookworm", "3.0": "trixie", "3.3": "forky"}
    ),
]
