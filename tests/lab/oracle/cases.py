"""Random settings and targets, odd ones among them; one seed gives the same ones always.

A setting has a few hosts in view: its targets are made of these, and most entries of its lists too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import NamedTuple


class Case(NamedTuple):
    """An environment, in its order, and the URLs that are asked for with it."""

    env: dict[str, str]
    targets: list[str]


class Variables(NamedTuple):
    """What a program may read, and what it is said not to: proxies and lists by name, and others
    with the values that they are given.
    """

    proxies: tuple[str, ...]
    lists: tuple[str, ...]
    others: Mapping[str, tuple[str, ...]] = {}


COMMON = Variables(
    proxies=(
        *("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"),
        *("all_proxy", "ALL_PROXY"),
    ),
    lists=("no_proxy", "NO_PROXY"),
    others={"REQUEST_METHOD": ("GET", "")},
)

HOSTS = (
    *("t.test", "sub.t.test", "a.sub.t.test", "xt.test", "t.test.", "T.Test", "t-1.test"),
    *("registry", "corp", "git.corp", "t_x.test", "xn--bcher-kva.test", "10.1.2.3.test"),
    *("localhost", "LocalHost", "localhost.", "a.localhost", "localhost.test"),
    *("127.0.0.1", "127.1.2.3", "10.1.2.3", "10.1.2.4", "10.1.99.3", "110.1.2.3", "192.168.0.7"),
    *("172.16.5.5", "10.1.2.3.", "[::1]", "[2001:db8::1]", "[2001:db8:0:0:0:0:0:1]"),
    *("[2001:DB8::1]", "[2001:db8::1:1]", "[::ffff:10.1.2.3]", "[fd00:1:2::3]"),
)
ODD_HOSTS = ("0.0.0.0", "127.1", "010.1.2.3", "167838211", "0x0a010203", "1.2.3.4.5", "a..b.test")
PROXY_HOSTS = (
    *("p.test", "q.test", "proxy", "P.Test", "p.test.", "localhost", "192.0.2.7", "127.0.0.1"),
    *("[2001:db8::7]", "[::1]", "p_x.test"),
)
ODD_PROXY_HOSTS = ("", "::1", "2001:db8::7", "[p.test]", "[2001:db8::7", "p..test", "*", "192.0.2")
PORTS = (":3128", ":3128", ":3128", ":8080", ":80", ":443", ":1080", "")
ODD_PORTS = (
    ":",
    ":0",
    ":03128",
    ":65535",
    ":65536",
    ":99999",
    ":-1",
    ":+80",
    ":abc",
    ":80a",
    ": 80",
)
SCHEMES = (
    "http://",
    "http://",
    "http://",
    "http://",
    "",
    "",
    "https://",
    "socks5://",
    "socks5h://",
)
ODD_SCHEMES = (
    *("socks://", "socks4://", "socks4a://", "HTTP://", "Https://", "SOCKS5://", "//", "://"),
    *("http:", "http:/", "http:///", "ftp://", "foo://", "quic://", "http//", "http=", "socks5:"),
    *("http+unix://", "tcp://", "h2://", "/", "1http://"),
)
USERS = ("u:p@", "u@", ":p@", "u:p%40x@", "u:@", "@", "u:p@x@", "u%3Aq:p@", "u:p:q@", "a b:c@")
TAILS = ("/", "/", "/path", "?q", "#f", "/?q#f", "\\x", "/a@b", "?@q.test:81", "#@q.test:81")
WHOLE = (
    *("", "", " ", "DIRECT", "direct", "none", "off", "0", "http://", "https://", "/", ":", "://"),
    *(
        "@",
        "http://@",
        "http://:3128",
        ":3128",
        "3128",
        '"http://p.test:3128"',
        "http://p.test:3128,",
    ),
    *("http://p.test:3128 http://q.test:81", "http=p.test:3128", "p.test:3128;q.test:81", "[]"),
    *(
        "http://[]:3128",
        "http://p.test:3128:81",
        "http://http://p.test:3128",
        "http://p%2etest:3128",
    ),
    *("http://пр.test:3128", "unix:///run/p.sock", "PROXY p.test:3128", "http://p test:3128"),
)
SEPARATORS = (",", ",", ",", ",", ", ", " ", " , ", ",,", ";", "|", "\t", ",\t", "\n")
WHOLE_LISTS = (
    "",
    "",
    "*",
    "*",
    " * ",
    "*,",
    ",*",
    "*,t.test",
    ".",
    "..",
    ",",
    " ",
    "<local>",
    "**",
)


ODD_VALUES = (
    *("http://p.test", "https://p.test", "socks5://p.test", "socks4://p.test", "p.test", "PROXY"),
    *("http://p.test:80", "https://p.test:443", "http://p.test:443", "https://p.test:80"),
    *("socks5h://p.test:99", "socks4a://p.test:99", "socks://p.test:99", "socks5://p.test:99"),
    *("http://p.test:0", "p.test:0", "http://p.test:", "p.test:", "http://p.test:0099"),
    *("http://p.test:65535", "http://p.test:65536", "http://p.test:99999999999999999999"),
    *("http://p.test:+99", "http://p.test:-99", "http://p.test:99a", "http://p.test:99:1"),
    *("http://p.test: 99", "http://p.test:9 9", "http://p.test:0x63", "http://p.test:\uff19\uff19"),
    *(
        "http://u:p@p.test:99",
        "u:p@p.test:99",
        "u@p.test",
        "http://@p.test:99",
        "http://:@p.test:99",
    ),
    *("http://u%0ap@p.test:99", "http://u:p%00@p.test:99", "http://u%zz@p.test:99"),
    *("http://u:p@x@p.test:99", "http://a b@p.test:99", "http://u:p/w@p.test:99", "@p.test:99"),
    *("http://u?p@p.test:99", "http://u#p@p.test:99", "http://u@:99", "http://@", "http://@:99"),
    *("http://p%2etest:99", "http://p%20q.test:99", "http://p%.test:99", "http://p%00q.test:99"),
    *("http://p_q.test:99", "http://p|q.test:99", "http://p'q.test:99", "http://p;q.test:99"),
    *("http://p.test.:99", "http://p.test..:99", "http://.:99", "http://.p.test:99"),
    *("http://p..test:99", "http://-p.test:99", "http://*.test:99", "*", "*:99", ".", "-"),
    *("http://127.1:99", "http://0x7f.1:99", "http://192.0.2.7.:99", "http://192.0.2:99"),
    *(
        "http://192.0.2.256:99",
        "http://3221225991:99",
        "http://0300.0.2.7:99",
        "0",
        "99",
        "192.0.2.7",
    ),
    *("http://[2001:db8::7]:99", "http://[2001:db8::7]", "[2001:db8::7]:99", "[2001:db8::7]"),
    *("2001:db8::7", "::1", "http://2001:db8::7", "http://2001:db8::7:99", "http://[2001:db8::7"),
    *("http://[2001:db8::7]x:99", "http://[2001:db8::7%25lo]:99", "http://[2001:db8::7%lo]:99"),
    *("http://[]:99", "http://[p.test]:99", "http://[192.0.2.7]:99", "http://[::ffff:10.1.2.3]:99"),
    *(" http://p.test:99", "http://p.test:99 ", "\thttp://p.test:99", "http://p.test:99\t"),
    *("http://p.test:99\n", "\nhttp://p.test:99", "http://p.test:99\r", "http:// p.test:99"),
    *(
        "http://p.te st:99",
        "http://p.test :99",
        " ",
        "\t",
        "  p.test:99  ",
        "\u00a0http://p.test:99",
    ),
    *(
        "http:p.test:99",
        "http:/p.test:99",
        "http:///p.test:99",
        "http:////p.test:99",
        "//p.test:99",
    ),
    *(
        "://p.test:99",
        ":/p.test",
        "/p.test:99",
        "///p.test:99",
        ":99",
        "//",
        "//:99",
        "http:",
        "http:/",
    ),
    *("http://", "https://", "socks5://", "http:///", "http://:99", "http://?", "http://#", "http"),
    *("1http://p.test:99", "h+-.t://p.test:99", "HTTP://p.test:99", "HtTpS://p.test:99"),
    *(
        "SOCKS5://p.test:99",
        "SOCKS5H://p.test:99",
        "ftp://p.test:99",
        "ftp.p.test:99",
        "foo://p.test",
    ),
    *("quic://p.test", "http2://p.test", "unix:///x", "file:///x", "direct://", "DIRECT://p.test"),
    *("http+socks5://p.test:99", "tcp://p.test:99", "ws://p.test:99", "wss://p.test:99"),
    *("http\\://p.test:99", "http:\\\\p.test:99", "http:/\\p.test:99", "http://p.test\\x:99"),
    *(
        "http://p.test:99?x",
        "http://p.test?x",
        "http://p.test#x:99",
        "p.test/x",
        "http://p.test:99/x",
    ),
    *("http://p.test:99/", "http://p.test:99//", "http://p.test/:99", "http://p.test:99/ x"),
    *("http://p.test:99,q.test", "p.test:99;q.test", "http://p.test:99 http://q.test:98"),
    *(
        "http=p.test:99",
        "https=p.test:99;http=q.test:98",
        '"http://p.test:99"',
        "'http://p.test:99'",
    ),
    *("<http://p.test:99>", "http://\u0431\u044e.test:99", "http://P.TEST:99", "P.Test:99"),
    *(
        "http://localhost:99",
        "http://LOCALHOST:99",
        "localhost:99",
        "localhost",
        "http://0.0.0.0:99",
    ),
    *(
        "socks5://localhost/x",
        "socks5://[2001:db8::7]:99",
        "socks5://u:p@p.test:99",
        "socks5://192.0.2.7",
    ),
    *(
        "none",
        "None",
        "null",
        "false",
        "off",
        "no",
        "undefined",
        "http://null",
        "true",
        "1",
        "$http_proxy",
    ),
    "http://" + "a" * 64 + ".test:99",
    "http://" + "a." * 127 + "test:99",
    "http://p.test:99/" + "x" * 300,
)
"""Asked one by one: each as all of a program's proxies."""

