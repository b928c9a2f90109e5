"""At least 40 real breakages: each is named first, most are mended, each comes back by undo."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lab.breakages import ALL as FIRST
from tests.lab.breakages import CLIENT, CONFIG, Breakage
from tests.lab.breakages_fresh import FRESH
from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

ALL = {**FIRST, **FRESH}
IN_EVERY_RUN = ("a trailing comma", "a percent sign", "only http", "config.json: names with dashes")
INSIDE = "http://registry.corp.test:5443"
BOX = "box"


def test_the_table_is_as_wide_as_promised() -> None:
    assert len(ALL) >= 40
    assert sum(breakage.mends for breakage in ALL.values()) >= 30


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in IN_EVERY_RUN else pytest.mark.soak) for name in ALL],
)
def test_a_breakage_is_named_first_mended_and_brought_back(
    lab: Lab, host: Host, squid: Proxy, name: str
) -> None:
    breakage = ALL[name]
    if breakage.engine:
        host.reset(breakage.engine)
    host.add_image()
    broken = break_it(host, squid, breakage)
    assert not goes_by_the_proxy(lab, host, squid, breakage.breaks)

    first = findings(host)[0]
    done = host.dockproxy("doctor", "--fix", "--unsafe", "--yes", check=False)
    works = {part: goes_by_the_proxy(lab, host, squid, part) for part in PARTS}
    undone = host.dockproxy("undo", "--yes", check=False)

    assert first["code"] == breakage.code, first
    assert (works == dict.fromkeys(PARTS, True)) is breakage.mends, (works, done.output)
    assert not breakage.mends or done.returncode == 0, done.output
    assert undone.returncode == 0, undone.output
    assert host.tree(*FILES) == broken


FILES = ("/etc/docker", "/etc/systemd/system", "/etc/default", "/etc/sysconfig", CONFIG)
PARTS = ("pull", "run", "build")


def break_it(host: Host, squid: Proxy, breakage: Breakage) -> dict[str, Any]:
    """Do the deed; all that lies where proxies are set, as it then is."""
    for path, content in {CONFIG: CLIENT, **breakage.files}.items():
        host.write(path, _with_addresses(content, squid))
    if breakage.reload:
        host.systemctl("daemon-reload")
    host.systemctl("reset-failed", "docker.service")
    if breakage.restart:
        host.run(["systemctl", "restart", "docker"], check=False)
    return host.tree(*FILES)


def _with_addresses(content: str | bytes, squid: Proxy) -> bytes:
    login = squid.url.replace("//", "//ann:p%40ss@")
    if isinstance(content, str):
        return content.replace("URL", squid.url).replace("LOGIN", login).encode()
    wide = {text: text.encode("utf-16-le") for text in ("URL", squid.url)}
    return content.replace(wide["URL"], wide[squid.url])


def goes_by_the_proxy(lab: Lab, host: Host, squid: Proxy, part: str) -> bool:
    """Whether a real pull, run or build works, and the proxy saw it."""
    squid.forget()
    fetch = f"wget -q -O - {INSIDE}/{part}"
    if part == "pull":
        return host.docker("pull", lab.fresh_image(), check=False).returncode == 0 and bool(
            squid.count(lab.registry.address)
        )
    if part == "run":
        host.docker("run", "--rm", BOX, "/busybox", *fetch.split(), check=False)
        return bool(squid.count(f"{INSIDE}/{part}"))
    text = f"FROM {lab.fresh_image()}\nRUN {fetch} || true\n"
    host.write("/tmp/build/Dockerfile", text)
    built = host.docker("build", "--no-cache", "/tmp/build", check=False)
    return built.returncode == 0 and bool(squid.count(f"{INSIDE}/{part}"))


def findings(host: Host) -> list[dict[str, Any]]:
    said = host.dockproxy("doctor", "--json", check=False).stdout
    found: list[dict[str, Any]] = json.loads(said)["findings"]
    return found
