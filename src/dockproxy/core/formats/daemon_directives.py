"""Which names dockerd knows in daemon.json, by version.

Taken from moby's sources of 20.10.24, 23.0.0 to 29.7.2 (each minor release): the flags installed
in cmd/dockerd (since 29 daemon/command), the names of opts.NamedOption, and skipValidateOptions
and flatOptions of daemon/config/config.go. Names of Linux and Windows builds together.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Tuple


Version = tuple[int, int]

NEWEST: Version = (29, 7)
"""The newest Engine whose names are here; assumed where none can be asked."""

_ALWAYS_TEXT = """
    add-runtime allow-nondistributable-artifacts authorization-plugin authorization-plugins bip
    bridge builder cgroup-parent config-file containerd containerd-namespace
    containerd-plugins-namespace cpu-rt-period cpu-rt-runtime cri-containerd data-root debug
    default-address-pool default-address-pools default-cgroupns-mode default-gateway
    default-gateway-v6 default-ipc-mode default-runtime default-shm-size default-ulimit
    default-ulimits deprecated-key-path dns dns-opt dns-opts dns-search exec-opt exec-opts
    exec-root experimental features fixed-cidr fixed-cidr-v6 group help host host-gateway-ip hosts
    icc init init-path insecure-registries insecure-registry ip ip-forward ip-masq ip6tables
    iptables ipv6 label labels live-restore log-driver log-level log-opt log-opts
    max-concurrent-downloads max-concurrent-uploads max-download-attempts metrics-addr mtu
    network-control-plane-mtu network-diagnostic-port no-new-privileges node-generic-resource
    node-generic-resources pidfile raw-logs register-service registry-mirror registry-mirrors
    restart rootless run-service runtimes seccomp-profile selinux-enabled service-name
    shutdown-timeout storage-driver storage-opt storage-opts swarm-default-advertise-addr tls
    tlscacert tlscert tlskey tlsverify unregister-service userland-proxy userland-proxy-path
    userns-remap version
"""
_ALWAYS = frozenset(_ALWAYS_TEXT.split())

_CHANGED: Dict[str, Tuple[Version, Optional[Version]]] = {
    "allow-direct-routing": ((28, 2), None),
    "api-cors-header": ((0, 0), (29, 0)),
    "bip6": ((28, 0), None),
    "bridge-accept-fwmark": ((29, 0), None),
    "cdi-spec-dir": ((25, 0), None),
    "cdi-spec-dirs": ((25, 0), None),
    "cluster-advertise": ((0, 0), (24, 0)),
    "cluster-store": ((0, 0), (24, 0)),
    "cluster-store-opt": ((0, 0), (24, 0)),
    "cluster-store-opts": ((0, 0), (24, 0)),
    "default-network-opt": ((24, 0), None),
    "default-network-opts": ((24, 0), None),
    "default-stop-timeout": ((29, 7), None),
    "feature": ((27, 3), None),
    "firewall-backend": ((29, 0), None),
    "graph": ((0, 0), (24, 0)),
    "host-gateway-ips": ((28, 0), None),
    "http-proxy": ((23, 0), None),
    "https-proxy": ((23, 0), None),
    "ip-forward-no-drop": ((28, 0), None),
    "log-format": ((25, 0), None),
    "min-api-version": ((29, 0), None),
    "no-proxy": ((23, 0), None),
    "nri-opts": ((29, 2), None),
    "oom-score-adjust": ((0, 0), (26, 0)),
    "validate": ((23, 0), None),
}
"""Name to the first version that knows it and the first that does so no more."""

_FLAT = frozenset(("builder", "cluster-store-opts", "default-network-opts", "default-ulimits"))
_FLAT |= {"features", "log-opts", "nri-opts", "runtimes"}


def is_known(name: str, engine: Version) -> bool:
    """Whether that version's ``findConfigurationConflicts`` lets the name pass."""
    if name in _ALWAYS:
        return True
    first, gone = _CHANGED.get(name, ((999, 0), None))
    return first <= engine and (gone is None or engine < gone)


def is_name(name: str) -> bool:
    """Whether any version knows it."""
    return name in _ALWAYS or name in _CHANGED


def is_flat(name: str, engine: Version) -> bool:
    """Whether that option's value is an object of its own, not a section of options."""
    first, _ = _CHANGED.get(name, ((0, 0), None))
    return name in _FLAT and first <= engine
