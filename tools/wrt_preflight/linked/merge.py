"""Many modules of the runtime become one, in which every global name is unique.

Imports between them go away: what was imported is simply there. An import of a module that was
left out becomes the ImportError that it would be on the device. Modules in parts of their own
stay apart: `from .aio import Aio` inside of a function then imports that part.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from .scopes import SCOPES, bound_names, is_generator, own_nodes, stay_generator

PACKAGE = "wrt_micro"
RESERVED = ("read_text", "call_part")  # functions that are added later: texts.py, split.py
MAIN = ""  # the part that is there as long as the program is


class UnlinkableError(Exception):
    """Code of the runtime that is written in a way that this does not understand: a bug of ours,
    which the tests of the whole runtime find."""


@dataclass(slots=True)
class Merged:
    """parts: statements by part. names: of each global, (module, its name there).

    part_of: the part of each global.
    """

    parts: dict[str, list[ast.stmt]] = field(default_factory=dict)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    part_of: dict[str, str] = field(default_factory=dict)

    @property
    def places(self) -> dict[tuple[str, str], str]:
        """The global of each (module, name there)."""
        return {place: made for made, place in self.names.items()}


@dataclass(frozen=True, slots=True)
class _Global:
    """A global of the merged program."""

    name: str


@dataclass(frozen=True, slots=True)
class _Alias:
    """A name for a module of the package."""

    module: str


@dataclass(frozen=True, slots=True)
class _Missing:
    """A module that was left out."""

    module: str


def module_name(path: str) -> str:
    """ "component/app.py" is "component.app"; the package's own __init__.py is ""."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def merge(sources: Mapping[str, str], parts: Mapping[str, str] | None = None) -> Merged:
    """sources: by path in the package, as "component/app.py". parts: the part of each module that
    is in one of its own.

    Raises UnlinkableError.
    """
    program = _Program(sources, dict(parts or {}))
    for name in program.order():
        program.add(name)
    return program.merged


