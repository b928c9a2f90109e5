"""What rules say of a project's files is what the real docker compose and BuildKit do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dockproxy.live import observe_project
from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.registry import rule
from tests.lab.equipment import Host
from tests.lab.restarts import LOCAL

pytestmark = pytest.mark.lab

CONFIG = "/root/.docker/config.json"
OURS = "http://config.test:1"
GIVEN = json.dumps({"proxies": {"default": {"httpProxy": OURS, "httpsProxy": OURS}}})
SERVICE = f"services:\n  web:\n    image: {LOCAL}\n    command: [/bin/sleep, '60']\n"
SAY = 'RUN echo "said=[$HTTP_PROXY|$http_proxy]"\n'

REFUSED = [
    example.files["compose.yaml"]
    for code in ("DP419", "DP420")
    for example in rule(code).bad
    if "compose.yaml" in example.files
]
TAKEN = [
    example.files["compose.yaml"]
    for code in ("DP410", "DP411", "DP412", "DP413", "DP414", "DP417", "DP418", "DP419", "DP424")
    for example in (*rule(code).bad, *rule(code).good)
    if example.files.get("compose.yaml") and (code != "DP419" or example in rule(code).good)
]


def codes(tmp_path: Path, name: str, text: str) -> set[str]:
    (tmp_path / name).write_text(text)
    return {each.code for each in diagnose(observe_project(str(tmp_path)))}


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_compose_stops_where_we_say_so(text: str, host: Host) -> None:
    host.write("/p/compose.yaml", text)
    done = host.sh("cd /p && docker compose config -q", check=False)
    assert done.returncode != 0


def test_compose_takes_what_we_only_warn_of(host: Host) -> None:
    assert len(TAKEN) > 15
    for number, text in enumerate(TAKEN):
        host.write(f"/p{number}/compose.yaml", text)
        host.sh(f"cd /p{number} && docker compose config -q")


@pytest.mark.parametrize(
    "case",
    [
        ("", {"HTTP_PROXY": OURS, "http_proxy": OURS}, ""),
        ("HTTP_PROXY: ${NOT_SET}", {"HTTP_PROXY": "", "http_proxy": OURS}, "DP411"),
        ("HTTP_PROXY: ${NOT_SET:-}", {"HTTP_PROXY": "", "http_proxy": OURS}, "DP411"),
        ("HTTP_PROXY:", {"http_proxy": OURS}, "DP411"),
        (
            "HTTP_PROXY: http://a.test:1",
            {"HTTP_PROXY": "http://a.test:1", "http_proxy": OURS},
            "DP412",
        ),
        ("Http_Proxy: http://a.test:1", {"HTTP_PROXY": OURS, "http_proxy": OURS}, "DP417"),
        ('- HTTP_PROXY="http://a.test:1"', {"HTTP_PROXY": '"http://a.test:1"'}, "DP418"),
    ],
)
def test_what_a_service_gets(
    case: tuple[str, dict[str, str], str], host: Host, image: str, tmp_path: Path
) -> None:
    environment, wanted, code = case
    host.write(CONFIG, GIVEN)
    section = f"    environment:\n      {environment}\n" if environment else ""
    host.write("/p/compose.yaml", SERVICE + section)

    host.sh("cd /p && docker compose up -d")
    name = host.sh("cd /p && docker compose ps -aq").stdout.strip()
    given = json.loads(host.docker("inspect", "-f", "{{json .Config.Env}}", name).stdout)
    host.sh("cd /p && docker compose down -t 0")

    found = dict(line.split("=", 1) for line in given if "=" in line)
    for variable, value in wanted.items():
        assert found.get(variable) == value
    if environment == "HTTP_PROXY:":
        assert "HTTP_PROXY" not in found
    seen = codes(tmp_path, "compose.yaml", SERVICE + section)
    assert code in seen if code else not seen


@pytest.mark.parametrize(
    "case",
    [
        ("", f"{OURS}|{OURS}", "", "", ""),
        ("ENV http_proxy=http://env.test:1\n", f"{OURS}|{OURS}", "http://env.test:1", "", "DP404"),
        (
            "ARG HTTP_PROXY\nENV http_proxy=${HTTP_PROXY}\n",
            f"{OURS}|{OURS}",
            OURS,
            f"HTTP_PROXY={OURS}",
            "DP405",
        ),
        ("ENV http_proxy=${HTTP_PROXY}\n", f"{OURS}|{OURS}", "", "", "DP406"),
        ("ARG HTTP_PROXY\n", f"{OURS}|{OURS}", None, f"|1 HTTP_PROXY={OURS}", "DP407"),
        ("ARG http_proxy=http://arg.test:1\n", f"{OURS}|{OURS}", None, "", "DP408"),
        ("RUN export http_proxy=http://run.test:1\n", f"{OURS}|{OURS}", None, "", "DP415"),
    ],
)
def test_what_a_build_gets_and_keeps(
    case: tuple[str, str, str | None, str, str], host: Host, image: str, tmp_path: Path
) -> None:
    lines, said, kept, history, code = case
    host.write(CONFIG, GIVEN)
    text = f"FROM {LOCAL}\n{lines}{SAY}"
    host.write("/p/Dockerfile", text)

    build = "cd /p && DOCKER_BUILDKIT=1 docker build --no-cache --progress=plain -t made ."
    built = host.sh(build)

    assert f"said=[{said}]" in built.output
    given = json.loads(host.docker("inspect", "-f", "{{json .Config.Env}}", "made").stdout)
    found = dict(line.split("=", 1) for line in given)
    assert found.get("http_proxy") == (kept or None if code != "DP406" else "")
    shown = host.docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", "made").stdout
    assert history in shown
    if not history:
        assert OURS not in shown
    seen = codes(tmp_path, "Dockerfile", text)
    assert code in seen if code else not seen


def test_a_build_arg_that_is_not_set_hides_the_client(host: Host, image: str) -> None:
    host.write(CONFIG, GIVEN)
    host.write("/p/Dockerfile", f"FROM {LOCAL}\n{SAY}")
    for value, said in (("${NOT_SET}", "|"), ("", f"{OURS}|{OURS}")):
        args = f"      args:\n        HTTP_PROXY: {value}\n"
        build = f"    build:\n      context: .\n      no_cache: true\n{args}"
        host.write("/p/compose.yaml", f"services:\n  web:\n    image: made\n{build}")
        built = host.sh("cd /p && docker compose --progress plain build")
        assert f"said=[{said}]" in built.output


def test_a_build_arg_is_taken_in_any_case(host: Host, image: str) -> None:
    host.write("/p/Dockerfile", f"FROM {LOCAL}\n{SAY}")
    build = "cd /p && docker build --no-cache --progress=plain --build-arg Http_Proxy=http://m:1 ."
    assert "said=[http://m:1|http://m:1]" in host.sh(build).output


def test_a_dollar_sign_in_a_password_begins_a_variable(host: Host) -> None:
    (bad, *_) = rule("DP428").bad
    host.write("/p/compose.yaml", bad.files["compose.yaml"])
    shown = host.sh("cd /p && docker compose config").output
    assert "http://ann:pa@10.0.0.1:3128" in shown


def test_all_proxy_of_the_client_reaches_no_build(host: Host, image: str) -> None:
    config = {"proxies": {"default": {"allProxy": "socks5h://10.88.0.1:1080"}}}
    host.write(CONFIG, json.dumps(config))
    host.write("/p/Dockerfile", f'FROM {LOCAL}\nRUN echo "said=[$ALL_PROXY|$all_proxy]"\n')
    assert "said=[|]" in host.sh("cd /p && docker build --no-cache --progress=plain .").output
    found = json.loads(host.dockproxy("doctor", "--json", check=False).stdout)["findings"]
    assert "DP429" in {each["code"] for each in found}