ODD_LISTS: tuple[tuple[str, str], ...] = (
    ("t.test", "t.test T.Test t.test. sub.t.test sub.t.test. xt.test t.test:8080 test"),
    (".t.test", "t.test t.test. sub.t.test xt.test"),
    ("t.test.", "t.test t.test. sub.t.test"),
    (".t.test.", "t.test t.test. sub.t.test sub.t.test."),
    ("..t.test", "t.test sub.t.test"),
    ("*.t.test", "t.test sub.t.test a.sub.t.test xt.test"),
    ("*t.test", "t.test sub.t.test xt.test"),
    ("*.*", "t.test sub.t.test registry 10.1.2.3"),
    ("t.*", "t.test t"),
    ("sub.*.test", "sub.t.test"),
    ("s?b.t.test", "sub.t.test"),
    ("*", "t.test 10.1.2.3 [2001:db8::1] localhost registry"),
    ("*,", "t.test"),
    (",*", "t.test"),
    (" *", "t.test"),
    ("* ", "t.test"),
    ("a.test,*", "t.test 10.1.2.3"),
    ("*,a.test", "t.test"),
    ("**", "t.test"),
    (".", "t.test t.test. registry registry. 10.1.2.3"),
    ("..", "t.test t.test."),
    (",", "t.test"),
    (" ", "t.test"),
    ("a.test,,b.test", "t.test a.test b.test"),
    ("a.test t.test", "t.test a.test"),
    ("a.test, t.test", "t.test a.test"),
    ("a.test ,t.test", "t.test a.test"),
    ("a.test\tt.test", "t.test a.test"),
    ("a.test,\tt.test", "t.test"),
    ("a.test\nt.test", "t.test a.test"),
    ("a.test,\nt.test", "t.test"),
    ("t.test\n", "t.test"),
    ("a.test;t.test", "t.test a.test"),
    ("a.test|t.test", "t.test a.test"),
    ("a.test:t.test", "t.test a.test"),
    ("a.test\u00a0t.test", "t.test a.test"),
    ("a.test,,b.test t.test", "t.test b.test"),
    ('"t.test"', "t.test"),
    ("T.TEST", "t.test sub.T.test"),
    ("TEST", "t.test test"),
    ("est", "t.test est"),
    ("t.tes", "t.test"),
    ("t.test:80", "t.test t.test:80 t.test:443 t.test:8080 sub.t.test"),
    ("t.test:443", "t.test t.test:443 t.test:80"),
    ("t.test:8080", "t.test t.test:8080 sub.t.test:8080"),
    (".t.test:8080", "t.test:8080 sub.t.test:8080 sub.t.test"),
    ("*.t.test:8080", "t.test:8080 sub.t.test:8080 sub.t.test"),
    ("t.test:", "t.test"),
    ("t.test:*", "t.test t.test:8080"),
    ("t.test:08080", "t.test:8080"),
    (":8080", "t.test:8080"),
    ("*:8080", "t.test:8080 t.test"),
    ("http://t.test", "t.test"),
    ("http://t.test:8080", "t.test t.test:8080"),
    ("https://t.test/", "t.test"),
    ("all://t.test", "t.test"),
    ("//t.test", "t.test"),
    ("t.test/", "t.test"),
    ("t.test/x", "t.test"),
    ("u@t.test", "t.test"),
    ("<local>", "registry t.test"),
    ("<-loopback>", "localhost t.test"),
    ("localhost", "localhost LOCALHOST localhost. a.localhost 127.0.0.1 [::1]"),
    ("127.0.0.1", "127.0.0.1 localhost 127.1 127.0.0.1:8080 127.0.0.1. 2130706433 0x7f.1"),
    ("127.0.0.0/8", "127.0.0.1 127.9.9.9 localhost 127.1"),
    ("10.1.2.3", "10.1.2.3 10.1.2.3:8080 110.1.2.3 10.1.2.3. [::ffff:10.1.2.3] 010.1.2.3"),
    ("10.1.2.3.", "10.1.2.3 10.1.2.3."),
    ("10.1.2.3:8080", "10.1.2.3 10.1.2.3:8080"),
    ("10.1.2.0/24", "10.1.2.3 10.1.3.3 10.1.2.3. 10.1.2.3:8080 t.test [::ffff:10.1.2.3]"),
    ("10.1.2.3/24", "10.1.2.9 10.1.3.3"),
    ("10.0.0.0/8:8080", "10.1.2.3 10.1.2.3:8080"),
    ("10.0.0.0/8x", "10.1.2.3"),
    ("10.0.0.0/08", "10.1.2.3"),
    ("10.0.0.0/+8", "10.1.2.3"),
    ("10.0.0.0/ 8", "10.1.2.3"),
    ("10.0.0.0/8 ", "10.1.2.3"),
    ("10.0.0.0/-1", "10.1.2.3 10.0.0.0"),
    ("10.0.0.0/", "10.1.2.3 10.0.0.0"),
    ("10.0.0.0/x", "10.1.2.3 10.0.0.0"),
    ("10.0.0.0/8/8", "10.1.2.3"),
    ("10.1.2.3/0", "10.1.2.3 11.1.2.3 t.test"),
    ("10.1.2.3/1", "10.1.2.9 130.1.2.3"),
    ("10.1.2.3/31", "10.1.2.2 10.1.2.4"),
    ("10.1.2.3/32", "10.1.2.3 10.1.2.4"),
    ("10.1.2.3/33", "10.1.2.3 10.1.2.4"),
    ("10.1.2.3/128", "10.1.2.3"),
    ("10.1.2.3/99999999999", "10.1.2.3"),
    ("10.0.0.0/255.0.0.0", "10.1.2.3 10.0.0.0"),
    ("10.0.0.0/0x8", "10.1.2.3"),
    ("10/8", "10.1.2.3"),
    ("10.1/16", "10.1.2.3"),
    ("10.1.2", "10.1.2.3"),
    ("10.1.2.", "10.1.2.3"),
    ("10.1.2.*", "10.1.2.3 10.1.20.3"),
    ("10.*", "10.1.2.3"),
    ("10.1.2.0-10.1.2.9", "10.1.2.3 10.1.2.10"),
    ("2.3", "10.1.2.3 [::ffff:10.1.2.3]"),
    (".2.3", "10.1.2.3"),
    ("*.2.3", "10.1.2.3"),
    ("010.1.2.3", "10.1.2.3 010.1.2.3 8.1.2.3"),
    ("167838211", "10.1.2.3 167838211"),
    ("0.0.0.0/0", "10.1.2.3 t.test [2001:db8::1]"),
    ("0.0.0.0", "0.0.0.0 127.0.0.1"),
    ("::1", "[::1] localhost [0:0:0:0:0:0:0:1] [::1]:8080"),
    ("[::1]", "[::1] [0:0:0:0:0:0:0:1] [::1]:8080"),
    ("[::1]:8080", "[::1] [::1]:8080"),
    ("::1:8080", "[::1] [::1]:8080"),
    (
        "2001:db8::1",
        "[2001:db8::1] [2001:DB8::1] [2001:db8:0:0:0:0:0:1] [2001:db8:0::1] [2001:db8::1:1]",
    ),
    ("[2001:db8::1]", "[2001:db8::1] [2001:DB8::1] [2001:db8:0:0:0:0:0:1] [2001:db8::1]:8080"),
    ("2001:DB8::1", "[2001:db8::1] [2001:DB8::1]"),
    ("[2001:DB8::1]", "[2001:db8::1] [2001:DB8::1]"),
    ("2001:db8:0:0:0:0:0:1", "[2001:db8::1] [2001:db8:0:0:0:0:0:1]"),
    ("[2001:db8:0:0:0:0:0:1]", "[2001:db8::1] [2001:db8:0:0:0:0:0:1]"),
    ("2001:db8::/32", "[2001:db8::1] [2001:db9::1] [2001:db8:0:0:0:0:0:1]"),
    ("[2001:db8::]/32", "[2001:db8::1]"),
    ("[2001:db8::/32]", "[2001:db8::1]"),
    ("2001:db8::/33", "[2001:db8::1] [2001:db8:8000::1]"),
    ("2001:db8::1/128", "[2001:db8::1] [2001:db8::2]"),
    ("2001:db8::1/129", "[2001:db8::1]"),
    ("2001:db8::1/", "[2001:db8::1]"),
    ("::/0", "[2001:db8::1] 10.1.2.3 t.test"),
    ("::ffff:10.1.2.3", "10.1.2.3 [::ffff:10.1.2.3] [::ffff:a01:203]"),
    ("::ffff:10.0.0.0/104", "10.1.2.3 [::ffff:10.1.2.3]"),
    ("2001:db8::1%lo", "[2001:db8::1]"),
    ("db8::1", "[2001:db8::1]"),
    ("1", "[::1] 10.1.2.1 registry"),
    ("\u0431\u044e.test", "xn--90a9e.test t.test"),
    ("xn--90a9e.test", "xn--90a9e.test"),
    ("t_x.test", "t_x.test a.t_x.test"),
    ("a" * 600 + ",t.test", "t.test"),
    (
        ",".join(f"h{number}.test" for number in range(99)) + ",t.test",
        "t.test h7.test x.h98.test",
    ),
)
"""Lists, asked one by one, with hosts that tell what an entry means."""


