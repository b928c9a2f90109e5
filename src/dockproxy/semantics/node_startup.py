"""What Node does at its start with the environment's proxies, before the program runs.

src/node_options.cc and src/node.cc (NODE_OPTIONS, NODE_USE_ENV_PROXY), and
lib/internal/process/pre_execution.js setupHttpProxy, Node 22.21 to 26.12: if asked to, it makes
``fetch`` an EnvHttpProxyAgent, for which it loads http; an error of either ends the process.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics import whatwg_url
from dockproxy.semantics.base import Decision, first_set, ignored, not_set, refused, through
from dockproxy.semantics.undici_agent import Route, env_http_proxy_agent

ASKED = "NODE_USE_ENV_PROXY"
UNDICI = {
    "22": "",
    "22.21": "6.14.1",
    "23": "",
    "24": "6.14.1",
    "24.5": "6.14.1",
    "24.14.1": "7.23",
    "25": "6.14.1",
    "25.8": "7.22",
    "25.8.2": "7.23",
    "26": "8.0.2",
    "26.1": "8.2",
    "26.8": "8.10",
    "26.9": "8.10.2",
    "26.12": "8.11",
}
"""Node → the undici in it, by the version in which its agent changed; "" where Node has none to
make. 22.21 and 24.5: ``--use-env-proxy``, and of NODE_USE_ENV_PROXY only ``1``; in 24 any value.
"""
BEFORE_THE_FLAG = ("22", "23", "24")

_FLAG = pattern(r"--(no-)?use[-_]env[-_]proxy(?:=.*)?\Z", re.S)
_WORD = pattern(r'(?:[^ "]|"(?:[^"\\]|\\.)*")+', re.S)


def agent_of_fetch(environ: Mapping[str, str], node: str) -> Route | Decision | None:
    """What ``fetch`` sends its requests with: an agent, the error that ends the process at its
    start, or None for no agent: direct.
    """
    asked = is_asked(environ, node)
    if isinstance(asked, Decision):
        return asked
    names = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
    if not asked or not any(environ.get(name) for name in names):
        return None
    http = proxy_of_agent(environ, "http") if node not in BEFORE_THE_FLAG else None
    if http is not None and http.kind == "error":
        return http
    return env_http_proxy_agent(environ, UNDICI[node])


def dies_at_start(environ: Mapping[str, str], node: str = "24.14.1") -> Decision | None:
    """The error that ends the process before a program of Node's runs, if there is one."""
    agent = agent_of_fetch(environ, node)
    return agent if isinstance(agent, Decision) else None


def is_asked(environ: Mapping[str, str], node: str) -> bool | Decision:
    """Whether Node is to read the proxies. The last flag in NODE_OPTIONS wins over the variable."""
    words = _WORD.findall(environ.get("NODE_OPTIONS", ""))
    flags = [flag for word in words if (flag := _FLAG.match(word.replace('"', "")))]
    if node in BEFORE_THE_FLAG:
        if flags:
            return refused(
                "NODE_OPTIONS", message(N_("this Node ends at once: it has no --use-env-proxy"))
            )
        return bool(UNDICI[node] and environ.get(ASKED))
    if flags:
        return not flags[-1].group(1)
    return environ.get(ASKED) == "1"


def proxy_of_agent(environ: Mapping[str, str], scheme: str) -> Decision:
    """Through the proxy that http's or https's global agent has, if it has one; or the error of the
    module, which makes it as it is loaded (lib/internal/http.js parseProxyConfigFromEnv).
    """
    variable, value = first_set(environ, f"{scheme}_proxy", f"{scheme.upper()}_PROXY")
    if not value:
        return not_set(f"{scheme}_proxy")
    if "\r" in value or "\n" in value:
        return refused(variable, message(N_("the proxy has a line break in it")))
    if not value.startswith(("http://", "https://")):
        return ignored(
            variable, message(N_("only proxies that start with http:// or https:// are read"))
        )
    url = whatwg_url.parse(value)
    if url is None:
        return refused(variable, message(N_("the proxy is no URL")))
    if not (whatwg_url.decodes(url.user) and whatwg_url.decodes(url.password)):
        return refused(
            variable, message(N_("the proxy's user or password has a % that is no escape"))
        )
    return through(url.proxy(url.scheme), variable)
