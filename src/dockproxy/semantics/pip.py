"""pip, with PySocks where it can import it: requests, with an option of its own before it.

pip 20.3, 23.0, 25.1, 26.3: pip/_internal/cli/index_command.py (req_command.py) _build_session,
cli/parser.py ConfigOptionParser, configuration.py Configuration.get_environ_vars; the requests and
urllib3 that pip brings along.

PIP_PROXY is the option ``--proxy``: it wins over all variables, NO_PROXY too. Before 22.1 it was
the other way round: it served what the environment has no proxy for, or what NO_PROXY keeps from
that proxy. PIP_NO_PROXY_ENV, since 26.2, leaves the environment out. Since 26.2, too, a SOCKS
proxy is an error for https (network/session.py hands it a TLS context that urllib3 does not know
there), but not with ``--use-deprecated legacy-certs``, nor since 26.3 with certificates of one's
own.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.message import N_, message
from dockproxy.semantics import requests
from dockproxy.semantics.base import Decider, Decision, Semantics, Target, not_set, refused
from dockproxy.semantics.environment_proxies import Setting

_REQUESTS = {
    "20.3": (2, 25),
    "22.0": (2, 27),
    "22.1": (2, 27),
    "26.2": (2, 34),
    "26.3": (2, 34),
}
_OPTION_WINS = ("22.1", "26.2", "26.3")
_NEW = ("26.2", "26.3")
_NOT_OPTIONS = ("version", "help")
_YES = ("y", "yes", "t", "true", "on", "1")
_NO = ("n", "no", "f", "false", "off", "0")


def decider(environ: Mapping[str, str], version: str) -> Decider:
    """What these variables make of a target."""
    number = _REQUESTS[version]
    given = options(environ)
    proxy = given.get("proxy", Setting("", ""))
    without = given.get("no-proxy-env", Setting("", ""))
    if version not in _NEW or not without.value:
        without = Setting("", "no")
    environment = requests.Environment(environ, number)
    own = {"http": proxy, "https": proxy} if proxy.value else {}
    tls_breaks_socks = version in _NEW and not _has_certificates(environ, given, version)

    def decide(target: Target) -> Decision:
        if without.value.lower() not in (*_YES, *_NO):
            said = N_("{variable} is neither yes nor no")
            return refused(without.variable, message(said, variable=without.variable))
        url = requests.prepared(target, number)
        if url is None:
            return requests.not_taken()
        if own and version in _OPTION_WINS:
            decision = environment.sent(proxy)
        elif without.value.lower() in _YES:
            decision = requests.direct(url, not_set("PIP_PROXY"))
        else:
            decision = environment.decide(url, own)
        if tls_breaks_socks and url.scheme == "https" and decision.proxy.startswith("socks"):
            said = N_("a SOCKS proxy makes this version fail for https")
            return refused(decision.variable, message(said))
        return decision

    return decide


def _has_certificates(
    environ: Mapping[str, str], given: Mapping[str, Setting], version: str
) -> bool:
    """Whether the proxy gets no TLS context of pip's own."""
    if "legacy-certs" in given.get("use-deprecated", Setting("", "")).value.split():
        return True
    named = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") if "proxy" not in given else ()
    return version == "26.3" and bool(
        given.get("cert", Setting("", "")).value or any(environ.get(name) for name in named)
    )


def options(environ: Mapping[str, str]) -> dict[str, Setting]:
    """Options by name: PIP_NAME in any case but for the PIP_; the last one counts, and an empty
    one is none.
    """
    found: dict[str, Setting] = {}
    for variable, value in environ.items():
        name = variable[4:].lower()
        if variable.startswith("PIP_") and name not in _NOT_OPTIONS:
            found[name.replace("_", "-").removeprefix("--")] = Setting(variable, value)
    return found


SEMANTICS = Semantics("pip", tuple(_REQUESTS), ("20.3", "23.0", "25.1", "26.3"), decider)
