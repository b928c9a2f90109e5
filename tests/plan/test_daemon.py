"""Which file the daemon's proxies go to, and what must leave other places."""

from __future__ import annotations

from typing import Any

import pytest

from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.plan import Edit
from dockproxy.core.model.snapshot import FileFact
from dockproxy.plan.intent import intent_from, intent_to_unset
from dockproxy.plan.make import Proposal, propose
from dockproxy.resolve.make import resolve
from tests.support import snapshots as s

OLD = "http://10.0.0.9:1"
NEW = "http://10.0.0.1:3128"
WITH_FILE = '{\n  "proxies": {\n    "http-proxy": "http://10.0.0.9:1"\n  }\n}\n'


def _set(*files: FileFact, via: str = "auto", **more: Any) -> Proposal:
    host = resolve(s.host(*files, **more))
    return propose(host, intent_from(NEW, parts=("daemon",), via=via))


def _changes(edit: Edit) -> dict[str, str | None]:
    return {
        ".".join(change.key): None if change.value is None else change.value.reveal()
        for change in edit.changes
    }


def test_a_new_engine_without_proxies_gets_them_in_daemon_json() -> None:
    (edit,) = _set().plan.edits
    assert edit.path == s.DAEMON_JSON
    assert _changes(edit)["proxies.http-proxy"] == NEW
    assert _changes(edit)["proxies.https-proxy"] == NEW
    assert "127.0.0.0/8" in (_changes(edit)["proxies.no-proxy"] or "")


def test_an_engine_before_23_gets_a_drop_in() -> None:
    (edit,) = _set(engine=s.engine(version="20.10.24")).plan.edits
    assert (edit.path, edit.format) == (s.DROP_IN, "systemd-unit")
    assert _changes(edit)["HTTPS_PROXY"] == NEW


def test_daemon_json_is_refused_for_an_engine_that_would_not_start_with_it() -> None:
    with pytest.raises(RefusedError):
        _set(engine=s.engine(version="20.10.24"), via="daemon-json")


def test_where_a_drop_in_sets_proxies_that_is_what_is_edited() -> None:
    words = (f"HTTP_PROXY={OLD}",)
    proposal = _set(
        s.drop_in(f'Environment="HTTP_PROXY={OLD}"'), loaded=s.unit(*words), engine=s.engine(OLD)
    )
    (edit,) = proposal.plan.edits
    assert edit.path == s.DROP_IN
    assert {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} <= set(_changes(edit))


def test_a_lower_case_name_in_the_drop_in_gets_the_same_value() -> None:
    proposal = _set(s.drop_in(f"Environment=http_proxy={OLD}"), loaded=s.unit(f"http_proxy={OLD}"))
    (edit,) = proposal.plan.edits
    assert _changes(edit)["HTTP_PROXY"] == NEW
    assert _changes(edit)["http_proxy"] == NEW


def test_daemon_json_wins_over_a_drop_in_for_the_variable_that_it_holds() -> None:
    proposal = _set(
        s.daemon_json(WITH_FILE),
        s.drop_in(f"Environment=HTTP_PROXY={OLD}"),
        loaded=s.unit(f"HTTP_PROXY={OLD}"),
    )
    assert proposal.plan.edits[0].path == s.DAEMON_JSON
    assert "proxies.http-proxy" in _changes(proposal.plan.edits[0])


def test_a_way_that_was_asked_for_leaves_no_second_source() -> None:
    proposal = _set(s.daemon_json(WITH_FILE), via="systemd")
    by_path = {edit.path: _changes(edit) for edit in proposal.plan.edits}
    assert by_path[s.DAEMON_JSON] == {"proxies.http-proxy": None}
    assert by_path[s.DROP_IN]["HTTP_PROXY"] == NEW


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("proxy.conf", "zz-http-proxy.conf"),
        ("zz.conf", "zzz-http-proxy.conf"),  # the dash sorts before the dot
        ("10-proxy.conf", "http-proxy.conf"),
    ],
)
def test_a_new_drop_in_sorts_behind_one_that_resets_the_environment(theirs: str, ours: str) -> None:
    path = f"{s.DROP_IN.rpartition('/')[0]}/{theirs}"
    proposal = _set(s.drop_in("Environment=", path=path), engine=s.engine(version="20.10.24"))
    assert proposal.plan.edits[0].path.endswith(f"/{ours}")


def test_a_new_drop_in_masks_none_of_the_package() -> None:
    vendor = "/usr/lib/systemd/system/docker.service.d/http-proxy.conf"
    proposal = _set(s.drop_in("LimitNOFILE=9", path=vendor), via="systemd")
    assert proposal.plan.edits[0].path.endswith("/zz-http-proxy.conf")


