from __future__ import annotations

import pytest

from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.unit_dropins import choose_fragment, dropin_folders, order_dropins
from dockproxy.core.formats.unit_environment import (
    Environment,
    effective_environment,
    file_references,
)


def given(
    *texts: str,
    files: dict[str, str | None] | None = None,
    manager: dict[str, str] | None = None,
    process: dict[str, str] | None = None,
) -> Environment:
    """The environment of a stack named a, b, c …, each text a [Service] section."""
    stack = [(name, parse("[Service]\n" + text)) for name, text in zip("abcdef", texts)]
    return effective_environment(stack, files or {}, manager, process)


def test_the_last_assignment_wins_and_names_what_it_overrides() -> None:
    # when
    found = given("Environment=H=1", "Environment=H=2 H=3").variables["H"]
    # then
    assert (found.value, found.claim.path, found.claim.line) == ("3", "b", 2)
    assert [(c.value, c.path, c.line) for c in found.overridden] == [("2", "b", 2), ("1", "a", 2)]


def test_an_empty_environment_resets_what_stood_before_it() -> None:
    # when
    found = given("Environment=H=1 G=1", "Environment=\nEnvironment=G=2")
    # then
    assert {name: each.value for name, each in found.variables.items()} == {"G": "2"}
    assert [c.kind for c in found.variables["G"].overridden] == ["reset", "environment"]
    assert (found.removed["H"].claim.kind, found.removed["H"].claim.path) == ("reset", "b")


def test_a_reset_lets_the_managers_own_value_show_again() -> None:
    found = given("Environment=H=1\nEnvironment=", manager={"H": "0"}).variables["H"]
    assert (found.value, found.claim.kind) == ("0", "manager")
    assert [claim.kind for claim in found.overridden] == ["reset", "environment"]


def test_a_file_overrides_environment_wherever_it_is_named() -> None:
    # when
    found = given(
        "EnvironmentFile=/f\nEnvironment=H=1", "Environment=H=2", files={"/f": "#\nH=3\n"}
    )
    # then
    assert (found.variables["H"].value, found.variables["H"].claim.path) == ("3", "/f")
    assert found.variables["H"].claim.line == 2
    assert [claim.value for claim in found.variables["H"].overridden] == ["2", "1"]


def test_of_several_files_the_later_wins_and_an_empty_one_resets_the_list() -> None:
    files: dict[str, str | None] = {"/f": "H=1", "/g": "H=2"}
    assert given("EnvironmentFile=/f\nEnvironmentFile=/g", files=files).variables["H"].value == "2"
    reset = given("EnvironmentFile=/f", "EnvironmentFile=\nEnvironmentFile=-/g", files=files)
    assert [claim.value for claim in reset.variables["H"].overridden] == []


@pytest.mark.parametrize(("dash", "starts"), [("", False), ("-", True)])
@pytest.mark.parametrize("content", [None, "A=\udcff", "A\0B"])
def test_a_missing_or_unreadable_file_without_a_dash_keeps_the_service_down(
    dash: str, starts: bool, content: str | None
) -> None:
    faults = given(f"EnvironmentFile={dash}/f", files={"/f": content}).faults
    assert [(f.message, f.path, f.line) for f in faults] == (
        [] if starts else [("Failed to load environment files", "a", 2)]
    )


def test_a_pattern_reads_all_files_that_match_in_order() -> None:
    files: dict[str, str | None] = {
        "/e/b.conf": "H=b",
        "/e/a.conf": "H=a",
        "/e/.c.conf": "H=c",
        "/e/d/x.conf": "H=d",
    }
    assert given("EnvironmentFile=/e/*.conf", files=files).variables["H"].value == "b"


def test_a_file_that_was_not_given_is_named_as_unseen() -> None:
    found = given("EnvironmentFile=/f\nEnvironmentFile=/%H")
    assert [(each.pattern, each.note) for each in found.unseen] == [
        ("/f", ""),
        ("/%H", "specifier"),
    ]
    assert found.faults == []


@pytest.mark.parametrize(
    ("line", "pattern"),
    [
        ("EnvironmentFile=/a//b/./c", ["/a/b/c"]),
        ("EnvironmentFile=-/a b", ["/a b"]),
        ('EnvironmentFile="/a"', []),
        ("EnvironmentFile=a", []),
        ("EnvironmentFile=/a/../b", []),
        ("EnvironmentFile=/a%40", []),
    ],
)
def test_the_path_of_a_file_is_taken_as_it_stands(line: str, pattern: list[str]) -> None:
    found = file_references([("a", parse(f"[Service]\n{line}\n"))])
    assert [each.pattern for each in found] == pattern