def odd_cases(variables: Variables, schemes: tuple[str, ...]) -> Iterator[Case]:
    """The same for every program: what each odd proxy and each kind of entry means to it."""
    kinds = [scheme for scheme in ("http", "https") if scheme in schemes]
    lower = [name for name in variables.proxies if name.islower() and not name.startswith("all")]
    names = lower or variables.proxies
    for value in ODD_VALUES:
        yield Case(dict.fromkeys(names, value), [f"{kind}://x.test/" for kind in kinds])
    for text, places in ODD_LISTS:
        env = dict.fromkeys(names, "http://p.test:99")
        env.update(dict.fromkeys(variables.lists[:1], text))
        yield Case(env, [f"{kinds[0]}://{place}/" for place in places.split()])


def cases(
    seed: int,
    settings: int,
    variables: Variables = COMMON,
    schemes: tuple[str, ...] = ("http", "https"),
    own: Callable[[Random], Case] | None = None,
) -> Iterator[Case]:
    """This many cases. own: draws one in place of the generator here."""
    for number in range(settings):
        random = Random(f"{seed}/{number}")
        yield own(random) if own is not None else case(random, variables, schemes)


def case(random: Random, variables: Variables, schemes: tuple[str, ...]) -> Case:
    """One case: up to eight targets of a few hosts."""
    view = hosts(random)
    return Case(
        environment(random, variables, view),
        list(dict.fromkeys(target(random, view, schemes) for _ in range(8))),
    )


