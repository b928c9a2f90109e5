"""What programs say when they cannot get on with the proxy itself.

Go: net/http transport.go wraps all of it in ``proxyconnect tcp:``; curl: lib/cf-h1-proxy.c,
lib/socks.c; urllib3: exceptions.py; apt: methods/http.cc, methods/connect.cc.
"""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.messages.kind import Kind

_REFUSED = r"(?:connection refused|actively refused|ECONNREFUSED|connect \(111)"
_TIMED_OUT = r"(?:i/o timeout|timed out|deadline exceeded|ETIMEDOUT|no route to host|EHOSTUNREACH)"
_NO_NAME = (
    r"(?:no such host|could not resolve proxy|couldn't resolve proxy|server misbehaving|"
    r"temporary failure (?:in name resolution|resolving)|name or service not known|EAI_AGAIN|"
    r"ENOTFOUND)"
)

KINDS = (
    Kind(
        "tls-to-a-plain-proxy",
        (
            r"proxyconnect tcp: tls: first record does not look like a TLS handshake",
            r"your proxy appears to only use HTTP and not HTTPS",
            r"proxyconnect tcp: (?:net/http: )?TLS handshake timeout",
            r"(?:proxy|CONNECT).{0,200}(?:wrong version number|WRONG_VERSION_NUMBER)",
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
        ("DP503",),
        30,
    ),
    Kind(
        "proxy-refused",
        (
            rf"proxyconnect tcp: dial .{{0,200}}{_REFUSED}",
            rf"(?:cannot connect to proxy|ProxyError|via proxy|proxy server).{{0,400}}{_REFUSED}",
            rf"tunneling socket could not be established.{{0,200}}{_REFUSED}",
            rf"could not connect to .{{0,100}}:(?:3128|7890|8080|8118|1080|8888|10809).{{0,100}}{_REFUSED}",
            rf"failed to connect to .{{0,100}} port (?:3128|7890|8080|8118|1080|8888|10809).{{0,200}}{_REFUSED}",
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
        ("DP303", "DP506"),
        25,
    ),
    Kind(
        "proxy-unreachable",
        (
            rf"proxyconnect tcp: dial .{{0,200}}{_TIMED_OUT}",
            r"proxyconnect tcp: .{0,100}(?:network is unreachable|ENETUNREACH)",
            rf"(?:cannot connect to proxy|ProxyError|ConnectTimeoutError).{{0,400}}(?:proxy).{{0,200}}{_TIMED_OUT}",
            rf"(?:failed to connect|could not connect) to .{{0,100}}(?:port |:)(?:3128|7890|8080|8118|1080|8888|10809).{{0,200}}{_TIMED_OUT}",
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
        (),
        25,
    ),
    Kind(
        "proxy-name-unknown",
        (
            rf"proxyconnect tcp: dial tcp: lookup .{{0,200}}{_NO_NAME}",
            r"could not resolve proxy",
            r"couldn't resolve proxy name",
            rf"(?:cannot connect to proxy|ProxyError).{{0,400}}{_NO_NAME}",
            r"temporary failure resolving '(?:proxy|[a-z0-9.-]*proxy)",
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
        (),
        28,
    ),
    Kind(
        "proxy-address-empty",
        (
            r"proxyconnect tcp: dial tcp :0",
            r"proxyconnect tcp: dial tcp :[0-9]{1,5}:",
            r"dial tcp: lookup (?:http|https)(?: |:|\.|$)",
            r"lookup http(?:s)? on ",
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
        ("DP504", "DP510"),
        29,
    ),
    Kind(
        "proxy-authentication",
        (
            r"proxy authentication required",
            r"(?:response|HTTP code|status code|error|HTTP/1\.[01]\"?|failed:) ?407\b",
            r"tunnel connection failed: 407",
            r"ERR_PROXY_AUTH|ERR_CACHE_ACCESS_DENIED",
        ),
        N_("the proxy wants a user and a password, or other ones"),
        N_(
            "The proxy answered 407. Docker sends a user and a password from the address"
            " (http://USER:PASSWORD@HOST:PORT) by the Basic method alone; NTLM and Kerberos need a"
            " relay on this machine, such as px, cntlm or alpaca."
        ),
        (
            N_("the address has no user and password, or old ones"),
            N_(
                "characters of the password are not written as %XX (@ is %40), or in a unit not %%XX"
            ),
            N_("the proxy takes NTLM or Kerberos alone"),
        ),
        ("DP201", "DP510"),
        27,
    ),
    Kind(
        "proxy-forbids",
        (
            r"(?:CONNECT tunnel failed, response|HTTP code|tunnel connection failed:) ?403\b",
            r"proxyconnect tcp: .{0,100}forbidden",
            r"invalid response from proxy: HTTP/1\.[01] 403",
            r"proxy tunneling failed: ?forbidden",
            r"(?:head|get|put|post|patch) \"?https?://[^\s]{1,300}\"?: forbidden",
            r"ERR_ACCESS_DENIED|TCP_DENIED/403|X-Squid-Error",
        ),
        N_("the proxy forbids this host or port"),
        N_(
            "The proxy let the connection in and will not open the way: the host, or a port other"
            " than 443, is not on its list. For Docker Hub all of registry-1.docker.io,"
            " auth.docker.io and the hosts of its blobs must be; “dockproxy route IMAGE” lists them."
        ),
        (
            N_("the host is not on the proxy's list"),
            N_("CONNECT is allowed to port 443 alone, and the registry has another"),
            N_("an internal registry should be in NO_PROXY"),
        ),
        ("DP506",),
        24,
    ),
    Kind(
        "proxy-upstream",
        (
            r"(?:CONNECT tunnel failed, response|HTTP code|tunnel connection failed:) ?50[0234]\b",
            r"(?:head|get|put|post|patch) \"?https?://[^\s]{1,300}\"?: (?:bad gateway|service unavailable|gateway time-?out|internal server error)",
            r"proxyconnect tcp: .{0,60}(?:bad gateway|service unavailable|gateway timeout)",
            r"ERR_CONNECT_FAIL|ERR_CANNOT_FORWARD|ERR_DNS_FAIL",
            r"invalid response from proxy: HTTP/1\.[01] 50[0234]",
        ),
        N_("the proxy cannot reach what was asked for"),
        N_(
            "The proxy answered, but it got no further itself: it cannot look up the name, cannot"
            " connect, or has no way out. An internal name that only this machine knows belongs into"
            " NO_PROXY."
        ),
        (
            N_("an internal host is asked through the proxy and should be in NO_PROXY"),
            N_("the proxy itself has no way to that host"),
        ),
        ("DP506",),
        22,
    ),
    Kind(
        "socks-to-http",
        (
            r"unexpected protocol version 72",
            r"socks connect .{0,200}(?:EOF|unexpected protocol version)",
            r"can't complete SOCKS[45] connection",
            r"received invalid version in initial SOCKS5 response",
            r"GeneralProxyError|Socket error: (?:Connection closed unexpectedly|SOCKS5 proxy server sent invalid data)",
        ),
        N_("SOCKS was spoken to something that is no SOCKS proxy"),
        N_(
            "The address begins with socks5:// and the port speaks HTTP, or nothing. Proxy programs"
            " often have one port for HTTP, one for SOCKS and one for both."
        ),
        (N_("the port is the HTTP one: write http:// or take the SOCKS port"),),
        (),
        26,
    ),
    Kind(
        "http-to-socks",
        (
            r"malformed HTTP (?:response|status code|version) \"\\x05",
            r"malformed HTTP response \"\\x15\\x03",
            r"proxyconnect tcp: .{0,40}malformed HTTP",
            r"received HTTP/0\.9 when not allowed",
            r"BadStatusLine",
        ),
        N_("HTTP was spoken to a port that speaks something else"),
        N_(
            "What came back is no HTTP: the port is a SOCKS one, or the proxy there speaks TLS. Write"
            " socks5:// or https:// before it, or take its HTTP port."
        ),
        (
            N_("the port is the SOCKS one: write socks5://, or take the HTTP port"),
            N_("the port speaks TLS: write https://"),
        ),
        (),
        26,
    ),
    Kind(
        "proxy-hangs-up",
        (
            r"proxyconnect tcp: (?:EOF|read .{0,100}connection reset)",
            r"proxy CONNECT aborted",
            r"(?:cannot connect to proxy|ProxyError).{0,300}(?:RemoteDisconnected|ConnectionResetError|without response)",
            r"tunneling socket could not be established, cause=socket hang up",
        ),
        N_("the proxy hung up without an answer"),
        N_(
            "The proxy took the connection and closed it: it is no HTTP proxy, does not let this"
            " machine in, or fell over."
        ),
        (
            N_("the port is none of an HTTP proxy"),
            N_("the proxy lets only certain addresses in, and containers come from others"),
        ),
        (),
        22,
    ),
    Kind(
        "proxy-address-invalid",
        (
            r"invalid proxy (?:URL|address)",
            r"unsupported proxy (?:scheme|configured|syntax)",
            r"not supported proxy scheme",
            r"unable to determine SOCKS version",
            r"proxy URL had no scheme",
            r"error parsing proxy URL",
            r"unknown scheme for proxy URL",
            r"net/url: invalid control character in URL",
            r"parse \"[^\"]{0,300}\": (?:invalid port|first path segment|invalid character|net/url)",
            r"failed to parse: ?http|invalid URL .{0,40}proxy|ERR_INVALID_URL",
            r"unsupported protocol scheme",
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
        ("DP502", "DP510", "DP202"),
        21,
    ),
    Kind(
        "socks-support-missing",
        (r"missing dependencies for SOCKS support", r"PySocks|socksio"),
        N_("Python's requests and pip know SOCKS only with another package"),
        N_(
            "ALL_PROXY or HTTPS_PROXY is a socks5:// address, and the package PySocks (socksio for"
            " httpx) is not there to speak it. Give Python programs the proxy's HTTP port."
        ),
        (N_("a SOCKS address reached pip or requests in a container or a build"),),
        (),
        30,
    ),
)
