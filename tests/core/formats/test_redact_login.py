"""What a Snapshot keeps of the files that give variables to people who log in."""

from __future__ import annotations

import pytest

from dockproxy.core.agent.observe.redaction import redact

SCRIPT = """#!/bin/sh
# our proxy, password hunter2
export HTTPS_PROXY="http://ann:hunter2@10.0.0.1:3128" TOKEN=hunter2
http_proxy=http://ann:hunter2@10.0.0.1:3128; export http_proxy
export NO_PROXY='localhost,127.0.0.1'
if [ "$A" = hunter2 ]; then MYSQL_PWD=hunter2; fi
alias px='curl -u ann:hunter2 http://proxy'
"""


def test_of_a_script_its_proxies_are_kept_on_their_lines_and_nothing_else() -> None:
    text = redact(SCRIPT.encode(), "login-environment").text
    assert text.split("\n") == [
        "",
        "",
        "HTTPS_PROXY=http://xxxxx:xxxxx@10.0.0.1:3128",
        "http_proxy=http://xxxxx:xxxxx@10.0.0.1:3128",
        "NO_PROXY=localhost,127.0.0.1",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize("role", ["environment-file", "drop-in", "stray", "login-environment"])
@pytest.mark.parametrize(
    "line",
    [
        'HTTPS_PROXY="http://a:1 TOKEN=hunter2"',
        "HTTPS_PROXY=http://a:1 TOKEN=hunter2",
        "HTTPS_PROXY=http://a:1;TOKEN=hunter2",
        "HTTPS_PROXY=http://ann:x,y=hunter2@a:1",
    ],
)
def test_another_variable_behind_a_proxy_is_not_shown(role: str, line: str) -> None:
    for text in (line, f"[Service]\nEnvironment={line}", f'[Service]\nEnvironment="{line}"'):
        assert "hunter2" not in redact(text.encode(), role).text


@pytest.mark.parametrize(
    "line",
    ["http_proxy=http://bob:Sup3r'X'@h", 'http_proxy="http://bob:12"34@h', "http_proxy=h:12#3@h"],
)
def test_a_word_that_goes_on_behind_its_quotes_is_not_shown(line: str) -> None:
    assert redact(f"export {line}\n".encode(), "login-environment").text in (
        "http_proxy=xxxxx\n",
        "http_proxy=http://xxxxx:xxxxx\n",
    )
