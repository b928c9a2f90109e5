"""Real breakages of a host: what somebody did to it, what comes of that, and what finds it.

In the texts URL is the proxy's address and LOGIN the same with a user and a password that is
escaped; both are put in when the host is broken.
"""

from __future__ import annotations

from typing import NamedTuple

JSON = "/etc/docker/daemon.json"
DROP_INS = "/etc/systemd/system/docker.service.d"
DROP_IN = f"{DROP_INS}/http-proxy.conf"
CONFIG = "/root/.docker/config.json"

PULL, RUN, BUILD = "pull", "run", "build"


class Breakage(NamedTuple):
    """One deed. files: what is written over a host whose client has its proxies. breaks: what does
    not work any more, or does not go through the proxy. code: of the finding that must come first.

    mends: --fix --unsafe makes all of it work again; why_not: why it does not. reload, restart:
    whether systemd and the daemon are told of the files. engine: another one than the lab's own.
    """

    files: dict[str, str | bytes]
    code: str
    breaks: str = PULL
    mends: bool = True
    why_not: str = ""
    reload: bool = True
    restart: bool = True
    engine: str = ""


def daemon_json(text: str | bytes, code: str, **more: object) -> Breakage:
    """A daemon.json with that text."""
    return Breakage({JSON: text}, code, **more)  # type: ignore[arg-type]


def drop_in(text: str, code: str, **more: object) -> Breakage:
    """A drop-in with that text."""
    return Breakage({DROP_IN: text}, code, **more)  # type: ignore[arg-type]


def config_json(text: str | bytes, code: str, **more: object) -> Breakage:
    """A config.json with that text; the daemon has its proxies."""
    files = {JSON: '{"proxies": {' + BOTH + "}}\n", CONFIG: text}
    return Breakage(files, code, RUN, **more)  # type: ignore[arg-type]


BOTH = '"http-proxy": "URL", "https-proxy": "URL"'
CLIENT = (
    '{"proxies": {"default": {"httpProxy": "URL", "httpsProxy": "URL",'
    ' "noProxy": "localhost,127.0.0.1"}}}\n'
)
GOOD_DROP_IN = "[Service]\nEnvironment=HTTP_PROXY=URL HTTPS_PROXY=URL\n"
SOMEBODY_MUST_SAY = "nothing on this machine says what was meant"

