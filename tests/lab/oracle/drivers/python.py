"""Python's HTTP clients: the standard library of four suites, and releases of PyPI."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from random import Random

from tests.lab.oracle.cases import COMMON, Case, Variables, environment, hosts, target
from tests.lab.oracle.drivers import Driver
from tests.lab.oracle.packages import debian, wheels

ASK = """
import os, sys
def asked(get):
    for line in sys.stdin:
        try:
            get(line.rstrip("\\n"))
            print("well")
        except BaseException as error:
            print(type(error).__name__, str(error)[:300].replace("\\n", " "))
        print("done", flush=True)
"""

URLLIB = (
    ASK
    + """
from urllib.request import urlopen
asked(lambda url: urlopen(url, timeout=8).read())
"""
)

PYTHONS = {"3.9": "bullseye", "3.11": "bookworm", "3.13": "trixie", "3.15": "forky"}


CERTIFICATES = "cat /usr/share/ca-certificates/mozilla/*.crt > /etc/ssl/certs/ca-certificates.crt"


def python(version: str, *more: str) -> partial[str]:
    """A tree with Debian's Python of a version. What Debian packages wants its certificates."""
    packages = (f"python{version}", "ca-certificates", *more)
    if not more:
        return partial(debian, PYTHONS[version], *packages)
    return partial(debian, PYTHONS[version], *packages, "dash", "coreutils", script=CERTIFICATES)


def command(version: str) -> tuple[str, ...]:
    """Runs /mnt/driver.py; what the first setting compiles, the others find."""
    cache = ("-X", "pycache_prefix=/tmp/compiled")
    return (f"/usr/bin/python{version}", "-I", *cache, "/mnt/driver.py")


VARIABLES = COMMON._replace(
    others={
        **COMMON.others,
        "Http_Proxy": ("http://mixed.test:3128",),
        "HTTPS_proxy": ("http://half.test:3128", ""),
        "No_Proxy": ("t.test",),
    }
)

REQUESTS = (
    ASK
    + """
sys.path.insert(0, "/mnt/wheels")
import requests
asked(lambda url: requests.get(url, timeout=8))
"""
)


def many_targets(variables: Variables, random: Random) -> Case:
    """As the generator's cases, with more targets: a Python program takes a while to start."""
    view = hosts(random)
    targets = [target(random, view, ("http", "https")) for _ in range(20)]
    return Case(environment(random, variables, view), list(dict.fromkeys(targets)))


def speaks_ftp(env: Mapping[str, str], target: str) -> str:
    """urllib takes a proxy ``ftp://p`` for an FTP server: it connects, and waits to be greeted."""
    if any("ftp:" in value.lower() for value in env.values()):
        return "FTP is spoken to the proxy"
    return ""


def no_socks_name(env: Mapping[str, str], target: str) -> str:
    """PySocks greets a proxy before it finds that ``a..b`` can't be written as IDNA."""
    if ".." in target and any("socks" in value.lower() for value in env.values()):
        return "the target can't be told to a SOCKS proxy"
    return ""


def of_standard_library(version: str) -> Driver:
    """urllib of a suite's Python."""
    return Driver(
        "urllib",
        version,
        command(version),
        root=python(version),
        lines=True,
        files={"driver.py": URLLIB},
        cases=partial(many_targets, VARIABLES),
        left_out=speaks_ftp,
        timeout=30,
    )


def of_suite(program: str, version: str, script: str, of: str, *packages: str) -> Driver:
    """A Debian package, with its suite's Python."""
    return Driver(
        program,
        version,
        command(of),
        root=python(of, *packages),
        lines=True,
        files={"driver.py": script},
        cases=partial(many_targets, VARIABLES),
        left_out=no_socks_name,
        timeout=30,
    )


def of_index(program: str, version: str, script: str, *requirements: str) -> Driver:
    """A release of PyPI, with bookworm's Python."""
    return of_suite(program, version, script, "3.11")._replace(
        binds={"wheels": partial(wheels, *requirements)}
    )


