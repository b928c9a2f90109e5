"""Random daemons' drop-ins that set proxies, right and wrong, as people write them."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
ADDRESSES = (
    "http://proxy.corp.test:3128", "http://10.0.0.1:3128", "http://ann:p%40ss@10.0.0.1:3128",
    "http://ann:p%%40ss@10.0.0.1:3128", "http://10.0.0.1:3128/", "socks5://10.0.0.1:1080",
    "http://ann:pa\\\\ss@10.0.0.1:3128", "http://ann:pass%20word@10.0.0.1:3128", "10.0.0.1:3128",
    "http://ann:p%25@10.0.0.1:3128", "http://%H:3128", "http://ann:100%@10.0.0.1:3128", "",
    "http://ann:p\\qx@10.0.0.1:3128", "http://ann:%zz@10.0.0.1:1", "http://ann:$X@10.0.0.1:1",
)  # fmt: skip
LISTS = (
    "localhost,127.0.0.1,.corp.test", "localhost, 127.0.0.1, .corp.test", "localhost 127.0.0.1",
    "*", "localhost;127.0.0.1", "localhost,127.0.0.0/8,::1", "localhost,\t10.0.0.0/8", "",
    "localhost,10.0.0.0/8 ,a", "a,b,",
)  # fmt: skip
_KEYS = ("Environment",) * 12 + ("environment", "Enviroment", "ENVIRONMENT", "Environments", "Env")
_SECTIONS = ("[Service]",) * 14 + ("[service]", "[Unit]", "[Service", "", "[Install]", "[Services]")


class Case(NamedTuple):
    """files: a daemon's drop-ins and EnvironmentFiles, by their names."""

    drop_ins: dict[str, str]
    environment_files: dict[str, str]


def assignment(rng: Random, name: str) -> str:
    """One word, or what is meant as one."""
    value = rng.choice(LISTS if name.lower() == "no_proxy" else ADDRESSES)
    shape = rng.randrange(20)
    shapes = {
        0: f'{name}="{value}"', 1: f"'{name}={value}'", 2: f"{name} = {value}",
        3: f"{name}= {value}", 4: f'"{name}={value}', 5: f'{name}={value}"', 6: f"“{name}={value}”",
        7: f"{name}=“{value}”", 8: f"{name}={value},", 9: f'"{name}={value}";',
        10: f"export {name}={value}", 11: f"{name.replace('_', '-')}={value}",
    }  # fmt: skip
    return shapes.get(shape, f'"{name}={value}"' if shape % 2 else f"{name}={value}")


def _line(rng: Random) -> str:
    names = rng.sample(NAMES, rng.choice((1, 1, 1, 2, 3)))
    if rng.random() < 0.1:
        return "".join((rng.choice(("", "export ", "set ")), names[0], "=", rng.choice(ADDRESSES)))
    gap = rng.choice((" ", " ", " ", "  ", " \\\n  ", ", ", ";"))
    equals = rng.choice(("=",) * 6 + (" = ", "= "))
    words = gap.join(assignment(rng, name) for name in names)
    return f"{rng.choice(_KEYS)}{equals}{words}"


def _other(rng: Random) -> str:
    return rng.choice((
        "# Environment=HTTP_PROXY=http://old:1", "", "ExecReload=/bin/true", "TimeoutStartSec=0",
        "; a comment", "LimitNOFILE=1048576", "Environment=FOO=bar \"BAZ=a b\"",
        "Environment=DOCKER_OPTS=", "PassEnvironment=LANG", "UnsetEnvironment=LANG",
    ))  # fmt: skip


def _file_line(rng: Random) -> str:
    path = rng.choice(("/etc/docker/proxy.env", "/etc/docker/gone.env"))
    dash = rng.choice(("", "-"))
    return rng.choice((
        f"EnvironmentFile={dash}{path}", f"EnvironmentFile={dash}{path}",
        f'EnvironmentFile="{dash}{path}"', f"EnvironmentFile={dash}etc/docker/proxy.env",
        f"EnvironmentFile={dash}'{path}'",
    ))  # fmt: skip


def drop_in(rng: Random) -> str:
    """One file's text."""
    lines = [rng.choice(_SECTIONS)]
    for _ in range(rng.randint(1, 4)):
        kind = rng.random()
        if kind < 0.68:
            lines.append(_line(rng))
        elif kind < 0.76:
            lines.append(_file_line(rng))
        else:
            lines.append(_other(rng))
        if rng.random() < 0.05:
            lines.append(rng.choice(_SECTIONS))
    eol = "\r\n" if rng.random() < 0.05 else "\n"
    return eol.join(lines) + (eol if rng.random() < 0.9 else "")


def environment_file(rng: Random) -> str:
    """An EnvironmentFile's text: each name once."""
    lines = []
    for name in rng.sample(NAMES, rng.randint(1, 4)):
        value = rng.choice((*ADDRESSES[:3], *LISTS[:2]))
        lines.append(rng.choice((
            f"{name}={value}", f"{name}={value}", f'{name}="{value}"', f"export {name}={value}",
            f"{name} = {value}", f"{name.replace('_', '-')}={value}", f"set {name}={value}",
            f"# {name}={value}", f"  export  {name}='{value}'",
        )))  # fmt: skip
    return "\n".join(lines) + "\n"


def case(rng: Random) -> Case:
    """A daemon's files."""
    names = rng.sample(("http-proxy.conf", "10-proxy.conf", "zz.conf", "proxy.conf"), 2)
    drop_ins = {name: drop_in(rng) for name in names[: rng.choice((1, 1, 1, 2))]}
    if rng.random() < 0.12:
        reset = rng.choice(("Environment=", "UnsetEnvironment=HTTPS_PROXY NO_PROXY"))
        drop_ins[rng.choice(("00-reset.conf", "zzz-reset.conf"))] = f"[Service]\n{reset}\n"
    return Case(drop_ins, {"/etc/docker/proxy.env": environment_file(rng)})
