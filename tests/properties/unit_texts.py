"""Random drop-ins and EnvironmentFiles, and docker.service as its packages have it."""

from __future__ import annotations

from random import Random

from tests.support import random_units

DEBIAN = """\
[Unit]
Description=Docker Application Container Engine
Documentation=https://docs.docker.com
After=network-online.target docker.socket firewalld.service containerd.service time-set.target
Wants=network-online.target containerd.service
Requires=docker.socket

[Service]
Type=notify
# the default is not to use systemd for cgroups because the delegate issues still
# exists and systemd currently does not support the cgroup feature set required
# for containers run by docker
EnvironmentFile=-/etc/default/docker
ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock $DOCKER_OPTS
ExecReload=/bin/kill -s HUP $MAINPID
TimeoutStartSec=0
RestartSec=2
Restart=always
StartLimitBurst=3
StartLimitInterval=60s
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
Delegate=yes
KillMode=process
OOMScoreAdjust=-500

[Install]
WantedBy=multi-user.target
"""
"""docker.io 26.1.5+dfsg1-9+b9, some comments less."""

DOCKER_CE = """\
[Unit]
Description=Docker Application Container Engine
Documentation=https://docs.docker.com
After=network-online.target nss-lookup.target docker.socket firewalld.service containerd.service
Wants=network-online.target containerd.service
Requires=docker.socket
StartLimitBurst=3
StartLimitIntervalSec=60

[Service]
Type=notify
# the default is not to use systemd for cgroups because the delegate issues still
# exists and systemd currently does not support the cgroup feature set required
# for containers run by docker
ExecStart=/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock
ExecReload=/bin/kill -s HUP $MAINPID
TimeoutStartSec=0
RestartSec=2
Restart=always
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
Delegate=yes
KillMode=process
OOMScoreAdjust=-500

[Install]
WantedBy=multi-user.target
"""
"""moby packaging, contrib/init/systemd/docker.service of 28.0, some comments less."""

_NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
_VALUES = (
    "http://old.corp.test:3128",
    "http://10.1.1.1:8080/",
    "socks5://127.0.0.1:1080",
    "http://ann:s3cr%%40t@old.corp.test:3128",
    "",
)
_LISTS = ("localhost,127.0.0.1", ".corp.test,10.0.0.0/8", "*")


def _value(rng: Random, name: str, bare: bool) -> str:
    return "" if bare else rng.choice(_LISTS if "no" in name.lower() else _VALUES)


def _word(rng: Random, bare: bool) -> str:
    name = rng.choice(_NAMES)
    value = _value(rng, name, bare)
    return rng.choice((f'"{name}={value}"', f"'{name}={value}'", f"{name}={value}"))


def _environment(rng: Random, bare: bool) -> str:
    words = [_word(rng, bare) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    if rng.random() < 0.2:
        words.insert(0, 'TZ="Europe/Berlin"')
    between = rng.choice((" ", " ", "  ", " \\\n  ", " \\\n# why this one\n  "))
    return rng.choice(("Environment=", "Environment=", "Environment = ")) + between.join(words)


def drop_in(rng: Random, bare: bool = False) -> bytes:
    """A drop-in of docker.service. bare: with no proxy in it that is not empty."""
    if not bare and rng.random() < 0.1:
        return random_units.unit_text(rng).encode("utf-8", "surrogateescape")
    if rng.random() < 0.05:
        return rng.choice((b"", b"\n", b"[Service]\n", b"# nothing here yet\n"))
    lines = [rng.choice(("# written by hand", "; see the wiki", ""))] * (rng.random() < 0.2)
    lines.append("[Service]")
    for _ in range(rng.randint(0, 4)):
        kind = rng.random()
        if kind < 0.6:
            lines.append(_environment(rng, bare))
        elif kind < 0.66:
            lines.append("Environment=")
        elif kind < 0.72:
            lines.append(rng.choice(("# Environment=HTTP_PROXY=http://off.corp.test:1", "; no")))
        elif kind < 0.8:
            lines.append("")
        elif kind < 0.88:
            lines.append(
                rng.choice(("EnvironmentFile=-/etc/docker/proxy.env", "LimitNOFILE=65536"))
            )
        elif kind < 0.92:
            lines.append(f"UnsetEnvironment={rng.choice(_NAMES)}")
        else:
            lines += ["[Unit]", "Description=Docker, at corp", "[Service]"]
    text = "\n".join(lines) + rng.choice(("\n", "\n", "\n", "", "\n\n"))
    if rng.random() < 0.15:
        text = text.replace("\n", "\r\n")
    return text.encode()


def environment_file(rng: Random, bare: bool = False) -> bytes:
    """A file for EnvironmentFile=, as Debian's /etc/default/docker is one."""
    if not bare and rng.random() < 0.1:
        return random_units.environment_file_text(rng).encode("utf-8", "surrogateescape")
    lines = ["# Docker Upstart and SysVinit configuration file", ""][: rng.randint(0, 2)]
    for _ in range(rng.randint(0, 3)):
        name = rng.choice(_NAMES)
        value = _value(rng, name, bare)
        lines.append(
            rng.choice((f"{name}={value}", f'{name}="{value}"', f"export {name}={value}", "# off"))
        )
    if rng.random() < 0.3:
        lines.append('DOCKER_OPTS="--debug=false"')
    eol = rng.choice(("\n", "\n", "\n", "\r\n"))
    return (eol.join(lines) + rng.choice((eol, eol, ""))).encode()
