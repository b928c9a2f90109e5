"""Which variables, flags of dockerd and settings of systemd hold nothing secret: an allow-list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dockproxy.core.model.light import pattern
from dockproxy.core.model.proxies import DAEMON_JSON_NAMES, PROXY_KEYS, misspelt_key, variable_names
from dockproxy.core.model.secret import MASK, mask_url

PROXY_NAMES = frozenset(name for key in PROXY_KEYS for name in variable_names(key))

_VARIABLES_TEXT = """
DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG DOCKER_CERT_PATH DOCKER_TLS DOCKER_TLS_VERIFY
DOCKER_API_VERSION DOCKER_BUILDKIT DOCKER_CLI_HINTS DOCKER_CONTENT_TRUST
DOCKER_CONTENT_TRUST_SERVER DOCKER_DEFAULT_PLATFORM DOCKER_DRIVER DOCKER_HIDE_LEGACY_COMMANDS
DOCKER_MIN_API_VERSION DOCKER_RAMDISK DOCKER_TMPDIR REQUEST_METHOD
"""
HARMLESS_VARIABLES = frozenset(_VARIABLES_TEXT.split())
"""Variables of Docker (and of Go's choice of a proxy) whose value may be shown."""

HARMLESS_START = "DOCKERD_ROOTLESS_ROOTLESSKIT_"

_OPTIONS = frozenset(("DOCKER_OPTS", "DOCKERD_OPTS", "OPTIONS", "other_args"))

_FLAGS_TEXT = """
H host G group D debug l log-level s storage-driver g graph v version validate config-file
containerd containerd-namespace containerd-plugins-namespace data-root exec-root pidfile p rootless
swarm-default-advertise-addr init init-path userland-proxy userland-proxy-path userns-remap
selinux-enabled experimental live-restore metrics-addr default-runtime add-runtime runtime exec-opt
cgroup-parent oom-score-adjust shutdown-timeout http-proxy https-proxy no-proxy registry-mirror
insecure-registry allow-nondistributable-artifacts max-concurrent-downloads max-concurrent-uploads
max-download-attempts bip b bridge default-gateway default-gateway-v6 fixed-cidr fixed-cidr-v6
default-address-pool dns dns-search dns-opt mtu ip ipv6 ip6tables iptables ip-forward ip-masq icc
host-gateway-ip tls tlsverify tlscacert tlscert tlskey log-driver
"""
FLAGS = frozenset(_FLAGS_TEXT.split())
"""dockerd's flags whose value may be shown, its user information masked (moby 26.1 cmd/dockerd)."""

_SWITCHES_TEXT = """
D debug v version validate rootless init userland-proxy selinux-enabled experimental live-restore
ipv6 ip6tables iptables ip-forward ip-masq icc tls tlsverify
"""
_SWITCHES = frozenset(_SWITCHES_TEXT.split())

_COMMANDS = frozenset(("dockerd", "docker", "env", "sh", "bash", "exec", ";", "&&", "||", "|"))
_PATH = pattern(r"[@:+!|-]{0,4}/[A-Za-z0-9._/+@:-]*")
_ODD_PATH = pattern(r"[@:+!|-]{0,4}(?:[~.a-z]{0,5}/)?(?:[a-z]{1,5}/){0,2}(?:dockerd)?")
"""A path to dockerd that is not absolute, or no path at all: systemd refuses it."""
_REFERENCE = pattern(r"\$(?:\w+|\{\w+\})")
_SOCKET = pattern(r"-H(?:fd|unix|tcp|npipe)://[A-Za-z0-9._/:\[\]-]*")
"""A socket of dockerd, written together with its flag."""
_FLAG_NAME = pattern(r"--?[A-Za-z][a-z0-9-]{0,40}")
_TOGETHER = pattern(r"-D+[HGlgpbs]?")
"""Letters of dockerd in one word: all but the last are switches."""
_LETTERS = "HDGlgpbsv"
_TOLD = frozenset(("--http-proxy", "--https-proxy", "--no-proxy", "--config-file"))
"""Flags of dockerd of which more has to be known than that they are there."""
_ADDRESS = pattern(
    r"[\"'“”‘’`(<]*(?:(?i:https?|socks[45]?[ah]?|ftp|tcp):/{0,3})?(?:xxxxx:xxxxx@)?"
    r"(?:[A-Za-z0-9._-]*|\[[0-9a-fA-F:.]*\])(?::[0-9]{0,5})?/?[\"'“”‘’`,;)>]*"
)

_COMMON_TEXT = """
Description Documentation After Before Wants Requires BindsTo StartLimitBurst StartLimitInterval
StartLimitIntervalSec Type Environment EnvironmentFile ExecStart ExecStartPre ExecReload TimeoutSec
TimeoutStartSec RestartSec Restart LimitNOFILE LimitNPROC LimitCORE TasksMax Delegate KillMode
OOMScoreAdjust WantedBy ListenStream SocketMode SocketUser SocketGroup
"""
_COMMON_KEYS = frozenset(_COMMON_TEXT.split())
"""Those of Docker's own units, of ``_KEYS``, which takes a while to compile."""
_KEYS = pattern(
    r"Description|Documentation|After|Before|Wants|Requires|Requisite|BindsTo|PartOf|Upholds"
    r"|Conflicts|On(?:Failure|Success)|(?:Condition|Assert)[A-Z][A-Za-z]+|StartLimit[A-Za-z]+"
    r"|DefaultDependencies|RefuseManual[A-Z][a-z]+|StopWhenUnneeded|RequiresMountsFor|Wanted(?:By)"
    r"|RequiredBy|Also|Alias|DefaultInstance|Type|ExitType|Restart[A-Za-z]*|Timeout[A-Za-z]*"
    r"|RemainAfterExit|GuessMainPID|PIDFile|BusName|NotifyAccess|Sockets|WatchdogSec|Kill[A-Z][a-z]+"
    r"|Send[A-Z]+[a-z]*|SuccessExitStatus|Limit[A-Z]+|Tasks[A-Z][a-z]+|CPU[A-Za-z]+|Memory[A-Za-z]+"
    r"|IO[A-Za-z]+|BlockIO[A-Za-z]+|Device[A-Za-z]+|Delegate|Slice|Nice|OOM[A-Za-z]+|User|Group"
    r"|DynamicUser|SupplementaryGroups|UMask|WorkingDirectory|RootDirectory|Standard[A-Z][a-z]+"
    r"|Syslog[A-Za-z]+|Log[A-Z][A-Za-z]+|Protect[A-Za-z]+|Private[A-Z][a-z]+|Restrict[A-Za-z]+"
    r"|(?:Read|NoExec|Exec|Inaccessible)[A-Za-z]*Paths|(?:Ambient|)Capabilit[A-Za-z]+"
    r"|PAMName|SuccessAction"
    r"|NoNewPrivileges|Mount[A-Z][a-z]+|(?:Runtime|State|Cache|Logs|Configuration)Directory[A-Za-z]*"
    r"|Listen[A-Z][A-Za-z]+|Socket(?:User|Group|Mode)|ExecSearchPath|PassEnvironment"
)
_OTHERS = pattern(r"([\s;,\"'&]+)([A-Za-z_][A-Za-z0-9_]*)=([^\s;\"'&]*)")
_VARIABLE_KEY = pattern(
    r"(?:(?:export|set|ENV)[ ]|[Ee]nvironment[ \t]*[:：＝][ \t]*|[Ee]nvironment[ \t]+|-[ \t]+)?"
    r"[\"']?([A-Za-z_]+)"
)
_ENVIRONMENT_KEY = pattern(r"(?:unset|pass|set|default)?env[a-z]{0,20}", re.IGNORECASE)
_EXEC_KEY = pattern(r"exec(?:condition|(?:start|stop)(?:pre|post)?|reload)?", re.IGNORECASE)
_SECTIONS_TEXT = "unit service install socket timer path mount slice scope target"
_SECTIONS = frozenset(_SECTIONS_TEXT.split())


def _without_value(match: re.Match[str]) -> str:
    """Another variable that somebody wrote behind a proxy's value, to be a part of that."""
    before, name, value = match.groups()
    return f"{before}{name}={value if name in PROXY_NAMES else MASK}"


def masked_value(name: str, value: str) -> str:
    """A variable's value as it may be shown."""
    if name in PROXY_NAMES or misspelt_key(name):
        shown = mask_url(value)
        return _OTHERS.sub(_without_value, shown) if "=" in shown else shown
    if name in HARMLESS_VARIABLES or name.startswith(HARMLESS_START):
        return mask_url(value)
    if name in _OPTIONS:
        return " ".join(shown_arguments(value.split(" "), command=False))
    if value.lstrip(" ").startswith("-"):
        return _shown_flags(value)
    return MASK if value else value


def _shown_flags(value: str) -> str:
    """A variable of any name that holds flags of dockerd, as ExecStart may refer to: which options
    they set has to be known. One word that is none, and nothing is shown.
    """
    from dockproxy.core.formats.daemon_directives import is_name

    words = value.split(" ")
    flags = [word for word in words if word.startswith("-")]
    names = [word.partition("=")[0][2:] for word in flags if word.startswith("--")]
    letters = [word for word in flags if not word.startswith("--")]
    sure = bool(names) or any("H" in word for word in letters)
    if not sure or not all(name in FLAGS or is_name(name) for name in names):
        return MASK
    if not all(_is_letters(word) for word in letters):
        return MASK
    shown = shown_arguments(words, command=False)
    for index, word in enumerate(words):
        name, equals, _ = word.partition("=")
        before = words[index - 1] if index and "=" not in words[index - 1] else ""
        if word.startswith("-"):
            if equals and name not in _TOLD:
                shown[index] = f"{name}={MASK}"
        elif word and not _REFERENCE.fullmatch(word) and before not in _TOLD:
            shown[index] = word if _SOCKET.fullmatch(f"-H{word}") else MASK
    return " ".join(shown)


def _is_letters(word: str) -> bool:
    return bool(_TOGETHER.fullmatch(word) or _SOCKET.fullmatch(word)) or (
        len(word) == 2 and word[1] in _LETTERS
    )


def shown_arguments(words: Sequence[str], command: bool = True) -> list[str]:
    """The words of a command as they may be shown, as many as there are.

    command: whether the first word is the program. What belongs to no known flag is shown only if
    it is a path, a reference to a variable, a proxy variable, or part of the shell's grammar.
    """
    shown: list[str] = []
    flag = ""
    for index, word in enumerate(words):
        expected, flag = flag, ""
        if command and index == 0:
            shown.append(word if _ODD_PATH.fullmatch(word) else _positional(word))
        elif _REFERENCE.fullmatch(word) or not word:
            shown.append(word)
        elif word.startswith("-") and word != "-":
            name, equals, value = word.partition("=")
            if _TOGETHER.fullmatch(word):
                shown.append(word)
                flag = "" if word.endswith("D") else word[-1]
                continue
            if not _FLAG_NAME.fullmatch(name):
                shown.append(word if _SOCKET.fullmatch(word) else MASK)
                continue
            bare = name.lstrip("-")
            if equals:
                shown.append(f"{name}={mask_url(value) if bare in FLAGS else MASK}")
            else:
                shown.append(word)
                flag = "" if bare in _SWITCHES else bare
        elif expected:
            shown.append(mask_url(word) if expected in FLAGS else MASK)
        else:
            shown.append(_positional(word))
    return shown


def _positional(word: str) -> str:
    name, equals, value = word.partition("=")
    if equals and re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        return f"{name}={masked_value(name, value)}"
    return word if _is_program_or_path(word) else MASK


def _is_program_or_path(word: str) -> bool:
    """A colon before an @ is no path's: what stands between them may be a password."""
    if ":" in word.rpartition("@")[0]:
        return False
    return word in _COMMANDS or bool(_PATH.fullmatch(word))


def proxy_flags(words: Iterable[str]) -> list[tuple[str, str]]:
    """The proxies among dockerd's words, by the names of their flags."""
    found: list[tuple[str, str]] = []
    expected = ""
    for word in words:
        flag, equals, value = word.partition("=")
        name = flag.lstrip("-")
        if expected:
            found.append((expected, word))
            expected = ""
        elif flag.startswith("-") and name in DAEMON_JSON_NAMES.values():
            if equals:
                found.append((name, value))
            else:
                expected = name
    return found


def plain_address(value: str) -> str:
    """A proxy's address that its reader may not even take for one: shown only if it has the look
    of an address, a quotation mark or a comma at its ends allowed."""
    masked = mask_url(value)
    return masked if _ADDRESS.fullmatch(masked) else MASK


def is_environment_key(key: str) -> bool:
    """``Environment``, ``UnsetEnvironment``, and what was meant as such."""
    lower = key.lower()
    return lower not in ("environmentfile", "passenvironment") and bool(
        _ENVIRONMENT_KEY.fullmatch(key)
    )


def is_exec_key(key: str) -> bool:
    """``ExecStart`` and its like, in any case."""
    return bool(_EXEC_KEY.fullmatch(key))


def is_shown_key(key: str) -> bool:
    """Whether this key's name is one that systemd, or a person who meant it, can have written."""
    return bool(
        key in _COMMON_KEYS
        or _KEYS.fullmatch(key)
        or _ENVIRONMENT_KEY.fullmatch(key)
        or _EXEC_KEY.fullmatch(key)
        or variable_of_key(key)
    )


def variable_of_key(key: str) -> str:
    """The proxy variable that somebody wrote in the place of a unit's key, perhaps behind
    ``export`` or ``Environment:`` or a list's dash; "" for any other key."""
    found = _VARIABLE_KEY.fullmatch(key)
    return found.group(1) if found is not None and found.group(1) in PROXY_NAMES else ""


def is_shown_section(name: str) -> bool:
    """Whether a section's name is one of systemd's, or near it."""
    return name.strip().lower().rstrip("s") in _SECTIONS
