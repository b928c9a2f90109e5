"""How dockerd checks the values of its other options once daemon.json is decoded.

moby 20.10 to 29.7: daemon/config/config.go Validate, config_linux.go ValidatePlatformConfig,
cmd/dockerd/daemon.go loadDaemonCliConfig.
"""

from __future__ import annotations

from dockproxy.core.formats import daemon_scalars as scalars
from dockproxy.core.formats.daemon_directives import Version, is_flat
from dockproxy.core.formats.daemon_pairs import pair_fault
from dockproxy.core.formats.daemon_types import Fault
from dockproxy.core.formats.go_json import Member, Node
from dockproxy.core.formats.go_names import folded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

    Found = Optional[Tuple[Node, str]]
    Check = Callable[["Config", str], Found]


_LEVELS = ("panic", "fatal", "error", "warn", "info", "debug", "trace")
_OLD_RUNTIMES = ("", "runc", "io.containerd.runtime.v1.linux", "io.containerd.runc.v2")


class Config:
    """The document's options as dockerd's struct holds them once it is decoded. traits,
    more_runtimes, tls_by_flags: as of daemon_json.Options. absent: those whose file is not there.
    """

    def __init__(
        self,
        root: Node,
        engine: Version,
        traits: Optional[Mapping[str, str]] = None,
        more_runtimes: bool = False,
        tls_by_flags: bool = False,
    ) -> None:
        self.engine = engine
        self.traits = traits
        self.more_runtimes = more_runtimes
        self.tls_by_flags = tls_by_flags
        self.absent = (traits or {}).get("absent", "").split()
        self.named: Dict[str, List[Member]] = {}
        for member in root.members:
            self.named.setdefault(folded(member.key), []).append(member)
        # IsValueSet asks the sections too (configValuesSet).
        sections = {member.key: member.value for member in root.members}
        for key, section in sections.items():
            if not is_flat(key, engine):
                inside = [each for each in section.members if each.key == "tlsverify"]
                self.named.setdefault("tlsverify", []).extend(inside)
        if not self.named.get("tlsverify", True):
            del self.named["tlsverify"]

    def faults(self) -> Iterator[Fault]:
        """What is wrong, in the order of dockerd's own checks."""
        for name, since, until, kind, check in CHECKS:
            if name in self.named and since <= self.engine < until:
                found = check(self, name)
                if found is not None:
                    yield Fault(kind, (name,), *found)

    def scalar(self, name: str, *kinds: str) -> Optional[Node]:
        """The last value of that kind: a null changes nothing."""
        for member in reversed(self.named.get(name, ())):
            if member.value.kind in kinds:
                return member.value
        return None

    def text(self, name: str) -> str:
        """The last string, "" if there is none."""
        node = self.scalar(name, "string")
        return node.value if node is not None else ""

    def strings(self, name: str) -> Sequence[Node]:
        """The items of the last list; a null empties it, one in it is an empty string."""
        node = self.named[name][-1].value if name in self.named else None
        return (
            [item for item in node.items if item.kind in ("string", "null")]
            if node is not None
            else ()
        )

    def keys(self, name: str) -> List[Member]:
        """The members of all its objects: maps are merged, and null empties what came before."""
        found: List[Member] = []
        for member in self.named.get(name, ()):
            found = [] if member.value.kind == "null" else [*found, *member.value.members]
        return found


def _pairs(options: Config, name: str) -> Found:
    items = options.strings(name)
    found = pair_fault(name, [node.value for node in items], options.traits)
    return None if found is None else (items[found[0]], found[1])


def _one_of(words: Sequence[str], said: str, fold: bool = False) -> Check:
    def check(options: Config, name: str) -> Found:
        node = options.scalar(name, "string")
        value = node.value if node is not None else ""
        if node is None or not value or (value.lower() if fold else value) in words:
            return None
        return node, said.format(value=value)

    return check


def _number(low: int, high: int, said: str) -> Check:
    def check(options: Config, name: str) -> Found:
        node = options.scalar(name, "number")
        if node is None or not scalars.is_integer(node.value) or low <= int(node.value) <= high:
            return None
        return node, said.format(value=node.value)

    return check


def _each(fault: Callable[[str], str]) -> Check:
    def check(options: Config, name: str) -> Found:
        for node in options.strings(name):
            words = fault(node.value)
            if words:
                return node, words
        return None

    return check