def test_pass_environment_is_weaker_than_environment_and_needs_the_managers_process() -> None:
    text = "PassEnvironment=H G I\nEnvironment=G=2"
    known = given(text, process={"H": "0", "G": "1"}).variables
    assert {name: (each.value, each.claim.kind) for name, each in known.items()} == {
        "H": ("0", "pass-environment"),
        "G": ("2", "environment"),
    }
    assert given(text).variables["H"].value is None


@pytest.mark.parametrize(
    ("pattern", "left"), [("H", []), ("H=v", []), ("H=w", ["H"]), ("h", ["H"]), ("H=", ["H"])]
)
def test_unset_environment_comes_last_and_takes_a_name_or_an_exact_pair(
    pattern: str, left: list[str]
) -> None:
    found = given(f"UnsetEnvironment={pattern}\nEnvironmentFile=/f", files={"/f": "H=v"})
    assert list(found.variables) == left
    if not left:
        assert found.removed["H"].claim.kind == "unset-environment"
        assert found.removed["H"].overridden[0].value == "v"


def test_only_the_service_section_counts() -> None:
    stack = [("a", parse("[Unit]\nEnvironment=H=1\n[service]\nEnvironment=H=2\n"))]
    assert effective_environment(stack, {}).variables == {}


def test_a_unit_file_that_systemd_stops_to_read_keeps_the_service_down() -> None:
    assert given("[bad", "Environment=H=1").faults[0].message == "Invalid section header"
    assert given("Environment=H=1", "[bad").faults == []


def test_drop_ins_are_sorted_by_name_over_all_folders() -> None:
    # given
    paths = [
        "/usr/lib/systemd/system/docker.service.d/50-a.conf",
        "/etc/systemd/system/docker.service.d/90-z.conf",
        "/run/systemd/system/service.d/60-b.conf",
        "/etc/systemd/system.control/docker.service.d/10-first.conf",
    ]
    # then
    assert [path.rpartition("/")[2] for path in order_dropins("docker.service", paths).used] == [
        "10-first.conf", "50-a.conf", "60-b.conf", "90-z.conf",
    ]  # fmt: skip


def test_of_one_name_the_units_own_folder_masks_that_of_its_type_even_from_below() -> None:
    # given
    own = "/usr/lib/systemd/system/docker.service.d/a.conf"
    general = "/etc/systemd/system/service.d/a.conf"
    higher = "/etc/systemd/system/docker.service.d/a.conf"
    # then
    assert order_dropins("docker.service", [general, own]).used == [own]
    found = order_dropins("docker.service", [general, own, higher])
    assert found.used == [higher]
    assert [(each.path, each.why, each.by) for each in found.ignored] == [
        (own, "masked", higher),
        (general, "masked", higher),
    ]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/etc/systemd/system/docker.service.d/a.conf.bak", "wrong-suffix"),
        ("/etc/systemd/system/docker.service.d/.a.conf", "hidden"),
        ("/etc/systemd/system/docker.d/a.conf", "wrong-folder"),
        ("/etc/systemd/docker.service.d/a.conf", "wrong-folder"),
    ],
)
def test_a_file_that_is_no_drop_in_is_told_with_the_reason(path: str, why: str) -> None:
    found = order_dropins("docker.service", iter([path]))
    assert found.used == []
    assert [(each.path, each.why) for each in found.ignored] == [(path, why)]


def test_prefixes_and_templates_have_folders_of_their_own() -> None:
    folders = dropin_folders("a-b-c@x.service", ["/u"], ["alias.service"])
    assert folders == [
        "/u/a-b-c@x.service.d", "/u/a-b-c@.service.d", "/u/a-b-@.service.d", "/u/a-@.service.d",
        "/u/a-b-@x.service.d", "/u/a-@x.service.d", "/u/alias.service.d", "/u/service.d",
    ]  # fmt: skip


def test_the_fragment_is_that_of_the_first_place() -> None:
    paths = ["/lib/systemd/system/docker.service", "/etc/systemd/system/docker.service"]
    assert choose_fragment("docker.service", paths) == paths[1]
    assert choose_fragment("docker.service", []) is None
