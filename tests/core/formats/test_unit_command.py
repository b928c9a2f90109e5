"""ExecStart= as systemd 252 takes it apart; each line seen with ``systemd --test``."""

from __future__ import annotations

import pytest

from dockproxy.core.agent.observe.redaction import redact
from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.unit_command import read_exec


@pytest.mark.parametrize(
    ("value", "commands"),
    [
        ("/usr/sbin/dockerd -H fd://", 1),
        ("dockerd", 1),
        ("$DOCKERD", 1),
        ("/a ; /b", 2),
        ("/a ;", 1),
        ("; /a", 1),
        (";", 0),
        (r"/a \; b", 1),
        ("/a;b", 1),
        ('/a "; b"', 1),
        (r"/a \z", 1),
        ('"/a b"', 1),
        ("-@/a b", 1),
        ("!!/a", 1),
        ("%h/a", 1),
        ("/a %q", 1),
    ],
)
def test_commands_that_systemd_takes(value: str, commands: int) -> None:
    assert read_exec(value) == (commands, "", False)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("./dockerd", "Neither a valid"),
        ("~/dockerd", "Neither a valid"),
        ("..", "Neither a valid"),
        ("!!!/a", "Neither a valid"),
        ("::/a", "Neither a valid"),
        ("/a ; c/d", "Neither a valid"),
        ('""', "Empty path"),
        ("@", "Empty path"),
        ("@/a", "Empty executable name"),
        ("/usr/sbin/", "Executable path specifies a directory"),
        ('"/usr/sbin/dockerd -H fd://"', "Executable path specifies a directory"),
        ('/a "x', "Unbalanced quoting"),
        (r"/a\x22", "Executable name contains special characters"),
        (r"\z", "Executable name contains special characters"),
        ("/a %1", "Failed to resolve"),
    ],
)
def test_faults_at_which_systemd_stops_to_read(value: str, fault: str) -> None:
    found = read_exec(value)
    assert (found.fault.startswith(fault), found.fatal) == (True, True)

    unit = parse(f"[Service]\nEnvironment=A=1\nExecStart={value}\nEnvironment=B=1\n")
    assert [each.value for each in unit.service("Environment")] == ["A=1"]
    assert unit.service("ExecStart") == []
    assert unit.stopped is not None
    assert (unit.stopped.line, unit.stopped.message) == (3, found.fault)


@pytest.mark.parametrize("value", ["-", "-bin/d", "- /a", '-/a "x', '"/a', '-""', "-@/a"])
def test_faults_that_cost_the_line_alone(value: str) -> None:
    found = read_exec(value)
    assert (found.commands, found.fault != "", found.fatal) == (0, True, False)
    assert parse(f"[Service]\nExecStart={value}\n").stopped is None


@pytest.mark.parametrize(
    "value",
    [
        "./dockerd -H fd://",
        "private/program",
        '"/usr/sbin/dockerd --label hunter2 -H fd://"',
        "-private/program",
        "- /usr/sbin/dockerd",
        '/usr/sbin/dockerd "hunter2',
        r"/usr/sbin/dockerd \zhunter2",
        "/usr/sbin/dockerd",
    ],
)
def test_a_snapshot_says_the_same_of_a_command(value: str) -> None:
    shown = parse(redact(f"[Service]\nExecStart={value}\n".encode(), "unit").text)
    whole = parse(f"[Service]\nExecStart={value}\n")

    assert [each.message for each in shown.problems] == [each.message for each in whole.problems]
    assert (shown.stopped is None) == (whole.stopped is None)
    assert "hunter2" not in shown.text
    assert "private" not in shown.text
