"""A class that is only there for one other to be made of it becomes a part of that one.

Each class costs a device a hundred bytes besides what is in it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from .scopes import DEFINITIONS, bound_names
from .walk import walk


def flatten(body: list[ast.stmt], kept: Collection[str]) -> list[ast.stmt]:
    """The statements of a module. kept: names that others use."""
    while True:
        base = next(
            (c for c in body if isinstance(c, ast.ClassDef) and _fits(c, body, kept)), None
        )
        if base is None:
            return body
        (heir,) = _heirs(base, body)
        _merge(base, heir)
        body = [node for node in body if node is not base]


def _heirs(base: ast.ClassDef, body: list[ast.stmt]) -> list[ast.ClassDef]:
    return [
        node
        for node in body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(b, ast.Name) and b.id == base.name for b in node.bases)
    ]


def _fits(base: ast.ClassDef, body: list[ast.stmt], kept: Collection[str]) -> bool:
    """Whether nothing but one class, as its only base, has to do with a class."""
    heirs = _heirs(base, body)
    if base.name in kept or len(heirs) != 1 or base.decorator_list:
        return False
    heir = heirs[0]
    if getattr(heir, "part", "") != getattr(base, "part", "") or len(heir.bases) != 1:
        return False
    if any(isinstance(b, ast.Name) and b.id.endswith("Exception") for b in base.bases):
        return False
    if any(isinstance(n, ast.Name) and n.id == "super" for n in walk(heir)):
        return False  # it would mean the base's base
    mine = {name for inner in heir.body for name in bound_names(inner)}
    called = {call.func.attr for m, call in _calls(heir) if _base_call(call, base, m)}
    if called - mine or mine & _aliased(base):
        return False
    if len({_inherited(base, name) for name in called}) < len(called):
        return False
    for node in body:
        for inner in walk(node):
            if isinstance(inner, ast.ImportFrom):
                if any(alias.name == base.name for alias in inner.names):
                    return False
            elif isinstance(inner, ast.Name) and inner.id == base.name:
                if node is not heir:
                    return False
    return all(_is_call_of_base(inner, base, heir) for inner in _mentions(base, heir))


def _aliased(base: ast.ClassDef) -> set[str]:
    """Methods that statements of their class use, as `get = wait` does."""
    defined = {inner.name for inner in base.body if isinstance(inner, DEFINITIONS)}
    rest = [inner for inner in base.body if not isinstance(inner, DEFINITIONS)]
    names = (n for inner in rest for n in walk(inner) if isinstance(n, ast.Name))
    return defined & {n.id for n in names if isinstance(n.ctx, ast.Load)}


def _mentions(base: ast.ClassDef, heir: ast.ClassDef) -> list[ast.Name]:
    return [
        inner
        for statement in heir.body
        for inner in walk(statement)
        if isinstance(inner, ast.Name) and inner.id == base.name
    ]


def _is_call_of_base(name: ast.Name, base: ast.ClassDef, heir: ast.ClassDef) -> bool:
    return any(_base_call(inner, base, method) is name for method, inner in _calls(heir))


def _calls(heir: ast.ClassDef):
    for method in heir.body:
        if isinstance(method, DEFINITIONS):
            for inner in walk(method):
                if isinstance(inner, ast.Call):
                    yield method, inner


def _base_call(call: ast.Call, base: ast.ClassDef, method) -> ast.Name | None:
    """The name of the base in `Base.method(self, ...)`, if that is what a call is."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return None
    if function.value.id != base.name or not call.args or not method.args.args:
        return None
    this = call.args[0]
    if not isinstance(this, ast.Name) or this.id != method.args.args[0].arg:
        return None
    defined = {inner.name for inner in base.body if isinstance(inner, DEFINITIONS)}
    return function.value if function.attr in defined else None


def _merge(base: ast.ClassDef, heir: ast.ClassDef) -> None:
    mine = {name for inner in heir.body for name in bound_names(inner)}
    called = set()
    for method, call in list(_calls(heir)):
        if _base_call(call, base, method):
            called.add(call.func.attr)
            call.func = ast.Attribute(
                call.args.pop(0), _inherited(base, call.func.attr), ast.Load()
            )
    taken: list[ast.stmt] = []
    for inner in base.body:
        if isinstance(inner, DEFINITIONS):
            name = inner.name
            if name in called:
                inner.name = _inherited(base, name)
                taken.append(inner)
            elif name not in mine:
                taken.append(inner)
        elif not isinstance(inner, ast.Pass):
            taken.append(inner)
    # What the class sets for itself comes behind what it inherits.
    heir.body = taken + heir.body
    heir.bases = base.bases


def _inherited(base: ast.ClassDef, name: str) -> str:
    return f"{name.strip('_')}_of_{base.name}"
