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
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .moved import Mover, return_object
from .scopes import DEFINITIONS, bound_names, changing_globals, class_uses
from .units import Unit, changed_in_place, is_plain, set_attributes, unit_of

ENTRIES = 32  # of a part, at most
CALLER = f"""
def call_part(number, *args, **options):
    name = __name__ + "_" + str(number // {ENTRIES})
    sys.path.insert(0, __file__[: max(__file__.rfind("/"), 0)] or "/" * (__file__[0] == "/"))
    try:
        made = __import__(name)
    finally:
        sys.path.pop(0)
    del sys.modules[name]
    return made.main[number % {ENTRIES}](*args, **options)
"""


@dataclass(slots=True)
class Split:
    """main: what stays. parts: modules of their own, by number; empty if nothing is in one."""

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
        self.units: dict[str, Unit] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.methods: dict[str, list[str]] = {}  # keys by name
        self.variables: dict[str, list[Unit]] = {}
        self.always: list[Unit] = []
        for node in body:
            if isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
                self.units[node.name] = unit_of(node)
                # A method that has another name in its class has to be in it.
                self.units[node.name].attributes |= class_uses(node)
                for inner in node.body:
                    if isinstance(inner, DEFINITIONS):
                        unit = unit_of(inner, node.name)
                        if "super" in unit.called:
                            unit.inits |= {b.id for b in node.bases if isinstance(b, ast.Name)}
                        # Of a property there are two.
                        self.units[unit.key + "=" * (unit.key in self.units)] = unit
                        self.methods.setdefault(inner.name, []).append(unit.key)
            elif isinstance(node, DEFINITIONS):
                self.units[node.name] = unit_of(node)
            elif not isinstance(node, ast.Import | ast.ImportFrom):
                unit = unit_of(node)
                for name in bound_names(node):
                    self.variables.setdefault(name, []).append(unit)
                if not bound_names(node):
                    self.always.append(unit)
        everything = [*body, *(node for part in outside for node in part)]
        self.set = set_attributes(everything)
        self.changed = changed_in_place(everything)
        self.resident: set[str] = set()
        self.resident_attributes: set[str] = set()
        self.mutable = changing_globals(body)
        self.entries = [[e for e in part if self._is_entry(e)] for part in entries]
        self.heads = {entry for part in self.entries for entry in part}
        for unit in [*self.always, *(unit_of(node) for part in outside for node in part)]:
            self._keep_uses(unit)
        for part in outside:
            for node in part:
                for inner in getattr(node, "body", ()) if isinstance(node, ast.ClassDef) else ():
                    if isinstance(inner, DEFINITIONS):
                        self.set.add(inner.name)  # its class may be one of ours as well
                        self._keep_uses(unit_of(inner))
        for name in self.mutable:
            self._keep(name)
        for name in roots:
            self._keep(name, call=True)
        self._keep_attributes(set(public))

    def _is_entry(self, key: str) -> bool:
        """Whether there is such a function, and a part can have it: it has no globals that change,
        as it would have them as they were when it was imported."""
        unit = self.units.get(key)
        return unit is not None and not (unit.called | unit.values) & self.mutable

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
            init = self.init_of(key)
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

    def _keep_uses(self, unit: Unit) -> None:
        for name in unit.called:
            self._keep(name, call=True)
        for name in unit.values:
            self._keep(name, call=True)
        for name in unit.checked:
            self._keep(name)
        for name in unit.inits:
            init = self.init_of(name)
            if init:
                self._keep(init)
        self._keep_attributes(unit.methods | unit.attributes)

    def init_of(self, name: str) -> str | None:
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
            self._emit(entries, keys) if entries else []
            for entries, keys in zip(self.entries, found, strict=True)
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
                is_constant = len(self.variables[key]) == 1 and key not in self.changed
                if not is_constant or not is_plain(self.variables[key][0].node):
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
        if key in self.classes or (unit.called | unit.values) & self.mutable:
            return False
        if not unit.owner or key in self.heads:
            return True
        name = unit.node.name
        if unit.node.decorator_list or "super" in unit.called:
            return False
        if name == "__init__":
            return not self._is_native(unit.owner)
        alone = len(self.methods[name]) == 1 and name not in self.set | self.foreign
        return name[:2] != "__" and alone

    def _needed(self, unit: Unit) -> list[str]:
        """What a unit of a part calls, always in the same order; what it hands on, stays."""
        needed = []
        for name in sorted(unit.called):
            if name in self.classes:
                self._keep(name)
                init = self.init_of(name)
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
            init = self.init_of(name)
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
                    if isinstance(inner, DEFINITIONS)
                    else inner
                    for inner in node.body
                    if not isinstance(inner, DEFINITIONS) or f"{node.name}.{inner.name}" in kept
                ] or [ast.Pass()]
                main.append(node)
            elif isinstance(node, DEFINITIONS):
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
        mover = Mover(self, functions)
        for key in reversed(keys):
            for unit in self.variables.get(key, ()):
                if id(unit.node) not in emitted:
                    emitted.add(id(unit.node))
                    body.append(mover.visit(copy.deepcopy(unit.node)))
            if key in self.units:
                node = copy.deepcopy(self.units[key].node)
                is_init = node.name == "__init__"
                node.name, node.decorator_list = functions[key], []
                node = mover.visit(node)
                if is_init:
                    return_object(node)
                body.append(node)
        names = ", ".join(functions[key] for key in entries)
        body += ast.parse(f"main = ({names},)").body
        order = {name: i for i, node in enumerate(self.body) for name in bound_names(node)}
        variables = [n for n in body[:-1] if not isinstance(n, DEFINITIONS)]
        variables.sort(key=lambda n: order.get(bound_names(n)[0], 0))
        return [*variables, *(n for n in body[:-1] if isinstance(n, DEFINITIONS)), body[-1]]

    def _function_name(self, key: str) -> str:
        return key.replace(".", "__") + ("_away" if key in self.heads else "")
