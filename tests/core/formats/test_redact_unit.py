from __future__ import annotations

import re
from random import Random

import pytest

from dockproxy.core.formats.environment_file import parse as parse_file
from dockproxy.core.formats.redact_environment_file import (
    environment_file_addresses,
    redact_environment_file,
)
from dockproxy.core.formats.redact_unit import redact, unit_addresses
from dockproxy.core.formats.systemd_unit import Unit, environment_assignments, parse
from tests.support import random_units

SECRET = "hUnter-2"


def outline(unit: Unit) -> object:
    """All that systemd makes of a unit, but for values."""
    words = [
        (item.name if item.counts else "", item.line, item.note)
        for assignment in unit.service("Environment")
        for item in environment_assignments(unit, assignment)
    ]
    resets = [a.line for a in unit.service("Environment") if not a.value]
    problems = [(p.message.partition("'")[0], p.line) for p in unit.problems]
    return words, resets, problems, len(unit.lines), unit.stopped is None


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('Environment="HTTP_PROXY=http://u:hUnter2@p:1"', 'Environment="HTTP_PROXY=http://{}@p:1"'),
        ("Environment=HTTP_PROXY=http://u:hUnter2@p:1", "Environment=HTTP_PROXY=http://{}@p:1"),
        ("Environment=HTTP_PROXY=http://p X=hUnter2", "Environment=HTTP_PROXY=http://p X=xxxxx"),
        ("Environment=HTTP_PROXY=http://u:hUnter2%%40@p", "Environment=HTTP_PROXY=http://{}@p"),
        ("Environment=HTTP_PROXY=http://u:hUnter2%40@p", "Environment=HTTP_PROXY=http://{}%1@p"),
        ("Environment=HTTP_PROXY=http://u:hUnter2%H@p", "Environment=HTTP_PROXY=http://{}%H@p"),
        ("Environment=HTTP_PROXY=http://u:hUnter2%%40p:1", "Environment=HTTP_PROXY=http://{}@p:1"),
        ('Environment="HTTP_PROXY=http://u:hUnter2@p', 'Environment="HTTP_PROXY=http://{}@p'),
        ("Environment=HTTP_PROXY=u:hUnter\\2@p", "Environment=HTTP_PROXY=xxxxx\\{}@p"),
        (
            'Environment="HTTP_PROXY=http://CORP\\dhUnter2@p" NO_PROXY=a,b',
            'Environment="HTTP_PROXY=http://xxxxx\\{}@p" NO_PROXY=a,b',
        ),
        (
            'Environment="HTTP_PROXY=http://u:hUnter2@p HTTPS_PROXY=http://u:hUnter2@p',
            'Environment="HTTP_PROXY=http://{}@p HTTPS_PROXY=http://{}@p',
        ),
        (
            'Environment="HTTP_PROXY=http://u:hUnter2@p hUnter2 HTTPS_PROXY=http://p',
            'Environment="HTTP_PROXY=http://{}@p',
        ),
        ("Environment='HTTP_PROXY=http://u:hUnter2@p'", "Environment='HTTP_PROXY=http://{}@p'"),
        ('Environment=HTTP_PROXY="http://u:hUnter2@p"', 'Environment=HTTP_PROXY="http://{}@p"'),
        ("Environment=“HTTP_PROXY=http://p:3128”", "Environment=“HTTP_PROXY=http://p:3128”"),
        ("Environment=NO_PROXY=localhost, 10.0.0.1", "Environment=NO_PROXY=localhost, 10.0.0.1"),
        ("Environment=HTTP_PROXY = http://u:hUnter2@p", "Environment=HTTP_PROXY = xxxxx"),
        ("Environment=“HTTP_PROXY=u:hUnter2@p”", "Environment=“HTTP_PROXY={}@p”"),
        ("environment=A=hUnter2", "environment=A=xxxxx"),
        ("#Environment=HTTP_PROXY=http://u:hUnter2@p", "#Environment=HTTP_PROXY=http://{}@p"),
        ("# the password is hUnter2", "# xxxxx"),
        ("HTTP_PROXY=http://u:hUnter2@p", "HTTP_PROXY=http://{}@p"),
        ("SetCredential=a:hUnter2", "xxxxx=xxxxx"),
        ("hUnter2", "xxxxx"),
        ("hUnter2==", "xxxxx=xxxxx"),
        ("[hUnter2]", "[xxxxx]"),
        (
            "Documentation=https://u:hUnter2@docs.docker.com",
            "Documentation=https://{}@docs.docker.com",
        ),
        ("After=x \\\nEnvironment=A=hUnter2", "After=x \\\nxxxxx"),
        (
            "ExecStart=/usr/bin/dockerd -H fd:// --https-proxy=http://u:hUnter2@p:1 $O",
            "ExecStart=/usr/bin/dockerd -H fd:// --https-proxy=http://{}@p:1 $O",
        ),
        ("ExecStart=dockerd --log-opt t=hUnter2", "ExecStart=dockerd --log-opt xxxxx"),
        ("ExecStart=/bin/sh -c 'A=hUnter2 dockerd'", "ExecStart=/bin/sh -c 'xxxxx'"),
        ("ExecStart=/usr/bin/env A=hUnter2 dockerd", "ExecStart=/usr/bin/env A=xxxxx dockerd"),
        ("ExecStart=dockerd --foo hUnter2 hUnter2", "ExecStart=dockerd --foo xxxxx xxxxx"),
        ("UnsetEnvironment=A HTTP_PROXY=u:hUnter2@p", "UnsetEnvironment=A HTTP_PROXY={}@p"),
    ],
)
def test_a_line_is_shown_without_its_secret(line: str, shown: str) -> None:
    shown = shown.replace("{}", "xxxxx:xxxxx")
    assert redact(f"[Service]\n{line}\n") == f"[Service]\n{shown}\n"


