"""A secret planted in every place of a live host is in no Snapshot of it."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from tests.lab.equipment import Host
from tests.lab.same_from_file import assert_the_snapshot_says_the_same

pytestmark = pytest.mark.lab

MARK = "Pl4nt3d"
URLS = (
    f"http://u:{MARK}01@10.88.0.1:3128",
    f"HTTP://u:{MARK}02@10.88.0.1:3128",
    f"u:{MARK}03@10.88.0.1:3128",
    f"http://{MARK}04@10.88.0.1:3128/",
    f"http://u:{MARK}05%40@10.88.0.1:3128",
    f"socks5h://u:{MARK}06@10.88.0.1:1080",
    f" http://u:{MARK}07@10.88.0.1:3128",
    f"http://u:a@{MARK}08@10.88.0.1:3128",
    f"http://u:{MARK}09%40h",
    f"//u:{MARK}10@h:1",
)
NAMES = (
    *("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy"),
    *("ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"),
)
ENVIRONMENT = dict(zip(NAMES, URLS, strict=True))
OTHERS = {
    "AWS_SECRET_ACCESS_KEY": f"{MARK}20",
    "DOCKER_PASSWORD": f"{MARK}21",
    "DOCKER_CONTENT_TRUST_ROOT_PASSPHRASE": f"{MARK}22",
    "DOCKER_AUTH_CONFIG": f'{{"auths": {{"r": {{"auth": "{MARK}23"}}}}}}',
    "GITHUB_TOKEN": f"{MARK}24",
    "MY_PROXY_PASSWORD": f"{MARK}25",
    "HTTP_PROXY_PASSWORD": f"{MARK}26",
}
CONFIG = {
    "auths": {"r.test": {"auth": f"{MARK}30", "identitytoken": f"{MARK}31"}},
    "credsStore": "planted",
    "credHelpers": {f"{MARK}32.test": "planted"},
    "HttpHeaders": {"Authorization": f"Bearer {MARK}33", f"{MARK}34": "x"},
    "proxies": {
        "default": {"httpProxy": URLS[0], "httpsProxy": URLS[4], "noProxy": f"u:{MARK}35@h"},
        "tcp://other:1": {"httpProxy": URLS[1]},
    },
    "plugins": {"hub": {"token": f"{MARK}36"}},
    "aliases": {"builder": f"{MARK}37"},
    f"{MARK}38": f"{MARK}39",
}
DAEMON = {
    "proxies": {"http-proxy": URLS[0].replace(" ", ""), "https-proxy": URLS[5]},
    "labels": [f"key={MARK}40"],
    "log-driver": "json-file",
    "log-opts": {"tag": f"{MARK}41", "labels": f"{MARK}42"},
}
DROP_IN = f"""\
# the password is {MARK}50
; http://u:{MARK}51@10.88.0.1:3128
[Service]
# Environment=HTTP_PROXY=http://u:{MARK}52@10.88.0.1:3128
Environment="AWS_SECRET_ACCESS_KEY={MARK}53" TOKEN={MARK}54
Environment=HTTP_PROXY=http://u:{MARK}55@10.88.0.1:3128
EnvironmentFile=-/etc/docker/planted.env
X-Note={MARK}56
ExecStartPre=/bin/sh -c "true {MARK}57"
"""
ENVIRONMENT_FILE = f"""\
# {MARK}60
export http_proxy=http://u:{MARK}61@10.88.0.1:3128
HTTPS_PROXY='http://u:{MARK}62@10.88.0.1:3128'
TOKEN={MARK}63
not a setting {MARK}64
"""
CONTEXT = {
    "Name": "planted",
    "Metadata": {"Description": f"{MARK}70", "token": f"{MARK}71"},
    "Endpoints": {"docker": {"Host": f"ssh://{MARK}72@h", "SkipTLSVerify": False}},
}
HELPER = f'#!/bin/sh\necho \'{{"ServerURL":"r","Username":"u","Secret":"{MARK}80"}}\'\n'


def plant(host: Host) -> None:
    """Put one into every place that a Docker host has."""
    host.sh("tar -c -T /dev/null | docker import - tiny")
    host.write("/root/.docker/config.json", json.dumps(CONFIG, indent=1), mode=0o600)
    host.write("/usr/local/bin/docker-credential-planted", HELPER, mode=0o755)
    meta = hashlib.sha256(b"planted").hexdigest()
    host.write(f"/root/.docker/contexts/meta/{meta}/meta.json", json.dumps(CONTEXT))
    host.write("/etc/docker/daemon.json", json.dumps(DAEMON, indent=1), mode=0o600)
    host.write("/etc/systemd/system/docker.service.d/planted.conf", DROP_IN, mode=0o600)
    host.write("/etc/docker/planted.env", ENVIRONMENT_FILE, mode=0o600)
    host.systemctl("daemon-reload")
    host.systemctl("restart", "docker")
    words = ["create", "--name", "planted", "--label", f"secret={MARK}90"]
    for name, value in {**ENVIRONMENT, **OTHERS}.items():
        words += ["--env", f"{name}={value}"]
    host.docker(*words, "tiny", "echo", f"{MARK}91")
    host.systemctl("set-environment", f"HTTP_PROXY=http://u:{MARK}81@h:1", f"TOKEN={MARK}82")


def snapshot(host: Host, *words: str) -> str:
    """What is written, with secrets in the environment of whoever asks."""
    given = [f"{name}={value}" for name, value in {**ENVIRONMENT, **OTHERS}.items()]
    paths = "PYTHONPATH=/opt/dockproxy/src"
    done = host.run(["env", paths, *given, "python3", "-m", "dockproxy", "snapshot", *words])
    return done.output


def test_what_is_planted_is_in_no_snapshot(host: Host) -> None:
    plant(host)
    try:
        text = snapshot(host)
        other = snapshot(host, "--context", "planted")
        told = snapshot(host, "--with-secrets", "-o", "/root/with.json")
        assert_the_snapshot_says_the_same(host)
    finally:
        host.systemctl("unset-environment", "HTTP_PROXY", "TOKEN")

    assert MARK not in text
    assert MARK not in other
    assert MARK not in told
    document = json.loads(text[: text.rindex("}") + 1])
    assert document["engine"]["http_proxy"] == "http://xxxxx:xxxxx@10.88.0.1:3128"
    assert document["containers"][0]["environ"].keys() == set(NAMES)
    assert set(document["dockerd"]["environ"]) >= {"HTTP_PROXY", "HTTPS_PROXY"}
    assert "AWS_SECRET_ACCESS_KEY" not in document["dockerd"]["environ"]
    assert document["systemd"]["environment"] == {"HTTP_PROXY": "http://xxxxx:xxxxx@h:1"}
    assert document["environment"].keys() >= set(NAMES)
    roles = {fact["role"] for fact in document["files"] if fact["text"]}
    assert roles == {"unit", "drop-in", "environment-file", "daemon-json", "client-json"}
    for place in ("environment", "daemon.environment", "systemd.environment", "container."):
        assert any(key.startswith(place) for key in document["traits"]), place


def test_with_secrets_it_holds_proxies_alone_and_its_owner_alone_reads_it(host: Host) -> None:
    plant(host)
    try:
        snapshot(host, "--with-secrets", "-o", "/root/with.json")
    finally:
        host.systemctl("unset-environment", "HTTP_PROXY", "TOKEN")

    document = json.loads(host.read("/root/with.json"))

    kept = document.pop("secrets")
    assert MARK not in json.dumps(document)
    assert host.sh("stat -c %a /root/with.json").stdout.strip() == "600"
    marks = {mark for item in kept for mark in re.findall(rf"{MARK}(\d\d)", item["value"])}
    proxies = {f"{number:02}" for number in range(1, 11)}
    assert proxies <= marks
    assert marks - proxies == {"35", "55", "62", "81"}


def test_a_container_that_has_the_old_password_is_told_without_showing_either(host: Host) -> None:
    def configure(password: str) -> None:
        proxy = {"httpProxy": f"http://u:{password}@10.88.0.1:3129"}
        host.write("/root/.docker/config.json", json.dumps({"proxies": {"default": proxy}}))

    host.sh("tar -c -T /dev/null | docker import - tiny")
    configure(f"{MARK}1")
    host.docker("create", "--name", "made", "tiny", "x")
    same = host.dockproxy("status").stdout
    configure(f"{MARK}2")
    other = host.dockproxy("status").stdout

    assert "1, each with what a new one would be given" in same
    assert "1 of 1 made before the client's configuration changed: made" in other
    assert MARK not in same + other
    assert_the_snapshot_says_the_same(host)


def test_without_rights_it_is_taken_all_the_same_and_says_what_it_lacks(host: Host) -> None:
    host.write("/etc/docker/daemon.json", json.dumps({"debug": True}), mode=0o600)
    taken = host.dockproxy("snapshot", "-o", "/tmp/of-bob.json", user="bob")
    shown = host.dockproxy("status", "--from", "/tmp/of-bob.json", user="bob").stdout
    assert_the_snapshot_says_the_same(host, user="bob")
    host.remove("/tmp/of-bob.json")

    assert "no secret is in it" in taken.stderr
    assert "could not be seen: " in taken.stderr
    assert "sudo dockproxy snapshot" in taken.stderr
    assert "/etc/docker/daemon.json" in shown.partition("Could not be seen")[2]
