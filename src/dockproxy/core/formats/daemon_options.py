"""Which type of value dockerd wants for each option of daemon.json, by version.

Taken from the json tags of moby's daemon/config (config.go, config_linux.go, builder.go) and of
registry/config.go, 20.10.24 and 23.0 to 29.7, each minor release. A type is ``bool``, ``int``,
``string``, ``ip``, ``address`` (an IP address, perhaps with a zone), ``prefix``, ``size``,
``duration``, ``any``, ``[]T`` (a list), ``{}T`` (an object of any keys), ``filter`` (of the build
cache), or the name of a record in RECORDS.
"""

from __future__ import annotations

from dockproxy.core.formats.daemon_directives import Version
from dockproxy.core.formats.go_names import folded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Mapping, Optional, Tuple


_TYPES = {
    "bool": """
        allow-direct-routing cri-containerd debug experimental icc init ip-forward
        ip-forward-no-drop ip-masq ip6tables iptables ipv6 live-restore no-new-privileges raw-logs
        rootless selinux-enabled tls tlsverify userland-proxy
    """,
    "int": """
        cpu-rt-period cpu-rt-runtime default-stop-timeout max-concurrent-downloads
        max-concurrent-uploads max-download-attempts mtu network-control-plane-mtu
        network-diagnostic-port oom-score-adjust shutdown-timeout swarm-raft-election-tick
        swarm-raft-heartbeat-tick
    """,
    "string": """
        api-cors-header bip bip6 bridge bridge-accept-fwmark cgroup-parent cluster-advertise
        cluster-store containerd containerd-namespace containerd-plugin-namespace data-root
        default-cgroupns-mode default-init default-ipc-mode default-runtime deprecated-key-path
        exec-root firewall-backend fixed-cidr fixed-cidr-v6 graph group init-path log-driver
        log-format log-level metrics-addr min-api-version pidfile resolv-conf seccomp-profile
        storage-driver swarm-default-advertise-addr tlscacert tlscert tlskey userland-proxy-path
        userns-remap
    """,
    "[]string": """
        allow-nondistributable-artifacts authorization-plugins cdi-spec-dirs dns dns-opts
        dns-search exec-opts hosts insecure-registries labels node-generic-resources
        registry-mirrors storage-opts
    """,
    "ip": "default-gateway default-gateway-v6 host-gateway-ip ip",
    "[]address": "host-gateway-ips",
    "size": "default-shm-size",
    "{}string": "cluster-store-opts log-opts",
    "{}bool": "features",
    "{}{}string": "default-network-opts",
    "{}ulimit": "default-ulimits",
    "{}runtime": "runtimes",
    "[]pool": "default-address-pools",
    "builder": "builder",
}
_TYPE_OF = {name: kind for kind, names in _TYPES.items() for name in names.split()}

SWITCHES = frozenset(_TYPES["bool"].split())
"""Options that are true or false."""

PLAIN = frozenset(name for name, kind in _TYPE_OF.items() if kind in ("bool", "int"))
"""Options that are numbers, or true or false: a string in their place is no secret."""

_SINCE: Dict[str, Version] = {
    "allow-direct-routing": (28, 2),
    "bip6": (28, 0),
    "bridge-accept-fwmark": (29, 0),
    "cdi-spec-dirs": (25, 0),
    "default-network-opts": (24, 0),
    "default-stop-timeout": (29, 7),
    "firewall-backend": (29, 0),
    "host-gateway-ips": (28, 0),
    "ip-forward-no-drop": (28, 0),
    "log-format": (25, 0),
    "min-api-version": (29, 0),
}
_UNTIL: Dict[str, Version] = {
    "allow-nondistributable-artifacts": (28, 1),
    "api-cors-header": (29, 0),
    "cluster-advertise": (24, 0),
    "cluster-store": (24, 0),
    "cluster-store-opts": (24, 0),
    "deprecated-key-path": (24, 0),
    "graph": (24, 0),
    "oom-score-adjust": (26, 0),
}
_CHANGES: Dict[str, Tuple[Tuple[Version, str], ...]] = {
    "dns": (((29, 0), "[]address"), ((25, 0), "[]ip")),
    "default-address-pools": (((27, 0), "[]network"),),
}
"""Types that came later, the newest first."""

RECORDS: Dict[str, Mapping[str, str]] = {
    "ulimit": {"name": "string", "hard": "int", "soft": "int"},
    "runtime": {
        "path": "string",
        "runtimeargs": "[]string",
        "runtimetype": "string",
        "options": "{}any",
    },
    "pool": {"base": "string", "size": "int"},
    "network": {"base": "prefix", "size": "int"},
    "builder": {"gc": "gc", "entitlements": "entitlements", "history": "history"},
    "gc": {
        "enabled": "bool",
        "policy": "[]rule",
        "defaultkeepstorage": "string",
        "defaultreservedspace": "string",
        "defaultmaxusedspace": "string",
        "defaultminfreespace": "string",
    },
    "rule": {
        "all": "bool",
        "filter": "filter",
        "keepstorage": "string",
        "reservedspace": "string",
        "maxusedspace": "string",
        "minfreespace": "string",
    },
    "entitlements": {"network-host": "bool", "security-insecure": "bool"},
    "history": {"maxage": "duration", "maxentries": "int"},
}
"""The members of records, in lower case; others are not looked at."""

_MEMBER_SINCE: Dict[Tuple[str, str], Version] = {
    ("runtime", "runtimetype"): (24, 0),
    ("runtime", "options"): (24, 0),
    ("builder", "history"): (24, 0),
    ("gc", "defaultreservedspace"): (28, 0),
    ("gc", "defaultmaxusedspace"): (28, 0),
    ("gc", "defaultminfreespace"): (28, 0),
    ("rule", "reservedspace"): (28, 0),
    ("rule", "maxusedspace"): (28, 0),
    ("rule", "minfreespace"): (28, 0),
}


def type_of(key: str, engine: Version) -> Optional[str]:
    """The type of an option of the document, by its key in any case; None where it has none."""
    name = folded(key)
    if engine < _SINCE.get(name, (0, 0)) or engine >= _UNTIL.get(name, (999, 0)):
        return None
    for since, kind in _CHANGES.get(name, ()):
        if engine >= since:
            return kind
    return _TYPE_OF.get(name)


def member_type(record: str, key: str, engine: Version) -> Optional[str]:
    """The type of a record's member; None where it has none of that name."""
    name = folded(key)
    if engine < _MEMBER_SINCE.get((record, name), (0, 0)):
        return None
    return RECORDS[record].get(name)