def _whole(fault: Callable[[str], str]) -> Check:
    def check(options: Config, name: str) -> Found:
        node = options.scalar(name, "string")
        words = fault(node.value) if node is not None else ""
        return (node, words) if node is not None and words else None

    return check


def _is_set(said: str) -> Check:
    """An option that must not be used any more; the zero value of its type is none."""

    def check(options: Config, name: str) -> Found:
        node = options.scalar(name, "string", "number")
        if node is None or node.value.lstrip("-") in ("", "0"):
            return None
        return node, said

    return check


def _exec_opt(text: str) -> str:
    name, equals, value = text.partition("=")
    name, value = name.strip().lower(), value.strip()
    said = f"invalid exec-opt ({text}): "
    if not equals or not name or not value:
        return f"{said}must be formatted 'opt=value'"
    if name == "isolation":
        return f"{said}option 'isolation' is only supported on windows"
    return "" if name == "native.cgroupdriver" else f"{said}unknown option: '{name}'"


def _gateways(options: Config, name: str) -> Found:
    seen: Dict[int, int] = {}
    for node in options.strings(name):
        version = scalars.ip_version(node.value, zone=True) or 6
        seen[version] = seen.get(version, 0) + 1
        if seen[version] > 1:
            return node, f"only one IPv{version} host gateway IP address can be specified"
    return None


def _with_other(other: str, said: str) -> Check:
    def check(options: Config, name: str) -> Found:
        member = options.named[name][-1]
        return (member.value, said) if other in options.named else None

    return check


def _both_roots(options: Config, name: str) -> Found:
    node = options.scalar(name, "string")
    if node is None or not node.value or not options.text("data-root"):
        return None
    return node, 'cannot specify both "graph" and "data-root" config file options'


def _no_windows(options: Config, name: str) -> Found:
    for member in options.keys(name):
        if member.key == "windows-dns-proxy":
            said = "feature option 'windows-dns-proxy' is only available on Windows"
            return member.value, said
    return None


def _no_runc(options: Config, name: str) -> Found:
    for member in options.keys(name):
        if member.key == "runc":
            return member.value, "runtime name 'runc' is reserved"
    return None


def _runtime(options: Config, name: str) -> Found:
    node = options.scalar(name, "string")
    if node is None or options.more_runtimes or node.value in _OLD_RUNTIMES:
        return None
    named = node.value in (member.key for member in options.keys("runtimes"))
    if named or (options.engine >= (23, 0) and "." in node.value):
        return None
    return node, f"specified default runtime '{node.value}' does not exist"


def _helper_path(options: Config, name: str) -> Found:
    node = options.scalar(name, "string")
    switch = options.scalar("userland-proxy", "true", "false")
    off = switch is not None and switch.kind == "false"
    if node is None or off or not node.value:
        return None
    said = f"must be an absolute path: {node.value}"
    if node.value.startswith("/"):
        said = f'exec: "{node.value}"'
        if name not in options.absent:
            return None
    return node, f"invalid userland-proxy-path: {said}"


def _remapping(text: str) -> str:
    said = f'Invalid user/group specification in --userns-remap: "{text}"'
    return said if text.count(":") > 1 else ""


def _tls(options: Config, name: str) -> Found:
    """``tls`` if it is true, ``tlsverify`` if it is there at all, whatever its value; the flags'
    certificates do not count unless flags ask for TLS, too.
    """
    value = options.named[name][-1].value
    if options.tls_by_flags or (name == "tls" and value.kind != "true"):
        return None
    cert, key = options.text("tlscert"), options.text("tlskey")
    if name == "tls" and "tlsverify" in options.named:
        return None
    said = f'Could not load X509 key pair (cert: "{cert}", key: "{key}")'
    if not (cert and key):
        return value, said
    for each in ("tlscert", "tlskey"):
        node = options.scalar(each, "string")
        if node is not None and each in options.absent:
            return node, f"{said}: {node.value}"
    return None


def _old_dns(text: str) -> str:
    return "" if scalars.ip_version(text.strip()) else f"{text} is not an ip address"


_FIRST, _LAST = (0, 0), (999, 0)
_BIG = (1 << 63) - 1
_IPC = 'default IPC mode setting ({value}) is invalid; use "shareable" or "private"'
_CGROUP = 'default cgroup namespace mode ({value}) is invalid; use "host" or "private"'
_GONE = 'DEPRECATED: The "{}" config parameter has been removed'
_LEVEL = "invalid logging level: {value}"
_TWO_GATEWAYS = "host-gateway-ip and host-gateway-ips must not both be specified in the config file"