def hosts(random: Random) -> list[str]:
    """The hosts that a setting has in view."""
    pool = ODD_HOSTS if random.random() < 0.05 else HOSTS
    return [random.choice(pool if random.random() < 0.5 else HOSTS) for _ in range(4)]


def environment(random: Random, variables: Variables, view: list[str]) -> dict[str, str]:
    """Variables in any order; in half of the cases one plain proxy stands in those that count."""
    chosen: dict[str, str] = {}
    steady = random.random() < 0.5
    for name in variables.proxies:
        if random.random() < (0.6 if steady else 0.4):
            odd = random.random() < (0.1 if steady else 0.5)
            chosen[name] = proxy(random) if odd else plain_proxy(random, name)
    for name in variables.lists:
        if random.random() < 0.6:
            chosen[name] = listing(random, view)
    for name, values in variables.others.items():
        if random.random() < 0.15:
            chosen[name] = random.choice(values)
    names = list(chosen)
    random.shuffle(names)
    return {name: chosen[name] for name in names}


def plain_proxy(random: Random, name: str) -> str:
    """A proxy that any program takes, and that tells by its name which variable gave it."""
    told = "".join(letter for letter in name.lower() if letter.isalnum())
    upper = "u" if name.isupper() else "l"
    return f"http://{told}-{upper}.test:{random.choice((3128, 3128, 8080))}"


