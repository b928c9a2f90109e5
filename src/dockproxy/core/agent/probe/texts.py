"""What a person is told of each problem that a proxy's probe may find, and what to do next."""

from __future__ import annotations

from dockproxy.core.agent.probe.proxy_address import is_loopback
from dockproxy.core.model.message import N_, Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Tuple


_BASIC_ONLY = N_(
    "Docker can only log in with user and password (Basic). For NTLM or Kerberos run a relay "
    "that logs in for it, such as px, cntlm or alpaca, and give Docker the relay's address."
)

_TEXTS: Dict[str, Tuple[str, str]] = {
    "bad-url": (
        N_("{proxy} is no proxy address that Docker understands: {detail}."),
        N_(
            "Write it as http://HOST:PORT; in a user or password write @ : / # ? % and blanks "
            "as %40 %3A %2F %23 %3F %25 %20."
        ),
    ),
    "resolve-failed": (
        N_("The name of the proxy {proxy} can't be resolved: {detail}."),
        N_("Check the spelling of {host}, or give the proxy's IP address."),
    ),
    "refused": (
        N_("Nothing listens at {host} port {port}: the connection was refused."),
        N_(
            "Start the proxy, check its port, and see that it listens on {host} and not on "
            "127.0.0.1 alone (Clash-like programs: switch on “allow LAN”)."
        ),
    ),
    "timeout": (
        N_("The proxy {proxy} did not answer within {seconds} s."),
        N_("Check the address and the port, and whether a firewall lets this machine reach it."),
    ),
    "unreachable": (
        N_("The proxy {proxy} can't be reached from this machine: {detail}."),
        N_("Check this machine's network, routes and firewall, and the proxy's address."),
    ),
    "tls-untrusted": (
        N_("This machine does not trust the certificate of the proxy {proxy}: {detail}."),
        N_(
            "Ask whoever runs the proxy for its CA's certificate and have this machine trust it. "
            "Debian, Ubuntu: copy it to /usr/local/share/ca-certificates/NAME.crt, then "
            "update-ca-certificates. Fedora, RHEL: to /etc/pki/ca-trust/source/anchors/, then "
            "update-ca-trust. Then run this again: the daemon reads the store when it starts."
        ),
    ),
    "tls-name": (
        N_("The certificate of the proxy {proxy} is another host's: {detail}."),
        N_("Give the proxy by the name that its certificate has: https://NAME:{port}."),
    ),
    "tls-expired": (
        N_("The certificate of the proxy {proxy} is not valid today: {detail}."),
        N_("Check this machine's clock; else whoever runs the proxy has to renew it."),
    ),
    "tls-failed": (
        N_("TLS with the proxy {proxy} failed: {detail}."),
        N_(
            "https:// means TLS to the proxy itself, not what is fetched through it. Most proxies "
            "are given as http://{host}:{port}."
        ),
    ),
    "not-http": (
        N_("What listens at {host} port {port} does not speak HTTP: {detail}."),
        N_("Check the port: it may be another program's. A SOCKS proxy is given as socks5://."),
    ),
    "not-socks": (
        N_("What listens at {host} port {port} does not speak SOCKS5: {detail}."),
        N_("Check the port: it may be another program's. An HTTP proxy is given as http://."),
    ),
    "not-a-proxy": (
        N_(
            "What listens at {host} port {port} speaks HTTP but answers {detail} to CONNECT: "
            "it is no proxy, or none that lets https through."
        ),
        N_("Check the port: it may be a web server's, or the proxy's control port."),
    ),
    "speaks-tls": (
        N_("The proxy at {host} port {port} speaks TLS, but its address does not begin https://."),
        N_("Write https://{host}:{port}."),
    ),
    "speaks-plain": (
        N_("The proxy at {host} port {port} speaks plain HTTP, but its address begins https://."),
        N_(
            "Write http://{host}:{port}. The scheme says how to talk to the proxy, not what is "
            "fetched through it: https registries work with it."
        ),
    ),
    "speaks-socks": (
        N_(
            "The proxy at {host} port {port} speaks SOCKS5, but its address does not begin "
            "socks5://."
        ),
        N_("Write socks5://{host}:{port}, or use the proxy's HTTP port."),
    ),
    "speaks-http": (
        N_("The proxy at {host} port {port} speaks HTTP, but its address begins socks5://."),
        N_("Write http://{host}:{port}, or use the proxy's SOCKS port."),
    ),
    "auth-required": (
        N_("The proxy {proxy} wants a user and a password."),
        N_(
            "Give the user in its address, {scheme}://USER@{host}:{port}, and you are asked for "
            "the password; or give that by --password-stdin."
        ),
    ),
    "auth-failed": (
        N_("The proxy {proxy} refuses this user and password: {detail}."),
        N_(
            "Check both. In an address @ : / # ? % and blanks in them are written as "
            "%40 %3A %2F %23 %3F %25 %20."
        ),
    ),
    "denied": (
        N_("The proxy {proxy} does not allow the way to {target} ({detail})."),
        N_(
            "Ask whoever runs the proxy to allow CONNECT to {target_host} port {target_port}; "
            "many allow port 443 only."
        ),
    ),
    "bad-gateway": (
        N_("The proxy {proxy} answers, but can't reach {target} itself ({detail})."),
        N_(
            "If {target_host} is inside your network, add it to no_proxy; else ask whoever runs "
            "the proxy."
        ),
    ),
    "http-status": (
        N_("The proxy {proxy} answers {detail} when asked for {target}."),
        N_("The proxy's log says why; ask whoever runs it."),
    ),
    "socks-refused": (
        N_("The proxy {proxy} answers, but does not open the way to {target}: {detail}."),
        N_(
            "If {target_host} is inside your network, add it to no_proxy; else ask whoever runs "
            "the proxy."
        ),
    ),
    "closed": (
        N_("The proxy {proxy} closes the connection when asked for {target}, without a word."),
        N_("The proxy's log says why; ask whoever runs it."),
    ),
    "target-timeout": (
        N_("The proxy {proxy} answers, but does not open the way to {target} in {seconds} s."),
        N_("The proxy itself may be cut off, or {target_host} does not answer it: see its log."),
    ),
}

_NO_BASIC = N_("The proxy {proxy} wants a log-in of a kind that Docker does not know: {schemes}.")

_NOT_STARTED = N_("Start the proxy, or check its port; ss -ltn lists what listens here.")


NO_WAY_OUT = N_("Ask whoever runs the proxy: from there {target_host} is out of reach.")
_PUBLIC = ("docker.io", "docker.com", "ghcr.io", "quay.io", "gcr.io", "mcr.microsoft.com", "k8s.io")
"""Registries that are inside nobody's network."""


def is_public(host: str) -> bool:
    """Whether it is one of the registries that everybody asks."""
    return any(f".{host.lower()}".endswith(f".{name}") for name in _PUBLIC)


def texts(
    code: str, schemes: Tuple[str, ...], params: Dict[str, str]
) -> Tuple[Message, Optional[Message]]:
    """Message and hint for a problem. params: proxy (masked), scheme, host, port, target,
    target_host, target_port, seconds, detail."""
    text, hint = _TEXTS[code]
    if schemes and "basic" not in [scheme.lower() for scheme in schemes]:
        text, hint = _NO_BASIC, _BASIC_ONLY
        params = {**params, "schemes": ", ".join(schemes)}
    if code in ("bad-gateway", "socks-refused") and is_public(params.get("target_host", "")):
        hint = NO_WAY_OUT
    if code == "refused" and is_loopback(params["host"]):
        hint = _NOT_STARTED
    return Message(text, params), Message(hint, params)
