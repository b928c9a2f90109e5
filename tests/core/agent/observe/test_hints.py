"""Every hint that an observer gives is one of HINTS: a Snapshot read from a file drops others."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator

import dockproxy.core.agent.observe as observers
from dockproxy.core.model.snapshot import HINTS


def hints() -> Iterator[tuple[str, object]]:
    """The third argument of ``miss`` and ``Unknown`` as each module has it, where that is no
    local name; and the texts that such a name is taken from."""
    for found in pkgutil.iter_modules(observers.__path__):
        name = f"{observers.__name__}.{found.name}"
        module = importlib.import_module(name)
        assert module.__file__ is not None
        with open(module.__file__, encoding="utf-8") as source:
            tree = ast.parse(source.read())
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            called = getattr(call.func, "attr", getattr(call.func, "id", ""))
            given = [*call.args[2:3], *(item.value for item in call.keywords if item.arg == "hint")]
            if called not in ("miss", "Unknown") or not given:
                continue
            code = compile(ast.Expression(given[0]), name, "eval")
            try:
                yield name, eval(code, dict(vars(module)))
            except NameError:
                pass
        for constant, value in vars(module).items():
            if "HINT" in constant and isinstance(value, dict):
                yield from ((name, text) for text in value.values())


def test_every_hint_is_known() -> None:
    found = list(hints())

    assert len(found) >= 5
    for module, hint in found:
        assert hint in ("", *HINTS), f"{module}: add to HINTS of core/model/snapshot.py: {hint!r}"
