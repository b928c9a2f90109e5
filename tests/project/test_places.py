"""Dockerfiles, compose files and the rest as their programs read them: what is there, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.core.model.project import Project
from dockproxy.live import observe_project


def read(tmp_path: Path, **files: str) -> Project:
    for name, text in files.items():
        (tmp_path / name.replace("_", ".")).write_text(text, newline="")
    project = observe_project(str(tmp_path)).snapshot.project
    assert project is not None
    return project


def settings(project: Project) -> list[tuple[str, str, str | None, int, int]]:
    return [(s.kind, s.name, s.value, s.line, s.column) for s in project.settings]


P = "http://10.0.0.1:3128"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"FROM a\nENV http_proxy={P}\n", [("env", "http_proxy", P, 2, 5)]),
        (f"from a\n  env   http_proxy   {P}\n", [("env", "http_proxy", P, 2, 9)]),
        (f'FROM a\r\nENV A=b http_proxy="{P}"\r\n', [("env", "http_proxy", P, 2, 9)]),
        (
            f"FROM a\nENV A=b \\\n# said\n\n    HTTPS_PROXY='{P}' \\\n  no_proxy=a,b\n",
            [("env", "HTTPS_PROXY", P, 5, 5), ("env", "no_proxy", "a,b", 6, 3)],
        ),
        (f"# escape=`\nFROM a\nENV A=b `\n http_proxy={P}\n", [("env", "http_proxy", P, 4, 2)]),
        (
            f"#syntax=x\n# escape = `\nFROM a\nRUN a `\n && http_proxy={P} b\n",
            [("run", "http_proxy", P, 5, 5)],
        ),
        (f"\ufeffFROM a\nONBUILD ENV http_proxy={P}\n", [("env", "http_proxy", P, 2, 13)]),
        (
            f"FROM a\nRUN <<EOF\nexport http_proxy={P}\nb\nEOF\nENV no_proxy=x\n",
            [("run", "http_proxy", P, 3, 8), ("env", "no_proxy", "x", 6, 5)],
        ),
        (
            f"FROM a\nRUN <<-'EOF' cat\n\thttp_proxy={P} b\n\tEOF\nARG all_proxy\n",
            [("run", "http_proxy", P, 3, 2), ("arg", "all_proxy", None, 5, 5)],
        ),
        (f"FROM a\nCOPY <<EOF /etc/x\nENV http_proxy={P}\nEOF\n", []),
        (f'FROM a\nRUN ["sh", "-c", "http_proxy={P} x"]\n', []),
        (f"FROM a\n# ENV http_proxy={P}\nRUN x # http\n", []),
        (f"FROM a\nLABEL http_proxy={P}\nRUN echo nginx_http_proxy={P}\n", []),
        ("FROM a\nRUN cat a<<b && x\nENV no_proxy=a\n", [("env", "no_proxy", "a", 3, 5)]),
        (f"FROM a\nRUN curl -x {P} https://x && tar -x http\n", [("run", "--proxy", P, 2, 10)]),
        ("FROM a\nENV http_proxy\n", [("env", "http_proxy", "", 2, 5)]),
    ],
    ids=range(16),
)
def test_dockerfiles(
    text: str, wanted: list[tuple[str, str, str | None, int, int]], tmp_path: Path
) -> None:
    assert settings(read(tmp_path, Dockerfile=text)) == wanted


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        (f"\n      HTTP_PROXY: {P}\n", [("HTTP_PROXY", P, 4, 7)]),
        (f"\n    - HTTP_PROXY={P}\n", [("HTTP_PROXY", P, 4, 7)]),
        (f'\n      - "HTTP_PROXY={P}"\n', [("HTTP_PROXY", P, 4, 10)]),
        (f" {{A: '{P}', no_proxy: \"a,b\"}}\n", [("no_proxy", "a,b", 3, 46)]),
        (f" [HTTP_PROXY={P}, A=b]\n", [("HTTP_PROXY", P, 3, 19)]),
        (f"\n      HTTP_PROXY: >-\n        {P}\n", [("HTTP_PROXY", P, 4, 7)]),
        (
            f"\n      http_proxy: &p {P}\n      HTTP_PROXY: *p\n",
            [("http_proxy", P, 4, 7), ("HTTP_PROXY", P, 5, 7)],
        ),
        (f"\n      <<: {{http_proxy: {P}}}\n", [("http_proxy", P, 4, 12)]),
        (
            "\n      HTTP_PROXY:\n      no_proxy: ~\n      NO_PROXY: ''\n",
            [("HTTP_PROXY", None, 4, 7), ("no_proxy", None, 5, 7), ("NO_PROXY", "", 6, 7)],
        ),
    ],
    ids=range(9),
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_environments_of_services(
    environment: str, wanted: list[tuple[str, str | None, int, int]], ends: str, tmp_path: Path
) -> None:
    text = f"services:\n  a:\n    environment:{environment}".replace("\n", ends)
    found = settings(read(tmp_path, compose_yaml=text))
    assert found == [("environment", *each) for each in wanted]


def test_columns_behind_a_mask_are_the_files_own(tmp_path: Path) -> None:
    text = "FROM a\nENV http_proxy=http://a-long-name:a-long-password@h:1 HTTP_PROXY=http://h:1\n"
    first, second = read(tmp_path, Dockerfile=text).settings
    assert (first.column, first.value) == (5, "http://xxxxx:xxxxx@h:1")
    assert second.column == text.split("\n")[1].index("HTTP_PROXY") + 1


@pytest.mark.parametrize(
    ("value", "is_password"),
    [
        ("http://ann:pw@h:1", True),
        ("ann:pw@h:1", True),
        ("http://ann:p@ss@h:1", True),
        ("http://${U}:${P}@h:1", False),
        ("http://ann:$P@h:1", False),
        ("http://${U:-ann}:${P:-pw}@h:1", True),
        ("http://ann@h:1", False),
        ("http://ann:<password>@h:1", False),
        ("http://xxxxx:xxxxx@h:1", False),
        ("http://h:1", False),
    ],
)
def test_what_is_a_password(value: str, is_password: bool, tmp_path: Path) -> None:
    text = f"services:\n  a:\n    environment:\n      - HTTP_PROXY={value}\n"
    (setting,) = read(tmp_path, compose_yaml=text).settings
    assert ("password" in setting.notes) == is_password
    for secret in ("pw", "p@ss", "ss@"):
        assert secret not in f"{setting.value} {setting.text}"


def test_objects_of_one_line_in_a_bake_file(tmp_path: Path) -> None:
    (tmp_path / "docker-bake.hcl").write_text(
        f'target "a" {{\n  args = {{ HTTP_PROXY = "{P}" }}\n}}\n'
        f'target "b" {{ args = {{ A = "x,FTP_PROXY=", "https_proxy" : "{P}" }} }}\n'
        f'variable "HTTPS_PROXY" {{ default = "{P}" }}\n'
        f'target "c" {{\n  args = {{ B = X == "y" ? ALL_PROXY : "{P}" }}\n'
        f'  dockerfile-inline = <<EOT\nHTTP_PROXY="{P}"\nEOT\n'
        f'  args = {{ no_proxy = "a" }}\n}}\n'
    )
    assert settings(read(tmp_path)) == [
        ("bake-arg", "HTTP_PROXY", P, 2, 12),
        ("bake-arg", "https_proxy", P, 4, 44),
        ("bake-arg", "HTTPS_PROXY", P, 5, 26),
        ("bake-arg", "no_proxy", "a", 11, 12),
    ]


def test_env_and_bake_files(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        f"# HTTP_PROXY=no\n export HTTP_PROXY='{P}' # said\nA=1\nno_proxy=a #b\n"
    )
    (tmp_path / "docker-bake.hcl").write_text(
        f'variable "HTTP_PROXY" {{\n  default = "{P}"\n}}\n# https_proxy = "{P}"\n'
        f'target "a" {{\n  args = {{\n    "http_proxy" = "{P}"\n    no_proxy = "${{X}}"\n  }}\n}}\n'
    )
    (tmp_path / "docker-bake.json").write_text(
        f'{{\n\t"target": {{"a": {{"args": {{"https_proxy": "{P}"}}}}}}\n}}\n'
    )
    assert settings(read(tmp_path)) == [
        ("dotenv", "HTTP_PROXY", P, 2, 9),
        ("dotenv", "no_proxy", "a", 4, 1),
        ("bake-arg", "HTTP_PROXY", P, 2, 3),
        ("bake-arg", "http_proxy", P, 7, 6),
        ("bake-arg", "no_proxy", "${X}", 8, 5),
        ("bake-arg", "https_proxy", P, 2, 28),
    ]


S = "S3cr3t"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"RUN curl -U user:{S} -x http://p:1 http://x", (2, 13)),
        (f"RUN curl -sSUu:{S} http://x", (2, 14)),
        (f"RUN curl \\\n  --proxy-user 'u:{S} {S}' \\\n http://x", (3, 17)),
        (f'RUN ["curl", "-U", "u:{S}", "http://x"]', (2, 21)),
        (f"RUN <<EOF\ncurl -x p:1 -U u:{S}@{S} http://x\nEOF", (3, 16)),
        (f'RUN wget --proxy-user=u --proxy-password "{S}" http://x', (2, 43)),
        (f"HEALTHCHECK CMD curl -U u:{S} http://x", (2, 25)),
        ("RUN curl -U ${U}:$P http://x", None),
        ('RUN wget --proxy-password="$(cat /run/secrets/p)" http://x', None),
        (f"RUN curl -u user:{S} http://x", None),
        ("RUN pip install -U a:b", None),
        ("RUN curl -U user: http://x", None),
    ],
)
def test_a_proxys_password_among_a_commands_words(
    text: str, place: tuple[int, int] | None, tmp_path: Path
) -> None:
    project = read(tmp_path, Dockerfile=f"FROM a\n{text}\n")
    spots = [each for each in project.spots if each.kind == "login"]
    assert [(each.line, each.column) for each in spots] == ([place] if place else [])
    assert S not in f"{project}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"command: curl -U u:{S} http://x", 3),
        (f"command:\n      - curl\n      - --proxy-user\n      - u:{S}", 6),
        (f"healthcheck:\n      test: [CMD, curl, -U, 'u:{S}', 'http://x']", 4),
        (f"entrypoint: [sh, -c, wget --proxy-password={S} http://x]", 3),
        ("command: curl -U $$U:$$P http://x", None),
    ],
)
def test_a_proxys_password_in_a_services_command(
    text: str, line: int | None, tmp_path: Path
) -> None:
    project = read(tmp_path, compose_yaml=f"services:\n  a:\n    {text}\n")
    assert [each.line for each in project.spots] == ([line] if line else [])
    assert S not in f"{project}"


def test_an_env_with_a_word_that_sets_nothing_is_where_the_build_stops(tmp_path: Path) -> None:
    project = read(tmp_path, Dockerfile=f"FROM a\nENV http_proxy={P} A=b c=d \\\n  secret word\n")
    (spot,) = project.spots
    assert (spot.kind, spot.line, spot.column) == ("dockerfile", 3, 3)
    assert "secret" not in f"{project}"
    assert read(tmp_path, Dockerfile=f"FROM a\nENV http_proxy {P} a b c\n").spots == ()
    (spot,) = read(tmp_path, Dockerfile="FROM a\nENV http_proxy\n").spots
    assert (spot.line, spot.detail) == (2, "ENV must have two arguments")
