"""Short names for everything that nobody outside of a linked program names.

A name costs a device seven bytes and its letters, unless it is one of those that every firmware
has in flash: these come first, whatever they say. Names stay at home: the host knows which is
which.
"""

from __future__ import annotations

import ast
import builtins
import keyword
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, product
from string import ascii_lowercase, ascii_uppercase

from ..firmware_names import CORE, FIXED, HIDDEN
from .attributes import Declared, name_attributes, rename_attributes
from .scopes import DEFINITIONS, FUNCTIONS, bound_names, names_used, own_nodes
from .walk import walk

# What exceptions of Python have, and what mpy-cross takes for its own, means what it says.
_MEANT = ("args", "errno", "value", "const", "micropython", "super", "main")
# Capitals last: a traceback that tells of a function KeyError misleads.
FIRMWARE = tuple(
    sorted({*FIXED, *CORE} - {*_MEANT}, key=lambda name: (name[0].isupper(), name in CORE, name))
)


@dataclass(slots=True)
class Renamed:
    """New names by old ones. globals: of each module."""

    globals: list[dict[str, str]]
    attributes: dict[str, str]


def rename(
    modules: list[ast.Module],
    declared: Declared,
    exports: dict[str, str],
    kept: Collection[str],
    hidden: set[str],
    arguments: Collection[str],
) -> Renamed:
    """Give everything in the parts of a linked program a short name, in place.

    declared: where attributes are declared. exports: public name by global. kept: attributes that
    others use. hidden: classes whose attributes must begin with _, as all other names are those of
    a component's exports.
    arguments: those that others give by name.
    """
    nodes = [node for module in modules for node in walk(module)]
    strings = {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    kept = strings | set(kept)
    keywords = {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute)} & kept
    attributes = name_attributes(
        declared,
        modules,
        hidden,
        used | kept,
        kept,
        _free_names(),
        chain(HIDDEN, (f"_{name}" for name in _short())),
    )
    rename_attributes(modules, attributes)
    names = _globals(modules, exports)
    for module, mine in zip(modules, names, strict=True):
        _Globals(mine).visit(module)
    for module in modules:
        _Arguments(keywords | set(arguments)).visit(module)
    return Renamed(names, attributes)


def _free_names() -> Iterator[str]:
    """Names in the order in which they are given, each once."""
    yield from FIRMWARE
    yield from (name for name in _short() if name not in FIRMWARE)


def _short() -> Iterator[str]:
    """a, b, ... aa, ab, ..., without words of Python's."""
    letters = ascii_lowercase + ascii_uppercase
    for length in (1, 2, 3):
        for parts in product(letters, repeat=length):
            name = "".join(parts)
            if not keyword.iskeyword(name):
                yield name


def _globals(modules: list[ast.Module], exports: dict[str, str]) -> list[dict[str, str]]:
    """New names of globals, for each module.

    What several modules know has one name. What only one has may have the name of anything that
    this one does not know: names are there for good once a part has been imported. Builtins that
    no module uses are as good as other names of the firmware.
    """
    bound = [_bound(module) for module in modules]
    known = [names_used(module) for module in modules]
    count = Counter(
        node.id for module in modules for node in walk(module) if isinstance(node, ast.Name)
    )
    everything = set().union(*bound)
    shared = bound[0] | {
        name for i, names in enumerate(known) for name in names & everything - bound[i]
    }
    named = set().union(*known)
    foreign = named & set(dir(builtins)) | named - everything
    taken = _variables(modules) | set(exports.values()) | foreign

    def ranked(names: set[str]) -> list[str]:
        return sorted(names, key=lambda name: (-count[name], name))

    free = (name for name in _free_names() if name not in taken)
    common = {name: exports[name] for name in everything if name in exports}
    common |= {name: next(free) for name in ranked(shared - set(common))}
    found = []
    for mine, names in zip(bound, known, strict=True):
        used = {common[name] for name in names | mine if name in common}
        again = [new for name, new in common.items() if name not in exports and new not in used]
        not_free = taken | used | set(again)
        rest = (name for name in _free_names() if name not in not_free)
        pool = chain(again, rest)
        found.append(common | {name: next(pool) for name in ranked(mine - set(common))})
    return found


def _bound(module: ast.Module) -> set[str]:
    """Globals that a module makes."""
    return {
        name
        for node in module.body
        if not isinstance(node, ast.Import | ast.ImportFrom)
        for name in bound_names(node)
    }


