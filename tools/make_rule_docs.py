"""Writes docs/rules/: a page for each rule, and their list, from the rules themselves.

``make_rule_docs.py`` writes them; ``make_rule_docs.py check`` says what is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from dockproxy.rules.registry import all_rules
from dockproxy.rules.rule import Example, Rule, clipped, example_pair

FOLDER = Path(__file__).parents[1] / "docs" / "rules"
NOTE = "<!-- Written by tools/make_rule_docs.py from the rule itself: edit that. -->\n"
_HEADINGS = (
    ("what", "What happens"),
    ("why", "Why"),
    ("mend", "How to mend it"),
    ("safety", "Fix safety"),
)
_GROUPS = {
    "1": "daemon.json",
    "2": "systemd and the daemon's process",
    "3": "The client and its containers",
    "4": "Builds, and files of projects (`--project`)",
    "5": "Addresses and NO_PROXY",
    "6": "What proxies and registries answer (`--probe`)",
    "7": "Platforms",
    "8": "Passwords",
}
"""By the first digit of a code."""


def page(rule: Rule) -> str:
    """A rule's page, in Markdown."""
    parts = [f"{NOTE}# {rule.code} {rule.name}\n", f"{rule.title}. ({rule.severity})\n"]
    for name, heading in _HEADINGS:
        if getattr(rule, name):
            parts.append(f"## {heading}\n{getattr(rule, name)}\n")
    for heading, shown in zip(("Wrong", "Right"), example_pair(rule)):
        if shown is not None:
            parts.append(f"## {heading}\n{_example(shown)}")
    sources = "".join(f"- {source}\n" for source in rule.sources)
    parts.append(f"## Sources\n{sources}")
    return "\n".join(parts)


def _example(example: Example) -> str:
    shown = []
    for path, content in example.files.items():
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        shown.append(f"`{path}`\n```\n{clipped(text.rstrip())}\n```\n")
    return "\n".join(shown)


def listing(rules: Sequence[Rule]) -> str:
    """The list of all, in Markdown."""
    parts = [
        f"{NOTE}# Rules\nWhat `dockproxy doctor` finds. An error of DP1xx means that dockerd will"
        " not start\nwith its file; what it takes and ignores is a warning. A code never changes"
        " its meaning.\n"
    ]
    for number, heading in _GROUPS.items():
        rows = "".join(_row(rule) for rule in rules if rule.code[2] == number)
        parts.append(f"## {heading}\n| code | severity | what |\n| --- | --- | --- |\n{rows}")
    return "\n".join(parts)


def _row(rule: Rule) -> str:
    fix = " (`--fix`)" if rule.safety else ""
    return f"| [{rule.code}]({rule.code}.md) | {rule.severity} | {rule.title}{fix} |\n"


def pages() -> dict[str, str]:
    """File names and texts."""
    rules = all_rules()
    return {"README.md": listing(rules), **{f"{rule.code}.md": page(rule) for rule in rules}}


def main(words: list[str]) -> int:
    """Write, or check."""
    wanted = pages()
    if words == ["check"]:
        there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
        stale = sorted(name for name in {*wanted, *there} if wanted.get(name) != there.get(name))
        if stale:
            print(f"docs/rules is out of date ({', '.join(stale)}): tools/make_rule_docs.py")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.md"):
        path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
