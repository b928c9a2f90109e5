"""What an anchor gives many services is found once, with the first of them named."""

from __future__ import annotations

from pathlib import Path

from dockproxy.core.model.message import N_, message
from dockproxy.live import observe_project
from dockproxy.rules.diagnose import diagnose, one_a_place
from dockproxy.rules.rule import Found

ANCHOR = """\
x-env: &env
  HTTP_PROXY: http://10.0.0.1:3128
  http_proxy: http://10.0.0.2:3128
services:
"""


def test_services_that_share_a_faulty_anchor_are_one_finding(tmp_path: Path) -> None:
    services = "".join(
        f"  s{number}:\n    image: x\n    environment: *env\n" for number in range(30)
    )
    (tmp_path / "compose.yaml").write_text(ANCHOR + services)
    found = [each for each in diagnose(observe_project(str(tmp_path))) if each.code == "DP424"]
    assert [each.message.params["service"] for each in found] == ["s0, s1, s2, … (30)"]


def test_two_services_are_both_named_and_each_remedy_stays() -> None:
    def found(service: str, remedy: str) -> Found:
        about = message(N_("{service} asks the proxy"), service=service)
        return Found(about, (), service, message(N_("add {host}"), host=remedy))

    merged = one_a_place([found("a", "x"), found("b", "x"), found("a", "y")])
    assert [(each.message.params["service"], each.remedy) for each in merged] == [
        ("a, b", message(N_("add {host}"), host="x")),
        ("a", message(N_("add {host}"), host="y")),
    ]
