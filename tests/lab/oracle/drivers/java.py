"""Java of four Debian suites: HttpURLConnection and java.net.http's HttpClient."""

from __future__ import annotations

import os
import re
from functools import cache, partial
from random import Random

from tests.lab.equipment.commands import run
from tests.lab.oracle.cases import Case, hosts, target
from tests.lab.oracle.drivers import Driver, Environment
from tests.lab.oracle.packages import debian, made

SOURCE = os.path.join(os.path.dirname(__file__), "Ask.java")
SUITES = {
    "11": "bullseye",
    "17": "bookworm",
    "21": "trixie",
    "25": "trixie",
    "26": "forky",
    "27": "sid",
}
PROXIES = ("http.proxy", "http.proxy", "https.proxy", "https.proxy", "proxy", "socksProxy")
PROXIES_OF_ALL = (*PROXIES, "ftp.proxy", "httpProxy", "HTTP.proxy")
LISTS = ("http.nonProxyHosts", "http.nonProxyHosts", "socksNonProxyHosts", "https.nonProxyHosts")
HOSTS = ("p.test", "q.test", "p.test", "proxy", "P.Test", "192.0.2.7", "127.0.0.1", "localhost")
ODD_HOSTS = (
    *("", " ", "[2001:db8::7]", "2001:db8::7", "::1", "p_x.test", "p.test.", "p.test:3128"),
    *("http://p.test", "http://p.test:3128", "u:p@p.test", "p.test/", "[p.test]", " p.test"),
    *("p.test ", "192.0.2", "3221225991", "0xc0000207", "*", "https://p.test", "[::1", "a::zz"),
)
PORTS = ("3128", "3128", "8080", "80", "443", "1080", "")
ODD_PORTS = (
    *("0", "03128", "0x50", "#50", "010", "08", "+81", "-1", "-0", "65535", "65536", "99999"),
    *("abc", "80a", " 80", "80 ", "2147483648", "4294967297", "0x", "1e3", "8_0", "٣", "00"),
)
WHOLE_LISTS = ("", "", "*", "*|", "|", "||", " ", "**", "***", "*.*", "*a*", "?", "*|t.test")
QUOTES = ('"{}"', "'{}'", '"{}', "{}'", "''{}", '{}""')
OPTIONS = (
    *("-Xmx200m", "-ea", "-Dx", "-D", "-Xint", "-XX:+UseSerialGC", "-Dhttp.proxyHost", "-ea:a"),
    *("--add-modules=java.sql", "--add-modules java.sql", "-cp /mnt/classes", "-server", "x"),
    *("--enable-preview", "-Djava.net.useSystemProxies=true", "\\", "-showversion", "-version"),
)


def case(random: Random) -> Case:
    """Properties in the three variables, at times in several of them."""
    view = hosts(random)
    chosen: dict[str, list[str]] = {}
    steady = random.random() < 0.6
    for prefix in PROXIES if random.random() < 0.9 else PROXIES_OF_ALL:
        if random.random() < 0.4:
            odd = not steady and random.random() < 0.4
            host = random.choice(ODD_HOSTS if odd else HOSTS)
            _put(random, chosen, f"{prefix}Host", host)
        if random.random() < 0.4:
            odd = not steady and random.random() < 0.4
            _put(random, chosen, f"{prefix}Port", random.choice(ODD_PORTS if odd else PORTS))
    for name in LISTS:
        if random.random() < 0.4:
            _put(random, chosen, name, _listing(random, view))
    if random.random() < 0.1:
        version = random.choice(("4", "4", "5", "0x4", "04", "6", "", "x", " 4"))
        _put(random, chosen, "socksProxyVersion", version)
    if random.random() < 0.1:
        chosen.setdefault("JAVA_TOOL_OPTIONS", []).append(random.choice(OPTIONS))
    if random.random() < 0.1:
        chosen["HTTP_PROXY"] = ["http://v.test:3128"]
    env = {name: random.choice((" ", " ", "\t", "  ", "\n")).join(w) for name, w in chosen.items()}
    return Case(
        env, list(dict.fromkeys(target(random, view, ("http", "https")) for _ in range(30)))
    )


def _put(random: Random, chosen: dict[str, list[str]], name: str, value: str) -> None:
    variable = "JAVA_TOOL_OPTIONS"
    if random.random() < 0.1:
        variable = random.choice(("JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"))
    word = f"-D{name}={value}"
    if any(each.isspace() for each in value) and random.random() < 0.8:
        word = random.choice(('"{}"', "'{}'")).format(word)
    elif random.random() < 0.03:
        word = random.choice(QUOTES).format(word)
    chosen.setdefault(variable, []).append(word)


def _listing(random: Random, view: list[str]) -> str:
    if random.random() < 0.15:
        return random.choice(WHOLE_LISTS)
    entries = [_entry(random, view) for _ in range(random.randint(1, 4))]
    return random.choice(("|", "|", "|", "|", "||", ",", " | ")).join(entries)


def _entry(random: Random, view: list[str]) -> str:
    host = random.choice(view)
    parts = host.split(".")
    cut = random.randint(0, len(host))
    return random.choice(
        (
            *(host, host, host.upper(), f"*.{host}", f"*{host}", f".{host}", f"{host}*"),
            *(f"*{host[cut:]}", f"{host[:cut]}*", f"*{host[1:-1]}*", f"{parts[0]}.*", f"{host}:80"),
            *(f"*.{'.'.join(parts[1:])}", f"{host[:1]}*{host[2:]}", f"{host}/8", host.strip("[]")),
            *("[2001:db8:0:0:0:0:0:1]", "2001:*", "[2001:*", "[0:0:0:0:0:0:0:1]", "*:*", "[::1]"),
            *("localhost", "127.*", "*.test", f" {host}", f"{host} ", "\\Qt.test\\E", ".*"),
        )
    )


def left_out(_: Environment, url: str) -> str:
    """Java reads 010.1.2.3 as 10.1.2.3, so that going there directly would look like a proxy."""
    if re.search(r"//a\.\.b", url):
        return "no resolver looks it up"
    return "leading zeros" if re.search(r"[/.]0[0-9]", url) else ""


@cache
def classes() -> str:
    """The class of Ask.java, made by the oldest Java here."""
    with open(SOURCE, encoding="utf-8") as file:
        source = file.read()

    def make(folder: str) -> None:
        tree = java("11")
        inside = os.path.join(tree, "mnt")
        script = (
            'mount --bind "$1" "$2/mnt" && mount -t proc proc "$2/proc" && cd / && exec chroot "$2"'
            " /usr/lib/jvm/java-11-openjdk-amd64/bin/java -m jdk.compiler/com.sun.tools.javac.Main"
            " /mnt/Ask.java"
        )
        with open(os.path.join(folder, "Ask.java"), "w", encoding="utf-8") as file:
            file.write(source)
        assert os.path.isdir(inside)
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        run([*unshare, "sh", "-c", script, "sh", folder, tree])

    return made("oracle-java-classes", source, make)


def java(version: str) -> str:
    """The tree of a Java without a desktop."""
    return debian(SUITES[version], f"openjdk-{version}-jre-headless")


DRIVERS = [
    Driver(
        program,
        version,
        (
            f"/usr/lib/jvm/java-{version}-openjdk-amd64/bin/java",
            *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "/mnt/classes", "Ask", kind),
        ),
        root=partial(java, version),
        lines=True,
        binds={"classes": classes},
        cases=case,
        strict_names=True,
        left_out=left_out,
        timeout=60,
    )
    for program, kind in (("java", "connection"), ("java-httpclient", "client"))
    for version in SUITES
]