IN_DAEMON_JSON = {
    "a trailing comma": daemon_json('{\n  "proxies": {' + BOTH + ",}\n}\n", "DP101"),
    "a // comment": daemon_json("{\n  // corp\n" + '  "proxies": {' + BOTH + "}}\n", "DP101"),
    "a # comment": daemon_json('{\n  "proxies": {  # corp\n' + BOTH + "}}\n", "DP101"),
    "a /* comment */": daemon_json('{"proxies": {/* corp */' + BOTH + "}}\n", "DP101"),
    "curly quotes": daemon_json("{“proxies”: {" + BOTH + "}}\n", "DP101"),
    "single quotes": daemon_json(
        "{'proxies': {'http-proxy': 'URL', 'https-proxy': 'URL'}}\n", "DP101"
    ),
    "a brace missing": daemon_json('{"proxies": {' + BOTH + "}\n", "DP101"),
    "no braces round it": daemon_json('"proxies": {' + BOTH + "}\n", "DP101"),
    "an object behind the object": daemon_json(
        '{"debug": false}\n{"proxies": {' + BOTH + "}}\n", "DP101"
    ),
    "closed too early": daemon_json(
        '{\n  "debug": false\n},\n  "proxies": {' + BOTH + "}\n}\n", "DP101"
    ),
    "a brace too many": daemon_json('{"proxies": {' + BOTH + "}}}\n", "DP101"),
    "a comma missing": daemon_json(
        '{"proxies": {\n"http-proxy": "URL"\n"https-proxy": "URL"}}\n', "DP101"
    ),
    "= for a colon": daemon_json(
        '{"proxies": {"http-proxy" = "URL", "https-proxy" = "URL"}}\n', "DP101"
    ),
    "names without quotes": daemon_json(
        '{proxies: {"http-proxy": "URL", "https-proxy": "URL"}}\n', "DP101"
    ),
    "True as in Python": daemon_json('{"debug": True, "proxies": {' + BOTH + "}}\n", "DP101"),
    "a quote missing": daemon_json(
        '{"proxies": {"http-proxy": "URL,\n"https-proxy": "URL"}}\n', "DP101"
    ),
    "a no-break space": daemon_json('{\u00a0"proxies": {' + BOTH + "}}\n", "DP101"),
    "seven faults at once": daemon_json(
        "{\n  // corp\n  'debug': True\n  “proxies”: {\n    http-proxy: \"URL\",\n"
        '    "https-proxy" = "URL",\n  },\n',
        "DP101",
    ),
    "the client's names, and a comma": daemon_json(
        '{"proxies": {"httpProxy": "URL", "httpsProxy": "URL",}}\n', "DP101"
    ),
    "the client's names": daemon_json(
        '{"proxies": {"httpProxy": "URL", "httpsProxy": "URL"}}\n', "DP102"
    ),
    "the environment's names": daemon_json(
        '{"proxies": {"http_proxy": "URL", "https_proxy": "URL"}}\n', "DP102"
    ),
    "names in capitals": daemon_json(
        '{"proxies": {"HTTP-PROXY": "URL", "HTTPS-PROXY": "URL"}}\n', "DP102"
    ),
    "all-proxy besides": daemon_json('{"proxies": {' + BOTH + ', "all-proxy": "URL"}}\n', "DP102"),
    "the client's whole shape": daemon_json(
        '{"proxies": {"default": {"httpProxy": "URL", "httpsProxy": "URL"}}}\n', "DP102"
    ),
    "a key that is gone": daemon_json(
        '{"cluster-advertise": "eth0:2376", "proxies": {' + BOTH + "}}\n", "DP102"
    ),
    "a list for a string": daemon_json(
        '{"proxies": {' + BOTH + ', "no-proxy": ["localhost", ".corp"]}}\n', "DP103"
    ),
    "an address for the object": daemon_json('{"proxies": "URL"}\n', "DP102"),
    "a number": daemon_json(
        '{"proxies": {"http-proxy": 3128, "https-proxy": 3128}}\n',
        "DP103",
        mends=False,
        why_not=SOMEBODY_MUST_SAY,
    ),
    "flag and file": Breakage(
        {
            JSON: '{"proxies": {' + BOTH + "}}\n",
            DROP_IN: "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd://"
            " --containerd=/run/containerd/containerd.sock --http-proxy=URL\n",
        },
        "DP104",
    ),
    "Engine 20.10": daemon_json('{"proxies": {' + BOTH + "}}\n", "DP106", engine="20.10.24"),
    "names at the top level": daemon_json("{" + BOTH + "}\n", "DP151"),
    "another section": daemon_json('{"proxy": {' + BOTH + "}}\n", "DP151"),
    "a second, wrong one": daemon_json(
        '{"proxies": {' + BOTH + ', "https-proxy": "http://10.88.0.1:9"}}\n',
        "DP152",
        mends=False,
        why_not=SOMEBODY_MUST_SAY,
    ),
    "only http": daemon_json('{"proxies": {"http-proxy": "URL"}}\n', "DP501"),
    "a blank before it": daemon_json(
        '{"proxies": {"http-proxy": " URL", "https-proxy": " URL"}}\n', "DP502"
    ),
    "a blank behind it": daemon_json(
        '{"proxies": {"http-proxy": "URL ", "https-proxy": "URL "}}\n', "DP507"
    ),
    "https:// for a plain proxy": daemon_json(
        ('{"proxies": {' + BOTH + "}}\n").replace("URL", "https://10.88.0.1:3128"), "DP503"
    ),
    "a placeholder": daemon_json(
        ('{"proxies": {' + BOTH + "}}\n").replace("URL", "http://HOST:PORT"),
        "DP504",
        mends=False,
        why_not=SOMEBODY_MUST_SAY,
    ),
    "the scheme twice": daemon_json(
        '{"proxies": {"http-proxy": "http://URL", "https-proxy": "http://URL"}}\n', "DP504"
    ),
    "a star in no-proxy": daemon_json(
        '{"proxies": {' + BOTH + ', "no-proxy": "localhost,*"}}\n', "DP505"
    ),
    "a password as it is": daemon_json(
        ('{"proxies": {' + BOTH + "}}\n").replace("URL", "http://ann:p#w/x@10.88.0.1:3128"),
        "DP510",
    ),
    "UTF-16 without a mark": daemon_json(
        ('{"proxies": {' + BOTH + "}}\n").encode("utf-16-le"), "DP101"
    ),
    "a folder in its place": Breakage(
        {f"{JSON}/daemon.json": '{"proxies": {' + BOTH + "}}\n"},
        "DP108",
        mends=False,
        why_not="what lies in it may be somebody's",
    ),
}

