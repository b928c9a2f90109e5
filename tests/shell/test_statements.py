"""Statements, carried out by the shells that they are for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockproxy.render.shell import SHELLS, VARIABLES, how, statement, statements, variables
from tests.shell.shells import ALL, PRINTABLE, STARTS, need, variables_after

URL = f"http://al'ice:{PRINTABLE}@10.0.0.1:3128"


def kind_of(shell: str) -> str:
    return "fish" if shell == "fish" else "sh"


@pytest.mark.parametrize("shell", ALL)
def test_every_printable_character_arrives_as_it_is(shell: str) -> None:
    lines = statements(variables({"http_proxy": URL, "no_proxy": "localhost,::1"}), kind_of(shell))

    found = variables_after(shell, "\n".join(lines))

    assert found["http_proxy"] == found["HTTP_PROXY"] == URL
    assert found["no_proxy"] == found["NO_PROXY"] == "localhost,::1"


@pytest.mark.parametrize("shell", ALL)
def test_what_has_no_value_is_unset(shell: str) -> None:
    before = dict.fromkeys(VARIABLES, "http://old:1")
    lines = statements(variables({"https_proxy": "http://new:1"}), kind_of(shell))

    found = variables_after(shell, "\n".join(lines), before)

    left = {name: value for name, value in found.items() if name.lower().endswith("_proxy")}
    assert left == {"https_proxy": "http://new:1", "HTTPS_PROXY": "http://new:1"}


@pytest.mark.parametrize("shell", ALL)
def test_unsetting_what_is_not_set_is_no_error(shell: str) -> None:
    found = variables_after(shell, "\n".join(statements(variables({}), kind_of(shell))))

    assert not [name for name in found if name.lower().endswith("_proxy")]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_odd_options_of_a_shell_change_nothing(shell: str) -> None:
    options = {"bash": "set -eu; set -o posix; set -H", "zsh": "setopt rc_quotes bang_hist nounset"}
    lines = statements(variables({"http_proxy": URL + "''"}), "sh")

    found = variables_after(shell, options[shell] + "\n" + "\n".join(lines))

    assert found["http_proxy"] == URL + "''"


def test_a_universal_variable_of_fish_is_hidden_and_not_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STARTS, "fish", [])  # without its files fish keeps none
    script = "set -Ux http_proxy http://old:1\n" + statement("http_proxy", None, "fish")
    script += "\nset -qU http_proxy; and set -gx STILL_THERE yes"

    found = variables_after("fish", script, {"HOME": str(tmp_path)})

    assert found["http_proxy"] == ""
    assert found["STILL_THERE"] == "yes"


def unquoted_by_powershell(text: str) -> str:
    """about_Quoting_Rules: verbatim up to the closing quote, any two quotes in a row one of them
    (tokenizer.cs, ScanStringLiteral and IsSingleQuote)."""
    body = re.fullmatch("['‘’‚‛](.*)['‘’‚‛]", text, re.DOTALL)
    assert body is not None
    pieces = re.findall("['‘’‚‛]{2}|[^'‘’‚‛]", body.group(1))
    assert "".join(pieces) == body.group(1), "a quote ends the string too early"
    return "".join(piece[:1] for piece in pieces)


@given(st.text(st.sampled_from(PRINTABLE)))
def test_powershell_is_quoted_by_its_rules(value: str) -> None:
    head, equals, quoted = statement("http_proxy", value, "powershell").partition(" = ")

    assert (head, equals) == ("$Env:http_proxy", " = ")
    assert unquoted_by_powershell(quoted) == value


def test_powershell_unsets_without_an_error() -> None:
    line = statement("http_proxy", None, "powershell")

    assert line == "Remove-Item -ErrorAction SilentlyContinue -LiteralPath Env:http_proxy"


@settings(max_examples=6, deadline=None)
@given(st.lists(st.text(st.sampled_from(PRINTABLE), max_size=40), min_size=8, max_size=8))
@pytest.mark.parametrize("shell", ["sh", "bash", "zsh", "fish"])
def test_any_text_arrives_as_it_is(shell: str, texts: list[str]) -> None:
    need(shell)
    lines = [statement(f"V{number}", text, kind_of(shell)) for number, text in enumerate(texts)]

    found = variables_after(shell, "\n".join(lines))

    assert [found[f"V{number}"] for number in range(len(texts))] == texts


def test_each_shell_is_told_how_to_carry_it_out() -> None:
    assert {shell: how("X", shell) for shell in SHELLS} == {
        "sh": 'eval "$(X)"',
        "fish": "X | source",
        "powershell": "X | Out-String | Invoke-Expression",
    }
