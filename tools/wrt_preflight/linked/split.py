"""What a program needs once, or hardly ever, is put apart: it is imported for that, and forgotten.

`load` is most of it. An entry, a function or a method that Python calls, stays as a few bytes
which import its part, call it there, and let it go. The part has all that only entries need.

What outlives the call stays: classes, as there are objects of them; functions that make functions;
and what is handed on as a value. A class loses its __init__ and the methods that only parts call:
these become functions of the part.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from .scopes import bound_names

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
ENTRIES = 32  # of a part, at most
CALLER = f"""
def call_part(number, *args, **options):
    name = "%s_%d" % (__name__, number // {ENTRIES})
    sys.path.insert(0, __file__.rpartition("/")[0] or "/" * (__file__[0] == "/"))
    try:
        made = __import__(name)
    finally:
        sys.path.pop(0)
    del sys.modules[name]
    return made.main[number % {ENTRIES}](*args, **options)
"""


@dataclass(slots=True)
class _Unit:
    """A function, a method, a class without its methods, or another statement of a module.

    called, values: names that are called, and those that are used otherwise. methods, attributes:
    likewise. inits: classes whose __init__ is called by name. checked: classes that are only asked
    about. stays: it makes functions.
    """

    node: ast.stmt
    owner: str | None = None
    called: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    inits: set[str] = field(default_factory=set)
    checked: set[str] = field(default_factory=set)
    stays: bool = False

    @property
    def key(self) -> str:
        name = self.node.name if isinstance(self.node, (*_DEFINITIONS, ast.ClassDef)) else ""
        return f"{self.owner}.{name}" if self.owner else name


class _Uses(ast.NodeVisitor):
    def __init__(self, unit: _Unit) -> None:
        self.unit = unit

    def visit_Call(self, node: ast.Call) -> None:
        unit = self.unit
        function = node.func
        if isinstance(function, ast.Name):
            unit.called.add(function.id)
        elif isinstance(function, ast.Attribute):
            if function.attr == "__init__" and isinstance(function.value, ast.Name):
                unit.inits.add(function.value.id)
                unit.checked.add(function.value.id)
            elif function.attr != "__init__":  # that of super() is none of the program's
                unit.methods.add(function.attr)
                self.visit(function.value)
        else:
            self.visit(function)
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(function, ast.Name) and function.id == "isinstance":
            unit.checked |= {n.id for n in ast.walk(values.pop(1)) if isinstance(n, ast.Name)}
        for value in values:
            self.visit(value)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type:
            self.unit.checked |= {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
        for statement in node.body:
            self.visit(statement)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.unit.values.add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.ctx, ast.Load):
            self.unit.attributes.add(node.attr)
        self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Attribute):
            self.unit.attributes.add(node.target.attr)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.unit.attributes.add(node.value)  # for getattr

    def visit_FunctionDef(self, node: ast.AST) -> None:
        if node is not self.unit.node:
            self.unit.stays = True
        self.generic_visit(node)

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.unit.checked |= {base.id for base in node.bases if isinstance(base, ast.Name)}
        for statement in node.body:
            if node is self.unit.node and isinstance(statement, _DEFINITIONS):
                for value in [*statement.decorator_list, *statement.args.defaults]:
                    self.visit(value)
            else:
                self.visit(statement)

    def visit_Global(self, node: ast.Global) -> None:
        self.unit.values |= set(node.names)


def _unit(node: ast.stmt, owner: str | None = None) -> _Unit:
    unit = _Unit(node, owner)
    _Uses(unit).visit(node)
    return unit


@dataclass(slots=True)
class Split:
    """main: what stays. parts: modules of their own, in the order of their numbers."""

    main: list[ast.stmt]
    parts: list[list[ast.stmt]]


def split(
    body: list[ast.stmt],
    entries: Sequence[Sequence[str]],
    roots: Collection[str],
    outside: Sequence[list[ast.stmt]],
    foreign: Collection[str],
    public: Collection[str],
) -> Split:
    """entries: for each part its functions and methods, as "load" and "App.stats".

    roots: names that Python uses. outside: other modules that use this one. foreign: attributes
    of objects that are not the program's. public: attributes that Python uses.
    """
    return _Splitter(body, entries, roots, outside, foreign, public).split()


class _Splitter:
    def __init__(self, body, entries, roots, outside, foreign, public) -> None:
        self.body, self.foreign = body, set(foreign)
        self.units: dict[str, _Unit] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.methods: dict[str, list[str]] = {}  # keys by name
        self.variables: dict[str, list[_Unit]] = {}
        self.always: list[_Unit] = []
        for node in body:
            if isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
                self.units[node.name] = _unit(node)
                for inner in node.body:
                    if isinstance(inner, _DEFINITIONS):
                        unit = _unit(inner, node.name)
                        # Of a property there are two.
                        self.units[unit.key + "=" * (unit.key in self.units)] = unit
                        self.methods.setdefault(inner.name, []).append(unit.key)
            elif isinstance(node, _DEFINITIONS):
                self.units[node.name] = _unit(node)
            elif not isinstance(node, ast.Import | ast.ImportFrom):
                unit = _unit(node)
                for name in bound_names(node):
                    self.variables.setdefault(name, []).append(unit)
                if not bound_names(node):
                    self.always.append(unit)
        self.entries = [[e for e in part if e in self.units] for part in entries]
        self.entries = [part for part in self.entries if part]
        self.heads = {entry for part in self.entries for entry in part}
        self.resident: set[str] = set()
        self.resident_attributes: set[str] = set()
        self.mutable = {
            name
            for u in self.units.values()
            for n in ast.walk(u.node)
            if isinstance(n, ast.Global)
            for name in n.names
        }
        for unit in [*self.always, *(_unit(node) for part in outside for node in part)]:
            self._keep_uses(unit)
        for part in outside:
            for node in part:
                for inner in getattr(node, "body", ()) if isinstance(node, ast.ClassDef) else ():
                    if isinstance(inner, _DEFINITIONS):
                        self._keep_uses(_unit(inner))
        for name in self.mutable:
            self._keep(name)
        for name in roots:
            self._keep(name, call=True)
        self._keep_attributes(set(public))

    # What stays

    def _keep(self, key: str, call: bool = False) -> None:
        """A name stays; called: of a class its __init__ too."""
        if key in self.variables and key not in self.resident:
            self.resident.add(key)
            for unit in self.variables[key]:
                self._keep_uses(unit)
        if key not in self.units:
            return
        if key in self.classes and call:
            init = self._init(key)
            if init:
                self._keep(init)
        if key in self.resident:
            return
        self.resident.add(key)
        if key in self.classes:
            self._keep_uses(self.units[key])
            for name in list(self.methods):
                special = name[:2] == "__" and name != "__init__"
                if special or name in self.resident_attributes:
                    self._keep_methods(name)
        elif key not in self.heads:
            self._keep_uses(self.units[key])

    def _keep_methods(self, name: str) -> None:
        for key in self.methods.get(name, ()):
            if key.split(".")[0] in self.resident:
                self._keep(key)
                if key + "=" in self.units:
                    self._keep(key + "=")

    def _keep_attributes(self, names: set[str]) -> None:
        new = names - self.resident_attributes
        self.resident_attributes |= new
        for name in new:
            self._keep_methods(name)

    def _keep_uses(self, unit: _Unit) -> None:
        for name in unit.called:
            self._keep(name, call=True)
        for name in unit.values:
            self._keep(name, call=True)
        for name in unit.checked:
            self._keep(name)
        for name in unit.inits:
            init = self._init(name)
            if init:
                self._keep(init)
        self._keep_attributes(unit.methods | unit.attributes)

    def _init(self, name: str) -> str | None:
        """The key of the __init__ that a class has or inherits."""
        while name in self.classes:
            if f"{name}.__init__" in self.units:
                return f"{name}.__init__"
            bases = self.classes[name].bases
            name = bases[0].id if bases and isinstance(bases[0], ast.Name) else ""
        return None

    def _is_native(self, name: str) -> bool:
        """Whether a class has a base that is none of the program's."""
        while name in self.classes:
            bases = self.classes[name].bases
            if not bases:
                return False
            name = bases[0].id if isinstance(bases[0], ast.Name) else ""
        return True

    # What goes apart

    def split(self) -> Split:
        while True:
            before = len(self.resident), len(self.resident_attributes)
            found = [self._part(part) for part in self.entries]
            if before == (len(self.resident), len(self.resident_attributes)):
                break
        parts = [
            self._emit(entries, keys) for entries, keys in zip(self.entries, found, strict=True)
        ]
        return Split(self._main(), parts)

    def _part(self, entries: list[str]) -> list[str]:
        """Keys of what a part has, entries first."""
        found: dict[str, None] = {}
        waiting = list(entries)
        while waiting:
            key = waiting.pop(0)
            if key in found or key in self.resident and key not in entries:
                continue
            if key in self.variables:
                if any(not _is_plain(unit.node) for unit in self.variables[key]):
                    self._keep(key)
                    continue
                found[key] = None
                for unit in self.variables[key]:
                    waiting += self._needed(unit)
                continue
            if key not in self.units:
                continue
            unit = self.units[key]
            if unit.stays and key not in entries or not self._is_movable(key):
                self._keep(key)
                continue
            found[key] = None
            waiting += self._needed(unit)
        return list(found)

    def _is_movable(self, key: str) -> bool:
        unit = self.units[key]
        if key in self.classes:
            return False
        if not unit.owner or key in self.heads:
            return True
        name = unit.node.name
        if unit.node.decorator_list or "super" in unit.called:
            return False
        if name == "__init__":
            return not self._is_native(unit.owner)
        return name[:2] != "__" and len(self.methods[name]) == 1 and name not in self.foreign

    def _needed(self, unit: _Unit) -> list[str]:
        """What a unit of a part calls, always in the same order; what it hands on, stays."""
        needed = []
        for name in sorted(unit.called):
            if name in self.classes:
                self._keep(name)
                init = self._init(name)
                if init:
                    needed.append(init)
            else:
                needed.append(name)
        for name in sorted(unit.values):
            if name in self.variables:
                needed.append(name)
            else:
                self._keep(name, call=True)
        for name in unit.checked:
            self._keep(name)
        for name in sorted(unit.inits):
            init = self._init(name)
            if init:
                needed.append(init)
        self._keep_attributes(unit.attributes)
        for name in sorted(unit.methods):
            for key in self.methods.get(name, ()):
                needed.append(key)
        return needed

    # Modules

    def _main(self) -> list[ast.stmt]:
        main = []
        for node in self.body:
            if isinstance(node, ast.ClassDef):
                if node.name not in self.resident:
                    continue
                kept = self.resident | self.heads
                node.body = [
                    self._head(inner, f"{node.name}.{inner.name}")
                    if isinstance(inner, _DEFINITIONS)
                    else inner
                    for inner in node.body
                    if not isinstance(inner, _DEFINITIONS) or f"{node.name}.{inner.name}" in kept
                ] or [ast.Pass()]
                main.append(node)
            elif isinstance(node, _DEFINITIONS):
                if node.name in self.resident or node.name in self.heads:
                    main.append(self._head(node, node.name))
            elif isinstance(node, ast.Import | ast.ImportFrom):
                main.append(node)
            elif not bound_names(node) or any(n in self.resident for n in bound_names(node)):
                main.append(node)
        return main

    def _head(self, node: ast.stmt, key: str) -> ast.stmt:
        """An entry: what stays of it is a call of its part."""
        for number, entries in enumerate(self.entries):
            if key in entries:
                made = copy.copy(node)
                at = ENTRIES * number + entries.index(key)
                given = "self, *args, **options" if self.units[key].owner else "*args, **options"
                text = f"def f({given}):\n    return call_part({at}, {given})"
                (function,) = ast.parse(text).body
                made.args, made.body = function.args, function.body
                return made
        return node

    def _emit(self, entries: list[str], keys: list[str]) -> list[ast.stmt]:
        body: list[ast.stmt] = []
        emitted: set[int] = set()
        functions = {key: self._function_name(key) for key in keys if key in self.units}
        mover = _Mover(self, functions)
        for key in reversed(keys):
            for unit in self.variables.get(key, ()):
                if id(unit.node) not in emitted:
                    emitted.add(id(unit.node))
                    body.append(mover.visit(copy.deepcopy(unit.node)))
            if key in self.units:
                node = copy.deepcopy(self.units[key].node)
                is_init = node.name == "__init__"
                node.name = functions[key]
                node = mover.visit(node)
                if is_init:
                    node.body.append(ast.Return(ast.Name(node.args.args[0].arg, ast.Load())))
                body.append(node)
        names = ", ".join(functions[key] for key in entries)
        body += ast.parse(f"main = ({names},)").body
        order = {name: i for i, node in enumerate(self.body) for name in bound_names(node)}
        variables = [n for n in body[:-1] if not isinstance(n, _DEFINITIONS)]
        variables.sort(key=lambda n: order.get(bound_names(n)[0], 0))
        return [*variables, *(n for n in body[:-1] if isinstance(n, _DEFINITIONS)), body[-1]]

    def _function_name(self, key: str) -> str:
        return key.replace(".", "__") + ("_away" if key in self.heads else "")


def _is_plain(node: ast.stmt) -> bool:
    """Whether a statement gives a name a value that may be there twice."""
    return isinstance(node, ast.Assign) and all(
        isinstance(
            inner,
            ast.Constant
            | ast.Tuple
            | ast.Dict
            | ast.expr_context
            | ast.UnaryOp
            | ast.USub
            | ast.Name,
        )
        for inner in ast.walk(node.value)
    )


class _Mover(ast.NodeTransformer):
    """Calls of what was moved to a part, in that part."""

    def __init__(self, splitter: _Splitter, functions: Mapping[str, str]) -> None:
        self.splitter, self.functions = splitter, functions

    def visit_Call(self, node: ast.Call) -> ast.expr:
        function = node.func
        self.generic_visit(node)
        splitter = self.splitter
        if isinstance(function, ast.Name) and function.id in splitter.classes:
            init = splitter._init(function.id)
            if init in self.functions and init not in splitter.resident:
                new = ast.parse(f"object.__new__({function.id})", mode="eval").body
                name = ast.Name(self.functions[init], ast.Load())
                return ast.Call(name, [new, *node.args], node.keywords)
        elif isinstance(function, ast.Name) and function.id in self.functions:
            if function.id not in splitter.heads:
                function.id = self.functions[function.id]
        elif isinstance(function, ast.Attribute):
            if function.attr == "__init__" and isinstance(function.value, ast.Name):
                init = splitter._init(function.value.id)
                if init in self.functions and init not in splitter.resident:
                    node.func = ast.Name(self.functions[init], ast.Load())
                return node
            for key in splitter.methods.get(function.attr, ()):
                if key in self.functions and key not in splitter.resident | splitter.heads:
                    name = ast.Name(self.functions[key], ast.Load())
                    return ast.Call(name, [function.value, *node.args], node.keywords)
        return node
