"""``dockproxy doctor --project`` as a person sees it, and in a folder that means harm."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.tree import here

COMPOSE = """\
services:
  web:
    image: nginx
    environment:
      HTTP_PROXY: http://ann:s3cret@127.0.0.1:3128
      http_proxy: http://ann:s3cret@127.0.0.1:3128
      DB_PASSWORD: hunter2
"""
FORMATS = ("text", "json", "sarif", "github", "junit")
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil\u2066::error::x%0A<script>"


def write(folder: Path, files: dict[str, str | bytes]) -> str:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return str(folder)


def document(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(here("doctor", *words, "--json").out)
    return found


def codes(*words: str) -> list[str]:
    return [each["code"] for each in document(*words)["findings"]]


def test_what_is_wrong_its_place_and_what_to_do(tmp_path: Path) -> None:
    said = here("doctor", "--project", write(tmp_path, {"compose.yaml": COMPOSE}))

    assert said.code == 1
    assert "DP410 loopback-in-service" in said.out
    assert f"{tmp_path}/compose.yaml:5:7" in said.out
    assert "write the address at which containers reach the proxy" in said.out


def test_paths_are_as_they_were_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"app/compose.yaml": COMPOSE})
    monkeypatch.chdir(tmp_path)

    for folder, path in ((".", "app/compose.yaml"), ("app", "app/compose.yaml")):
        found = document("--project", folder)["findings"]
        assert {each["path"] for one in found for each in one["evidence"]} == {path}


def test_the_document_is_doctors(tmp_path: Path) -> None:
    found = document("--project", write(tmp_path, {"compose.yaml": COMPOSE}))

    assert (found["schema"], found["kind"]) == (1, "doctor")
    finding = next(each for each in found["findings"] if each["code"] == "DP410")
    assert (finding["severity"], finding["component"]) == ("warning", "compose")
    assert finding["evidence"][0]["text"] == "HTTP_PROXY: http://xxxxx:xxxxx@127.0.0.1:3128"
    assert found["summary"]["error"] == 0


@pytest.mark.parametrize("format_", FORMATS)
def test_no_secret_is_shown_in_any_format(format_: str, tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        {
            "compose.yaml": COMPOSE,
            ".env": "HTTPS_PROXY=http://bob:s3cret@10.0.0.1:1\nTOKEN=hunter2\n",
            "Dockerfile": "FROM alpine\nENV http_proxy http://a:s3cret@h:1\n"
            "RUN export https_proxy='http://a:my s3cret@h:1'; curl -u me:hunter2 x\n"
            "ARG PROXY=ann:s3cret@proxy:3128\nRUN npm config set proxy http://a:s3cret@h:1\n",
            "docker-bake.hcl": 'target "a" {\nargs = {\nHTTP_PROXY = "http://a:s3cret@h:1" } }\n',
        },
    )

    said = here("doctor", "--project", folder, "--format", format_)

    assert said.code == 1
    assert "s3cret" not in said.text
    assert "hunter2" not in said.text


def test_select_ignore_and_exit_codes_are_doctors(tmp_path: Path) -> None:
    folder = write(tmp_path, {"compose.yaml": COMPOSE})

    assert here("doctor", "--project", folder, "--select", "DP410").code == 1
    assert here("doctor", "--project", folder, "--ignore", "DP4,DP8").code == 0
    assert set(codes("--project", folder, "--select", "DP821")) == {"DP821"}


def test_a_project_without_faults_is_well(tmp_path: Path) -> None:
    folder = write(tmp_path, {"Dockerfile": "FROM alpine\n"})

    said = here("doctor", "--project", folder)

    assert said.code == 0
    assert "in this project (1 file)" in said.out
    assert here("doctor", "--project", folder, "--strict").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ["--from", "x.json"],
        ["--root", "/"],
        ["--user", "root"],
        ["--context", "default"],
        ["--fix"],
        ["--probe"],
    ],
)
def test_a_project_is_looked_at_alone(words: list[str], tmp_path: Path) -> None:
    folder = write(tmp_path, {"Dockerfile": "FROM alpine\n"})
    said = here("doctor", "--project", folder, *words)
    assert said.code == 2
    assert words[0] in said.err


def test_what_is_no_project_is_told(tmp_path: Path) -> None:
    assert here("doctor", "--project", str(tmp_path)).code == 2
    assert here("doctor", "--project", str(tmp_path / "nowhere")).code == 2
    assert here("doctor", "--project", "").code == 2


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_in_a_project_commands_what_shows_it(format_: str, tmp_path: Path) -> None:
    quoted = json.dumps(EVIL)
    folder = write(
        tmp_path,
        {
            "compose.yaml": f"services:\n  {quoted}:\n    environment:\n      HTTP_PROXY:"
            f" {json.dumps('http://127.0.0.1:1/' + EVIL)}\n    {json.dumps('proxy')}: 1\n",
            f"{EVIL.replace('/', '')}.Dockerfile": "FROM x\nENV http_proxy=http://127.0.0.1:1/"
            f"{EVIL}\nENV NO_PROXY=a;{EVIL}\n",
            "sub/compose.yaml": f"services: {{a: {{environment: [{EVIL}\n",
            "docker-compose.yml": b"services:\n  \xff\xfe: {}\n",
            "Containerfile": b"FROM x\nENV http_proxy=http://localhost:1/\xff\x00\n",
        },
    )

    said = here("doctor", "--project", folder, "--format", format_)

    assert said.code == 1
    controls = {char for char in said.text if not char.isprintable() and char != "\n"}
    assert not controls
    if format_ in ("json", "sarif"):
        json.loads(said.out)
    elif format_ == "junit":
        ElementTree.fromstring(said.out)
    elif format_ == "github":
        assert all(line.startswith("::") for line in said.out.splitlines())
        assert "::error::x" not in said.out.replace("%3A", ":").partition("::error file")[0]


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "outside.env"
    secret.write_text("HTTP_PROXY=http://127.0.0.1:1\n")
    project = tmp_path / "project"
    write(
        project,
        {
            "compose.yaml": "include: [../outside.yaml, /etc/passwd]\nservices:\n  web:\n"
            "    extends: {file: ../../outside.yaml, service: x}\n    env_file: [../outside.env]\n"
            "    build: {context: ., dockerfile: ../../etc/passwd}\n"
        },
    )
    (project / "Dockerfile").symlink_to("/etc/passwd")
    (project / "docker-compose.yml").symlink_to(tmp_path / "outside.env")
    (project / ".env").symlink_to("../outside.env")
    (project / "up").symlink_to("..")
    (project / "Dockerfile.loop").symlink_to("Dockerfile.loop")
    os.mkfifo(project / "Dockerfile.fifo")
    os.mkdir(project / "Dockerfile.folder")

    found = document("--project", str(project))

    assert found["findings"] == []
    told = {(each["about"], each["reason"]) for each in found["unknown"]}
    assert ("files.../outside.env", "outside") in told
    assert ("files.../../etc/passwd", "outside") in told
    assert ("files./Dockerfile", "outside") in told
    assert ("files./Dockerfile.fifo", "no-file") in told
    assert here("doctor", "--project", str(project), "--strict").code == 2


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    folder = write(tmp_path, {"base/real.yaml": COMPOSE})
    (tmp_path / "compose.yaml").symlink_to("base/real.yaml")
    assert "DP410" in codes("--project", folder)


def test_files_that_files_name_are_read(tmp_path: Path) -> None:
    loop = "ARG http_proxy=http://localhost:1\n"
    folder = write(
        tmp_path,
        {
            ".env": "COMPOSE_FILE=one.yaml:deploy/two.yaml\n",
            "one.yaml": "include:\n  - path: three.yaml\nservices:\n  a:\n    build:\n"
            "      context: app\n      dockerfile: build/image\n",
            "app/build/image": f"FROM alpine\n{loop}",
            "deploy/two.yaml": "services:\n  b:\n    env_file:\n      - path: ../vars\n",
            "vars": "HTTP_PROXY=http://HOST:PORT\n",
            "three.yaml": "services: {c: {environment: {HTTP_PROXY: 'http://localhost:1'}}}\n",
        },
    )

    found = {
        (each["code"], each["evidence"][0]["path"].removeprefix(f"{tmp_path}/"))
        for each in document("--project", folder)["findings"]
    }

    assert ("DP409", "app/build/image") in found
    assert ("DP410", "three.yaml") in found
    assert ("DP425", "vars") in found


LONG = {
    "deep flow": ("compose.yaml", "services: " + "[" * 100_000),
    "deep block": ("compose.yaml", "".join(f"{' ' * i}a:\n" for i in range(1400))),
    "bomb": (
        "compose.yaml",
        "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 60))
        + "services: {web: {environment: *a59, command: *a59}}\n",
    ),
    "merges": (
        "compose.yaml",
        "x0: &x0 {k: v}\n"
        + "".join(f"x{n}: &x{n} {{<<: [*x{n - 1}, *x{n - 1}], k{n}: v}}\n" for n in range(1, 3000))
        + "services: {web: {environment: *x2999}, b: *x2999, c: *x2998}\n",
    ),
    "services": ("compose.yaml", "services:\n" + "".join(f"  s{n}: {{}}\n" for n in range(60_000))),
    "flags": ("Dockerfile", "FROM a\nRUN " + "--x " * 200_000),
    "heredocs": ("Dockerfile", "FROM a\nRUN " + "<<A " * 200_000 + "\n" + "A\n" * 200_000),
    "stages": ("Dockerfile", "FROM a AS a\nENV http_proxy=$HTTP_PROXY a=b\n" * 20_000),
    "continued": ("Dockerfile", "FROM a\nRUN x \\\n" + "  y \\\n" * 150_000),
    "quotes": ("Dockerfile", 'FROM a\nENV http_proxy="' + '\\"' * 400_000),
    "word": ("Dockerfile", "FROM a\nRUN http_proxy=" + "a" * 900_000),
    "exports": ("Dockerfile", "FROM a\nRUN " + "export http_proxy=x;" * 50_000),
    "tools": ("Dockerfile", "FROM a\n" + "RUN npm config set proxy http://a:1\n" * 25_000),
    "git": ("Dockerfile", "FROM a\nRUN " + "git config --a " * 60_000),
    "addresses": (".env", "HTTP_PROXY=" + "http://" * 140_000 + "\n"),
    "ats": (".env", "HTTP_PROXY=http://" + "a:b@" * 250_000 + "\n"),
    "comments": ("docker-bake.hcl", "/*" * 400_000),
    "bake heredocs": ("docker-bake.hcl", "".join(f"<<A{n}\n" for n in range(60_000))),
    "names": ("docker-bake.hcl", '"HTTP_PROXY" = "' * 60_000),
    "json": ("docker-bake.json", '{"target": ' + '{"a": ' * 50_000),
}


@pytest.mark.parametrize("name", LONG)
def test_what_is_made_to_take_long_has_an_end(name: str, tmp_path: Path) -> None:
    file, text = LONG[name]
    said = here("doctor", "--project", write(tmp_path, {file: text[: 1 << 20]}), "--json")
    assert said.code in (0, 1)
    assert "Traceback" not in said.err


def test_what_is_too_large_is_told(tmp_path: Path) -> None:
    many = "services:\n" + "".join(f"  service{n}: {{}}\n" for n in range(100_000))
    folder = write(tmp_path, {"compose.yaml": many})

    said = here("doctor", "--project", folder)
    assert said.code == 2
    assert "too-large" in said.err

    write(tmp_path, {"Dockerfile": "FROM alpine\n"})
    said = here("doctor", "--project", folder)
    assert said.code == 0
    assert "Nothing was found in what could be seen; not seen: compose.yaml\n" in said.out
    assert "Nothing is wrong" not in said.out


def test_nothing_is_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = tmp_path / "bin"
    trap.mkdir()
    for name in ("git", "docker", "docker-compose", "sh"):
        (trap / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        (trap / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{trap}:{os.environ['PATH']}")
    folder = write(
        tmp_path / "p",
        {
            "compose.yaml": "services: {a: {command: !!python/object/apply:os.system [id]}}\n",
            "Dockerfile": "FROM a\nRUN $(touch ran) `touch ran`\n",
            ".env": "HTTP_PROXY=$(touch ran)\n",
        },
    )
    assert here("doctor", "--project", folder).code == 0
    assert not (tmp_path / "ran").exists()


def test_a_password_in_env_is_told_by_what_git_keeps(tmp_path: Path) -> None:
    folder = write(tmp_path, {".env": "HTTP_PROXY=http://ann:pw@10.0.0.1:1\n"})
    (remark,) = document("--project", folder)["findings"]
    assert (remark["code"], remark["severity"]) == ("DP822", "info")

    index = b"DIRC\0\0\0\2\0\0\0\1" + bytes(60) + b"\0\x04.env\0" + bytes(24)
    write(tmp_path, {".git/index": index})
    (warning,) = document("--project", folder)["findings"]
    assert warning["severity"] == "warning"

    write(tmp_path, {".git/index": b"DIRC\0\0\0\2\0\0\0\0", ".gitignore": "*.env\n"})
    assert document("--project", folder)["findings"] == []
