"""What a proxy answers, what a proxy's log says, and what comes where no proxy is.

Go: net/http transport.go gives a refused CONNECT as its status text alone; squid: errorpage.cc,
log/access_log.cc; urllib: ``Tunnel connection failed``; undici: lib/dispatcher/proxy-agent.js.
"""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.messages.kind import Kind
from dockproxy.messages.words import ASKED, PROXY


def _status(code: str) -> tuple[str, ...]:
    """How programs say that a proxy answered CONNECT, or a plain request, with such a status."""
    return (
        rf"(?:response|HTTP code|code) {code} from proxy|CONNECT tunnel failed, response {code}",
        rf"response code for CONNECT: ?{code}\b",
        rf"tunnel connection failed:? {code}|tunneling socket could not be established.{{0,80}}statusCode={code}",
        rf"proxy (?:returns|response|replied|returned|error|status).{{0,12}}(?:HTTP/1\.[01] )?{code}\b",
        rf"proxy tunnel request.{{0,300}}status code '?{code}\b",
        rf"response from proxy:? (?:HTTP/1\.[01] )?{code}\b",
        rf"proxyconnect tcp: .{{0,80}}\b{code}\b|proxy[^a-z]{{1,20}}{code}\b",
        rf"\b{code} .{{0,120}}{PROXY}",
        rf"TCP_[A-Z_]{{2,30}}/{code}\b|NONE(?:_NONE)?/{code}\b",
        rf"proxy request sent, awaiting response\.{{3}} {code}",
        rf"CONNECT \S{{3,255}} HTTP/1\.[01]\"? {code}\b",
    )


