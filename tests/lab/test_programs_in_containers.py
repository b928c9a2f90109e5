"""What real programs in a container do with the proxies that ``set`` gives them.

The remarks that ``set`` makes about a scheme (plan/client.py) say what is seen here.
"""

from __future__ import annotations

import pytest

from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

REGISTRY = "registry.corp.test:5443"
URL = f"https://{REGISTRY}/v2/"
SOURCE = f"deb [trusted=yes] {URL} x main"
APT = (
    "-o Acquire::Retries=0 -o Acquire::https::Verify-Peer=false"
    " -o Acquire::https::Verify-Host=false -o APT::Sandbox::User=root"
    " -o Dir::Etc::sourcelist=/tmp/lab.list -o Dir::Etc::sourceparts=-"
    " -o Dir::State::Lists=/tmp/lists -o Dir::Cache=/tmp/cache"
)
LISTS = "/tmp/lists/partial /tmp/cache/archives/partial"
PIP = "--retries 0 --timeout 5 --no-deps --no-cache-dir --trusted-host registry.corp.test:5443"
OPEN = f"open('{URL}', context=ssl._create_unverified_context(), timeout=5)"
PROGRAMS = {
    "curl": f"curl -ksS -m 5 {URL}",
    "wget": f"wget -q -T 5 -t 1 --no-check-certificate -O- {URL}",
    "git": f"git -c http.sslVerify=false ls-remote {URL}x",
    "apt": f"mkdir -p {LISTS}; echo '{SOURCE}' > /tmp/lab.list; apt-get {APT} update",
    "pip": f"pip download {PIP} -i {URL} -d /tmp/pip nothing",
    "urllib": f'python3 -c "import ssl, urllib.request as u; u.url{OPEN}"',
    "Go": "docker manifest inspect --insecure $0",
}
PATH = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
ALL = set(PROGRAMS)
GET_OUT = {
    "http": ALL,
    "http over IPv6": set(),  # Docker's own network has no IPv6
    # The password holds %41: git decodes it, and the libcurl below it once more.
    "http with a password": ALL - {"git"},
    "https": {"curl", "git", "apt", "pip", "Go"},
    "socks5": {"Go"},  # curl and git speak it, but look up the name themselves
    "socks5h": {"curl", "git", "apt", "Go"},
}


def _proxies(lab: Lab) -> dict[str, tuple[Proxy, str]]:
    for proxy in (lab.squid, lab.auth_proxy, lab.tls_proxy, lab.socks):
        proxy.ready()
    return {
        "http": (lab.squid, lab.squid.url),
        "http over IPv6": (lab.squid, lab.squid.url_v6),
        "http with a password": (lab.auth_proxy, lab.auth_proxy.url),
        "https": (lab.tls_proxy, lab.tls_proxy.url),
        "socks5": (lab.socks, lab.socks.url.replace("socks5h:", "socks5:")),
        "socks5h": (lab.socks, lab.socks.url),
    }


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param(("http with a password", "https", "socks5h"), id="three kinds"),
        pytest.param(tuple(GET_OUT), id="all kinds", marks=pytest.mark.soak),
    ],
)
def test_programs_get_out_by_each_kind_of_proxy_as_the_remarks_say(
    lab: Lab, host: Host, kinds: tuple[str, ...]
) -> None:
    host.add_programs()
    host.write("/usr/local/share/ca-certificates/lab.crt", lab.tls_proxy.ca)
    host.run(["update-ca-certificates"])
    image, inspected = host.add_image(), lab.fresh_image()
    proxies = _proxies(lab)
    for kind in kinds:
        proxy, url = proxies[kind]
        host.dockproxy("set", url, "--for", "client", "--yes")
        # The host's own programs, with a container's environment and network.
        mounts = ("-v", "/:/host", "-v", "/tmp:/host/tmp")
        host.docker("run", "-d", "--rm", "--name", "one", *mounts, image, "/busybox", "sleep", "99")
        got_out = {}
        for name, command in PROGRAMS.items():
            proxy.forget()
            inside = (
                "/busybox",
                "chroot",
                "/host",
                "/bin/sh",
                "-c",
                f"{PATH}; {command}",
                inspected,
            )
            said = host.docker("exec", "one", *inside, check=False).output
            if proxy.count(REGISTRY):
                got_out[name] = said
            print(kind, name, said[-200:])
        assert set(got_out) == GET_OUT[kind], kind
        host.docker("kill", "one")
