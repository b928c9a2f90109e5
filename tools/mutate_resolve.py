"""Break resolve in a hundred small ways, and count how many of them its unit tests notice.

    python tools/mutate_resolve.py [--count 100] [--seed 1] [--jobs 2] [--least 90]

A mutant is one change to the syntax tree of one file: a comparison or a condition turned round, an
order reversed, a name or a guard dropped, a constant changed. Texts for people are left alone. Each
mutant gets the unit tests of resolve and semantics in a copy of the tree; a failure or a time-out
kills it. Prints the survivors and the count, and exits 1 if too many are left.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = ("src/dockproxy/resolve", "src/dockproxy/semantics")
TESTS = ("tests/resolve", "tests/semantics")
NEEDED = ("src/dockproxy", "tests/support", *TESTS)
TIME_LIMIT = 60.0

_COMPARISONS: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
}


class Mutant(NamedTuple):
    """One changed file. path: within the repository."""

    path: str
    line: int
    what: str
    source: str


class Site(NamedTuple):
    """One way to change a node in place."""

    node: ast.AST
    what: str
    change: Callable[[], None]


def mutants(path: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a source file."""
    count = len(list(_sites(ast.parse(source))))
    for index in range(count):
        tree = ast.parse(source)
        site = list(_sites(tree))[index]
        line = getattr(site.node, "lineno", 0)
        site.change()
        yield Mutant(path, line, site.what, ast.unparse(ast.fix_missing_locations(tree)))


def _sites(tree: ast.Module) -> Iterator[Site]:
    unordered = _unordered(tree)
    for node in _decisive(tree):
        yield from _of_conditions(node)
        yield from _of_collections(node, unordered)
        yield from _of_constants(node)
        yield from _of_statements(node)


