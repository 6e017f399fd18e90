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

from ..modules import imported_module, module_name, package_name
from .rewrite import MAIN, Alias, Global, Missing, Rewriter, UnlinkableError
from .scopes import SCOPES, bound_names, own_nodes
from .walk import walk

RESERVED = ("read_text", "call_part")  # functions that are added later: texts.py, split.py


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


def merge(sources: Mapping[str, str], parts: Mapping[str, str] | None = None) -> Merged:
    """sources: by path in the package, as "component/app.py". parts: the part of each module that
    is in one of its own.

    Raises UnlinkableError.
    """
    program = Program(sources, dict(parts or {}))
    for name in program.order():
        program.add(name)
    return program.merged


class Module:
    def __init__(self, path: str, text: str) -> None:
        self.name = module_name(path)
        self.tree = ast.parse(text)
        self.package = package_name(path)
        self.body = list(_statements(self.tree.body))
        self.globals: dict[str, object] = {}

    def source_of(self, node: ast.ImportFrom) -> str | None:
        """The module of the package that a statement imports from, or None."""
        return imported_module(self.package, node)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module as MicroPython runs them, without texts that nobody reads."""
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        if isinstance(statement, ast.Try) and isinstance(statement.body[0], ast.ImportFrom):
            yield from _statements(statement.body)  # the rest of it is for CPython
        else:
            yield statement


class Program:
    def __init__(self, sources: Mapping[str, str], parts: dict[str, str]) -> None:
        self.modules = {m.name: m for m in (Module(p, text) for p, text in sources.items())}
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

    @property
    def part_of(self) -> dict[str, str]:
        """The part of each global."""
        return self.merged.part_of

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

    def _bind(self, module: Module) -> None:
        """Names for what a module defines."""
        for statement in module.body:
            for name in bound_names(statement):
                if name not in module.globals:
                    if isinstance(statement, ast.Import | ast.ImportFrom):
                        if isinstance(statement, ast.ImportFrom) and statement.level:
                            continue
                        module.globals[name] = Global(name)  # the same in all modules
                        continue
                    unique = self._unique(name, module.name)
                    module.globals[name] = Global(unique)
                    self.merged.names[unique] = (module.name, name)
                    self.merged.part_of[unique] = self.parts.get(module.name, MAIN)

    def _bind_imports(self, module: Module) -> None:
        for statement in module.body:
            if isinstance(statement, ast.ImportFrom) and statement.level:
                for alias in statement.names:
                    name = alias.asname or alias.name
                    module.globals[name] = self.imported_thing(module, statement, alias.name)

    def imported_thing(self, module: Module, node: ast.ImportFrom, name: str) -> object:
        """What `from .source import name` gives."""
        source = module.source_of(node)
        if f"{source}.{name}".strip(".") in self.modules:
            return Alias(f"{source}.{name}".strip("."))
        if source not in self.modules:
            return Missing(source or name)
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
            body.append(Rewriter(self, module, part).visit(statement))


def _imported_at_top(module: Module) -> list[str]:
    """Modules of the package that a module imports, or may import, when it is imported itself."""
    found = []
    for statement in module.body:
        if isinstance(statement, ast.ImportFrom) and statement.level:
            source = module.source_of(statement)
            found += [f"{source}.{alias.name}".strip(".") for alias in statement.names]
            found.append(source)
    return found


def _local_names(module: Module) -> set[str]:
    """Names that functions and classes of a module bind, arguments included."""
    found = set()
    for scope in walk(module.tree):
        if isinstance(scope, SCOPES):
            found.update(*(bound_names(inner, deep=False) for inner in own_nodes(scope)))
        elif isinstance(scope, ast.arg):
            found.add(scope.arg)
        elif isinstance(scope, ast.comprehension):
            found.update(n.id for n in walk(scope.target) if isinstance(n, ast.Name))
    return found


def _external_names(module: Module) -> set[str]:
    """What a module imports of MicroPython: it has the same name in all modules."""
    return {
        name
        for statement in module.body
        if isinstance(statement, ast.Import | ast.ImportFrom)
        and not getattr(statement, "level", 0)
        for name in bound_names(statement)
    }