def proxy(random: Random) -> str:
    """A proxy's address, of good and odd parts."""
    kind = random.random()
    if kind < 0.15:
        return random.choice(WHOLE)
    odd = random.choice(("scheme", "user", "host", "port", "tail", "blank", "none", "none"))
    value = (
        random.choice(ODD_SCHEMES if odd == "scheme" else SCHEMES)
        + (random.choice(USERS) if odd == "user" or random.random() < 0.1 else "")
        + random.choice(ODD_PROXY_HOSTS if odd == "host" else PROXY_HOSTS)
        + random.choice(ODD_PORTS if odd == "port" else PORTS)
        + (random.choice(TAILS) if odd == "tail" else "")
    )
    if odd == "blank":
        before, after = random.choice(((" ", ""), ("", " "), ("\t", ""), ("", "\t"), ("", "\n")))
        return before + value + after
    return value


def listing(random: Random, view: list[str]) -> str:
    """A list of entries, most of them about the hosts in view."""
    if random.random() < 0.12:
        return random.choice(WHOLE_LISTS)
    entries = [entry(random, view) for _ in range(random.randint(1, 5))]
    if random.random() < 0.6:
        return ",".join(entries)
    text = entries[0]
    for each in entries[1:]:
        text += random.choice(SEPARATORS) + each
    edges = ("", "", "", " ", ",", "\t")
    return random.choice(edges) + text + random.choice(edges)