CHECKS: Tuple[Tuple[str, Version, Version, str, Check], ...] = (
    ("host-gateway-ip", (28, 0), _LAST, "option-twice",
     _with_other("host-gateway-ips", _TWO_GATEWAYS)),
    ("graph", _FIRST, (23, 0), "option-twice", _both_roots),
    ("graph", (23, 0), (24, 0), "option-gone",
     _is_set('the "graph" config file option is deprecated; use "data-root" instead')),
    ("log-level", _FIRST, (25, 0), "option-word", _one_of((*_LEVELS, "warning"), _LEVEL, True)),
    ("log-level", (25, 0), _LAST, "option-word", _one_of(_LEVELS, _LEVEL, True)),
    ("log-format", (25, 0), _LAST, "option-word",
     _one_of(("text", "json"), "invalid log format: {value}")),
    ("dns", _FIRST, (25, 0), "option-address", _each(_old_dns)),
    ("dns-search", _FIRST, _LAST, "option-address", _each(scalars.search_domain_fault)),
    ("host-gateway-ips", (28, 0), _LAST, "option-address", _gateways),
    ("labels", _FIRST, _LAST, "option-pair", _pairs),
    ("mtu", (23, 0), _LAST, "option-number", _number(0, _BIG, "invalid default MTU: {value}")),
    ("max-concurrent-downloads", _FIRST, _LAST, "option-number",
     _number(0, _BIG, "invalid max concurrent downloads: {value}")),
    ("max-concurrent-uploads", _FIRST, _LAST, "option-number",
     _number(0, _BIG, "invalid max concurrent uploads: {value}")),
    ("max-download-attempts", _FIRST, (23, 0), "option-number",
     _number(1, _BIG, "invalid max download attempts: {value}")),
    ("max-download-attempts", (23, 0), _LAST, "option-number",
     _number(0, _BIG, "invalid max download attempts: {value}")),
    ("default-stop-timeout", (29, 7), _LAST, "option-number",
     _number(0, _BIG, "invalid default stop timeout: {value}")),
    ("network-diagnostic-port", (28, 0), _LAST, "option-number",
     _number(0, 65535, "invalid network-diagnostic-port ({value}): value must be between 0 and"
             " 65535")),
    ("runtimes", _FIRST, (25, 0), "option-runtime", _no_runc),
    ("node-generic-resources", _FIRST, _LAST, "option-pair", _pairs),
    ("default-runtime", _FIRST, (25, 0), "option-runtime", _runtime),
    ("hosts", _FIRST, _LAST, "option-address", _each(scalars.host_fault)),
    ("registry-mirrors", (28, 3), _LAST, "option-address", _each(scalars.mirror_fault)),
    ("api-cors-header", (28, 0), (29, 0), "option-gone", _is_set(_GONE.format("api-cors-header"))),
    ("exec-opts", (28, 0), _LAST, "option-pair", _each(_exec_opt)),
    ("oom-score-adjust", (25, 0), (26, 0), "option-gone",
     _is_set(_GONE.format("oom-score-adjust"))),
    ("userland-proxy-path", (25, 0), _LAST, "option-path", _helper_path),
    ("default-ipc-mode", _FIRST, _LAST, "option-word", _one_of(("private", "shareable"), _IPC)),
    ("fixed-cidr-v6", (25, 0), (27, 0), "option-address",
     _whole(lambda text: scalars.ipv6_network_fault(text, strict=False))),
    ("fixed-cidr-v6", (27, 0), _LAST, "option-address",
     _whole(lambda text: scalars.ipv6_network_fault(text, strict=True))),
    ("features", (26, 1), (28, 0), "option-gone", _no_windows),
    ("firewall-backend", (29, 0), _LAST, "option-word",
     _one_of(("iptables", "nftables"), "invalid firewall-backend: {value}")),
    ("default-cgroupns-mode", _FIRST, _LAST, "option-word", _one_of(("private", "host"), _CGROUP)),
    ("userns-remap", _FIRST, _LAST, "option-word", _whole(_remapping)),
    ("tlsverify", _FIRST, _LAST, "option-certificate", _tls),
    ("tls", _FIRST, _LAST, "option-certificate", _tls),
)  # fmt: skip
"""Option, first version and the one after the last that checks it, kind of fault, check."""