def _variables(modules: list[ast.Module]) -> set[str]:
    """Names of variables in functions, and of what is imported."""
    found = set()
    for module in modules:
        for node in walk(module):
            if isinstance(node, FUNCTIONS):
                found.update(*(bound_names(inner, deep=False) for inner in own_nodes(node)))
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                found |= set(bound_names(node))
            elif isinstance(node, ast.comprehension):
                found |= {n.id for n in walk(node.target) if isinstance(n, ast.Name)}
    return found


class _Globals(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_Global(self, node: ast.Global) -> ast.Global:
        node.names = [self.names.get(name, name) for name in node.names]
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        for alias in node.names:
            alias.name = self.names.get(alias.name, alias.name)
        return node

    def visit_Module(self, node: ast.Module) -> ast.Module:
        for inner in node.body:
            if isinstance(inner, (*DEFINITIONS, ast.ClassDef)):
                inner.name = self.names.get(inner.name, inner.name)
        return self.generic_visit(node)


class _Arguments(ast.NodeTransformer):
    """Arguments get names that cost nothing. Variables have none on a device.

    kept: names that calls use as keywords.
    """

    def __init__(self, kept: set[str]) -> None:
        self.kept = kept
        self.scopes: list[dict[str, str | None]] = []
        self.free: Iterator[str] = iter(())

    def _function(self, node):
        node.args.defaults = [self.visit(value) for value in node.args.defaults]
        node.args.kw_defaults = [value and self.visit(value) for value in node.args.kw_defaults]
        if not isinstance(node, ast.Lambda):
            node.decorator_list = [self.visit(value) for value in node.decorator_list]
        if not self.scopes:
            used = {inner.id for inner in walk(node) if isinstance(inner, ast.Name)}
            used |= {inner.arg for inner in walk(node) if isinstance(inner, ast.arg)}
            used = used.union(*(bound_names(inner, deep=False) for inner in walk(node)))
            used |= self.kept  # one of them may come in `**options`
            self.free = (name for name in _free_names() if name not in used)
        scope: dict[str, str | None] = {
            name: None for inner in own_nodes(node) for name in bound_names(inner, deep=False)
        }
        declared = {
            name
            for inner in own_nodes(node)
            if isinstance(inner, ast.Nonlocal | ast.Global)
            for name in inner.names
        }
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        for argument in [*positional, *filter(None, (arguments.vararg, arguments.kwarg))]:
            scope[argument.arg] = None
            if argument.arg not in self.kept and argument.arg not in FIRMWARE:
                scope[argument.arg] = next(self.free)
        for argument in arguments.kwonlyargs:
            scope[argument.arg] = None
        for argument in [*positional, *filter(None, (arguments.vararg, arguments.kwarg))]:
            argument.arg = scope[argument.arg] or argument.arg
        for name in declared:
            scope.pop(name, None)
        self.scopes.append(scope)
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
        else:
            node.body = [self.visit(statement) for statement in node.body]
        self.scopes.pop()
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _function

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Names of a class inside of a function are attributes, and none of its methods'."""
        if not self.scopes:
            return self.generic_visit(node)
        node.bases = [self.visit(base) for base in node.bases]
        mine = {name: None for inner in node.body for name in bound_names(inner)}
        made = []
        for inner in node.body:
            is_function = isinstance(inner, DEFINITIONS)
            self.scopes.append({} if is_function else mine)
            made.append(self.visit(inner))
            self.scopes.pop()
        node.body = made
        return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        for scope in reversed(self.scopes):
            if node.id in scope:
                node.id = scope[node.id] or node.id
                break
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.Nonlocal:
        names = []
        for name in node.names:
            found = next((scope[name] for scope in reversed(self.scopes) if name in scope), None)
            names.append(found or name)
        node.names = names
        return node

    def _comprehension(self, node):
        targets = {
            name.id: None
            for generator in node.generators
            for name in walk(generator.target)
            if isinstance(name, ast.Name)
        }
        if self.scopes:
            node.generators[0].iter = self.visit(node.generators[0].iter)
            first, node.generators[0].iter = node.generators[0].iter, ast.Constant(None)
            self.scopes.append(targets)
            self.generic_visit(node)
            self.scopes.pop()
            node.generators[0].iter = first
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension


__all__ = ["Renamed", "rename"]
