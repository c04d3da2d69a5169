"""Breaks every statement and condition of the live core, one at a time, and says what nobody notices.

`python -m tests.gateway.live.model.mutate [FILE...] [--worlds 400]`: each mutant is a forked process that
imports the core with one change, plays the directed tests and then worlds. What it prints has to be read by
somebody: some changes only cost time, and some change nothing.
"""

import argparse
import ast
import importlib
import importlib.abc
import importlib.machinery
import inspect
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parents[4] / "gateway" / "live"
TESTS = (
    "delivery",
    "disorder",
    "identity",
    "inputs",
    "memory",
    "own_writes",
    "pace",
    "rename",
    "runs",
    "services",
    "values",
)
SECONDS = 20  # of processor time; a mutant that goes on for ever is noticed

Mutant = tuple[int, str, ast.Module]


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves one module from a changed tree."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name, self.tree = name, tree

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Only for the module that is changed."""
        return importlib.machinery.ModuleSpec(name, self) if name == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed tree."""
        exec(compile(self.tree, self.name, "exec"), module.__dict__)  # noqa: S102


def mutants(source: str) -> Iterator[Mutant]:
    """Each statement left out, each condition turned round, each number of a comparison's edge moved."""
    count = len(list(ast.walk(ast.parse(source))))
    for number in range(count):
        for change in (_leave_out, _turn_round, _take_a_side, _move_edge):
            tree = ast.parse(source)
            node = list(ast.walk(tree))[number]
            what = change(tree, node)
            if what is not None:
                yield getattr(node, "lineno", 0), what, ast.fix_missing_locations(tree)


def _leave_out(tree: ast.Module, node: ast.AST) -> str | None:
    simple = isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.Return | ast.Delete | ast.Continue)
    if not simple or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return None
    for parent in ast.walk(tree):
        for name in ("body", "orelse"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and node in block and not isinstance(parent, ast.Module):
                text = ast.unparse(node)
                block[block.index(node)] = ast.Pass()
                return f"without `{text}`"
    return None


def _turn_round(tree: ast.Module, node: ast.AST) -> str | None:
    if not isinstance(node, ast.If | ast.While | ast.IfExp):
        return None
    what = f"not ({ast.unparse(node.test)})"
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return what


def _take_a_side(tree: ast.Module, node: ast.AST) -> str | None:
    """`a and b` without its last part."""
    if not isinstance(node, ast.BoolOp):
        return None
    if ".on(" in ast.unparse(node.values[-1]):
        return None  # only says that the mechanism is there
    gone = node.values.pop()
    if len(node.values) == 1:
        node.values.append(ast.Constant(isinstance(node.op, ast.And)))
    return f"without the part `{ast.unparse(gone)}`"


def _move_edge(tree: ast.Module, node: ast.AST) -> str | None:
    edges: dict[type[ast.cmpop], ast.cmpop] = {
        ast.Lt: ast.LtE(),
        ast.LtE: ast.Lt(),
        ast.Gt: ast.GtE(),
        ast.GtE: ast.Gt(),
    }
    if not isinstance(node, ast.Compare) or type(node.ops[0]) not in edges:
        return None
    what = f"the edge of `{ast.unparse(node)}`"
    node.ops[0] = edges[type(node.ops[0])]
    return what


def noticed(module: str, tree: ast.Module, worlds: int) -> bool:
    """Whether a test or a world fails in a process with this change."""
    child = os.fork()
    if child == 0:
        os._exit(_outcome(module, tree, worlds))
    _, status = os.waitpid(child, 0)
    return status != 0


def _outcome(module: str, tree: ast.Module, worlds: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.meta_path.insert(0, _Finder(module, tree))
    try:
        _run_tests()
        search = importlib.import_module("tests.gateway.live.model.search")
        return int(search.first_failure(range(worlds)) is not None)
    except BaseException:
        return 1


def _run_tests() -> None:
    rig = importlib.import_module("tests.gateway.live.rig").Rig
    for name in TESTS:
        module = importlib.import_module(f"tests.gateway.live.test_{name}")
        for attribute, test in vars(module).items():
            takes = inspect.signature(test).parameters if attribute.startswith("test_") else None
            if takes is not None and set(takes) <= {"rig"}:
                test(**dict.fromkeys(takes, rig))


def main() -> None:
    """Print the survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", default=sorted(path.name for path in FOLDER.glob("*.py")))
    parser.add_argument("--worlds", type=int, default=400)
    options = parser.parse_args()
    importlib.import_module("runtime.keys")
    importlib.import_module("pytest")
    survivors = total = 0
    for file in options.files:
        for line, what, tree in mutants((FOLDER / file).read_text()):
            total += 1
            if not noticed(f"gateway.live.{Path(file).stem}", tree, options.worlds):
                survivors += 1
                print(f"{file}:{line}: {what}", flush=True)
    print(f"{total} mutants, {survivors} survive")


if __name__ == "__main__":
    main()
