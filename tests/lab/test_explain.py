"""What real programs print when a proxy is wrong, as ``explain`` reads it."""

from __future__ import annotations

import json

import pytest

from tests.lab.equipment import Host, Proxy

pytestmark = pytest.mark.lab

REGISTRY = "https://registry.corp.test:5443"
DENIED = "https://denied.corp.test:5000"
JSON = "/etc/docker/daemon.json"
PROGRAMS = {
    "curl": "curl -sS {url}/v2/",
    "wget": "wget -t 1 -O /dev/null {url}/v2/",
    "git": "git ls-remote {url}/x",
    "pip": "python3 -m pip download --no-deps --retries 1 --timeout 9 -d /tmp -i {url}/simple x",
    "apt": "apt-get update -o Dir::Etc::sourcelist=/tmp/list -o Dir::Etc::sourceparts=-"
    " -o Acquire::Retries=0",
}
BUILT = "/tmp/b"
DOCKER = {
    "pull": "docker pull {image}",
    "build": f"docker build {BUILT}",
    "classic build": f"DOCKER_BUILDKIT=0 docker build {BUILT}",
    "compose": f"docker compose -f {BUILT}/compose.yaml pull",
}
DIFFER = {
    ("http-to-socks", "curl"): "proxy-hangs-up",
    ("http-to-socks", "git"): "proxy-hangs-up",
    ("http-to-socks", "apt"): "proxy-hangs-up",
    ("tls-to-a-plain-proxy", "curl"): "not-tls",
    ("tls-to-a-plain-proxy", "git"): "not-tls",
    ("tls-to-a-plain-proxy", "wget"): "interception",  # it takes no notice of the scheme
}
"""Where a program's words say less than others' do."""
WRONG = (
    "proxy-refused",
    "proxy-name-unknown",
    "proxy-authentication",
    "proxy-forbids",
    "http-to-socks",
    "tls-to-a-plain-proxy",
    "name-unknown",
)
IN_EVERY_RUN = ("proxy-refused", "tls-to-a-plain-proxy")
SOME_AND_REST = [
    pytest.param(IN_EVERY_RUN, id="some"),
    pytest.param(WRONG, id="all", marks=pytest.mark.soak),
]


def wrong(kind: str, squid: Proxy, auth: Proxy, socks: Proxy) -> tuple[str, str]:
    """A proxy's address that gives such an error, and what to ask for through it."""
    return {
        "proxy-refused": ("http://10.88.0.2:3128", REGISTRY),
        "proxy-name-unknown": ("http://proxy.nowhere.test:3128", REGISTRY),
        "proxy-authentication": (f"http://{auth.address}", REGISTRY),
        "proxy-forbids": (squid.url, DENIED),
        "http-to-socks": (f"http://{socks.address}", REGISTRY),
        "tls-to-a-plain-proxy": (f"https://{squid.address}", REGISTRY),
        "name-unknown": ("", REGISTRY),
    }[kind]


def taken_for(host: Host, text: str) -> str:
    said = host.dockproxy("explain", "-", "--json", input=text, check=False)
    matches = json.loads(said.stdout)["matches"]
    return str(matches[0]["id"]) if matches else "-"


@pytest.mark.parametrize("kinds", SOME_AND_REST)
def test_programs_errors_are_taken_for_what_they_are(
    host: Host, squid: Proxy, auth_proxy: Proxy, socks: Proxy, kinds: tuple[str, ...]
) -> None:
    host.add_programs()
    found, expected, words = {}, {}, {}
    for kind in kinds:
        proxy, url = wrong(kind, squid, auth_proxy, socks)
        host.write("/tmp/list", f"deb [trusted=yes] {url} bookworm main\n")
        env = dict.fromkeys(("https_proxy", "http_proxy"), proxy) if proxy else {}
        for program, command in PROGRAMS.items():
            run = host.run(["sh", "-c", command.format(url=url)], env=env, check=False, timeout=120)
            words[kind, program] = run.output
            found[kind, program] = taken_for(host, run.output)
            expected[kind, program] = DIFFER.get((kind, program), kind)
    differ = [each for each in found if found[each] != expected[each]]
    assert not differ, [(each, found[each], words[each]) for each in differ]


@pytest.mark.parametrize("kinds", SOME_AND_REST)
def test_errors_of_pulls_builds_and_compose_are_taken_for_what_they_are(
    host: Host, squid: Proxy, auth_proxy: Proxy, socks: Proxy, kinds: tuple[str, ...]
) -> None:
    found, expected, words = {}, {}, {}
    for kind in kinds:
        proxy, url = wrong(kind, squid, auth_proxy, socks)
        both = {"http-proxy": proxy, "https-proxy": proxy} if proxy else {}
        host.write(JSON, json.dumps({"proxies": both}))
        host.systemctl("reset-failed", "docker")
        host.run(["systemctl", "restart", "docker"])
        image = url.partition("//")[2] + "/x:1"
        host.write(f"{BUILT}/Dockerfile", f"FROM {image}\nRUN true\n")
        host.write(f"{BUILT}/compose.yaml", f"services: {{a: {{image: '{image}'}}}}\n")
        for name, command in DOCKER.items():
            run = host.sh(command.format(image=image), check=False, timeout=120)
            words[kind, name] = run.output
            found[kind, name] = taken_for(host, run.output)
            expected[kind, name] = kind
    differ = [each for each in found if found[each] != expected[each]]
    assert not differ, [(each, found[each], words[each]) for each in differ]
