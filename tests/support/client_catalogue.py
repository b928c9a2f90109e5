"""What people's config.json look like when proxies go wrong, and what the docker command makes of
each: the client's part of the catalogue. The lab asks the real one.
"""

from __future__ import annotations

from typing import NamedTuple

A, B = "http://a.test:1", "http://b.test:2"


class Case(NamedTuple):
    """text: config.json. gives: what a new container gets of it. said: in ``status``, "" if it is
    nothing that status speaks of. sets: whether ``set`` can be carried out there.
    """

    text: str | bytes
    gives: dict[str, str]
    said: str = ""
    sets: bool = True


CASES: dict[str, Case] = {
    "plain": Case('{"proxies": {"default": {"httpProxy": "http://a.test:1"}}}', {"http_proxy": A}),
    "every key": Case(
        '{"proxies": {"default": {"httpProxy": "http://a.test:1", "httpsProxy": "http://b.test:2",'
        ' "ftpProxy": "http://a.test:1", "allProxy": "http://b.test:2", "noProxy": "x,.y"}}}',
        {"http_proxy": A, "https_proxy": B, "ftp_proxy": A, "all_proxy": B, "no_proxy": "x,.y"},
    ),
    "no default around it": Case(
        '{"proxies": {"httpProxy": "http://a.test:1"}}',
        {},
        "cannot unmarshal string into Go struct field",
    ),
    "daemon.json's shape": Case(
        '{"proxies": {"http-proxy": "http://a.test:1", "https-proxy": "http://a.test:1"}}',
        {},
        "cannot unmarshal string into Go struct field",
    ),
    "keys with dashes": Case('{"proxies": {"default": {"http-proxy": "http://a.test:1"}}}', {}),
    "names of variables": Case('{"proxies": {"default": {"HTTP_PROXY": "http://a.test:1"}}}', {}),
    "at the top": Case('{"httpProxy": "http://a.test:1"}', {}),
    "Default": Case('{"proxies": {"Default": {"httpProxy": "http://a.test:1"}}}', {}),
    "Proxies, HTTPProxy": Case(
        '{"Proxies": {"default": {"HTTPProxy": "http://a.test:1"}}}', {"http_proxy": A}
    ),
    "a key in two spellings": Case(
        '{"proxies": {"default": {"httpProxy": "http://a.test:1", "HTTPProxy":'
        ' "http://b.test:2"}}}',
        {"http_proxy": B},
    ),
    "default twice": Case(
        '{"proxies": {"default": {"httpProxy": "http://a.test:1", "noProxy": "x"},'
        ' "default": {"httpProxy": "http://b.test:2"}}}',
        {"http_proxy": B},
    ),
    "proxies twice": Case(
        '{"proxies": {"default": {"httpProxy": "http://a.test:1"}},'
        ' "proxies": {"default": {"noProxy": "x"}}}',
        {"no_proxy": "x"},
    ),
    "this daemon's address beside default": Case(
        '{"proxies": {"default": {"httpProxy": "http://a.test:1", "noProxy": "x"},'
        ' "unix:///var/run/docker.sock": {"httpProxy": "http://b.test:2"}}}',
        {"http_proxy": B},
    ),
    "the address spelled otherwise": Case(
        '{"proxies": {"default": {"httpProxy": "http://a.test:1"},'
        ' "unix:///run/docker.sock": {"httpProxy": "http://b.test:2"}}}',
        {"http_proxy": A},
    ),
    "a number": Case(
        '{"proxies": {"default": {"httpProxy": 3128, "noProxy": "x"}}}',
        {"no_proxy": "x"},
        "cannot unmarshal number into Go struct field",
    ),
    "a list": Case(
        '{"proxies": {"default": {"noProxy": ["x", "y"], "httpProxy": "http://a.test:1"}}}',
        {"http_proxy": A},
        "cannot unmarshal array into Go struct field",
    ),
    "nothing in it": Case('{"proxies": {}}', {}),
    "null": Case('{"proxies": null}', {}),
    "default null": Case('{"proxies": {"default": null}}', {}),
    "a value null": Case('{"proxies": {"default": {"httpProxy": null}}}', {}),
    "a value empty": Case(
        '{"proxies": {"default": {"httpProxy": "", "httpsProxy": "http://b.test:2"}}}',
        {"https_proxy": B},
    ),
    "a trailing comma": Case(
        '{"proxies": {"default": {"httpProxy": "http://a.test:1",}}}',
        {},
        "invalid character '}' looking for beginning of object key string",
        sets=False,
    ),
    "a comment": Case(
        '{// ours\n"proxies": {"default": {"httpProxy": "http://a.test:1"}}}',
        {},
        "invalid character '/' looking for beginning of object key string",
        sets=False,
    ),
    "a brace missing": Case(
        '{"proxies": {"default": {"httpProxy": "http://a.test:1"}}',
        {},
        "unexpected EOF",
        sets=False,
    ),
    "curly quotes": Case(
        "{“proxies”: {}}", {}, "looking for beginning of object key string", sets=False
    ),
    "text behind it": Case(
        '{"proxies": {"default": {"httpProxy": "http://a.test:1"}}} and more', {"http_proxy": A}
    ),
    "a list around it": Case("[]", {}, "cannot unmarshal array into Go value", sets=False),
    "an empty file": Case("", {}),
    "UTF-8 with a BOM": Case(
        b'\xef\xbb\xbf{"proxies": {"default": {"httpProxy": "http://a.test:1"}}}',
        {},
        "invalid character",
        sets=False,
    ),
    "UTF-16": Case(
        '{"proxies": {"default": {"httpProxy": "http://a.test:1"}}}'.encode("utf-16"),
        {},
        "invalid character",
        sets=False,
    ),
    "tabs, CRLF and a password": Case(
        '{\r\n\t"auths": {"r.test": {"auth": "YTpi"}},\r\n\t"credsStore": "none",\r\n\t"proxies":'
        ' {\r\n\t\t"default": {\r\n\t\t\t"httpProxy": "http://u:p@a.test:1"\r\n\t\t}\r\n\t}\r\n}',
        {"http_proxy": "http://u:p@a.test:1"},
    ),
    "loopback": Case(
        '{"proxies": {"default": {"httpProxy": "http://127.0.0.1:7890"}}}',
        {"http_proxy": "http://127.0.0.1:7890"},
    ),
    "no address at all": Case(
        '{"proxies": {"default": {"httpProxy": "  ", "httpsProxy": "HOST:PORT"}}}',
        {"http_proxy": "  ", "https_proxy": "HOST:PORT"},
    ),
    "others' keys": Case(
        '{"auths": {"https://index.docker.io/v1/": {}}, "credHelpers": {"r.test": "x"},'
        ' "HttpHeaders": {"X": "1"}, "psFormat": "table {{.ID}}", "plugins": {"-x": {"a": "b"}},'
        ' "proxies": {"default": {"socksProxy": "s", "noProxy": "x"}}, "newKey": [1, {"a": null}]}',
        {"no_proxy": "x"},
    ),
}