def test_a_value_over_several_lines_keeps_its_lines_and_comments() -> None:
    # given
    text = (
        '[Service]\nEnvironment="A=hUn \\\n# hUnter2\n  ter2 \\\n  x" B=hUnter2 \\\n  NO_PROXY=a\n'
    )
    # when
    shown = redact(text)
    # then
    assert shown == '[Service]\nEnvironment="A=xxxxx\\\n# xxxxx\n\\\n" B=xxxxx \\\n  NO_PROXY=a\n'
    assert outline(parse(shown)) == outline(parse(text))


def test_random_units_mean_the_same_without_their_secrets() -> None:
    rng = Random(71)
    for _ in range(1500):
        text = random_units.unit_text(rng)
        shown = redact(text)
        assert outline(parse(shown)) == outline(parse(text)), (text, shown)


def test_no_secret_is_left_in_random_units_of_other_variables() -> None:
    rng = Random(72)
    for _ in range(1500):
        text = _marked(rng, random_units.unit_text(rng), SECRET)
        text = re.sub("(?i)(?:https?|no)_proxy", "TOKEN", text)
        assert SECRET not in redact(text), text


def test_no_user_information_is_left_in_random_units() -> None:
    rng = Random(73)
    spellings = (
        "http://u:hUnter2@h:1",
        "http://u:hUnter2%%40h",
        "u:hUnter2@h",
        "http://hUnter2%40h",
    )
    for _ in range(1500):
        text = random_units.unit_text(rng).replace("http://u:p@h:1", "http://h:1")
        text = _marked(rng, text, *spellings)
        assert SECRET not in redact(text), text


def test_no_secret_is_left_in_random_environment_files() -> None:
    rng = Random(74)
    for _ in range(1500):
        text = _marked(rng, random_units.environment_file_text(rng), SECRET)
        text = re.sub("(?i)(?:https?|no)_proxy", "TOKEN", text)
        assert SECRET not in redact_environment_file(text), text


def test_random_environment_files_mean_the_same_without_their_secrets() -> None:
    rng = Random(75)
    for _ in range(1500):
        text = random_units.environment_file_text(rng)
        shown = redact_environment_file(text)
        assert _outline_of_file(shown) == _outline_of_file(text), (text, shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A=hUnter2\n", "A=xxxxx\n"),
        ('HTTP_PROXY="http://u:hUnter2@p" # c\n', 'HTTP_PROXY="http://xxxxx:xxxxx@p#xxxxx"\n'),
        ("export HTTP_PROXY=http://u:hUnter2@p\r\n", "export HTTP_PROXY=http://xxxxx:xxxxx@p\r\n"),
        (
            "#export http_proxy='http://u:hUnter2@p'\n",
            '#export http_proxy="http://xxxxx:xxxxx@p"\n',
        ),
        ("# it is hUnter2 \\\n", "# xxxxx \\\n"),
        ("hUnter2\nhUnter2=\n", "xxxxx\nhUnter2=\n"),
        ("NO_PROXY=localhost,10.0.0.0/8 # c\n", "NO_PROXY=localhost,10.0.0.0/8 # c\n"),
        ("A='hUn\nter2'\nNO_PROXY=a\n", 'A="xxxxx\\\n"\nNO_PROXY=a\n'),
        ('A="hUnter2\nB=hUnter2', 'A="xxxxx\\\n'),
        (
            'DOCKER_OPTS="-H fd:// --http-proxy=http://u:hUnter2@p --label a=hUnter2"\n',
            'DOCKER_OPTS="-H fd:// --http-proxy=http://xxxxx:xxxxx@p --label xxxxx"\n',
        ),
    ],
)
def test_an_environment_file_is_shown_without_its_secret(text: str, shown: str) -> None:
    assert redact_environment_file(text) == shown


def test_what_is_hidden_is_told_by_variable_and_flag() -> None:
    # given
    unit = (
        '[Service]\nEnvironment="HTTP_PROXY=http://u:p%%40#@h" NO_PROXY=u@h A=http://u:p@h\n'
        "ExecStart=/usr/bin/dockerd --http-proxy http://f:g@h --https-proxy=http://h\n"
    )
    file = "HTTPS_PROXY=http://u:p#@h\nhttp_proxy=http://h\n"
    # then
    assert unit_addresses(unit) == [
        ("HTTP_PROXY", "http://u:p%40#@h"),
        ("NO_PROXY", "u@h"),
        ("ExecStart.http-proxy", "http://f:g@h"),
    ]
    assert environment_file_addresses(file) == [("HTTPS_PROXY", "http://u:p#@h")]


def _outline_of_file(text: str) -> object:
    content = parse_file(text)
    entries = [(e.name if e.counts else "", e.line, bool(e.value)) for e in content.entries]
    problems = [problem.message for problem in content.problems]
    return entries, problems, content.refused is None, text.count("\n"), text.count("\r")


def _marked(rng: Random, text: str, *marks: str) -> str:
    """The text with such a mark in place of some of its pieces."""
    pieces = ("http://proxy.corp:3128", "localhost,127.0.0.1", "x y", "comment", "text", "%40")
    return text.replace(rng.choice(pieces), rng.choice(marks))