class _Module:
    def __init__(self, path: str, text: str) -> None:
        self.name = module_name(path)
        self.tree = ast.parse(text)
        is_package = PurePosixPath(path).name == "__init__.py"
        self.package = self.name if is_package else self.name.rpartition(".")[0]
        self.body = list(_statements(self.tree.body))
        self.globals: dict[str, object] = {}

    def source_of(self, node: ast.ImportFrom) -> str | None:
        """The module of the package that a statement imports from, or None."""
        if not node.level:
            return None
        parts = [part for part in self.package.split(".") if part]
        parts = parts[: len(parts) - node.level + 1]
        return ".".join([*parts, *filter(None, (node.module or "").split("."))])


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module as MicroPython runs them, without texts that nobody reads."""
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        if isinstance(statement, ast.Try) and isinstance(statement.body[0], ast.ImportFrom):
            yield from _statements(statement.body)  # the rest of it is for CPython
        else:
            yield statement


class _Program:
    def __init__(self, sources: Mapping[str, str], parts: dict[str, str]) -> None:
        self.modules = {m.name: m for m in (_Module(p, text) for p, text in sources.items())}
        self.parts = parts
        while taken := [name for name in self.parts if self._is_needed_at_once(name)]:
            for name in taken:
                del self.parts[name]
        self.merged = Merged()
        # A global has no name that a function has for a variable, so that later steps can tell
        # them apart without looking at scopes.
        self.taken = {*dir(builtins), *RESERVED}
        self.taken = self.taken.union(*map(_local_names, self.modules.values()))
        self.taken = self.taken.union(*map(_external_names, self.modules.values()))
        self.imported: dict[str, set[str]] = {}
        for module in self.modules.values():
            self._bind(module)
        for module in self.modules.values():
            self._bind_imports(module)

    def _is_needed_at_once(self, name: str) -> bool:
        """Whether a module of the main part takes something of this one at its top."""
        return any(
            name in _imported_at_top(module)
            for module in self.modules.values()
            if module.name not in self.parts
        )

    def order(self) -> list[str]:
        """Modules, each behind those that it needs while it runs."""
        found: dict[str, None] = {}

        def visit(name: str) -> None:
            if name in found or name not in self.modules:
                return
            for source in _imported_at_top(self.modules[name]):
                if source != name:
                    visit(source)
            found[name] = None

        for name in sorted(self.modules):
            visit(name)
        return list(found)

    def _unique(self, name: str, module: str) -> str:
        made = name
        for part in reversed(module.split(".")):
            if made not in self.taken:
                break
            made = f"{made}_{part}"
        while made in self.taken:
            made += "_"
        self.taken.add(made)
        return made

    def _bind(self, module: _Module) -> None:
        """Names for what a module defines."""
        for statement in module.body:
            for name in bound_names(statement):
                if name not in module.globals:
                    if isinstance(statement, ast.Import | ast.ImportFrom):
                        if isinstance(statement, ast.ImportFrom) and statement.level:
                            continue
                        module.globals[name] = _Global(name)  # the same in all modules
                        continue
                    unique = self._unique(name, module.name)
                    module.globals[name] = _Global(unique)
                    self.merged.names[unique] = (module.name, name)
                    self.merged.part_of[unique] = self.parts.get(module.name, MAIN)

    def _bind_imports(self, module: _Module) -> None:
        for statement in module.body:
            if isinstance(statement, ast.ImportFrom) and statement.level:
                for alias in statement.names:
                    name = alias.asname or alias.name
                    module.globals[name] = self.imported_thing(module, statement, alias.name)

    def imported_thing(self, module: _Module, node: ast.ImportFrom, name: str) -> object:
        """What `from .source import name` gives."""
        source = module.source_of(node)
        if f"{source}.{name}".strip(".") in self.modules:
            return _Alias(f"{source}.{name}".strip("."))
        if source not in self.modules:
            return _Missing(source or name)
        return self.member(source, name)

    def member(self, module: str, name: str) -> object:
        """A global of a module, also one that it imported itself."""
        found = self.modules[module].globals.get(name)
        if found is None:
            for statement in self.modules[module].body:
                if isinstance(statement, ast.ImportFrom) and statement.level:
                    for alias in statement.names:
                        if (alias.asname or alias.name) == name:
                            return self.imported_thing(self.modules[module], statement, alias.name)
            raise UnlinkableError(f"{module} has no {name}")
        return found

    def add(self, name: str) -> None:
        """Put a module behind those that are there."""
        module = self.modules[name]
        part = self.parts.get(name, MAIN)
        body = self.merged.parts.setdefault(part, [])
        known = self.imported.setdefault(part, set())
        for statement in module.body:
            if isinstance(statement, ast.ImportFrom) and statement.level:
                continue
            if isinstance(statement, ast.Import | ast.ImportFrom):
                text = ast.unparse(statement)
                if text in known:
                    continue
                known.add(text)
                body.append(statement)
                continue
            body.append(_Rewriter(self, module, part).visit(statement))


class _Rewriter(ast.NodeTransformer):
    """Names of a module become those of the merged program."""

    def __init__(self, program: _Program, module: _Module, part: str) -> None:
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
            for argument in ast.walk(arguments):
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
        if not isinstance(thing, _Global):
            return False
        part = self.program.merged.part_of.get(thing.name, self.part)
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
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
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
            for inner in ast.walk(generator.target)
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
        return found.name if isinstance(found, _Global) else name

    def visit_Name(self, node: ast.Name) -> ast.AST:
        found = self.lookup(node.id)
        if isinstance(found, _Global):
            node.id = found.name
        elif isinstance(found, _Alias):
            raise UnlinkableError(f"{self.module.name}: the module {node.id} as a value")
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name):
            found = self.lookup(node.value.id)
            if isinstance(found, _Alias):
                thing = self.program.member(found.module, node.attr)
                if isinstance(thing, _Global):
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
            if isinstance(thing, _Missing):
                text = f"no module named '{PACKAGE}.{thing.module}'"
                return [*ast.parse(f"raise ImportError({text!r})").body]
            if self._is_apart(thing):
                part = self.program.merged.part_of[thing.name]
                asname = None if name == thing.name else name
                apart.setdefault(part, []).append(ast.alias(thing.name, asname))
            elif self.lookup(name) is None:
                if not isinstance(thing, _Global):
                    raise UnlinkableError(f"{self.module.name}: the module {name} as a value")
                made += ast.parse(f"{name} = {thing.name}").body
        # The module's name is given to it later.
        made += [ast.ImportFrom(f"<{part}>", names, 0) for part, names in apart.items()]
        return made


def _imported_at_top(module: _Module) -> list[str]:
    """Modules of the package that a module imports, or may import, when it is imported itself."""
    found = []
    for statement in module.body:
        if isinstance(statement, ast.ImportFrom) and statement.level:
            source = module.source_of(statement)
            found += [f"{source}.{alias.name}".strip(".") for alias in statement.names]
            found.append(source)
    return found


def _local_names(module: _Module) -> set[str]:
    """Names that functions and classes of a module bind, arguments included."""
    found = set()
    for scope in ast.walk(module.tree):
        if isinstance(scope, SCOPES):
            found.update(*(bound_names(inner, deep=False) for inner in own_nodes(scope)))
        elif isinstance(scope, ast.arg):
            found.add(scope.arg)
        elif isinstance(scope, ast.comprehension):
            found.update(n.id for n in ast.walk(scope.target) if isinstance(n, ast.Name))
    return found


def _external_names(module: _Module) -> set[str]:
    """What a module imports of MicroPython: it has the same name in all modules."""
    return {
        name
        for statement in module.body
        if isinstance(statement, ast.Import | ast.ImportFrom)
        and not getattr(statement, "level", 0)
        for name in bound_names(statement)
    }


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