def test_a_variable_that_the_unit_unsets_is_not_written_there() -> None:
    unset = s.drop_in("UnsetEnvironment=HTTP_PROXY")
    with pytest.raises(RefusedError, match="UnsetEnvironment= takes HTTP_PROXY away"):
        _set(unset, via="systemd")
    (edit,) = _set(unset).plan.edits
    assert edit.path == s.DAEMON_JSON


def test_what_the_package_decides_is_overridden_and_not_edited_below_it() -> None:
    vendor = "/usr/lib/systemd/system/docker.service.d/zz.conf"
    files = (
        s.drop_in(f"Environment=HTTP_PROXY={OLD}"),
        s.drop_in(f"Environment=HTTP_PROXY={OLD}", path=vendor),
    )
    assert [edit.path for edit in _set(*files).plan.edits] == [s.DAEMON_JSON]
    (edit,) = _set(*files, via="systemd").plan.edits
    assert edit.path.endswith("/zzz-http-proxy.conf")


def test_an_environment_file_that_decides_is_edited_even_if_it_says_nothing() -> None:
    reads = s.drop_in("EnvironmentFile=/etc/default/docker")
    empty = s.environment_file("HTTP_PROXY=\n")
    (edit,) = _set(reads, empty, via="systemd").plan.edits
    assert (edit.path, _changes(edit)["HTTP_PROXY"]) == (s.ENVIRONMENT_FILE, NEW)


def test_unset_takes_away_no_empty_setting_that_hides_another() -> None:
    host = resolve(
        s.host(
            s.drop_in(f"Environment=HTTP_PROXY={OLD}"),
            s.drop_in(f"Environment=HTTP_PROXY= http_proxy={OLD}", path=s.LATER_DROP_IN),
        )
    )
    (edit,) = propose(host, intent_to_unset(("daemon",))).plan.edits
    assert (edit.path, _changes(edit)) == (s.LATER_DROP_IN, {"http_proxy": None})


def test_an_empty_setting_elsewhere_is_left_alone() -> None:
    empty = s.drop_in("Environment=HTTP_PROXY= http_proxy=")
    (edit,) = _set(empty, s.daemon_json(WITH_FILE)).plan.edits
    assert edit.path == s.DAEMON_JSON


def test_a_flag_on_the_command_line_is_refused_with_where_it_stands() -> None:
    args = ("/usr/sbin/dockerd", "-H", "fd://", f"--http-proxy={OLD}")
    text = f"[Service]\nExecStart={' '.join(args)}\n"
    with pytest.raises(RefusedError) as refused:
        _set(
            s.text_file(s.UNIT, "unit", text),
            loaded=s.unit(exec_start=args),
            dockerd=s.process(args=args),
        )
    assert "--http-proxy" in str(refused.value)


@pytest.mark.parametrize(
    ("path", "words"), [(s.UNIT, "edit --full"), ("/etc/systemd/system/docker.service", "there")]
)
def test_unset_does_what_it_can_and_says_where_a_flag_stands(path: str, words: str) -> None:
    args = ("/usr/sbin/dockerd", "-H", "fd://", f"--http-proxy={OLD}")
    text = f"[Service]\nExecStart={' '.join(args)}\n"
    client = f'{{"proxies": {{"default": {{"httpProxy": "{OLD}"}}}}}}'
    snapshot = s.host(
        s.text_file(path, "unit", text),
        s.daemon_json(f'{{"proxies": {{"https-proxy": "{OLD}"}}}}'),
        s.config_json(client),
        loaded=s.unit(exec_start=args, fragment_path=path),
        dockerd=s.process(args=args),
    )

    proposal = propose(resolve(snapshot), intent_to_unset())

    (left,) = proposal.left_out
    assert f"{path}:2" in str(left.why)
    assert "--http-proxy" in str(left.why)
    assert words in str(left.how)
    assert {edit.path for edit in proposal.plan.edits} == {s.DAEMON_JSON, s.CONFIG}


@pytest.mark.parametrize(
    ("version", "via", "url", "words"),
    [
        ("20.10.24", "auto", "http://u:pw@10.0.0.1:1", "EnvironmentFile= in the unit"),
        ("26.1.5", "systemd", "http://u:pw@10.0.0.1:1", "--via daemon-json"),
        ("26.1.5", "auto", "http://u:pw@10.0.0.1:1", ""),
        ("26.1.5", "systemd", "http://u@10.0.0.1:1", ""),
        ("20.10.24", "auto", "http://10.0.0.1:1", ""),
    ],
)
def test_a_password_that_systemd_shows_to_all_is_said_once(
    version: str, via: str, url: str, words: str
) -> None:
    host = resolve(s.host(engine=s.engine(version=version)))

    notes = [str(note) for note in propose(host, intent_from(url, via=via)).notes]

    said = [text for text in notes if "can read the password" in text]
    assert [words in text for text in said] == [True] * bool(words)


