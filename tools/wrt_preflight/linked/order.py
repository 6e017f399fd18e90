"""Puts the names that a module uses most in front of its table of names.

Bytecode refers to the first 128 names of a module in one byte and to all others in two; names are
numbered as the compiler meets them, which is those of the module's own code first. So in front of
everything stands a statement that never runs, and has the names in the order of their use.
"""

from __future__ import annotations

import ast
import keyword
from collections import Counter

from .scopes import DEFINITIONS, FUNCTIONS, bound_names, own_nodes
from .walk import walk

_SHORT = 128  # names with numbers of one byte


def order_names(tree: ast.Module) -> None:
    """Put that statement in front of a module, if it has more names than that."""
    count: Counter[str] = Counter()
    _count(tree, count, set(), at_top=True)
    if len(count) <= _SHORT:
        return
    names = [name for name, _ in count.most_common() if not keyword.iskeyword(name)][:_SHORT]
    text = f"if not __name__:\n    __name__.{'.'.join(names)}"
    tree.body[:0] = ast.parse(text).body


def _count(scope: ast.AST, count: Counter[str], variables: set[str], at_top: bool) -> None:
    """Add the names that the code of a scope refers to. variables: which cost it no name."""
    if isinstance(scope, FUNCTIONS):
        arguments = {inner.arg for inner in walk(scope.args) if isinstance(inner, ast.arg)}
        count.update(sorted(arguments))
        own = {name for inner in own_nodes(scope) for name in bound_names(inner, deep=False)}
        variables = variables | arguments | own
        count[getattr(scope, "name", "")] += 1
    for node in own_nodes(scope):
        if isinstance(node, ast.Attribute):
            count[node.attr] += 1
        elif isinstance(node, ast.Name) and (at_top or node.id not in variables):
            count[node.id] += 1
        elif isinstance(node, ast.keyword) and node.arg:
            count[node.arg] += 1
        elif isinstance(node, DEFINITIONS) and at_top:
            count[node.name] += 1
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            _count(node, count, variables, at_top=isinstance(node, ast.ClassDef))
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            targets = {n.id for g in node.generators for n in walk(g.target) if hasattr(n, "id")}
            _count(node, count, variables | targets, at_top=False)
    count.pop("", None)
