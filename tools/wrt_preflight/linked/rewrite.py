"""Names of a module become those of a merged program: merge.py."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from .scopes import DEFINITIONS, bound_names, is_generator, own_nodes, stay_generator
from .walk import walk

PACKAGE = "wrt_micro"
MAIN = ""  # the part that is there as long as the program is


class UnlinkableError(Exception):
    """Code of the runtime that is written in a way that this does not understand: a bug of ours,
    which the tests of the whole runtime find."""


@dataclass(frozen=True, slots=True)
class Global:
    """A global of the merged program."""

    name: str


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for a module of the package."""

    module: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A module that was left out."""

    module: str


class Module(Protocol):
    """A module that is merged. globals: what its names stand for."""

    name: str
    globals: Mapping[str, object]


class Program(Protocol):
    """What modules are merged into. part_of: the part of each global."""

    part_of: Mapping[str, str]

    def imported_thing(self, module: Module, node: ast.ImportFrom, name: str) -> object:
        """What an import of a module gives."""

    def member(self, module: str, name: str) -> object:
        """A global of a module."""


class Rewriter(ast.NodeTransformer):
    """Names of a module become those of the merged program."""

    def __init__(self, program: Program, module: Module, part: str) -> None:
        self.program, self.module, self.part = program, module, part
        # Names bound in the scopes around, innermost last: None for a variable.
        self.scopes: list[dict[str, object | None]] = []

    def lookup(self, name: str) -> object | None:
        """What a name stands for; None for variables and for Python's own names."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return self.module.globals.get(name)

    def _enter(self, node: ast.AST) -> None:
        """Begin a scope: names of imports that are bound once stand for what they import."""
        scope: dict[str, object | None] = {}
        count: dict[str, int] = {}
        declared = set()
        arguments = getattr(node, "args", None)
        if isinstance(arguments, ast.arguments):
            for argument in walk(arguments):
                if isinstance(argument, ast.arg):
                    count[argument.arg] = count.get(argument.arg, 0) + 1
                    scope[argument.arg] = None
        for inner in own_nodes(node):
            if isinstance(inner, ast.Global | ast.Nonlocal):
                declared |= set(inner.names)
            for name in bound_names(inner, deep=False):
                count[name] = count.get(name, 0) + 1
                scope[name] = None
        for inner in own_nodes(node):
            if isinstance(inner, ast.ImportFrom) and inner.level:
                for alias in inner.names:
                    name = alias.asname or alias.name
                    thing = self.program.imported_thing(self.module, inner, alias.name)
                    if count[name] == 1 and not self._is_apart(thing):
                        scope[name] = thing
        for name in declared:
            scope.pop(name, None)
        self.scopes.append(scope)

    def _is_apart(self, thing: object) -> bool:
        """Whether something is in another part, so that it has to be imported."""
        if not isinstance(thing, Global):
            return False
        part = self.program.part_of.get(thing.name, self.part)
        return part not in (MAIN, self.part)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._function(node)

    def _function(self, node) -> ast.AST:
        node.args.defaults = [self.visit(value) for value in node.args.defaults]
        node.args.kw_defaults = [v and self.visit(v) for v in node.args.kw_defaults]
        if not isinstance(node, ast.Lambda):
            node.decorator_list = [self.visit(value) for value in node.decorator_list]
            if not self.scopes:
                node.name = self._renamed(node.name)
        self._enter(node)
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
        else:
            generates = is_generator(node)
            node.body = self._body(node.body) or [ast.Pass()]
            if generates:
                stay_generator(node)
        self.scopes.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.bases = [self.visit(value) for value in node.bases]
        if not self.scopes:
            node.name = self._renamed(node.name)
        self._enter(node)
        mine = self.scopes[-1]
        made = []
        for statement in node.body:
            if isinstance(statement, DEFINITIONS):
                # Names of a class are none of the functions in it.
                decorators = [self.visit(value) for value in statement.decorator_list]
                statement.decorator_list = []
                self.scopes.pop()
                self.scopes.append({})
                statement = self.visit(statement)
                statement.decorator_list = decorators
                self.scopes[-1] = mine
            else:
                statement = self.visit(statement)
            made.append(statement)
        self.scopes.pop()
        node.body = [s for s in made if not _is_text(s)] or [ast.Pass()]
        return node

    def _comprehension(self, node) -> ast.AST:
        scope = {
            name: None
            for generator in node.generators
            for inner in walk(generator.target)
            for name in bound_names(inner, deep=False)
        }
        node.generators[0].iter = self.visit(node.generators[0].iter)
        self.scopes.append(scope)
        for i, generator in enumerate(node.generators):
            if i:
                generator.iter = self.visit(generator.iter)
            generator.ifs = [self.visit(value) for value in generator.ifs]
        for name in ("elt", "key", "value"):
            if hasattr(node, name):
                setattr(node, name, self.visit(getattr(node, name)))
        self.scopes.pop()
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def _body(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return _cut([made for s in body if not _is_text(s) for made in _listed(self.visit(s))])

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for name in ("body", "orelse", "finalbody"):
            value = getattr(node, name, None)
            if isinstance(value, list):
                made = self._body(value)
                setattr(node, name, made or ([ast.Pass()] if name == "body" else []))
        for name, value in ast.iter_fields(node):
            if name in ("body", "orelse", "finalbody") and isinstance(value, list):
                continue
            if isinstance(value, list):
                made = [self.visit(v) if isinstance(v, ast.AST) else v for v in value]
                setattr(node, name, made)
            elif isinstance(value, ast.AST):
                setattr(node, name, self.visit(value))
        return node

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [self._renamed(name) for name in node.names]
        return node

    def _renamed(self, name: str) -> str:
        found = self.module.globals.get(name)
        return found.name if isinstance(found, Global) else name

    def visit_Name(self, node: ast.Name) -> ast.AST:
        found = self.lookup(node.id)
        if isinstance(found, Global):
            node.id = found.name
        elif isinstance(found, Alias):
            raise UnlinkableError(f"{self.module.name}: the module {node.id} as a value")
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name):
            found = self.lookup(node.value.id)
            if isinstance(found, Alias):
                thing = self.program.member(found.module, node.attr)
                if isinstance(thing, Global):
                    return ast.copy_location(ast.Name(thing.name, node.ctx), node)
                raise UnlinkableError(f"{self.module.name}: {node.value.id}.{node.attr}")
        node.value = self.visit(node.value)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        """An import inside of a function."""
        if not node.level:
            return [node]
        made: list[ast.stmt] = []
        apart: dict[str, list[ast.alias]] = {}
        for alias in node.names:
            name = alias.asname or alias.name
            thing = self.program.imported_thing(self.module, node, alias.name)
            if isinstance(thing, Missing):
                text = f"no module named '{PACKAGE}.{thing.module}'"
                return [*ast.parse(f"raise ImportError({text!r})").body]
            if self._is_apart(thing):
                part = self.program.part_of[thing.name]
                asname = None if name == thing.name else name
                apart.setdefault(part, []).append(ast.alias(thing.name, asname))
            elif self.lookup(name) is None:
                if not isinstance(thing, Global):
                    raise UnlinkableError(f"{self.module.name}: the module {name} as a value")
                made += ast.parse(f"{name} = {thing.name}").body
        # The module's name is given to it later.
        made += [ast.ImportFrom(f"<{part}>", names, 0) for part, names in apart.items()]
        return made


def _listed(value: ast.stmt | list[ast.stmt] | None) -> list[ast.stmt]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _cut(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements up to the first that never goes on."""
    for i, statement in enumerate(body):
        if isinstance(statement, ast.Raise | ast.Return | ast.Continue | ast.Break):
            return body[: i + 1]
    return body


def _is_text(statement: ast.stmt) -> bool:
    """Whether it is a docstring."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
