"""Short names for attributes, few of them.

Nobody knows what objects are, but most attributes are declared in one family of classes: by a
method, in the class, or by `self.x = ...`. Whatever has such an attribute is of that family, so
another family may have the same new name for something else. Names that several families declare
share with none of them. So a class has to declare what others give its objects, too: a test
watches what objects get while programs run.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from .scopes import DEFINITIONS, bound_names
from .walk import walk


def name_attributes(
    declared: Declared,
    modules: list[ast.Module],
    hidden: Collection[str],
    taken: Collection[str],
    kept: Collection[str],
    names: Iterable[str],
    hidden_names: Iterable[str],
) -> dict[str, str]:
    """New names by old ones; nothing is renamed yet.

    hidden: classes whose attributes get hidden_names. taken: names that mean something else. kept:
    attributes that stay as they are.
    """
    count = Counter(
        node.attr for module in modules for node in walk(module) if isinstance(node, ast.Attribute)
    )
    everything = frozenset(declared.families.values()) | {""}
    own = [name for name in declared.names if name not in kept and name[:2] != "__"]
    hidden_families = {declared.families[name] for name in hidden if name in declared.families}
    pools = {
        False: [name for name in islice(_free(names, taken), len(own))],
        True: [name for name in islice(_free(hidden_names, taken), len(own))],
    }
    used: dict[str, set[str]] = defaultdict(set)  # new names by family
    found = {}
    for name in sorted(own, key=lambda name: (-count[name], name)):
        of = declared.families_of.get(name) or everything
        pool = pools[bool(of & hidden_families)]
        new = next(new for new in pool if not any(new in used[family] for family in of))
        found[name] = new
        for family in of:
            used[family].add(new)
    return found


def _free(names: Iterable[str], taken: Collection[str]) -> Iterator[str]:
    return (name for name in names if name not in taken)


def _families(body: list[ast.stmt]) -> dict[str, str]:
    """For each class one of those that it is related to, the same for all of them."""
    families: dict[str, str] = {}
    for node in body:  # bases come first
        if isinstance(node, ast.ClassDef):
            bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
            roots = [families[base] for base in bases if base in families]
            families[node.name] = roots[0] if roots else node.name
            for name, root in families.items():
                if root in roots:
                    families[name] = roots[0]
    return families


class Declared:
    """Where attributes are declared, read from a program whose methods are still in its classes.

    names: attributes of the program's own objects. families_of: the families that declare one;
    none for those that no class does. families: that of each class.
    """

    def __init__(self, body: list[ast.stmt]) -> None:
        self.families = _families(body)
        self.names: set[str] = set()
        self.families_of: dict[str, set[str]] = defaultdict(set)
        for node in body:
            family = self.families.get(node.name) if isinstance(node, ast.ClassDef) else None
            if family:
                for inner in node.body:
                    for name in bound_names(inner):
                        self._declare(name, family)
                    self._code(inner, family)
            else:
                self._code(node, None)

    def _declare(self, name: str, family: str) -> None:
        self.names.add(name)
        self.families_of[name].add(family)

    def _code(self, node: ast.stmt, family: str | None) -> None:
        this = None
        if family and isinstance(node, DEFINITIONS) and node.args.args:
            this = node.args.args[0].arg
        for inner in walk(node):
            if isinstance(inner, ast.ClassDef):  # inside of something: of no family
                for statement in inner.body:
                    for name in bound_names(statement):
                        self._declare(name, "")
                for statement in walk(inner):
                    if isinstance(statement, ast.Attribute) and isinstance(
                        statement.ctx, ast.Store
                    ):
                        self._declare(statement.attr, "")
            if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
                self.names.add(inner.attr)
                if isinstance(inner.value, ast.Name) and inner.value.id == this:
                    self._declare(inner.attr, family)


def rename_attributes(modules: list[ast.Module], names: Mapping[str, str]) -> None:
    """Give them their names, in place."""
    for module in modules:
        for node in walk(module):
            if isinstance(node, ast.Attribute):
                node.attr = names.get(node.attr, node.attr)
            elif isinstance(node, ast.ClassDef):
                mine = {name for inner in node.body for name in bound_names(inner)}
                for inner in node.body:
                    _rename_definition(inner, mine, names)


def _rename_definition(node: ast.stmt, mine: set[str], names: Mapping[str, str]) -> None:
    """The names that a statement of a class defines, and those of the class that it uses."""
    used: list[ast.AST] = [node]
    if isinstance(node, DEFINITIONS):
        node.name = names.get(node.name, node.name)
        used = [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]
    elif isinstance(node, ast.ClassDef):  # what is in it, it defines itself
        node.name = names.get(node.name, node.name)
        used = [*node.decorator_list, *node.bases]
    for name in (name for inner in used if inner for name in _names_in(inner)):
        if name.id in mine:
            name.id = names.get(name.id, name.id)


def _names_in(node: ast.AST) -> Iterator[ast.Name]:
    return (inner for inner in walk(node) if isinstance(inner, ast.Name))
