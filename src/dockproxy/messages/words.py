"""Pieces that the patterns of several kinds have in common."""

from __future__ import annotations

PROXY = "⟦proxy⟧"
"""Stands before a host in a line, where that host is a proxy (``reading``)."""

LAYERS = "⟦layers⟧"
"""Stands before words that end the transfer of an image's layers."""

REFUSED = (
    r"(?:connection refused|actively refused|积极拒绝|拒绝连接|ECONNREFUSED|connect \(111|"
    r"(?:after \d{1,4} ms|server): could(?:n't| not) connect to server|cannot assign requested address|EADDRNOTAVAIL)"
)
TIMED_OUT = (
    r"(?:i/o timeout|timed? ?out|deadline exceeded|ETIMEDOUT|no route to host|EHOSTUNREACH|"
    r"(?:network|host) is unreachable|ENETUNREACH|did(?:n't| not) properly respond|"
    r"A connection attempt failed|after \d{5,9} ms: could(?:n't| not) connect|host is down|EHOSTDOWN)"
)
NO_NAME = (
    r"(?:no such host|server misbehaving|temporary failure (?:in name resolution|resolving)|"
    r"(?:name|node ?name).{0,20}(?:not known|does not resolve)|no address associated|\bEAI_AGAIN|"
    r"\bENOTFOUND|getaddrinfo failed|could ?n[o']t resolve|could not resolve|invalid domain name)"
)

_OCTETS = r"\.\d{1,3}\.\d{1,3}"
_PRIVATE = (
    rf"(?:127\.\d{{1,3}}{_OCTETS}|10\.\d{{1,3}}{_OCTETS}|192\.168{_OCTETS}|"
    rf"172\.(?:1[6-9]|2\d|3[01]){_OCTETS}|169\.254{_OCTETS}|0\.0\.0\.0|::1|f[cd][0-9a-f]{{2}}:)"
)
FAKE = rf"198\.1[89]{_OCTETS}"
"""What Clash and its like answer for every name (fake-ip)."""
_POISON = (
    # Facebook's, Twitter's and Dropbox's networks, and those of two filters: what a resolver that is
    # lied to answers for other companies' names (gfwlist; ooni.org, blockpages).
    rf"(?:31\.13\.\d{{1,3}}\.\d{{1,3}}|157\.240{_OCTETS}|66\.220\.1[45]\d\.\d{{1,3}}|"
    r"69\.63\.1[78]\d\.\d{1,3}|69\.171\.2[2-5]\d\.\d{1,3}|"
    rf"173\.252{_OCTETS}|199\.(?:16\.15[6-9]|59\.1(?:4[89]|5[01])|96\.(?:5[6-9]|6[0-3]))\.\d{{1,3}}|"
    rf"104\.244\.4[0-7]\.\d{{1,3}}|108\.160\.1[67]\d\.\d{{1,3}}|162\.125{_OCTETS}|"
    r"10\.10\.34\.3[4-6])"
)
WRONG_ADDRESS = rf"\[?(?:{_PRIVATE}|{FAKE}|{_POISON})\]?"

OUTSIDE_ADDRESS = rf"\[?(?!{_PRIVATE}|{FAKE})(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}|[0-9a-f:]{{6,45}})\]?"
"""An address that is of no private network."""

OUTSIDE = (
    r"(?<![a-z0-9-])(?:[a-z0-9-]{1,63}\.){0,6}(?:docker\.(?:io|com)|ghcr\.io|gcr\.io|quay\.io|k8s\.io|pkg\.dev|"
    r"golang\.org|github\.com|githubusercontent\.com|gitlab\.com|pypi\.(?:org|python\.org)|"
    r"pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|nodejs\.org|googleapis\.com|google\.com|"
    r"cloudfront\.net|cloudflarestorage\.com|microsoft\.com|debian\.org|ubuntu\.com|"
    r"alpinelinux\.org|centos\.org|fedoraproject\.org|maven\.(?:apache\.)?org|apache\.org|"
    r"rubygems\.org|crates\.io|rust-lang\.org|packagist\.org|getcomposer\.org|gradle\.org|"
    r"goproxy\.(?:cn|io)|amazonaws\.com|huggingface\.co|anaconda\.org)"
)
"""Hosts outside that everybody asks."""

NAME = r"(?<![a-z0-9_.-])(?=[a-z0-9_.-]{4,253}\b)(?:[a-z0-9_-]{1,63}\.){1,8}(?!local\b|lan\b|internal\b|svc\b|localdomain\b|home\b)[a-z][a-z0-9-]{1,62}\.?"
"""A name that could be of a host outside: with a dot, and of no private domain."""

ASKED = r"(?:get|head|post|put|patch|delete|options) \"?https?://[^\s\"]{1,1500}\"? ?: "
"""How Go names a request that failed."""

ASKED_OUTSIDE = (
    r"(?:get|head|post|put|patch) \"?https?://(?!localhost|%2f|unix|docker[:/]|127\.|10\.|192\.168\.|"
    r"172\.(?:1[6-9]|2\d|3[01])\.)[^\s\"]{1,1500}\"? ?: "
)

_SCHEMES_PORT = (("https", "443"), ("http", "80"))


def other_port(code: str) -> str:
    """How Node says that it asked for a host and was connected to another port than that host's: to
    a proxy. A URL with a port of its own says nothing.
    """
    return "|".join(
        rf"\b{scheme}://(?!localhost|127\.|\[)(?:[^@\s/\"']{{1,100}}@)?[a-z0-9_.-]{{1,253}}(?![a-z0-9_.-]|:\d)"
        rf"(?:[/?][^\s\"]{{0,1500}})?.{{0,100}}\bconnect {code} (?:{PROXY} )?\[?[0-9a-z:.-]{{2,253}}\]?"
        rf":(?!{port}\b)\d{{1,5}}\b"
        for scheme, port in _SCHEMES_PORT
    )


UNSTARTED = (
    *("DP101", "DP106", "DP102", "DP103", "DP104", "DP107", "DP108", "DP109", "DP110", "DP111"),
    *("DP112", "DP113", "DP114", "DP115", "DP116", "DP117", "DP118", "DP208", "DP223", "DP227"),
    *("DP228", "DP229", "DP231", "DP233", "DP230", "DP219"),
)
"""Rules whose findings keep the daemon from starting."""

DIRECT = (
    *(
        "DP501",
        "DP204",
        "DP203",
        "DP502",
        "DP212",
        "DP507",
        "DP151",
        "DP213",
        "DP505",
        "DP401",
        "DP508",
    ),
    *("DP514", "DP201", "DP202", "DP210", "DP211", "DP217", "DP205", "DP206", "DP209"),
    *("DP216", "DP207", "DP214", "DP301", "DP309", "DP305", "DP306", "DP307", "DP310", "DP311"),
    *("DP302", "DP325", "DP324", "DP218", "DP221", "DP222", "DP224", "DP225", "DP220", "DP402"),
    *("DP304", "DP320", "DP319", "DP316", "DP317", "DP406", "DP411", "DP412", "DP415", "DP417"),
    *("DP418", "DP423", "DP701", "DP702", "DP703", "DP704", "DP308", "DP152", "DP521", "DP403"),
)
"""Rules whose findings leave somebody without the proxy that was meant, the likelier first."""