def entry(random: Random, view: list[str]) -> str:
    """An entry: a host, or what is around it, as people write it."""
    host = random.choice(view if random.random() < 0.8 else HOSTS)
    bare = host.strip("[]")
    if ":" in bare:
        shapes: tuple[str, ...] = (
            bare,
            host,
            f"{host}:80",
            f"{bare}/128",
            f"{bare}/64",
            "2001:db8::/32",
            "::/0",
            f"{host}/64",
            "::1",
            "[::1]",
            bare.upper(),
            "::ffff:10.1.2.3",
            f"*{bare}",
        )
        return random.choice(shapes)
    if bare.replace(".", "").isdigit():
        shapes = _of_address(random, bare)
    else:
        shapes = _of_name(bare)
    return random.choice(shapes)


def _of_address(random: Random, bare: str) -> tuple[str, ...]:
    parts = bare.rstrip(".").split(".")
    net = ".".join([*parts[:3], "0"])
    bits = random.choice((0, 1, 8, 12, 15, 16, 23, 24, 25, 31, 32, 33))
    return (
        *(bare, bare, f"{bare}:80", f"{bare}:443", f"{bare}:8080", f"{bare}."),
        *(
            f"{bare}/{bits}",
            f"{bare}/{bits}",
            f"{net}/24",
            f"{net}/8",
            f"{net}/24:80",
            f"{net}/024",
        ),
        *("10.0.0.0/8", "127.0.0.0/8", "0.0.0.0/0", "192.168.0.0/16", f"{net}/255.255.255.0"),
        *(f"{bare}/", f"{bare}/x", f"{bare}/-1", f"{bare}/ 8", f"{bare}/8x"),
        *(
            f".{parts[-1]}",
            f".{'.'.join(parts[1:])}",
            ".".join(parts[1:]),
            f"*{bare}",
            f"*.{parts[-1]}",
        ),
        *(f"{parts[0]}.*", f"{parts[0]}.", parts[0], f"{'.'.join(parts[:2])}/8", f"::ffff:{bare}"),
        *(f"{net}-{bare}", "10.1.2.0-10.1.2.255", f"0{bare}", f"[{bare}]"),
    )


