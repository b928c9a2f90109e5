"""What programs say when they cannot get as far as the proxy, or do not understand it.

Go: net/http transport.go wraps it in ``proxyconnect tcp:``, net/http socks_bundle.go in ``socks
connect``; curl: lib/cf-h1-proxy.c, lib/socks.c; urllib3: exceptions.py; apt: methods/http.cc,
methods/connect.cc; tunnel-agent: index.js; sun.net.www.protocol.http.HttpURLConnection.
"""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.messages.kind import Kind
from dockproxy.messages.words import (
    ASKED,
    ASKED_OUTSIDE,
    NO_NAME,
    PROXY,
    REFUSED,
    TIMED_OUT,
    other_port,
)

_PYTHON = r"(?:cannot connect to proxy|unable to connect to proxy|ProxyError|ProxyConnectionError)"
_HYPER = r"tunnel error: (?:failed to create|unsuccessful|io error|proxy|missing)"
_WAY = rf"(?:{_PYTHON}|via proxy|proxy server|tunneling socket could not be established|{_HYPER})"

KINDS = (
    Kind(
        "tls-to-a-plain-proxy",
        (
            r"proxyconnect tcp: tls: (?:first record does not look like|oversized record|received record)",
            rf"unexpected TLS packet was received.{{0,40}}{PROXY}",
            r"your proxy appears to only use HTTP and not HTTPS",
            r"proxyconnect tcp: (?:net/http: )?TLS handshake timeout",
            r"(?:proxy|(?-i:CONNECT)|tunnel).{0,300}(?:wrong version number|WRONG_VERSION_NUMBER|EPROTO)",
            r"(?:error|failed|failure) during (?:SSL|TLS) (?:connection|handshake) (?:to|with) proxy",
            r"check_hostname requires server_hostname",
        ),
        N_("TLS was spoken to a proxy that speaks plain HTTP"),
        N_(
            "The scheme of the proxy's address says how to talk to the proxy itself, not what is"
            " fetched through it. It begins with https:// and this proxy takes plain HTTP, as nearly"
            " all do: write http:// before the same host and port."
        ),
        (
            N_("the proxy's address begins with https:// where http:// is meant"),
            N_("the port is one that the proxy has for something else"),
        ),
        ("DP605", "DP503", "DP427"),
        29,
    ),
    Kind(
        "proxy-certificate",
        (
            r"proxyconnect tcp: (?:tls: failed to verify certificate|x509)",
            rf"{_PYTHON}.{{0,300}}CERTIFICATE_VERIFY_FAILED",
            r"(?:SSL|TLS) certificate problem.{0,100}\bproxy\b|proxy certificate",
        ),
        N_("the certificate of the proxy itself is not trusted"),
        N_(
            "The proxy is spoken to by TLS (https://), and whoever asked does not trust its"
            " certificate, or it is for another name. For pulls its CA must be in this machine's"
            " trust store, and the daemon restarted."
        ),
        (
            N_("the proxy's CA is not in the trust store of whoever asked"),
            N_("the address has another name than the certificate"),
            N_("http:// is meant"),
        ),
        ("DP604",),
        29,
    ),
    Kind(
        "wsl-localhost-proxy",
        (
            r"localhost proxy configuration was detected but not mirrored into WSL",
            r"NAT.{0,20}WSL.{0,20}不支持 ?localhost",
            r"WSL.{0,60}does not support localhost prox",
        ),
        N_("Windows has a proxy on localhost, which WSL cannot reach in NAT mode"),
        N_(
            "127.0.0.1 in WSL is WSL itself. Either let WSL share Windows' network"
            " (networkingMode=mirrored in .wslconfig, then wsl --shutdown), or let the proxy listen"
            " for the local network and give Docker Windows' address in place of 127.0.0.1."
        ),
        (
            N_("Windows' system proxy is 127.0.0.1:PORT, and WSL's network is NAT"),
            N_("the proxy listens on 127.0.0.1 alone (“Allow LAN” is off)"),
        ),
        ("DP303", "DP705"),
        31,
    ),
    Kind(
        "desktop-relay",
        (
            r"proxyconnect tcp: dial tcp (?:⟦proxy⟧ )?192\.168\.65\.(?:1|2|3|5|7|254):3128",
            r"proxyconnect tcp: dial tcp.{0,60}(?:http|https)\.docker\.internal",
        ),
        N_("Docker Desktop's own relay for proxies does not answer"),
        N_(
            "http.docker.internal:3128 is inside Desktop: the daemon always asks there, and Desktop"
            " asks your proxy. Set the proxy in Desktop's Settings, Resources, Proxies, not in"
            " daemon.json; restart Desktop, and update it if that does not help."
        ),
        (
            N_("Desktop did not start its relay, or an old version of it has the fault"),
            N_("a VPN or a company's network uses 192.168.65.0/24 too"),
        ),
        ("DP701",),
        28,
    ),
    Kind(
        "proxy-refused",
        (
            rf"(?:proxyconnect tcp: dial|socks connect).{{0,300}}{REFUSED}",
            rf"{_WAY}.{{0,500}}{REFUSED}",
            rf"{PROXY}.{{0,300}}{REFUSED}",
            rf"(?:connection to|connect(?:ing)? to) (?:the )?proxy.{{0,200}}{REFUSED}",
            rf"socks\.py.{{0,300}}{REFUSED}|socksocket.{{0,200}}{REFUSED}",
            rf"connect ECONNREFUSED {PROXY}|{REFUSED} \({PROXY}",
            r"spurious network error.{0,80}failed to connect to (?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1) port",
            other_port("ECONNREFUSED"),
        ),
        N_("nothing listens at the proxy's address"),
        N_(
            "The connection to the proxy was refused: it does not run, or it listens on another"
            " address or port. From a container or a build 127.0.0.1 is the container itself."
        ),
        (
            N_("the address is a loopback one, and a container uses it"),
            N_("the proxy does not run, or the port is another"),
            N_("the proxy listens on 127.0.0.1 alone (“Allow LAN” is off)"),
        ),
        (
            *("DP601", "DP303", "DP516", "DP204", "DP203", "DP304", "DP511"),
            *("DP322", "DP409", "DP410", "DP707", "DP705"),
        ),
        25,
    ),
    Kind(
        "proxy-unreachable",
        (
            rf"(?:proxyconnect tcp: dial|socks connect).{{0,300}}{TIMED_OUT}",
            rf"{_WAY}.{{0,500}}{TIMED_OUT}",
            rf"{PROXY}.{{0,300}}{TIMED_OUT}",
            rf"unable to connect to {PROXY} \S{{1,255}}:\s*$",
            rf"unable to connect to {PROXY} ",
            r"proxy server (?:is )?unreachable",
            r"无法连接(?:到)?代理|连接代理.{0,10}(?:失败|超时)",
            rf"(?:connection to|connect(?:ing)? to) (?:the )?proxy.{{0,200}}{TIMED_OUT}",
            rf"connect E(?:TIMEDOUT|HOSTUNREACH|NETUNREACH) {PROXY}|{TIMED_OUT}\.? \({PROXY}",
            other_port("E(?:TIMEDOUT|HOSTUNREACH|NETUNREACH)"),
        ),
        N_("the proxy does not answer"),
        N_(
            "Nothing came back from the proxy's address: it is in a network that cannot be reached"
            " from here, or a firewall drops what is sent to it."
        ),
        (
            N_("the address is wrong, or reachable only inside a VPN or another network"),
            N_("a firewall between Docker's bridge and this machine drops the connection"),
        ),
        ("DP603", "DP504", "DP617", "DP204", "DP203", "DP304", "DP303", "DP511", "DP322", "DP707"),
        24,
    ),
    Kind(
        "proxy-name-unknown",
        (
            rf"proxyconnect tcp: dial tcp: lookup .{{0,200}}{NO_NAME}",
            r"could(?: not|n't) resolve proxy",
            rf"{_WAY}.{{0,500}}{NO_NAME}",
            rf"(?:{NO_NAME}|lookup|bad address|unable to resolve)(?: host:?)?(?: address)?[ '‘\"]{{0,3}}{PROXY}",
            rf"{PROXY}.{{0,200}}{NO_NAME}|{NO_NAME}\.? \({PROXY}",
        ),
        N_("the proxy's name cannot be looked up"),
        N_(
            "No address was found for the proxy's host. Containers use other name servers than this"
            " machine; host.docker.internal exists only on Desktop, or where --add-host gives it."
        ),
        (
            N_("the name is misspelt, or known only to a name server that is not asked"),
            N_("host.docker.internal on a Linux Engine without --add-host"),
            N_("a placeholder was left in the address"),
        ),
        ("DP602", "DP504", "DP517", "DP515", "DP204", "DP203", "DP304", "DP422"),
        26,
    ),
    Kind(
        "proxy-address-empty",
        (
            r"proxyconnect tcp: dial tcp :\d{1,5}:",
            r"error connecting to proxy \w{2,8}://\w{2,8}://",
            rf"{_WAY}.{{0,80}}(?:ENOTFOUND|EAI_AGAIN) https?(?![\w.-])",
            r"lookup https?(?: |:|\.|$)",
            r"^(?=.*(?:https?://|npm|yarn|pnpm|YN\d{4})).*(?:ENOTFOUND|EAI_AGAIN) https?(?![\w.-])",
            r"proxyconnect tcp: dial tcp: (?:missing address|lookup :)",
        ),
        N_("the proxy's address has no host"),
        N_(
            "The value is something like http:// or http://:3128, as a variable that was empty"
            " leaves it, or it has a scheme twice."
        ),
        (
            N_("a variable in a script was not set when the address was put together"),
            N_("the address has http:// twice"),
            N_("the password holds / # ? @ or : as they are"),
        ),
        ("DP504", "DP510", "DP507"),
        33,
    ),
    Kind(
        "proxy-address-invalid",
        (
            r"invalid proxy (?:URL|address|for http|port|host|scheme|setting)",
            r"prox.{0,60}(?:invalid port|invalid domain name|invalid URL|bad URI|Invalid URI)",
            r"malformed (?:https?_)?proxy|(?:error|could not|cannot|failed to|unable to) pars(?:e|ing) (?:the )?(?:http )?proxy",
            r"unsupported proxy (?:scheme|configured|syntax|type|protocol)|proxy URL had (?:no|unsupported) scheme",
            r"not supported proxy scheme|unsupported scheme for proxy|unknown (?:scheme for )?proxy (?:URL|scheme|type)",
            r"invalid protocol .{1,40} connecting to proxy|EINVALIDPROXY",
            r"invalid config (?:https?-)?proxy=|please check proxy URL|Proxy URL error|proxy url must|invalid .{0,20}_?proxy\b.{0,10}(?:url|environment)",
            r"unable to determine SOCKS version",
            r"writing res?ponse to \S{1,255}:\d{1,5}: parsing port",
            r"proxy.{0,200}(?:first path segment in URL|net/url: invalid|invalid character .{1,10} in (?:host name|port))",
            rf"{ASKED}(?:parse \"|invalid proxy).{{0,300}}",
            r"proxyconnect tcp: dial tcp: (?:address|lookup) .{0,200}(?:too many colons|invalid port|unknown port)",
            r"proxyconnect tcp: (?:dial tcp: lookup )?.{0,100}invalid domain name",
            r"dial tcp: (?:address|lookup) .{0,100}(?:unknown port|too many colons in address)",
            r"(?:failed to parse|invalid URL|ERR_INVALID_URL|TypeError: Invalid URL).{0,80}prox|prox.{0,80}ERR_INVALID_URL",
        ),
        N_("the proxy's address cannot be read"),
        N_(
            "The value is no address that this program knows: a scheme that it lacks, blanks or"
            " quotes in it, a port that is no number, or characters of a password that are not"
            " written as %XX."
        ),
        (
            N_("quotes or blanks became part of the value"),
            N_("the password holds / # ? @ or : as they are"),
            N_("the program knows no socks5:// or https:// proxies"),
        ),
        (
            *("DP502", "DP510", "DP507", "DP514", "DP508", "DP202", "DP504"),
            *("DP513", "DP512", "DP418", "DP425"),
        ),
        31,
    ),
    Kind(
        "socks-support-missing",
        (
            r"missing dependencies for SOCKS support",
            r"(?:install|requires?|need).{0,40}(?:PySocks|socksio)",
            r"(?:PySocks|socksio|python_socks|aiohttp_socks)['\" ]{1,3}(?:package )?is not installed",
        ),
        N_("Python's requests and pip know SOCKS only with another package"),
        N_(
            "ALL_PROXY or HTTPS_PROXY is a socks5:// address, and the package PySocks (socksio for"
            " httpx) is not there to speak it. Give Python programs the proxy's HTTP port."
        ),
        (N_("a SOCKS address reached pip or requests in a container or a build"),),
        ("DP509",),
        32,
    ),
    Kind(
        "proxy-failed",
        (
            _PYTHON,
            r"cannot connect to HTTPS server through proxy",
            r"tunneling socket could not be established|tunnel connection failed|proxy tunneling failed",
            r"failed to establish a socket connection to proxies",
            # The words of a proxy's own status: of a refused CONNECT Go says nothing else.
            rf"(?=(?-i:Get|Head|Post|Put) ){ASKED_OUTSIDE}(?!unauthorized|not found|internal server|ok\b|success)(?-i:[A-Z][a-z]+(?:[A-Z][a-z]+| [A-Z][a-z]+){{0,2}})[.\"*']{{0,3}}(?:$| \w+=)",
            r"proxy response !== 200 when HTTP tunneling|unsuccessful tunnel",
            r"unable to (?:tunnel|connect) through (?:the )?proxy|cannot proceed due to an error in your proxy",
            rf"proxyconnect tcp: |socks connect tcp |CONNECT tunnel failed|{_HYPER}",
        ),
        N_("the way through the proxy failed"),
        N_(
            "A proxy is set and was asked; what went wrong, the message does not say. “dockproxy"
            " status” shows which address is in use where; the proxy's own log may tell the rest."
        ),
        (
            N_("the proxy does not run, or its address is wrong where the program runs"),
            N_("the proxy does not let this host or this program through"),
        ),
        ("DP609", "DP601", "DP603", "DP602", "DP303", "DP605", "DP503", "DP504", "DP516"),
        20,
    ),
)