SOCKS = "PySocks==1.7.1"
DEBIAN = ("python3-requests", "python3-socks")

PIP = (
    ASK
    + """
sys.path.insert(0, "/mnt/wheels")
from pip._internal.commands import create_command
command = create_command("download")
sessions = []
def get(url):
    with command.main_context():
        if not sessions:
            options, _ = command.parse_args([])
            sessions.append(command._build_session(options, retries=0, timeout=8))
        sessions[0].get(url)
asked(get)
"""
)
PIP_VARIABLES = VARIABLES._replace(
    others={
        **VARIABLES.others,
        "PIP_PROXY": (
            *("http://pip.test:3128", "pip.test", "localhost:3128", "", "socks5h://pip.test"),
            *("https://pip.test:8443", "http://[::1]:3128/x", " http://pip.test", "foo://pip.test"),
        ),
        "PIP_proxy": ("http://lower.test:3128", ""),
        "PIP__PROXY": ("http://under.test:3128",),
        "PIP_NO_PROXY_ENV": ("1", "0", "Yes", "false", "maybe", ""),
    }
)

HTTPX = (
    ASK
    + """
sys.path.insert(0, "/mnt/wheels")
import httpx
clients = []
def get(url):
    if not clients:
        clients.append(httpx.Client(timeout=8))
    clients[0].get(url)
asked(get)
"""
)

AIOHTTP = (
    ASK
    + """
sys.path.insert(0, "/mnt/wheels")
import asyncio, aiohttp
async def get(url):
    timeout = aiohttp.ClientTimeout(total=8)
    async with aiohttp.ClientSession(trust_env=True, timeout=timeout) as session:
        async with session.get(url) as response:
            await response.read()
loop = asyncio.new_event_loop()
asked(lambda url: loop.run_until_complete(get(url)))
"""
)


def pip(driver: Driver) -> Driver:
    """With the options that pip reads."""
    return driver._replace(
        cases=partial(many_targets, PIP_VARIABLES), env={"PIP_NO_CACHE_DIR": "1"}
    )


DRIVERS = [
    *(of_standard_library(version) for version in PYTHONS),
    of_suite("requests", "2.25", REQUESTS, "3.9", *DEBIAN),
    of_suite("requests", "2.28", REQUESTS, "3.11", *DEBIAN),
    of_index("requests", "2.32", REQUESTS, "requests==2.32.3", "urllib3==2.3.0", SOCKS),
    of_index("requests", "2.34", REQUESTS, "requests==2.34.2", "urllib3==2.8.0", SOCKS),
    pip(of_suite("pip", "20.3", PIP, "3.9", "python3-pip", "python3-socks")),
    pip(of_suite("pip", "23.0", PIP, "3.11", "python3-pip", "python3-socks")),
    pip(of_index("pip", "25.1", PIP, "pip==25.1.1", SOCKS)),
    pip(of_index("pip", "26.3", PIP, "pip==26.3", SOCKS)),
    of_index("httpx", "0.23", HTTPX, "httpx==0.23.3", "socksio==1.0.0"),
    of_index("httpx", "0.24", HTTPX, "httpx==0.24.1", "socksio==1.0.0"),
    of_index("httpx", "0.27", HTTPX, "httpx==0.27.2", "socksio==1.0.0"),
    of_index("httpx", "0.28", HTTPX, "httpx==0.28.1", "socksio==1.0.0"),
    of_suite("aiohttp", "3.8", AIOHTTP, "3.11", "python3-aiohttp"),
    of_index("aiohttp", "3.11", AIOHTTP, "aiohttp==3.11.18", "yarl==1.25.1"),
    of_index("aiohttp", "3.14", AIOHTTP, "aiohttp==3.14.5", "yarl==1.25.1"),
]
