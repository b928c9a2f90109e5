"""What Docker's own programs and systemd say about settings.

moby daemon/config/config.go; docker/cli cli/config; systemd core/load-fragment.c; Go's net.
"""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.messages.kind import Kind

KINDS = (
    Kind(
        "daemon-json-syntax",
        (
            r"unable to configure the docker daemon with file .{0,200}(?:invalid character|unexpected end of JSON|invalid JSON|EOF)",
            r"invalid character .{0,40}looking for beginning of (?:object key string|value)",
        ),
        N_("daemon.json is not valid JSON"),
        N_(
            "dockerd will not start with the file: a comma too many, a comment, quotes of another"
            " kind, a brace that is missing. “dockproxy doctor” shows the spot, “--fix” mends it."
        ),
        (N_("the file was edited by hand, or copied from the web"),),
        ("DP101",),
        30,
    ),
    Kind(
        "unknown-directive",
        (r"the following directives don't match any configuration option",),
        N_("daemon.json holds a key that dockerd does not know"),
        N_(
            "dockerd names the keys and will not start. Inside “proxies” it knows http-proxy,"
            " https-proxy and no-proxy alone, and the whole of “proxies” since 23.0."
        ),
        (
            N_("the client's names (httpProxy), or all-proxy, in daemon.json"),
            N_("an Engine before 23.0"),
        ),
        ("DP102", "DP106"),
        32,
    ),
    Kind(
        "flag-and-file",
        (r"specified both as a flag and in the configuration file",),
        N_("a setting is both a flag of dockerd and in daemon.json"),
        N_("dockerd refuses to start even if the two agree: keep one of them."),
        (N_("the unit's ExecStart has the flag, often -H"),),
        ("DP104",),
        32,
    ),
    Kind(
        "wrong-type",
        (r"cannot unmarshal .{1,40} into Go (?:struct field|value)",),
        N_("a value in daemon.json or config.json is of the wrong type"),
        N_(
            "A string was expected, or an object, and something else is there. In config.json it"
            " is often “proxies” without “default” inside."
        ),
        (
            N_("a list in the place of one string with commas"),
            N_("“proxies” in config.json lacks “default”"),
        ),
        ("DP103", "DP301"),
        31,
    ),
    Kind(
        "config-json",
        (r"error (?:loading|parsing) config file",),
        N_("the docker command cannot read its config.json"),
        N_("It goes on without: containers and builds get no proxies, and you are logged out."),
        (N_("the file is no JSON, or belongs to another user"),),
        ("DP301",),
        28,
    ),
    Kind(
        "percent-in-unit",
        (r"failed to resolve (?:unit )?specifiers",),
        N_("a percent sign in a unit is not doubled"),
        N_("systemd ignores the whole Environment= line: write %%40 for %40."),
        (N_("a password with %XX in a drop-in"),),
        ("DP201",),
        32,
    ),
    Kind(
        "environment-assignment",
        (
            r"invalid environment assignment, ignoring",
            r"invalid syntax, ignoring: Environment",
            r"assignment outside of section",
            r"unknown section '?\w+'?. ignoring",
            r"missing '=', ignoring line",
        ),
        N_("systemd ignores a line of the unit or drop-in"),
        N_(
            "A blank or a quote cut the line in two, or it stands in no [Service] section. The rest"
            " of the file counts."
        ),
        (
            N_("blanks in NO_PROXY without quotes round the whole assignment"),
            N_("the line [Service] is missing"),
        ),
        ("DP202", "DP211"),
        31,
    ),
    Kind(
        "start-limit",
        (r"start request repeated too quickly", r"start-limit-hit"),
        N_("systemd gave up starting the daemon"),
        N_(
            "docker.service may be started three times a minute, whether that went well or not. Mend"
            " what keeps it from starting, then: systemctl reset-failed docker && systemctl start"
            " docker"
        ),
        (N_("daemon.json or the unit keeps dockerd from starting"),),
        ("DP101", "DP102", "DP103", "DP104", "DP106", "DP208"),
        26,
    ),
    Kind(
        "environment-file-missing",
        (r"failed to load environment files", r"failed to run 'start' task: No such file"),
        N_("a file that the unit names does not exist"),
        N_("EnvironmentFile= must lead to a file, or have a dash before it: EnvironmentFile=-PATH"),
        (N_("the file was never made, or has another name"),),
        ("DP208",),
        31,
    ),
    Kind(
        "daemon-down",
        (r"cannot connect to the docker daemon at", r"is the docker daemon running"),
        N_("no daemon answers"),
        N_(
            "dockerd does not run, or runs elsewhere than the docker command looks. If proxies were"
            " changed just before, it may not have started with them."
        ),
        (
            N_("daemon.json or the unit keeps dockerd from starting"),
            N_("DOCKER_HOST or the context leads to another daemon"),
        ),
        ("DP101", "DP102", "DP103", "DP104", "DP106", "DP208"),
        12,
    ),
    Kind(
        "cgi",
        (r"refusing to use HTTP_PROXY value in CGI environment",),
        N_("REQUEST_METHOD is set, so Go refuses HTTP_PROXY"),
        N_("Take REQUEST_METHOD out of the environment of the daemon, or of the program."),
        (N_("a unit, an image or a CI job sets REQUEST_METHOD"),),
        ("DP215",),
        34,
    ),
    Kind(
        "plain-registry",
        (r"server gave HTTP response to HTTPS client",),
        N_("a registry, or a proxy in its place, answered without TLS"),
        N_(
            "dockerd asked by https and got plain HTTP. If the registry really has no TLS, list it"
            " in insecure-registries; if it has, a proxy answers in its place: see “dockproxy"
            " route”."
        ),
        (
            N_("a registry without TLS that is not in insecure-registries"),
            N_("a proxy answers for it"),
        ),
        (),
        24,
    ),
    Kind(
        "interception",
        (
            r"x509: certificate signed by unknown authority",
            r"x509: certificate is (?:valid for|not valid)",
            r"x509: .{0,60}(?:self-signed|cannot validate certificate)",
            r"CERTIFICATE_VERIFY_FAILED",
            r"SSL certificate problem",
            r"self.signed certificate in certificate chain|SELF_SIGNED_CERT_IN_CHAIN",
            r"unable to (?:get|verify).{0,20}(?:local issuer|first) certificate|UNABLE_TO_(?:GET_ISSUER|VERIFY)",
            r"PKIX path building failed",
            r"certificate verification failed",
            r"server certificate verification failed",
        ),
        N_("a certificate is not trusted: a proxy opens the TLS in between, most likely"),
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
        ("DP601",),
        24,
    ),
    Kind(
        "error-page",
        (
            r"error parsing HTTP \d{3} response body: invalid character '<'",
            r"invalid character '<' looking for beginning of value",
            r"unexpected (?:HTTP )?status(?: code)?:? \[?(?:403|407|502|503)",
            r"received unexpected HTTP status: (?:403|407|502|503)",
        ),
        N_("a web page came where the registry's answer was expected"),
        N_(
            "A proxy, a sign-in page or a filter answered in the registry's place. Open the address"
            " that is named in the message with curl through the same proxy to read the page."
        ),
        (N_("the proxy or a filter blocks the host"), N_("a dead or foreign mirror is asked")),
        ("DP505",),
        31,
    ),
    Kind(
        "direct-blocked",
        (
            r"(?<!proxyconnect tcp: )dial tcp \[?[0-9a-f.:]{3,45}\]?:\d{2,5}: (?:i/o timeout|connect: (?:connection refused|connection timed out|no route to host|network is unreachable))",
            r"client\.timeout exceeded while awaiting headers",
            r"net/http: request canceled(?: while waiting for connection)?",
            r"net/http: TLS handshake timeout",
            r"context deadline exceeded",
            r"read tcp .{1,100}: read: connection reset by peer",
            r"failed to (?:do request|copy|resolve source metadata).{0,400}(?:i/o timeout|EOF|connection reset)",
            r"curl: \((?:7|28|35|56)\) (?!.{0,80}proxy)",
        ),
        N_("the host was asked directly, and nothing came back"),
        N_(
            "“proxyconnect” is not in the message, so no proxy was used: whoever asked has none, or"
            " NO_PROXY lets the host past it. “dockproxy route HOST” says which; for builds ask"
            " with --as builder:NAME too."
        ),
        (
            N_("only HTTP_PROXY is set, and the registry is asked by https"),
            N_("the daemon was not restarted since the proxy was set"),
            N_("a builder with a container of its own has no proxies"),
            N_("an entry of NO_PROXY covers the host"),
        ),
        ("DP501", "DP203", "DP204", "DP502", "DP505", "DP213", "DP401", "DP151"),
        16,
    ),
    Kind(
        "name-unknown",
        (
            r"(?<!proxyconnect tcp: )dial tcp: lookup [^\s]{1,255}(?: on [^\s]{1,60})?: (?:no such host|i/o timeout|server misbehaving)",
            r"(?<!proxyconnect tcp: )dial tcp: lookup .{1,255}temporary failure in name resolution",
            r"could not resolve (?:host|'[^']{1,255}')",
            r"temporary failure (?:in name resolution|resolving)",
            r"name or service not known|EAI_AGAIN|ENOTFOUND",
            r"java\.net\.UnknownHostException",
            r"unable to resolve host",
        ),
        N_("the host's name cannot be looked up, and no proxy was asked to"),
        N_(
            "Behind many proxies only the proxy can look up outside names. That the name was looked"
            " up here means that the request was to go direct."
        ),
        (
            N_("whoever asked has no proxy, or NO_PROXY covers the host"),
            N_("the name server of this machine or container does not answer"),
        ),
        ("DP501", "DP203", "DP204", "DP505", "DP213", "DP151", "DP401"),
        14,
    ),
)
