"""Random settings and targets for Go: mostly ordinary ones that meet, and all that is odd.

One seed, one sequence. Strings stand for bytes as ``surrogateescape`` has it.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

NAMES = (
    *("corp.test", "a.corp.test", "b.a.corp.test", "xcorp.test", "test", "registry-1.docker.io"),
    *("docker.io", "localhost", "a.localhost", "host", "HOST", "Corp.Test", "corp.test.", "a..b"),
    *(".corp.test", ".", "*", "*.corp.test", "1.2.3", "0x7f.1", "under_score.test", "-a.test"),
    *("xn--bcher-kva.test", "xn--zca.test", "xn--a.test", "a" * 64 + ".test", "10.test", "e.0.0.1"),
)
UNICODE = (
    *(
        "bücher.test",
        "BÜCHER.test",
        "straße.test",
        "é.test",
        "e\u0301.test",
        "ｃorp.test",
        "ß.test",
    ),
    *("corp。test", "İstanbul.test", "ΣΑΣ.test", "日本.test", "☃.test", "a\u200db.test", "א1.test"),
    *("x\u00a0", "\u00a0x.test", "\udcff.test", "a\udce9\udc80b", "ﬁ.test", "ⅷ.test", "a_é.test"),
    *("xn--é.test", "é-.test", "１０.0.0.1", "１２７.0.0.1", "\u0301a.test", "é..test", "ª.test"),
)
FOURS = (
    *("10.0.0.1", "10.1.2.3", "10.200.0.9", "192.168.0.1", "172.16.0.1", "127.0.0.1", "127.9.9.9"),
    *("0.0.0.0", "255.255.255.255", "1.2.3.4", "8.8.8.8", "128.0.0.1", "10.0.0.128", "010.0.0.1"),
    *("10.0.0.01", "256.0.0.1", "1.2.3", "1.2.3.4.", "1.2.3.4.5", ".1.2.3.4", "1..2.3", "00.0.0.0"),
)
SIXES = (
    *(
        "::1",
        "::",
        "::2",
        "fe80::1",
        "2001:db8::1",
        "2001:DB8::1",
        "2001:db8:0:0:0:0:0:1",
        "fd00::9",
    ),
    *(
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:a00:1",
        "0:0:0:0:0:ffff:10.1.2.3",
        "::10.0.0.1",
    ),
    *("0:0:0:0:0:0:0:1", "00001::", "0001::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8", ":::"),
    *(
        "1:2:3:4:5:6:7::",
        "1:2:3:4:5:6:7:8::",
        "::ffff:010.0.0.1",
        "12345::",
        "fe80::1%eth0",
        "g::1",
    ),
    *("64:ff9b::10.0.0.1", "::ffff:0:0", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3"),
)
NETWORKS = (
    *(
        "10.0.0.0/8",
        "10.1.0.0/16",
        "10.0.0.1/32",
        "10.0.0.1/31",
        "0.0.0.0/0",
        "1.2.3.4/0",
        "8.8.8.8/5",
    ),
    *(
        "127.0.0.0/8",
        "192.168.0.1/24",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.0/",
        "/8",
        "10.0.0.0/-1",
    ),
    *(
        "010.0.0.0/8",
        "10.0.0.0/8:80",
        "10.0.0.0/8/8",
        "10.0.0/8",
        "10.0.0.0/255.0.0.0",
        "10.0.0.0/+8",
    ),
    *(
        "::/0",
        "2001:db8::/32",
        "fe80::/10",
        "::1/128",
        "::ffff:10.0.0.0/104",
        "::ffff:0:0/96",
        "::/90",
    ),
    *(
        "::ffff:10.0.0.0/90",
        "::fff0:0:0/90",
        "fd00::/8",
        "2001:db8::/129",
        "fe80::1%eth0/64",
        "::/95",
    ),
    *(
        "[2001:db8::]/32",
        "[::1]/128",
        "00001::/16",
        "10.0.0.0/8888888888",
        "10.0.0.0 /8",
        "10.0.0.0/ 8",
    ),
)
PORTS = (
    "80",
    "443",
    "3128",
    "8080",
    "0",
    "080",
    "65535",
    "65536",
    "99999999",
    "",
    "http",
    "-1",
    "80 ",
)
SCHEMES = (
    *("http",) * 8,
    *("https",) * 4,
    *("HTTP", "socks5", "socks5", "socks5h", "socks4", "socks", "SOCKS5", "Https", "ftp", "ws"),
    *("wss", "h2", "1http", "http+unix", "", "ht tp", "hättp"),
)
USERS = (
    *(
        "user",
        "user:pass",
        ":pass",
        "user:",
        ":",
        "",
        "a@b:c@d",
        "us%65r:p%40ss",
        "u%zz",
        "user:p:q",
    ),
    *(
        "us er:x",
        "ü:x",
        "u:p^q",
        "u:p/q",
        "u:p#q",
        "u:p?q",
        "u:p%",
        'u:"',
        "u:!$&'()*+,;=-._~",
        "%00",
    ),
    *("u:%e4", "u|v", "u\\v", "DOM%5Cuser:pass", "u[v", "u<v"),
)
PATHS = (
    *("", "", "", "/", "/x", "/a b", "/%zz", "/%41", "//x", "?q", "?", "/?a?b", "#f", "#", "#%zz"),
    *(
        "/x#f%41",
        "#a b",
        "/é",
        "?é",
        "/*",
        "/a:b",
        "/[x]",
        '/"',
        "/'",
        "/%2F",
        "#\x01",
        "/\x01",
        "/a\\b",
    ),
    *("/x?q=%zz", "??", "/;a,b", "#é'", "/%c3%a9", "\\x", ";x"),
)
JUNK = (
    *(
        ":",
        "/",
        "//",
        "@",
        "[",
        "]",
        "%",
        "%25",
        "%41",
        "%e9",
        "%zz",
        "#",
        "?",
        " ",
        "\t",
        "\x7f",
        "*",
    ),
    *(
        "a",
        "1",
        ".",
        "-",
        "_",
        "é",
        "\udcff",
        "<",
        ">",
        '"',
        "\\",
        "^",
        "`",
        "{",
        "|",
        "}",
        "~",
        "+",
    ),
    *(
        "http:",
        "://",
        "::1",
        "[::1]",
        "[fe80::1%25e]",
        "80",
        ":80",
        "localhost",
        "&",
        "=",
        ";",
        "'",
    ),
)
BLANKS = (
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\x0b",
    "\x1c",
    "\x1f",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\x85",
)
ZONES = (
    "%25eth0",
    "%25",
    "%eth0",
    "%2525",
    "%25e%20h",
    "%25a%2Fb",
    "%25a]b",
    "%25é",
    "%25%41",
    "%25%zz",
)
DEBUG = (
    *("urlstrictcolons=0", "urlstrictcolons=1", "urlstrictcolons=", "URLSTRICTCOLONS=0", "x,y=0,="),
    *(
        "urlstrictcolons=0,urlstrictcolons=1",
        "urlstrictcolons=1,a=b,urlstrictcolons=0",
        "a=urlstrictcolons=0",
    ),
)


class Setting(NamedTuple):
    """What one process has, and where it goes."""

    environ: dict[str, str]
    targets: list[str]


def setting(rng: Random, targets: int) -> Setting:
    """One environment and so many targets."""
    environ: dict[str, str] = {}
    entries = [entry(rng) for _ in range(rng.choice((0, 1, 1, 2, 3, 5, 8, 20)))]
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        kind = rng.random()
        if kind < 0.6:
            environ[name] = proxy(rng)
        elif kind < 0.65:
            environ[name] = ""
    listing = _listing(rng, entries)
    where = rng.random()
    if where < 0.6:
        environ["NO_PROXY"] = listing
    elif where < 0.8:
        environ["no_proxy"] = listing
    elif where < 0.9:
        environ.update({"NO_PROXY": "", "no_proxy": listing})
    elif where < 0.97:
        environ.update({"no_proxy": entry(rng), "NO_PROXY": listing})
    if rng.random() < 0.06:
        environ["REQUEST_METHOD"] = rng.choice(("GET", "", "x"))
    if rng.random() < 0.05:
        environ["GODEBUG"] = rng.choice(DEBUG)
    if rng.random() < 0.05:
        environ[rng.choice(("ALL_PROXY", "all_proxy", "Http_Proxy", "FTP_PROXY"))] = proxy(rng)
    items = list(environ.items())
    rng.shuffle(items)
    return Setting(dict(items), [target(rng, entries) for _ in range(targets)])


def proxy(rng: Random) -> str:
    """The value of a variable that names a proxy."""
    kind = rng.random()
    if kind < 0.12:
        return "".join(rng.choice(JUNK) for _ in range(rng.randint(1, 7)))
    text = ""
    if rng.random() < 0.8:
        text = rng.choice(SCHEMES) + rng.choice(("://",) * 12 + (":", ":/", "//", ":///"))
    elif rng.random() < 0.2:
        text = "//"
    if rng.random() < 0.3:
        text += rng.choice(USERS) + "@"
    text += _host(rng) + _port(rng, 0.7) + rng.choice(PATHS)
    return _odd(rng, text)


def entry(rng: Random) -> str:
    """One entry of NO_PROXY."""
    kind = rng.random()
    if kind < 0.05:
        return "".join(rng.choice(JUNK) for _ in range(rng.randint(1, 5)))
    if kind < 0.07:
        return rng.choice(
            ("*", "", ".", "..", "*.", "*.*", ":80", "[]:80", "*:80", "**", "[", "]:80")
        )
    if kind < 0.25:
        text = rng.choice(NETWORKS)
    elif kind < 0.4:
        text = rng.choice(FOURS)
    elif kind < 0.55:
        text = rng.choice(SIXES)
        if rng.random() < 0.5:
            text = f"[{text}]"
    else:
        text = rng.choice(("", "", "", ".", "*.", "*", "..", "*..")) + _name(rng)
    return _odd(rng, text + _port(rng, 0.25))


def target(rng: Random, entries: list[str]) -> str:
    """A URL, often one that an entry is about."""
    scheme = rng.choice(
        ("http", "http", "http", "https", "https", "HTTP", "Https", "ftp", "ws", "socks5")
    )
    user = f"{rng.choice(USERS)}@" if rng.random() < 0.05 else ""
    text = f"{scheme}://{user}{host(rng, entries)}{_port(rng, 0.4)}"
    if rng.random() < 0.15:
        text += rng.choice(PATHS)
    elif rng.random() < 0.5:
        text += "/v2/x/manifests/latest"
    return _odd(rng, text) if rng.random() < 0.1 else text


def host(rng: Random, entries: list[str]) -> str:
    """A target's host, often one that an entry is about."""
    name = _about(rng, rng.choice(entries)) if entries and rng.random() < 0.5 else _host(rng)
    if rng.random() < 0.1:
        return rng.choice((name.upper(), name + ".", "x." + name, "." + name, "a.b.c." + name))
    return name


