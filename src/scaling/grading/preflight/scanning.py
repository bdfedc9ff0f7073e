"""Code that uses what no answer needs: the checks' insides, solutions, the system.

It is flagged for a person and runs all the same: what keeps it in is ``guest.py``, and no list of
words could be one. So an honest answer must not be flagged, while a hidden trick may be missed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from ..release import Release
from ..source import bound
from .findings import Kind, Report, called, sentence
from .names import LONGEST_CODE, is_locked_code, names_in, parsed
from .order import Placed, graded_or_own

_TRICKS = {
    "__import__", "__builtins__", "__globals__", "__closure__", "__subclasses__", "__code__",
    "_getframe", "f_back", "f_globals", "f_locals", "tb_frame", "settrace", "setprofile",
    "get_objects", "get_referrers", "NodeTransformer", "ast_transformers", "set_custom_exc",
    "input_transformers", "input_transformers_cleanup", "input_transformers_post", "_exit",
}  # fmt: skip
_INSIDES = {"slips", "_hint", "_share", "_slip", "_judge", "_render_traceback_"}
# These are methods of a check, though a learner's own data may have the same names.
_ANSWERS = {"expected", "again"}
_MODULES = {"ctypes", "subprocess", "socket", "nbgrader", "builtins", "gc"}
# Where code cannot be parsed, it is searched for these words.
_WORDS = (_TRICKS | _MODULES) - {"gc"}
_CHECKS = {"checks", "checking"}
_SYSTEM = {("os", "system"), ("os", "popen"), ("os", "fork"), ("sys", "modules")}
_PLACES = re.compile(r"(^|[/\\\s\"'])solutions[/\\]|gradebook", re.IGNORECASE)
_OPENERS = {"Path", "open", "join", "listdir", "glob", "rglob", "walk", "chdir", "scandir"}
# Modules offer these to be set, as in pd.options.display.max_rows = 10.
_MEANT_TO_BE_SET = {"options", "rcParams"}
_LOOKING = {"help", "print", "type", "dir"}


def tell_suspicious(ordered: list[Placed], release: Release, report: Report) -> None:
    """Flag cells of the learner's that use what no answer needs."""
    imported, last = Imported.by(release), ""
    for known, cell in ordered:
        last = known.grade_id if known else last
        kind = graded_or_own(known, cell).cell_type
        if cell is None or kind != "code" or (known and known.locked):
            continue
        found = suspicious(cell.source, imported)
        if found:
            where = called(known) if known else f"a cell after {last or 'the start'}"
            text = f"{sentence(where)} uses {', '.join(found[:4])}; look at what it does."
            report.add(Kind.FLAGGED, last or "notebook", text)


@dataclass(frozen=True)
class Imported:
    """What the locked cells of a release import: names of modules, names of checks, whole lines."""

    modules: frozenset[str]
    checks: frozenset[str]
    lines: frozenset[str]

    @classmethod
    def by(cls, release: Release) -> Imported:
        """Gather what a release imports."""
        modules, checks, lines = set(), {"check"}, set()
        for cell in filter(is_locked_code, release.cells):
            for node, alias in _imports(parsed(cell.released)):
                name = (alias.asname or alias.name).split(".")[0]
                modules.add(name)
                lines.add(_import_line(node, alias))
                if alias.name.split(".")[-1] in _CHECKS:
                    checks.add(name)
        return cls(frozenset(modules), frozenset(checks), frozenset(lines))


def _imports(tree: ast.AST | None) -> Iterator[tuple[ast.Import | ast.ImportFrom, ast.alias]]:
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((node, alias) for alias in node.names)


