"""The public names."""

from __future__ import annotations

from pathlib import Path

import dockproxy
from dockproxy import api


def test_the_package_offers_just_what_the_api_names() -> None:
    assert all(getattr(dockproxy, name) is getattr(api, name) for name in api.__all__)
    assert set(api.__all__) == dockproxy._PUBLIC


def test_a_router_is_offered_too() -> None:
    router = dockproxy.Router(dockproxy.Proxies(https_proxy="http://p:1"), "curl")
    answer = router.route("https://a.test/")
    assert isinstance(answer, dockproxy.Answer)
    assert (answer.decision, answer.proxy) == ("proxy", "http://p:1")


def test_a_host_goes_through_a_file_and_means_the_same(tmp_path: Path) -> None:
    folder, file = tmp_path / "host", tmp_path / "host.json"
    (folder / "etc" / "docker").mkdir(parents=True)
    url = "http://ann:secret@10.0.0.1:3128"
    (folder / "etc" / "docker" / "daemon.json").write_text(
        f'{{"proxies": {{"http-proxy": "{url}"}}}}'
    )

    host = dockproxy.observe(root=str(folder), with_secrets=True)
    dockproxy.write_snapshot(host, file, with_secrets=True)
    again = dockproxy.read_snapshot(file)

    assert again.components == host.components
    assert (host.recorded, again.recorded) == (False, True)
    assert again.snapshot.secrets == host.snapshot.secrets
    assert [item.value.reveal() for item in again.snapshot.secrets] == [url]
    assert dockproxy.load_snapshot(dockproxy.dump_snapshot(again)).snapshot.secrets == ()


def test_what_is_wrong_is_told_of_a_host(tmp_path: Path) -> None:
    (tmp_path / "etc" / "docker").mkdir(parents=True)
    (tmp_path / "etc" / "docker" / "daemon.json").write_text('{"debug": true,}')
    host = dockproxy.observe(root=str(tmp_path))
    (finding,) = dockproxy.diagnose(host)
    assert isinstance(finding, dockproxy.Finding)
    assert (finding.code, finding.severity) == ("DP101", "error")
    assert dockproxy.diagnose(host, ignore=["DP1"]) == ()