KINDS = (
    Kind(
        "cli-through-proxy",
        (
            r"(?:error during connect|error occurred trying to connect).{0,400}: (?:tunnel or SSL )?(?:forbidden|service unavailable|proxy authentication required|bad gateway|gateway time-?out|proxyconnect)",
        ),
        N_("the docker command asked its daemon through a proxy"),
        N_(
            "DOCKER_HOST, or the context, leads to a daemon in the network, and the docker command"
            " takes the shell's HTTP_PROXY for that too. Put the daemon's address into NO_PROXY."
        ),
        (N_("NO_PROXY of the shell lacks the address of the daemon"),),
        ("DP506",),
        33,
    ),
    Kind(
        "proxy-authentication",
        (
            r"proxy (?:authentication|authorization) (?:is )?required|authenticationrequired",
            r"failed to authenticate with (?:the )?proxy|proxy requires authentication",
            *_status("407"),
            r"(?:status|code|response|exception|error:|returned|HTTP(?:/1\.[01])?)[^0-9a-z]{0,5}407\b",
            r"\b407[ )\"]{1,3}.{0,20}(?:proxy|auth)",
            rf"{ASKED}auth(?:entication)? ?requir|network error \(authentication_",
            r"ERR_PROXY_AUTH|ERR_CACHE_ACCESS_DENIED|Cache Access Denied",
            r"user was rejected by the SOCKS5 server|no authentication method was acceptable",
            r"socks.{0,200}(?:authentication failed|no acceptable authentication|username/password)",
            r"ProxyAuthenticationRequired|需要代理身份验证|代理.{0,6}认证",
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
        ("DP610", "DP611", "DP201", "DP510", "DP217", "DP204", "DP203", "DP428"),
        28,
    ),
    Kind(
        "proxy-forbids",
        (
            *_status("403"),
            r"proxyconnect tcp: .{0,100}forbidden|proxy tunneling failed: ?forbidden",
            rf"{ASKED}(?:tunnel or SSL )?forbidden",
            r"ERR_ACCESS_DENIED|is DENIED; last ACL checked",
            r"Access control configuration prevents your request from being allowed",
            r"Net::HTTP\w{0,40}:? 403 \"Forbidden\".{0,400}http\.rb:\d{1,5}:in [`']\S{0,40}connect'",
            r"has not configured it to (?:service|allow) requests from your host",
            r"(?:web ?page|web ?site|URL|site|access).{0,30}(?:has been |was |is )?blocked.{0,80}(?:filter|policy|organi[sz]ation|category|administrator)",
            r"policy_denied|content categori[sz]ation|FortiGuard.{0,60}block|Zscaler.{0,200}(?:block|not allowed|denied)",
            r"socks.{0,200}(?:connection not allowed by ruleset|not allowed)|SOCKS5 connection to .{0,255}\(2\)",
        ),
        N_("the proxy forbids this host or port"),
        N_(
            "The proxy let the connection in and will not open the way: the host, or a port other"
            " than 443, is not on its list, or it serves only certain clients. For Docker Hub all of"
            " registry-1.docker.io, auth.docker.io and the hosts of its blobs must be allowed;"
            " “dockproxy route IMAGE” lists them."
        ),
        (
            N_("the host is not on the proxy's list"),
            N_("CONNECT is allowed to port 443 alone, and the registry has another"),
            N_("an internal registry should be in NO_PROXY"),
            N_("the proxy lets only certain addresses in, and containers come from others"),
        ),
        ("DP612", "DP615", "DP519", "DP506", "DP313", "DP314", "DP312", "DP413", "DP414"),
        24,
    ),
    Kind(
        "proxy-upstream",
        (
            *_status("50[0234]"),
            rf"{ASKED}(?:bad gateway|service unavailable|gateway time-?out|internal server error|proxy error)",
            r"proxyconnect tcp: .{0,60}(?:bad gateway|service unavailable|gateway timeout)",
            r"ERR_CONNECT_FAIL|ERR_CANNOT_FORWARD|ERR_DNS_FAIL|ERR_READ_TIMEOUT|ERR_TUNNEL",
            r"can(?:'t|not) complete SOCKS[45]a? connection",
            r"socks.{0,200}(?:general SOCKS server failure|(?:host|network) unreachable|TTL expired|command not supported|address type not supported|unknown error)",
            r"SOCKS4.{0,60}(?:rejected or failed|request rejected)",
            r"network error \((?:dns_|tcp_|gateway_|server_|dns)|could not be resolved \(\d{1,3}: .{3,40}\), client:",
            r"\[E\]: server: (?:failed to resolve destination|connect to)",
            r"\[(?:TCP|UDP)\] (?:dial|connect).{0,300}(?:error|fail)",
            r"\[Error\].{0,60}transport/internet|failed to process outbound traffic|outbound/\w{2,20}\[.{0,300}(?:error|fail)",
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
        ("DP613", "DP519", "DP506", "DP520", "DP313", "DP314", "DP312", "DP315", "DP413", "DP414"),
        22,
    ),
    Kind(
        "not-a-proxy",
        (
            *_status("(?:400|404|405|501)"),
            rf"{ASKED}(?:bad request|not found|method not allowed|not implemented)\b",
            r"proxyconnect tcp: .{0,60}(?:bad request|method not allowed|not implemented)",
        ),
        N_("what answers at the proxy's address does not take it for a request to a proxy"),
        N_(
            "The answer was 400, 404, 405 or 501: something speaks HTTP there, and will not open a"
            " way to other hosts. The port may be that of a web server, a mirror, or a control panel."
        ),
        (
            N_("the port is not the proxy's, or the proxy takes no CONNECT"),
            N_("the proxy wants TLS (https://) and was spoken to without"),
        ),
        ("DP609", "DP520", "DP516", "DP504", "DP513", "DP512"),
        23,
    ),
    Kind(
        "busybox-wget",
        (
            rf"Connecting to {PROXY} .{{0,400}}wget: (?:server returned error: HTTP/1\.[01] (?:40[05]|50\d)|error getting response)",
        ),
        N_("BusyBox's wget asked a proxy, and got no file"),
        N_(
            "BusyBox's wget, as in Alpine, opens no way through a proxy (CONNECT): it hands it the"
            " whole of an https address, which many refuse. Install GNU wget or curl in the image"
            " (apk add wget)."
        ),
        (
            N_("an https address is fetched by BusyBox's wget"),
            N_("the proxy itself has no way to that host"),
        ),
        ("DP613", "DP610", "DP612"),
        21,
    ),
    Kind(
        "apk-denied",
        (
            r"(?:ERROR|WARNING): (?:[a-z]{3,9}ing (?:and opening )?)?https?://\S{1,300}: Permission denied\b",
        ),
        N_("apk was refused what it asked for: by a proxy, or by the host itself"),
        N_(
            "apk says “Permission denied” where the answer was 401, 403 or 407. Often it is a proxy"
            " that wants a user and a password, or that does not let the host or this machine"
            " through; curl -v of the same address shows who answered."
        ),
        (
            N_("the address has no user and password, or old ones"),
            N_("the host is not on the proxy's list"),
        ),
        ("DP610", "DP612", "DP614"),
        18,
    ),
    Kind(
        "socks-to-http",
        (
            r"unexpected protocol version 72",
            r"socks connect .{0,200}(?:EOF|unexpected protocol version)",
            r"received invalid version in initial SOCKS5 response",
            r"Socket error: SOCKS5 proxy server sent invalid data",
        ),
        N_("SOCKS was spoken to something that is no SOCKS proxy"),
        N_(
            "The address begins with socks5:// and the port speaks HTTP, or nothing. Proxy programs"
            " often have one port for HTTP, one for SOCKS and one for both."
        ),
        (N_("the port is the HTTP one: write http:// or take the SOCKS port"),),
        ("DP608",),
        27,
    ),
    Kind(
        "http-to-socks",
        (
            r"malformed HTTP (?:response|status code|version) \"\\x(?:05|04|00)",
            r"malformed HTTP response \"\\x15\\x03",
            r"proxyconnect tcp: .{0,40}malformed HTTP",
            r"(?:proxy|(?-i:CONNECT)|tunnel).{0,200}(?:received HTTP/0\.9|BadStatusLine|Parse Error|HPE_INVALID)",
            r"received HTTP/0\.9 when not allowed",
            r"proxy tunneling failed: ?[^\w\s]{1,4}(?:unable|$)",
            r"This is a SOCKS proxy, not an HTTP proxy",
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
        ("DP607", "DP606", "DP516"),
        27,
    ),
    Kind(
        "proxy-hangs-up",
        (
            r"proxyconnect tcp: (?:unexpected )?(?:EOF|(?:read|write) .{0,100}(?:connection reset|broken pipe))",
            r"unexpected EOF while tunnel|proxy CONNECT aborted|CONNECT tunnel failed: (?:EOF|reset)",
            r"(?:cannot|unable to) connect to proxy.{0,300}(?:RemoteDisconnected|ConnectionResetError|without response|Connection aborted)",
            r"ProxyError.{0,400}(?:RemoteDisconnected|ConnectionResetError|without response)",
            r"tunneling socket could not be established, ?(?:cause=)?(?:socket hang up|read ECONNRESET|.{0,20}ECONNRESET)",
            r"SOCKS5?:? (?:read error|failed receiving)|(?:failed|unable) to (?:receive|read) (?:initial )?SOCKS5?",
            r"reading from proxy failed|connection to proxy closed|Socket error: Connection closed unexpectedly|proxy connection (?:closed|ended|reset)",
            rf"connection (?:failed|reset|closed) .{{0,40}}{PROXY}|{PROXY}.{{0,200}}(?:ECONNRESET|connection reset)",
        ),
        N_("the proxy hung up without an answer"),
        N_(
            "The proxy took the connection and closed it: it is no HTTP proxy, does not let this"
            " machine in, or fell over."
        ),
        (
            N_("the port is none of an HTTP proxy"),
            N_("the proxy lets only certain addresses in, and containers come from others"),
            N_(
                "the proxy runs in a container and listens on 127.0.0.1 there: its published port"
                " then leads nowhere"
            ),
        ),
        ("DP609", "DP607", "DP606", "DP516"),
        24,
    ),
    Kind(
        "error-page",
        (
            r"error (?:parsing HTTP (?!404|413)\d{3} response body|unmarshalling content|decoding).{0,40}invalid character '<'",
            r"^(?!.*(?:error parsing HTTP|<title>) ?(?:404|413)).*(?<!daemon\.json: )invalid character '<' looking for beginning of value",
            r"unexpected (?:HTTP )?status(?: code)?:? (?:https?://\S{1,500}: )?\[?(?:403|407|502|503|504)",
            r"received unexpected HTTP status: (?:403|407|502|503|504)",
            r"<title>.{0,60}(?:requested URL could not be retrieved|blocked|denied|proxy|gateway)",
            r"The requested URL could not be retrieved|captive portal|Internet Security by Zscaler",
            r"encountered while trying to retrieve the URL|X-Squid-Error: |Generated .{0,100}\(squid/\d",
            r"got 'NODATA' \(does the network require authentication",
            r"is not valid JSON.{0,40}(?:<!DOCTYPE|<html)|Unexpected token '?<'?.{0,40}JSON",
        ),
        N_("a web page, or an error, came where the registry's answer was expected"),
        N_(
            "Perhaps a proxy, a sign-in page or a filter answered in the registry's place; the"
            " registry itself, or a mirror, may be down too. Open the address that is named in the"
            " message with curl through the same proxy to read the page."
        ),
        (N_("the proxy or a filter blocks the host"), N_("a dead or foreign mirror is asked")),
        ("DP614", "DP615", "DP520", "DP505"),
        19,
    ),
)
