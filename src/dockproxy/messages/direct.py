"""What programs say when they asked without a proxy, or may have: none of it proves that one is due.

Go: net/dial.go, net/http client.go; curl: lib/connect.c; apt: methods/connect.cc; urllib3:
connection.py; libuv: uv-errno.h; libfetch in apk-tools: libfetch/common.c, src/print.c.
"""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.messages.kind import Kind
from dockproxy.messages.words import (
    ASKED_OUTSIDE,
    DIRECT,
    FAKE,
    LAYERS,
    NAME,
    NO_NAME,
    OUTSIDE,
    OUTSIDE_ADDRESS,
    PROXY,
    REFUSED,
    TIMED_OUT,
    WRONG_ADDRESS,
)

_SILENT = rf"(?:{TIMED_OUT}|{REFUSED}|(?<!operation )failed|connection reset)"
_PIP = r"after connection broken by|Caused by"
_FETCH = (
    r"(?:https?://|registry|apt|E: |Err:|W: |npm|yarn|pnpm|pip|gem|bundler|cargo|composer|go: |maven|"
    r"gradle|git|curl|wget|dnf|yum|apk|mirrorlist|download|fetch|simple/)"
)

KINDS = (
    Kind(
        "interception",
        (
            r"x509: certificate signed by unknown authority|x509: .{0,60}is not trusted",
            r"x509: certificate is (?:valid for|not valid)",
            r"CERTIFICATE_VERIFY_FAILED(?!.{0,80}(?:expired|not yet valid|hostname mismatch))",
            r"SSL certificate problem(?!.{0,40}expired)|SSL peer certificate or SSH remote key was not OK",
            r"self.signed certificate in certificate chain|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED",
            r"unable to (?:get|verify).{0,20}(?:local issuer|first) certificate|UNABLE_TO_(?:GET_ISSUER|VERIFY)",
            r"PKIX path building failed|unable to find valid certification path",
            r"(?:server )?certificate verif(?:ication failed|y failed)(?!.{0,40}expired)",
            r"certificate of .{1,255} (?:is not trusted|doesn't have a known issuer)",
            r"peer certificate CN=.{1,255} did not match expected CN",
            r"certificate issuer is not recognized|certificate is NOT trusted|server certificate not trusted",
            r"invalid peer certificate:? ?UnknownIssuer|cannot verify \S{1,255}'s certificate",
            r"remote certificate is invalid.{0,120}(?:UntrustedRoot|PartialChain|validation)",
        ),
        N_("a certificate is not trusted: perhaps a proxy opens the TLS in between"),
        N_(
            "Many companies' proxies show a certificate of their own for every site. Whoever asks"
            " must trust the company's CA: for pulls this machine's trust store and a restart of the"
            " daemon (certs.d covers one registry only, not the hosts of its blobs); for containers"
            " and builds the image's trust store, and NODE_EXTRA_CA_CERTS, PIP_CERT or"
            " REQUESTS_CA_BUNDLE for those that have their own."
        ),
        (
            N_("the company's CA is not in the trust store of the daemon's machine"),
            N_("it is not in the image"),
            N_("the registry's own certificate is self-signed"),
        ),
        ("DP616",),
        21,
    ),
    Kind(
        "wrong-address",
        (
            rf"https?://{OUTSIDE}[^\s\"]{{0,1500}}\"?: dial tcp {WRONG_ADDRESS}:\d",
            rf"{OUTSIDE}(?: \([^)]{{0,255}}\))?[/|(\[: ]{{1,2}}{WRONG_ADDRESS}[\]|)]{{0,2}}:?(?: port )?(?:443|80)\b",
            rf"{OUTSIDE}.{{0,60}}(?:Trying|connect to) {WRONG_ADDRESS}:(?:443|80)",
            rf"(?<!proxyconnect tcp: )(?:dial tcp|connect E[A-Z]{{4,14}}) {FAKE}:\d",
            rf"https?://{OUTSIDE}[^\s\"]{{0,300}}: connect E[A-Z]{{4,14}} {WRONG_ADDRESS}:(?:443|80)\b",
            rf"^(?=.*{_SILENT}).*(?:connect(?:ing|ion)? to {FAKE}(?::| port )\d|{NAME}(?::\d{{2,5}})? \({FAKE}\)|\({FAKE}\)$)",
        ),
        N_("the name leads to an address that cannot be that host's"),
        N_(
            "The name was looked up here, and the answer is an address of this machine, of a private"
            " network or of somebody else: a name server lies, or a proxy's fake-ip (198.18.x.x) is"
            " asked while it is off. An HTTP proxy looks names up itself: set one where this"
            " was asked from, or a name server that tells the truth."
        ),
        (
            N_("whoever asked has no proxy, and its name server gives false addresses"),
            N_("the hosts file or a filter leads the name elsewhere"),
            N_("the proxy's address lacks its host, so that this machine itself is asked"),
            N_("fake-ip addresses of Clash are remembered while its TUN is off"),
        ),
        ("DP618", "DP617", *DIRECT),
        20,
    ),
    Kind(
        "direct-blocked",
        (
            rf"(?<!proxyconnect tcp: )dial tcp {OUTSIDE_ADDRESS}:\d{{2,5}}: .{{0,60}}{_SILENT}",
            rf"dial tcp {OUTSIDE_ADDRESS}:\d{{2,5}}(?:: |$)",
            rf"unable to connect to {OUTSIDE_ADDRESS}:(?:443|80)\b",
            rf"(?:failed to connect|could(?: not|n't) connect|unable to connect|cannot initiate the connection) to (?:server )?(?:{NAME}|{OUTSIDE_ADDRESS})(?: \([^)]{{0,255}}\))?(?::(?:443|80|https?)| port (?:443|80))\b",
            rf"Connect to {NAME}:(?:443|80)\b.{{0,255}}failed",
            rf"connect E(?:CONNREFUSED|TIMEDOUT|NETUNREACH|HOSTUNREACH) {OUTSIDE_ADDRESS}:(?:443|80)\b",
            rf"(?:{_PIP}).{{0,200}}(?:NewConnectionError|ConnectTimeoutError).{{0,200}}(?:{TIMED_OUT}|{REFUSED})",
            rf"'Connection to {NAME} timed out",
            rf"https?://.{{0,300}}failed to open (?:TCP connection|stream).{{0,80}}{_SILENT}",
            rf"failed to open TCP connection to {NAME}:(?:443|80).{{0,80}}{_SILENT}",
            rf"^{NAME}\[\d: {OUTSIDE_ADDRESS}\]: errno=",
            rf"Connecting to {NAME}.{{0,120}}:(?:443|80)\.{{3}} (?:failed|{_SILENT})",
            rf"dialing {NAME}:(?:443|80).{{0,200}}{_SILENT}",
            r"\[7\] (?:Couldn't|Could not) connect to server(?! \(Failed to connect to (?:localhost|127\.|::1))",
            rf"Server access Error: {_SILENT}.{{0,40}} url=https?://{NAME}",
            rf"curl#7 - .{{0,200}}{_SILENT}",
            rf"{_SILENT} \({NAME}:(?:80|443)\)",
        ),
        N_("the host was asked directly, and nothing came back"),
        N_(
            "No proxy is named in the message, so none was used, as it seems: whoever asked has"
            " none, or NO_PROXY lets the host past it. If this network lets nobody out without a"
            " proxy, that is the cause; otherwise the host may be down. “dockproxy route HOST” says"
            " which way it goes; for builds ask with --as builder:NAME too."
        ),
        (
            N_("only HTTP_PROXY is set, and the registry is asked by https"),
            N_("the daemon was not restarted since the proxy was set"),
            N_("a builder with a container of its own has no proxies"),
            N_("an entry of NO_PROXY covers the host"),
            N_("the program has settings of its own and reads no variables (Java, Maven, yum)"),
        ),
        ("DP618", *DIRECT, "DP614"),
        16,
    ),
    Kind(
        "name-unknown",
        (
            rf"lookup {OUTSIDE}[ :].{{0,200}}(?:{NO_NAME}|i/o timeout|refused|try again)",
            rf"{ASKED_OUTSIDE}.{{0,200}}lookup {NAME}[ :].{{0,200}}(?:{NO_NAME}|i/o timeout|refused|try again)",
            rf"{ASKED_OUTSIDE}dial tcp: i/o timeout",
            rf"(?:could(?: not|n't) resolve(?: host(?: name)?)?:?|temporary failure resolving|unable to resolve host(?: address)?|bad address|Could not reach host) ['‘\"(]{{0,3}}(?:Could not resolve host: )?(?!{PROXY}){NAME}",
            rf"(?:ENOTFOUND|EAI_AGAIN) (?!{PROXY}){NAME}",
            rf"UnknownHostException:? {NAME}|{NAME}: Name or service not known|Unknown host {NAME}",
            rf"(?:{_PIP}).{{0,300}}{NO_NAME}",
            rf"failed to open TCP connection to {NAME}:\d.{{0,100}}{NO_NAME}",
            r"(?:apk|alpine|APKINDEX|/main|/community).{0,200}(?:temporary error \(try again later\)|DNS lookup error|DNS: transient error)",
            rf"https?://.{{0,300}}php_network_getaddresses.{{0,100}}{NO_NAME}",
            r"\[6\] (?:Couldn't|Could not) resolve host",
            rf"(?:^|https?://\S{{1,300}}: ){OUTSIDE}: temporary failure in name resolution",
            rf"{NO_NAME}\.? \({NAME}:(?:80|443)\)",
        ),
        N_("the host's name cannot be looked up, and no proxy was asked to"),
        N_(
            "Behind many proxies only the proxy can look up outside names. That the name was looked"
            " up here means that the request was to go direct. On a network without a proxy it is a"
            " fault of the name server, or of the name."
        ),
        (
            N_("whoever asked has no proxy, or NO_PROXY covers the host"),
            N_("the name server of this machine or container does not answer"),
        ),
        ("DP618", *DIRECT),
        15,
    ),
    Kind(
        "not-tls",
        (
            r"(?:curl: \(35\)|https://|fatal: unable to access|npm|yarn).{0,300}(?:wrong version number|EPROTO)",
            r"unexpected TLS packet was received|GET_SERVER_HELLO:unknown protocol",
            r"SSLError.{0,200}WRONG_VERSION_NUMBER|wrong version number.{0,60}https?",
            rf"{ASKED_OUTSIDE}.{{0,60}}tls: first record does not look like a TLS handshake",
            r"(?:pull|registry|docker|https://).{0,200}tls: oversized record received",
        ),
        N_("TLS was expected, and something else answered"),
        N_(
            "Either the proxy's address begins with https:// where http:// is meant, or what answers"
            " at that port speaks no TLS: a sign-in page, a registry without TLS, another program."
        ),
        (
            N_("the proxy's address begins with https:// where http:// is meant"),
            N_("the host has no TLS at that port"),
        ),
        ("DP605", "DP503"),
        18,
    ),
    Kind(
        "cut-off",
        (
            rf"{ASKED_OUTSIDE}(?:unexpected )?EOF\b",
            rf"(?:read|write) tcp \S{{1,60}}->{OUTSIDE_ADDRESS}:\d{{2,5}}: .{{0,40}}(?:connection reset|broken pipe|forcibly closed)",
            rf"{LAYERS} (?:unexpected )?EOF",
            r"(?:fatal: unable to access|curl: \((?:35|52|56|18|92)\)|RPC failed; curl|spurious network error).{0,300}(?:SSL_ERROR_SYSCALL|SSL_ERROR_ZERO_RETURN|non-properly terminated|Connection (?:was )?reset|Recv failure|Empty reply|Failure when receiving|GnuTLS recv error|unexpected eof|Connection closed|handshake)",
            r"GnuTLS recv error|gnutls_handshake\(\) failed: (?:The TLS|Error in the pull)",
            r"(?:npm|yarn|pnpm).{0,100}(?:ECONNRESET|socket hang up|network socket disconnected)",
            rf"(?:{_PIP}).{{0,200}}(?:ConnectionResetError|RemoteDisconnected|Connection aborted)",
            r"^(?=.*(?:pull|registry|https://)).*(?:remote error: tls: handshake failure|connection reset by peer|unexpected EOF)",
            r"SSLHandshakeException: Remote host (?:terminated|closed)|SunCertPathBuilder.{0,10}reset",
        ),
        N_("the connection was cut in the middle"),
        N_(
            "Something took the connection and ended it. Often it is a firewall that lets this host"
            " be asked only through a proxy, or a proxy that ends long or large transfers; the"
            " network itself may be to blame too."
        ),
        (
            N_("the host was asked directly, and a firewall cuts such connections"),
            N_("the proxy, or a filter behind it, ends the transfer"),
            N_("an internal registry is asked through the proxy and should be in NO_PROXY"),
        ),
        ("DP618", *DIRECT, "DP519"),
        14,
    ),
    Kind(
        "connection-refused",
        (r"^(?:npm|yarn|pnpm)(?: ERR!| error)? (?:code )?ECONNREFUSED$",),
        N_("a connection was refused, and the line does not say whose"),
        N_(
            "The proxy of whoever asked does not run or listens elsewhere, or what was asked does"
            " not. The lines beside it name an address: give dockproxy explain all of them. From a"
            " container or a build 127.0.0.1 is the container itself."
        ),
        (
            N_("the address is a loopback one, and a container uses it"),
            N_("the proxy does not run, or the port is another"),
            N_("a registry of one's own does not run"),
        ),
        ("DP601", "DP303", "DP516", "DP304", "DP511", "DP409", "DP410", "DP707", "DP705"),
        9,
    ),
    Kind(
        "no-answer",
        (
            r"^(?=.*(?:https?://|registry|pull|image)).*(?:client\.timeout exceeded|net/http: request canceled|context deadline exceeded)",
            r"client\.timeout exceeded while awaiting headers|net/http: TLS handshake timeout",
            r"network timed out while trying to connect to https?://",
            r"(?:fatal: unable to access|curl: \(28\)|curl error 28|spurious network error).{0,300}(?:timed? ?out|timeout)",
            r"^(?:error(?: response from daemon)?: )?context deadline exceeded\.?$",
            r"unable to load the service index for source",
            r"Error when performing the request to https?://",
            rf"https?://.{{0,300}}<urlopen error .{{0,40}}{TIMED_OUT}",
            r"There appears to be trouble with your network connection",
            r"if you are behind a proxy|in most cases you are behind a proxy",
            r"could not fetch specs from|network error while fetching https?://",
            r"alpine\S{0,200}.{0,60}network error \(check Internet|network error \(check Internet connection and firewall\)",
            r"ERR_SOCKET_TIMEOUT|ESOCKETTIMEDOUT|ERR_PNPM_META_FETCH_FAIL|FETCH_ERROR",
            r"^(?=.*(?:https?://|npm|yarn|pip)).*(?:read operation timed out|Read timed out|ReadTimeoutError|ETIMEDOUT)",
            rf"^(?=.*{_FETCH}).*(?:connection timed out|operation timed out|timeout was reached)",
        ),
        N_("no answer came in time"),
        N_(
            "Whether a proxy was used, the message does not say. Where this network lets nobody out"
            " without one, whoever asked may have none; a proxy that is slow or unreachable gives the"
            " same message. “dockproxy route HOST” says which way it goes."
        ),
        (
            N_("whoever asked has no proxy, and the network lets nobody out without"),
            N_("the proxy is slow, or cannot be reached"),
            N_("the network or the host is slow"),
        ),
        ("DP618", "DP603", *DIRECT, "DP614", "DP605", "DP503"),
        10,
    ),
)