IN_UNITS = {
    "a percent sign": drop_in(
        '[Service]\nEnvironment="HTTPS_PROXY=LOGIN" "HTTP_PROXY=LOGIN"\n', "DP201"
    ),
    "a quote not closed": drop_in(
        '[Service]\nEnvironment="HTTPS_PROXY=URL\nEnvironment="HTTP_PROXY=URL\n', "DP202"
    ),
    "curly quotes in a unit": drop_in(
        "[Service]\nEnvironment=“HTTPS_PROXY=URL” “HTTP_PROXY=URL”\n", "DP202"
    ),
    "blanks round =": drop_in(
        "[Service]\nEnvironment=HTTPS_PROXY = URL\nEnvironment=HTTP_PROXY = URL\n", "DP202"
    ),
    "a comma between": drop_in("[Service]\nEnvironment=HTTPS_PROXY=URL,HTTP_PROXY=URL\n", "DP212"),
    "two in one pair of quotes": drop_in(
        '[Service]\nEnvironment="HTTP_PROXY=URL HTTPS_PROXY=URL"\n', "DP212"
    ),
    "wrong section": drop_in("[Unit]\nEnvironment=HTTPS_PROXY=URL HTTP_PROXY=URL\n", "DP211"),
    "no section": drop_in("Environment=HTTPS_PROXY=URL HTTP_PROXY=URL\n", "DP211"),
    "[service]": drop_in("[service]\nEnvironment=HTTPS_PROXY=URL HTTP_PROXY=URL\n", "DP211"),
    "environment=": drop_in("[Service]\nenvironment=HTTPS_PROXY=URL HTTP_PROXY=URL\n", "DP210"),
    "wrong suffix": Breakage({f"{DROP_INS}/http-proxy.config": GOOD_DROP_IN}, "DP218"),
    "wrong folder": Breakage(
        {"/etc/systemd/system/docker.d/http-proxy.conf": GOOD_DROP_IN}, "DP218"
    ),
    "another unit's folder": Breakage(
        {"/etc/systemd/system/containerd.service.d/http-proxy.conf": GOOD_DROP_IN}, "DP218"
    ),
    "a later drop-in": Breakage(
        {
            DROP_IN: GOOD_DROP_IN,
            f"{DROP_INS}/zz.conf": "[Service]\nEnvironment=HTTPS_PROXY=http://10.88.0.1:9\n",
        },
        "DP205",
        mends=False,
        why_not=SOMEBODY_MUST_SAY,
    ),
    "an empty Environment=": Breakage(
        {DROP_IN: GOOD_DROP_IN, f"{DROP_INS}/zz.conf": "[Service]\nEnvironment=\n"}, "DP206"
    ),
    "UnsetEnvironment=": Breakage(
        {
            DROP_IN: GOOD_DROP_IN,
            f"{DROP_INS}/zz.conf": "[Service]\nUnsetEnvironment=HTTPS_PROXY HTTP_PROXY\n",
        },
        "DP206",
    ),
    "a file beats the unit": Breakage(
        {
            DROP_IN: GOOD_DROP_IN,
            JSON: '{"proxies": {"https-proxy": "http://10.88.0.1:9"}}\n',
        },
        "DP207",
        mends=False,
        why_not=SOMEBODY_MUST_SAY,
    ),
    "EnvironmentFile missing": Breakage(
        {
            JSON: '{"proxies": {' + BOTH + "}}\n",
            DROP_IN: "[Service]\nEnvironmentFile=/etc/docker/extra.env\n",
        },
        "DP208",
    ),
    "export in an EnvironmentFile": Breakage(
        {"/etc/default/docker": 'export HTTP_PROXY="URL"\nexport HTTPS_PROXY="URL"\n'}, "DP209"
    ),
    "a file that nobody reads": Breakage(
        {"/etc/sysconfig/docker": "HTTP_PROXY=URL\nHTTPS_PROXY=URL\n"}, "DP209"
    ),
    "not reloaded": drop_in(GOOD_DROP_IN, "DP203", reload=False, restart=False),
    "not restarted": drop_in(GOOD_DROP_IN, "DP204", restart=False),
    "daemon.json not restarted": daemon_json(
        '{"proxies": {' + BOTH + "}}\n", "DP204", restart=False
    ),
    "cases differ": drop_in(
        "[Service]\nEnvironment=HTTPS_PROXY=http://10.88.0.1:9 https_proxy=URL\n",
        "DP214",
        mends=False,
        why_not=SOMEBODY_MUST_SAY,
    ),
    "ALL_PROXY alone": drop_in("[Service]\nEnvironment=ALL_PROXY=URL\n", "DP213"),
}