def _of_name(bare: str) -> tuple[str, ...]:
    parent = bare.partition(".")[2] or bare
    return (
        *(
            bare,
            bare,
            bare,
            parent,
            f".{bare}",
            f".{parent}",
            f"*.{parent}",
            f"*.{bare}",
            f"*{bare}",
        ),
        *(f"*{parent}", f"{bare}.", f".{bare}.", bare.upper(), bare.capitalize(), f"{bare}:80"),
        *(f"{bare}:443", f"{bare}:8080", f".{parent}:80", f"{bare}:*", f"{bare}:", f"{bare}:abc"),
        *(bare[1:], bare[:-1], f"{bare[:2]}*", f"..{bare}", f"*..{bare}", "*.*", "test", ".test"),
        *(
            f"http://{bare}",
            f"https://{bare}:443",
            f"//{bare}",
            f"{bare}/",
            f"{bare}/8",
            f"@{bare}",
        ),
        *(f"!{bare}", f"~{bare}", f"{bare}#", f"[{bare}]", "<local>", "*", f" {bare}", f'"{bare}"'),
        *(f"{bare}\u00a0", "localhost", "127.0.0.1", "198.18.0.0/15", f"{bare[:1]}?{bare[2:]}"),
    )


def target(random: Random, view: list[str], schemes: tuple[str, ...]) -> str:
    """A URL of a host in view."""
    host = random.choice(view) if random.random() < 0.9 else random.choice(HOSTS)
    scheme = random.choice(schemes)
    port = ""
    if random.random() < 0.4:
        port = random.choice((":80", ":443", ":8080", ":81", ":5000", ":0080"))
    return f"{scheme}://{host}{port}/{random.choice(('', '', '', 'v2/', 'x?y=z'))}"