def _import_line(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    module = (node.module or "") + "." if isinstance(node, ast.ImportFrom) else ""
    return f"{module}{alias.name} as {alias.asname or alias.name}"


def suspicious(source: str, imported: Imported) -> list[str]:
    """Return what is worth a look in a piece of code, each thing once, in the code's words."""
    tree = parsed(source)
    if tree is None:
        found = [word for word in re.findall(r"\w+", source) if word in _WORDS]
        long = ["more code than can be read"] if len(source) > LONGEST_CODE else []
        return list(dict.fromkeys([*found, *long]))
    scan = _Scan(imported, names_in(source))
    try:
        scan.visit(tree)
    except RecursionError:
        return ["code nested too deeply to be read"]
    return list(dict.fromkeys(scan.found))


def _is_worth_a_look(parts: list[str]) -> bool:
    """Return whether an imported name, in its parts, reaches beyond an answer."""
    return (
        parts[0] in _MODULES
        or parts[-1] in _TRICKS
        or (parts[0], parts[-1]) in _SYSTEM
        or (parts[0] == "scaling" and not _CHECKS.isdisjoint(parts))
    )


class _Scan(ast.NodeVisitor):
    """Walks through code and notes what reaches beyond an answer."""

    def __init__(self, imported: Imported, made: Set[str]):
        self.imported = imported
        self.found: list[str] = []
        # A name that the learner makes anew no longer means the module.
        self.modules = imported.modules - made
        # These are the names that the enclosing functions make, the outermost function first.
        self.own_names: list[set[str]] = []
        # These are the ids of the nodes that may name a check.
        self.allowed: set[int] = set()

    def note(self, text: str) -> None:
        self.found.append(text[:60])

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            if _import_line(node, alias) in self.imported.lines:
                continue
            parts = [part for part in f"{module}.{alias.name}".split(".") if part]
            name = alias.asname or alias.name.split(".")[0]
            if _is_worth_a_look(parts):
                self.note(".".join(parts))
            elif name in self.imported.checks:
                self.note(f"another {name}")
            self.modules |= {name}

    visit_ImportFrom = visit_Import  # noqa: N815 (what the base class calls)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._look_at_new_name(node.name)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._look_at_new_name(node.name)
        arguments = [
            *node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs,
            *filter(None, [node.args.vararg, node.args.kwarg]),
        ]  # fmt: skip
        own = {argument.arg for argument in arguments} | bound(node)
        shared = {
            name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names
        }
        self.own_names.append(own - shared)
        self.generic_visit(node)
        self.own_names.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def _look_at_new_name(self, name: str) -> None:
        if name in self.imported.checks and not self.own_names:
            self.note(f"another {name}")

    def visit_Call(self, node: ast.Call) -> None:
        name = ""
        if isinstance(node.func, ast.Name):
            name = node.func.id
            self._look_at_function(node, name)
        elif isinstance(node.func, ast.Attribute):
            name = node.func.attr
            self._look_at_method(node, node.func)
        if name == "import_module":
            self._look_at_import_module(node)
        if name in _OPENERS:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and argument.value == "solutions":
                    self.note("solutions")
        self.generic_visit(node)

    def _look_at_function(self, node: ast.Call, name: str) -> None:
        if name in _LOOKING:
            self.allowed |= {id(_root(argument)) for argument in node.args}
        elif name in ("getattr", "setattr", "delattr"):
            self._look_at_getattr(node, name)
        elif name in ("exec", "eval", "compile"):
            self._look_at_code(node, name)

    def _look_at_method(self, node: ast.Call, method: ast.Attribute) -> None:
        name = method.attr
        if name in _ANSWERS:
            self.note(ast.unparse(method))
            self.allowed.add(id(_root(method)))  # said once is enough
        if isinstance(method.value, ast.Name):
            self.allowed.add(id(method.value))  # check.pairs(pairs)
        elif name == "say":
            self.allowed.add(id(_root(method)))  # check.pairs.say(pairs)
        if name in ("run_cell_magic", "system", "getoutput"):
            self._look_at_magic(node, method)

    def _look_at_getattr(self, node: ast.Call, function: str) -> None:
        name = node.args[1] if len(node.args) > 1 else None
        if isinstance(name, ast.Constant) and name.value in _TRICKS | _INSIDES | _ANSWERS:
            self.note(ast.unparse(node))
        chain = _chain(node.args[0]) if node.args else [""]
        if function != "getattr" and self._is_inside_module(chain):
            self.note(ast.unparse(node))

    def _is_inside_module(self, chain: list[str]) -> bool:
        """Return whether a chain of names leads into a module, to what should not be set."""
        return chain[0] in self.modules and _MEANT_TO_BE_SET.isdisjoint(chain)

    def _look_at_code(self, node: ast.Call, name: str) -> None:
        code = node.args[0] if node.args else None
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            self.found += suspicious(code.value, self.imported)
        elif not (isinstance(code, ast.Call) and getattr(code.func, "id", "") == "input"):
            self.note(f"{name}()")

    def _look_at_import_module(self, node: ast.Call) -> None:
        module = node.args[0] if node.args else None
        if not (isinstance(module, ast.Constant) and isinstance(module.value, str)):
            self.note("import_module()")
        else:
            self.found += suspicious(f"import {module.value}", self.imported)

    def _look_at_magic(self, node: ast.Call, method: ast.Attribute) -> None:
        """Read the body of a cell magic as code where it is Python, such as under %%time."""
        texts = [part.value for part in node.args if isinstance(part, ast.Constant)]
        if len(texts) == 3 and texts[0] in ("time", "timeit", "capture", "prun", "python"):
            self.found += suspicious(str(texts[2]), self.imported)
        elif isinstance(method.value, ast.Name) and method.value.id == "os":
            self.note(f"os.{method.attr}")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        chain = _chain(node)
        of_checks = chain[0] == "scaling" and node.attr in _CHECKS
        if node.attr in _INSIDES | _TRICKS or (chain[0], node.attr) in _SYSTEM or of_checks:
            self.note(ast.unparse(node))
        elif isinstance(node.ctx, ast.Store | ast.Del) and self._is_inside_module(chain):
            self.note(f"{ast.unparse(node)} = …")
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in _TRICKS:
            self.note(node.id)
        if node.id not in self.imported.checks or any(node.id in own for own in self.own_names):
            return
        if isinstance(node.ctx, ast.Store):
            self.note(f"another {node.id}")
        elif id(node) not in self.allowed:
            self.note(f"{node.id} other than by calling it")

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and _PLACES.search(node.value):
            self.note(f"“{node.value.strip()[:40]}”")

    def visit_BinOp(self, node: ast.BinOp) -> None:
        part = node.right.value if isinstance(node.right, ast.Constant) else None
        if isinstance(node.op, ast.Div) and part == "solutions":
            self.note("solutions")
        self.generic_visit(node)


def _root(node: ast.AST) -> ast.AST:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node


def _chain(node: ast.AST) -> list[str]:
    """Return the names of an attribute from left to right; the first empty if it is no name."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    names.append(node.id if isinstance(node, ast.Name) else "")
    return names[::-1]