def test_unset_takes_every_source_away() -> None:
    snapshot = s.host(
        s.daemon_json(WITH_FILE),
        s.drop_in(f"Environment=HTTP_PROXY={OLD}"),
        loaded=s.unit(f"HTTP_PROXY={OLD}"),
    )
    plan = propose(resolve(snapshot), intent_to_unset(("daemon",))).plan
    assert plan.intent == "unset"
    assert {edit.path for edit in plan.edits} == {s.DAEMON_JSON, s.DROP_IN}
    assert all(change.value is None for edit in plan.edits for change in edit.changes)


def test_unset_refuses_what_a_package_or_the_manager_sets() -> None:
    path = "/usr/lib/systemd/system/docker.service.d/vendor.conf"
    snapshot = s.host(
        s.drop_in(f"Environment=HTTP_PROXY={OLD}", path=path),
        loaded=s.unit(f"HTTP_PROXY={OLD}", drop_in_paths=(path,)),
    )
    with pytest.raises(RefusedError) as refused:
        propose(resolve(snapshot), intent_to_unset(("daemon",)))
    assert "UnsetEnvironment" in str(refused.value)


def test_what_info_must_say_afterwards_is_masked_as_the_engine_masks_it() -> None:
    host = resolve(s.host())
    plan = propose(host, intent_from("http://u:p@10.0.0.1:1", parts=("daemon",))).plan
    assert plan.restart is not None
    assert plan.restart.expect["http_proxy"] == "http://xxxxx:xxxxx@10.0.0.1:1"


def test_an_existing_no_proxy_stays_as_it_is() -> None:
    text = '{"proxies":{"no-proxy":"mine.example"}}'
    (edit,) = _set(s.daemon_json(text)).plan.edits
    assert "proxies.no-proxy" not in _changes(edit)


@pytest.mark.parametrize(
    "more",
    [
        {"engine": s.engine(endpoint="tcp://10.0.0.5:2376")},
        {"engine": s.engine(operating_system="Docker Desktop")},
        {"engine": s.engine(components=("Podman Engine",))},
        {"engine": s.engine(security_options=("name=seccomp", "name=rootless"))},
        {"engine": None, "client": s.client(endpoint="ssh://host")},
    ],
)
def test_a_daemon_that_does_not_read_this_machines_files_is_left_alone(
    more: dict[str, Any],
) -> None:
    proposal = _set(**more)
    assert proposal.plan.edits == ()
    assert [part.component for part in proposal.left_out] == ["daemon"]


def test_socks5h_is_written_so_that_every_engine_reads_it() -> None:
    host = resolve(s.host())
    proposal = propose(host, intent_from("socks5h://10.0.0.1:1080"))
    plan = proposal.plan
    daemon, client = plan.edits
    assert _changes(daemon)["proxies.https-proxy"] == "socks5://10.0.0.1:1080"
    assert _changes(client)["proxies.default.httpsProxy"] == "socks5h://10.0.0.1:1080"
    assert plan.restart is not None
    assert plan.restart.expect["https_proxy"] == "socks5://10.0.0.1:1080"
    assert any("written as socks5://" in str(note) for note in proposal.notes)
    other = propose(host, intent_from("socks5://10.0.0.1:1080")).notes
    assert not any("written as socks5://" in str(note) for note in other)


@pytest.mark.parametrize(
    ("typed", "there", "said"),
    [
        ({"http_proxy": NEW}, "", True),
        ({"http_proxy": NEW}, "https-proxy", False),
        ({"http_proxy": NEW, "https_proxy": ""}, "https-proxy", True),
        ({"http_proxy": NEW, "https_proxy": NEW}, "", False),
        ({"no_proxy": "a"}, "", False),
    ],
)
def test_an_http_proxy_alone_is_said_to_reach_no_registry(
    typed: dict[str, Any], there: str, said: bool
) -> None:
    files = (s.daemon_json(f'{{"proxies": {{"{there}": "{OLD}"}}}}'),) if there else ()

    notes = propose(resolve(s.host(*files)), intent_from(parts=("daemon",), **typed)).notes

    assert any("gets no https_proxy" in note.text for note in notes) is said