def _decisive(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that decide something: no annotations, imports, docstrings, texts for people."""
    yield node
    for name, field in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases"):
            continue
        for child in field if isinstance(field, list) else [field]:
            if isinstance(child, ast.AST) and not _is_no_decision(child):
                yield from _decisive(child)


def _is_no_decision(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr | ast.expr_context):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
        name = node.value.value
        return isinstance(name, ast.Name) and name.id == "Mapping"
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"


def _of_conditions(node: ast.AST) -> Iterator[Site]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            other = _COMPARISONS[type(operator)]
            what = f"{type(operator).__name__} becomes {type(other).__name__}"
            yield Site(node, what, _item_setter(node.ops, index, other))
    if isinstance(node, ast.BoolOp):
        other_way = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield Site(node, "and/or exchanged", _setter(node, "op", other_way))
        if len(node.values) > 1:
            for index in range(len(node.values)):
                what = f"operand {index + 1} of and/or dropped"
                yield Site(node, what, _item_dropper(node.values, index))
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        negated = ast.UnaryOp(ast.Not(), node.test)
        yield Site(node, "condition negated", _setter(node, "test", negated))
    if isinstance(node, ast.comprehension):
        for index in range(len(node.ifs)):
            yield Site(node.target, "filter dropped", _item_dropper(node.ifs, index))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Site(node, "not dropped", _replacer(node, node.operand))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield Site(node, "plus becomes minus", _setter(node, "op", ast.Sub()))


def _unordered(tree: ast.Module) -> set[int]:
    """The tuples and lists whose order means nothing: ``x in (a, b)``."""
    return {
        id(right)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        for operator, right in zip(node.ops, node.comparators, strict=True)
        if isinstance(operator, ast.In | ast.NotIn)
    }


def _of_collections(node: ast.AST, unordered: set[int]) -> Iterator[Site]:
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and len(node.elts) > 1:
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return
        if not isinstance(node, ast.Set) and id(node) not in unordered:
            yield Site(node, "order reversed", _setter(node, "elts", node.elts[::-1]))
        for index in range(len(node.elts)):
            yield Site(node, f"item {index + 1} dropped", _item_dropper(node.elts, index))
    if isinstance(node, ast.Dict):
        for index in range(len(node.keys)):
            yield Site(node, f"entry {index + 1} dropped", _entry_dropper(node, index))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in ("reversed", "sorted") and node.args:
            yield Site(node, f"{node.func.id}() dropped", _replacer(node, node.args[0]))
        if node.func.id in ("any", "all"):
            other = "all" if node.func.id == "any" else "any"
            yield Site(node, f"{node.func.id} becomes {other}", _setter(node.func, "id", other))


def _of_constants(node: ast.AST) -> Iterator[Site]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield Site(node, f"{value} becomes {not value}", _setter(node, "value", not value))
    elif isinstance(value, int | float):
        yield Site(node, f"{value} becomes {value + 1}", _setter(node, "value", value + 1))
    elif isinstance(value, str) and value:
        yield Site(node, f"{value!r} becomes another text", _setter(node, "value", f"{value}~"))


def _of_statements(node: ast.AST) -> Iterator[Site]:
    for name in ("body", "orelse"):
        statements = getattr(node, name, None)
        if not isinstance(statements, list) or isinstance(node, ast.Module | ast.ClassDef):
            continue
        for index, statement in enumerate(statements):
            if isinstance(statement, ast.Continue | ast.Break):
                change = _item_setter(statements, index, ast.Pass())
                yield Site(statement, f"{type(statement).__name__.lower()} dropped", change)
            elif isinstance(statement, ast.If) and not statement.orelse:
                change = _item_setter(statements, index, ast.Pass())
                yield Site(statement, "guard dropped", change)
            elif isinstance(statement, ast.Expr) and not _is_no_decision(statement):
                change = _item_setter(statements, index, ast.Pass())
                yield Site(statement, "statement dropped", change)


def _setter(node: ast.AST, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


def _item_setter(items: list[Any], index: int, value: object) -> Callable[[], None]:
    return lambda: items.__setitem__(index, value)


def _item_dropper(items: list[ast.expr], index: int) -> Callable[[], None]:
    return lambda: items.__delitem__(index)


def _entry_dropper(node: ast.Dict, index: int) -> Callable[[], None]:
    def drop() -> None:
        del node.keys[index], node.values[index]

    return drop


def _replacer(node: ast.AST, other: ast.AST) -> Callable[[], None]:
    """Makes the node the other one, in place."""

    def replace() -> None:
        replacement = copy.copy(other)
        node.__class__ = replacement.__class__
        node.__dict__.clear()
        node.__dict__.update(replacement.__dict__)

    return replace


class Bench:
    """A copy of the tree in which one mutant at a time is tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
        for name in NEEDED:
            shutil.copytree(REPOSITORY / name, folder / name, ignore=ignore)
        shutil.copy(REPOSITORY / "pyproject.toml", folder)

    def kills(self, mutant: Mutant) -> bool:
        """Whether the tests notice."""
        target = self.folder / mutant.path
        before = target.read_text()
        target.write_text(mutant.source)
        try:
            return not self.passes()
        finally:
            target.write_text(before)

    def passes(self) -> bool:
        """Whether the tests pass as the copy stands; too slow counts as a failure."""
        command = [sys.executable, "-B", "-m", "pytest", "-q", "-x"]
        for plugin in ("cacheprovider", "hypothesispytest", "xdist"):
            command += ["-p", f"no:{plugin}"]
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "src")}
        try:
            done = subprocess.run(
                [*command, *TESTS],
                cwd=self.folder,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=TIME_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def sample(count: int, seed: int) -> list[Mutant]:
    """That many mutants, the same ones for the same seed and sources."""
    found: list[Mutant] = []
    for package in PACKAGES:
        for path in sorted((REPOSITORY / package).glob("*.py")):
            name = str(path.relative_to(REPOSITORY))
            found.extend(mutants(name, path.read_text()))
    return random.Random(seed).sample(found, min(count, len(found)))


def survivors(chosen: list[Mutant], jobs: int) -> list[Mutant]:
    """The mutants that no test notices. Raises RuntimeError if the tests fail without one."""
    with tempfile.TemporaryDirectory() as folder:
        benches: Queue[Bench] = Queue()
        for number in range(jobs):
            benches.put(Bench(Path(folder) / str(number)))
        first = benches.get()
        if not first.passes():
            raise RuntimeError("the tests fail on the sources as they are")
        benches.put(first)

        def is_killed(mutant: Mutant) -> bool:
            bench = benches.get()
            try:
                killed = bench.kills(mutant)
            finally:
                benches.put(bench)
            if not killed:
                print(f"  survived: {mutant.path}:{mutant.line}: {mutant.what}", flush=True)
            return killed

        with ThreadPoolExecutor(jobs) as pool:
            killed = list(pool.map(is_killed, chosen))
    return [mutant for mutant, dead in zip(chosen, killed, strict=True) if not dead]


def main() -> int:
    """Run it; 0 if enough mutants were killed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--least", type=int, default=90, help="percent that must be killed")
    args = parser.parse_args()
    chosen = sample(args.count, args.seed)
    left = survivors(chosen, args.jobs)
    killed = len(chosen) - len(left)
    print(f"mutants of resolve killed: {killed} of {len(chosen)} (seed {args.seed})")
    return 0 if killed * 100 >= args.least * len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