IN_CONFIG_JSON = {
    "config.json: a trailing comma": config_json(
        '{"proxies": {"default": {"httpProxy": "URL", "httpsProxy": "URL",}}}\n', "DP301"
    ),
    "config.json: a comment": config_json("{\n// corp\n" + CLIENT[1:], "DP301"),
    "config.json: curly quotes": config_json(
        '{"proxies": {“default”: {"httpProxy": "URL", "httpsProxy": "URL"}}}\n', "DP301"
    ),
    "config.json: a brace missing": config_json(CLIENT[:-2] + "\n", "DP301"),
    "config.json: a mark before it": config_json("\ufeff" + CLIENT, "DP301"),
    "config.json: UTF-16": config_json(("\ufeff" + CLIENT).encode("utf-16-le"), "DP301"),
    "config.json: no default": config_json(
        '{"proxies": {"httpProxy": "URL", "httpsProxy": "URL"}}\n', "DP301"
    ),
    "config.json: a list": config_json(
        CLIENT.replace('"httpProxy": "URL"', '"httpProxy": ["URL"]').replace(
            '"localhost,127.0.0.1"', '["localhost", "127.0.0.1"]'
        ),
        "DP301",
    ),
    "config.json: names with dashes": config_json(
        '{"proxies": {"default": {"http-proxy": "URL", "https-proxy": "URL"}}}\n', "DP305"
    ),
    "config.json: the daemon's shape": config_json(
        '{"proxies": {"http-proxy": "URL", "https-proxy": "URL"}}\n', "DP301"
    ),
    "config.json: Default": config_json(CLIENT.replace("default", "Default"), "DP306"),
    "config.json: the socket's other name": config_json(
        CLIENT.replace("default", "unix:///run/docker.sock"), "DP307"
    ),
    "config.json: at the top level": config_json(
        '{"default": {"httpProxy": "URL", "httpsProxy": "URL"}}\n', "DP309"
    ),
    "config.json: the environment's names": config_json(
        '{"proxies": {"default": {"HTTP_PROXY": "URL", "HTTPS_PROXY": "URL"}}}\n', "DP305"
    ),
    "config.json: an entry that hides default": config_json(
        CLIENT.replace('{"default"', '{"unix:///var/run/docker.sock": {}, "default"'),
        "DP308",
        mends=False,
        why_not="it may be meant for that daemon",
    ),
    "config.json: loopback": config_json(
        CLIENT.replace("URL", "http://127.0.0.1:3128"),
        "DP303",
        mends=False,
        why_not="no proxy listens where containers reach it",
    ),
}

ALL = {**IN_DAEMON_JSON, **IN_UNITS, **IN_CONFIG_JSON}
