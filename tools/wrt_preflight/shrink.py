"""The runtime's sources, made smaller for a device: constants are put where they are used.

A module-level name that is bound once, to an integer that is known before anything runs, costs
a device a name, an entry in the dict of each module that imports it, and the code of the import.
Here every use of it becomes the number, in all modules of a package, and the name goes away.

`__all__` goes as well. Lines stay where they are, so that tracebacks tell the truth.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .integers import integer_of, range_of
from .modules import imported_module, module_name, package_name

# Constants that scripts on a device ask for by name, from outside of the package.
KEPT = {"DEADLOCK", "EXCEPTIONS", "F32", "INSTANCES", "SUSPENDED", "TURN_MS"}


def shrink(sources: dict[str, str]) -> dict[str, str]:
    """path -> source of the modules of one package, relative to it ("component/app.py")."""
    modules = {module_name(path): _Module(path, text) for path, text in sources.items()}
    while any([module.learn(modules) for module in modules.values()]):
        pass  # a constant may be made of others, of modules that come later
    return {module.path: module.shrunk(modules) for module in modules.values()}


class _Module:
    """constants: values by name, its own and imported ones. aliases: names that other modules
    of the package have here.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.tree = ast.parse(text)
        self.package = package_name(path)
        self.bound = [name for node in _of_scope(self.tree) for name in _bound(node)]
        self.bound += [
            name
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Global)
            for name in (*node.names, *node.names)  # as often as needed: it is no constant
        ]
        self.constants: dict[str, int] = {}
        self.aliases: dict[str, str] = {}

    def source_of(self, node: ast.ImportFrom) -> str | None:
        """The module of the package that a statement imports from, or None."""
        return imported_module(self.package, node)

    def learn(self, modules: dict[str, _Module]) -> bool:
        """Find constants, with those that other modules have by now. Whether there are more."""
        before = len(self.constants) + len(self.aliases)
        for statement in self.tree.body:
            for name, value in _pairs(statement):
                number = integer_of(value, self.constants)
                if number is not None and self.bound.count(name) == 1:
                    self.constants[name] = number
            if isinstance(statement, ast.ImportFrom):
                self._learn_import(statement, modules)
        return len(self.constants) + len(self.aliases) > before

    def _learn_import(self, statement: ast.ImportFrom, modules: dict[str, _Module]) -> None:
        source = self.source_of(statement)
        for alias in statement.names if source is not None else ():
            name = alias.asname or alias.name
            if self.bound.count(name) != 1:
                continue
            if f"{source}.{alias.name}".lstrip(".") in modules:
                self.aliases[name] = f"{source}.{alias.name}".lstrip(".")
            elif source in modules and alias.name in modules[source].constants:
                self.constants[name] = modules[source].constants[alias.name]

    def shrunk(self, modules: dict[str, _Module]) -> str:
        """The source, with numbers in place of constants."""
        edits = _Edits(self.text)
        gone = set(self.constants) - KEPT
        for statement in self.tree.body:
            if _assigns(statement, "__all__"):
                edits.replace(statement, "")
            pairs = list(_pairs(statement))
            left = [(name, value) for name, value in pairs if name not in gone]
            if len(left) < len(pairs):
                text = [f"{name} = {edits.source(value)}" for name, value in left]
                edits.replace(statement, "; ".join(text))
        self._uses(self.tree, frozenset(), modules, edits)
        return edits.apply()

    def _uses(
        self, scope: ast.AST, hidden: frozenset[str], modules: dict[str, _Module], edits: _Edits
    ) -> None:
        """Edit the uses of constants in a scope. hidden: names that functions around it bind."""
        own: dict[str, int] = {}
        for node in _of_scope(scope):
            if isinstance(node, ast.ImportFrom) and (source := self.source_of(node)) in modules:
                found = modules[source].constants
                own |= {a.asname or a.name: found[a.name] for a in node.names if a.name in found}
                left = [alias for alias in node.names if alias.name not in found]
                if len(left) < len(node.names):
                    names = ", ".join(map(ast.unparse, left))
                    start = f"from {'.' * node.level}{node.module or ''} import "
                    empty = "" if node in self.tree.body else "pass"
                    edits.replace(node, start + names if left else empty)
        for node in _of_scope(scope):
            if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
                bound = _all_bound(node)
                self._uses(node, hidden | bound if bound else hidden, modules, edits)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                value = own.get(node.id)
                if value is None and node.id not in hidden:
                    value = self.constants.get(node.id)
                if value is not None:
                    edits.replace(node, str(value) if value >= 0 else f"({value})")
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                holder = self.aliases.get(node.value.id) if node.value.id not in hidden else None
                value = modules[holder].constants.get(node.attr) if holder else None
                if value is not None:
                    edits.replace(node, str(value) if value >= 0 else f"({value})")


