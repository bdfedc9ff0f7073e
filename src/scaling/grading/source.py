"""Code as text: read as IPython reads it, its names found, and run.

The examiner, the preflight and the demonstration class all read cells with this file. Names that
``exec`` or ``import *`` would make are not seen.
"""

from __future__ import annotations

import ast
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

_SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_INNER = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def parse(source: str) -> ast.Module:
    """Parse a cell with its magics, which IPython knows and Python does not.

    Raises
    ------
    SyntaxError
        If it is no Python even so.
    """
    return ast.parse(TransformerManager().transform_cell(source))


def bound(tree: ast.AST) -> set[str]:
    """Return the names that code makes at its own level, not inside its functions."""
    names = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _SCOPES):
            names.add(node.name)
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        if not isinstance(node, _INNER):
            names |= bound(node)
    return names


def free(tree: ast.AST) -> set[str]:
    """Return the names that code uses and makes nowhere, inside its functions included."""
    used: set[str] = set()
    made: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else made).add(node.id)
        elif isinstance(node, _SCOPES):
            made.add(node.name)
        elif isinstance(node, ast.arg):
            made.add(node.arg)
        elif isinstance(node, ast.alias):
            made.add((node.asname or node.name).split(".")[0])
    return used - made


def run(tree: ast.Module, namespace: dict[str, Any]) -> Any:
    """Run statements; return the value of the last one if it is an expression, else None."""
    *first, last = tree.body or [ast.Pass(lineno=1, col_offset=0)]
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "a cell", "exec"), namespace)
        return None
    exec(compile(ast.Module(first, []), "a cell", "exec"), namespace)
    return eval(compile(ast.Expression(last.value), "a cell", "eval"), namespace)
