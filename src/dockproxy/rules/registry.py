"""All rules, found by their files' names: ``dp1/dp101_daemon_json_syntax.py``."""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module

from dockproxy import rules
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.rules.rule import Rule

_FILE = pattern(r"(dp[0-9]{3})_([a-z0-9_]+)\Z")

OF_PROJECTS = (("DP404", "DP428"), ("DP820", "DP839"))
"""Codes of the rules for a project's files, from and to."""


@lru_cache(maxsize=1)
def modules() -> dict[str, str]:
    """Each code with its module, in order; nothing of them is loaded."""
    found = {}
    for folder in pkgutil.iter_modules(rules.__path__):
        if folder.ispkg:
            paths = [f"{path}/{folder.name}" for path in rules.__path__]
            for file in pkgutil.iter_modules(paths):
                named = _FILE.match(file.name)
                if named is not None:
                    code = named.group(1).upper()
                    found[code] = f"{rules.__name__}.{folder.name}.{file.name}"
    return dict(sorted(found.items()))


def rule(code: str) -> Rule:
    """That rule; its module alone is loaded. Raises KeyError for a code that is none."""
    module = import_module(modules()[code.upper()])
    loaded: Rule = module.RULE
    return loaded


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    return tuple(rule(code) for code in modules())


def begins_a_code(text: str) -> bool:
    """Whether a rule's code is that, or begins so."""
    return any(code.startswith(text) for code in modules())


def no_such_rule(code: str, where: str | None = None, hint: Message | None = None) -> UsageError:
    """The error for a code that is none. where: the file and place that named it. hint: what to say
    in place of where all codes stand.
    """
    said = message(N_("{code}: there is no such rule"), code=code)
    return UsageError(said, where, hint or N_("dockproxy explain --list names them all"))


def is_of_projects(code: str) -> bool:
    """Whether that rule is about a project's files, and so has nothing to say of a machine."""
    return any(first <= code <= last for first, last in OF_PROJECTS)


@lru_cache(maxsize=2)
def rules_for(project: bool) -> tuple[Rule, ...]:
    """Those for a project's folder, or those for a machine, by code; the others are not loaded."""
    return tuple(rule(code) for code in modules() if is_of_projects(code) == project)


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Each rule's name with its code; nothing of them is loaded."""
    return {
        module.rpartition(".")[2].partition("_")[2].replace("_", "-"): code
        for code, module in modules().items()
    }


def code_named(name: str) -> str:
    """The code of the rule of that name, "" where there is none."""
    return names().get(name.lower().replace("_", "-"), "")
