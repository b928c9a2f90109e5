"""Variables and words that may be copied, and what is left of the others.

An allow-list: proxy variables and those of Docker, user information masked; of any other value
only that it is there.
"""

from __future__ import annotations

import re
from typing import Dict, FrozenSet, Iterable, List, Mapping, Sequence, Tuple

from dockproxy.core.model.proxies import PROXY_KEYS, variable_names
from dockproxy.core.model.secret import mask_url

HIDDEN = "xxxxx"

PROXY_NAMES: FrozenSet[str] = frozenset(name for key in PROXY_KEYS for name in variable_names(key))

_HARMLESS = frozenset(
    (
        "DOCKER_HOST",
        "DOCKER_CONTEXT",
        "DOCKER_CONFIG",
        "DOCKER_CERT_PATH",
        "DOCKER_TLS",
        "DOCKER_TLS_VERIFY",
        "DOCKER_API_VERSION",
        "DOCKER_BUILDKIT",
        "DOCKER_CLI_HINTS",
        "DOCKER_CONTENT_TRUST",
        "DOCKER_CONTENT_TRUST_SERVER",
        "DOCKER_DEFAULT_PLATFORM",
        "DOCKER_DRIVER",
        "DOCKER_HIDE_LEGACY_COMMANDS",
        "DOCKER_MIN_API_VERSION",
        "DOCKER_RAMDISK",
        "DOCKER_TMPDIR",
    )
)
_REFERENCE = re.compile(r"\$(?:\w+|\{\w+\})\Z")
_HARMLESS_START = ("DOCKERD_ROOTLESS_ROOTLESSKIT_",)

# fmt: off
_FLAGS = frozenset(
    (
        "H", "host", "G", "group", "D", "debug", "l", "log-level", "s", "storage-driver", "g",
        "graph", "v", "version", "validate", "config-file", "containerd", "containerd-namespace",
        "containerd-plugins-namespace", "data-root", "exec-root", "pidfile", "p", "rootless",
        "swarm-default-advertise-addr", "init", "init-path", "userland-proxy",
        "userland-proxy-path", "userns-remap", "selinux-enabled", "experimental", "live-restore",
        "metrics-addr", "default-runtime", "add-runtime", "runtime", "exec-opt", "cgroup-parent",
        "oom-score-adjust", "shutdown-timeout", "http-proxy", "https-proxy", "no-proxy",
        "registry-mirror", "insecure-registry", "allow-nondistributable-artifacts",
        "max-concurrent-downloads", "max-concurrent-uploads", "max-download-attempts", "bip",
        "b", "bridge", "default-gateway", "default-gateway-v6", "fixed-cidr", "fixed-cidr-v6",
        "default-address-pool", "dns", "dns-search", "dns-opt", "mtu", "ip", "ipv6", "ip6tables",
        "iptables", "ip-forward", "ip-masq", "icc", "host-gateway-ip", "tls", "tlsverify",
        "tlscacert", "tlscert", "tlskey", "log-driver",
    )
)
# fmt: on


def proxy_variables(environment: Mapping[str, str]) -> Dict[str, str]:
    """The proxy variables of an environment, masked."""
    return {name: mask_url(value) for name, value in environment.items() if name in PROXY_NAMES}


def kept_variables(environment: Mapping[str, str]) -> Dict[str, str]:
    """What a Snapshot keeps of a process's environment, masked: proxies, Docker's, and
    REQUEST_METHOD, which makes Go refuse HTTP_PROXY (Go 1.24 httpproxy, FromEnvironment)."""
    return {
        name: masked_value(name, value)
        for name, value in environment.items()
        if name in PROXY_NAMES or name == "REQUEST_METHOD" or name.startswith("DOCKER")
    }


def masked_value(name: str, value: str) -> str:
    """A variable's value as it may be shown."""
    if name in PROXY_NAMES or name in _HARMLESS or name.startswith(_HARMLESS_START):
        return mask_url(value)
    if name == "DOCKER_OPTS":
        return " ".join(masked_arguments(value.split(" ")))
    return value if name == "REQUEST_METHOD" or not value else HIDDEN


def pairs(words: Iterable[str]) -> Dict[str, str]:
    """``NAME=value`` words as a mapping; of a name the first counts (Go 1.24 syscall, copyenv)."""
    found: Dict[str, str] = {}
    for word in words:
        name, separator, value = word.partition("=")
        if separator:
            found.setdefault(name, value)
    return found


def masked_words(words: Iterable[str]) -> Tuple[str, ...]:
    """``NAME=value`` words with each value as it may be shown; a bare name stays."""
    masked = []
    for word in words:
        name, separator, value = word.partition("=")
        masked.append(f"{name}={masked_value(name, value)}" if separator else word)
    return tuple(masked)


def masked_arguments(words: Iterable[str]) -> Tuple[str, ...]:
    """dockerd's words: values of flags that may hold a secret (``--log-opt`` …) are hidden, user
    information in the others is masked.

    Words that belong to no flag are taken for the rest of the value before them: systemctl prints
    a command without quotes, and dockerd itself takes none.
    """
    masked: List[str] = []
    value: List[str] = []
    flag = ""
    for word in words:
        if flag and not word.startswith("-") and not _REFERENCE.match(word):
            value.append(word)
            continue
        masked.extend(_masked_flag(flag, value))
        flag, value = (word, []) if word.startswith("-") else ("", [])
        if not flag:
            masked.append(mask_url(word))
    masked.extend(_masked_flag(flag, value))
    return tuple(masked)


def _masked_flag(word: str, rest: Sequence[str]) -> List[str]:
    if not word:
        return []
    flag, separator, value = word.partition("=")
    shown = mask_url if flag.lstrip("-") in _FLAGS else _hide
    if separator:
        return [f"{flag}={shown(' '.join((value, *rest)))}"]
    return [word, shown(" ".join(rest))] if rest else [word]


def _hide(_value: str) -> str:
    return HIDDEN


def flag_value(words: Iterable[str], name: str) -> str:
    """The value of dockerd's ``--name``, "" if it is not given; of several the last counts."""
    found = ""
    expected = False
    for word in words:
        if expected:
            found, expected = word, False
            continue
        flag, separator, value = word.partition("=")
        if flag in (f"--{name}", f"-{name}"):
            found, expected = (value, False) if separator else (found, True)
    return found