def _assigns(statement: ast.stmt, name: str) -> bool:
    return isinstance(statement, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == name for target in statement.targets
    )


def _pairs(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) of a statement that only binds names: A = 1; A, B = 1, 2; or a range."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
        return
    target, value = statement.targets[0], statement.value
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple):
        names = [item.id for item in target.elts if isinstance(item, ast.Name)]
        values = value.elts if isinstance(value, ast.Tuple) else range_of(value)
        if len(names) == len(target.elts) == len(values):
            yield from zip(names, values, strict=True)


_SCOPES = (ast.FunctionDef, ast.Lambda, ast.ClassDef)


def _of_scope(scope: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a scope; of functions and classes in it, what is evaluated outside of them."""
    waiting = [scope]
    while waiting:
        node = waiting.pop()
        if node is not scope:
            yield node
        if node is scope and isinstance(node, ast.Lambda):
            waiting.append(node.body)
        elif node is scope and isinstance(node, _SCOPES):
            waiting += node.body
        elif isinstance(node, ast.FunctionDef | ast.Lambda) and node is not scope:
            waiting += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            waiting += getattr(node, "decorator_list", [])
        elif isinstance(node, ast.ClassDef) and node is not scope:
            waiting += [*node.bases, *node.decorator_list]
        else:
            waiting += ast.iter_child_nodes(node)


def _bound(node: ast.AST) -> Iterator[str]:
    """Names that a node binds in its scope."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name


def _all_bound(scope: ast.FunctionDef | ast.Lambda | ast.ClassDef) -> set[str]:
    """Names that are local in a function or class, arguments included."""
    names = {name for node in _of_scope(scope) for name in _bound(node)}
    if not isinstance(scope, ast.ClassDef):
        names |= {node.arg for node in ast.walk(scope.args) if isinstance(node, ast.arg)}
    return names


class _Edits:
    """Replacements of nodes in a text, each over as many lines as there were."""

    def __init__(self, text: str) -> None:
        self.lines = text.encode().splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        self.data = b"".join(self.lines)
        self.edits: list[tuple[int, int, str]] = []

    def _range(self, node: ast.AST) -> tuple[int, int]:
        start = self.starts[node.lineno - 1] + node.col_offset
        return start, self.starts[node.end_lineno - 1] + node.end_col_offset

    def source(self, node: ast.AST) -> str:
        """The text of a node, on one line."""
        return ast.unparse(node)

    def replace(self, node: ast.AST, text: str) -> None:
        """Put a text in the place of a node."""
        self.edits.append((*self._range(node), text))

    def apply(self) -> str:
        """The edited text. An edit inside of another one is dropped: it went with it."""
        out, at, end = [], 0, 0
        for start, stop, text in sorted(self.edits, key=lambda edit: (edit[0], -edit[1])):
            if start < end:
                continue
            lines = self.data[start:stop].count(b"\n")
            out += [self.data[at:start], text.encode(), b"\n" * lines]
            at = end = stop
        return b"".join([*out, self.data[at:]]).decode()