def _about(rng: Random, asked: str) -> str:
    text = asked.strip().removeprefix("*").lstrip(".")
    host, colon, port = text.rpartition(":")
    if colon and port.isdigit() and ":" not in host.strip("[]"):
        text = host if rng.random() < 0.5 else text
    if "/" in text:
        text = text.partition("/")[0]
        if rng.random() < 0.5:
            return rng.choice((*FOURS, *(f"[{six}]" for six in SIXES)))
    if text.count(":") > 1 and not text.startswith("["):
        text = f"[{text}]"
    return text


def _name(rng: Random) -> str:
    return rng.choice(UNICODE if rng.random() < 0.12 else NAMES)


def _host(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.55:
        name = _name(rng)
        return rng.choice((name, name, name, f"x.{name}", f"a.b.{name}", f"x{name}"))
    if kind < 0.8:
        return rng.choice(FOURS)
    six = rng.choice(SIXES)
    if rng.random() < 0.15:
        six += rng.choice(ZONES)
    return f"[{six}]" if rng.random() < 0.93 else six


def _port(rng: Random, often: float) -> str:
    if rng.random() >= often:
        return ""
    return ":" + rng.choice(PORTS if rng.random() < 0.3 else PORTS[:4])


def _listing(rng: Random, entries: list[str]) -> str:
    parts = [
        rng.choice(BLANKS) * rng.randint(0, 2) + one + rng.choice(BLANKS)
        if rng.random() < 0.15
        else one
        for one in entries
    ]
    return rng.choice((",", ",", ",", ", ", ",,")).join(parts)


def _odd(rng: Random, text: str) -> str:
    """Now and then with something put in, taken out, or in the other case."""
    kind = rng.random()
    if kind > 0.12:
        return text
    at = rng.randint(0, len(text))
    if kind < 0.03:
        return text[:at] + rng.choice(JUNK) + text[at:]
    if kind < 0.05:
        return text[:at] + text[at + 1 :]
    if kind < 0.07:
        return text.upper()
    return rng.choice(BLANKS) + text if kind < 0.1 else text + rng.choice(BLANKS)


def _of_table() -> list[Setting]:
    """The cases of golang.org/x/net/http/httpproxy proxy_test.go: what is asked, by their facts."""
    asked = [
        *({"HTTP_PROXY": "127.0.0.1:8080"}, {"HTTP_PROXY": "cache.corp.example.com:1234"}),
        *({"HTTP_PROXY": "cache.corp.example.com"}, {"HTTP_PROXY": "localhost"}),
        *(
            {"HTTP_PROXY": "https://cache.corp.example.com"},
            {"HTTP_PROXY": "http://127.0.0.1:8080"},
        ),
        *({"HTTP_PROXY": "https://127.0.0.1:8080"}, {"HTTP_PROXY": "socks5://127.0.0.1"}),
        *({"HTTP_PROXY": "foo://host"}, {}),
        {"HTTP_PROXY": "http://10.1.2.3:8080", "REQUEST_METHOD": "PUT"},
    ]
    found = [Setting(environ, ["http://example.com"]) for environ in asked]
    both = {"HTTP_PROXY": "http.proxy.tld", "HTTPS_PROXY": "secure.proxy.tld"}
    with_tls = {"HTTP_PROXY": "http.proxy.tld", "HTTPS_PROXY": "https://secure.proxy.tld"}
    plain = {"HTTP_PROXY": "http.proxy.tld"}
    cgi = {"HTTPS_PROXY": "https://secure.proxy.tld", "REQUEST_METHOD": "PUT"}
    found += [
        Setting(both, ["http://insecure.tld/", "https://secure.tld/"]),
        Setting(with_tls, ["https://secure.tld/"]),
        Setting(plain, ["https://secure.tld/", "ftp://insecure.tld/"]),
        Setting(cgi, ["https://secure.tld/"]),
    ]
    lists = {
        "example.com": (
            *("http://example.com/", "http://foo.example.com/"),
            "http://[1000::%25.example.com]:123",
        ),
        ".example.com": ("http://example.com/",),
        "ample.com": ("http://example.com/",),
        ".foo.com": ("http://example.com/",),
        ".示例.com": ("http://www.示例.com",),
        "xn--fsq092h.com": ("http://www.示例.com",),
        "示例.com": ("http://www.xn--fsq092h.com",),
        ":1": ("http://example.com:80",),
        "*": tuple(f"http://{host}:80" for host in _TABLE_HOSTS),
        _TABLE_LIST: tuple(
            f"{each}://{host}:80" for host in _TABLE_HOSTS for each in ("http", "https")
        ),
    }
    for listing, targets in lists.items():
        environ = {"HTTP_PROXY": "proxy", "HTTPS_PROXY": "proxy", "NO_PROXY": listing}
        found.append(Setting(environ, list(targets)))
    names = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    values = ("httpproxy", "httpsproxy", "noproxy")
    urls = ["http://a", "https://a", "http://noproxy", "https://noproxy"]
    for method in ("", "PUT"):
        upper = dict(zip(names, values, strict=True))
        lower = {name.lower(): value for name, value in upper.items()}
        found += [Setting({**each, "REQUEST_METHOD": method}, urls) for each in (upper, lower)]
    return found


_TABLE_LIST = (
    "foobar.com, .barbaz.net, *.wildcard.io, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80,"
    " 10.0.0.0/30, 2001:db8::52:0:1, [2001:db8::52:0:2]:443, [2001:db8::52:0:3]:80,"
    " 2002:db8:a::45/64"
)
_TABLE_HOSTS = (
    *("localhost", "127.0.0.1", "127.0.0.2", "[::1]", "[::2]", "192.168.1.1", "192.168.1.2"),
    *("192.168.1.3", "192.168.1.4", "10.0.0.2", "[2001:db8::52:0:1]", "[2001:db8::52:0:2]"),
    *("[2001:db8::52:0:3]", "[2002:db8:a::123]", "[fe80::424b:c8be:1643:a1b6]", "barbaz.net"),
    *("www.barbaz.net", "foobar.com", "www.foobar.com", "foofoobar.com", "baz.com"),
    *("localhost.net", "local.localhost", "barbarbaz.net", "wildcard.io", "nested.wildcard.io"),
    "awildcard.io",
)
UPSTREAM = _of_table()
