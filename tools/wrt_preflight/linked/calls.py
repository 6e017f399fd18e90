"""Functions whose calls are all known: who calls them, with what."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from .scopes import DEFINITIONS, bound_names, class_uses
from .walk import walk


@dataclass(slots=True)
class Known:
    """A function of the module, or a method that no other class has, which nothing but calls by
    its name refers to. owner: its class. calls: all of them.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef
    owner: ast.ClassDef | None
    calls: list[ast.Call] = field(default_factory=list)

    @property
    def parameters(self) -> list[str]:
        """Names of its parameters, without that of a method's object."""
        names = [argument.arg for argument in self.node.args.args]
        return names[1:] if self.owner else names

    def given(self, call: ast.Call) -> dict[str, ast.expr] | None:
        """What a call gives for each parameter, defaults included; None if that is unclear."""
        names = self.parameters
        if any(isinstance(value, ast.Starred) for value in call.args):
            return None
        if len(call.args) > len(names):
            return None
        values = dict(zip(names, call.args, strict=False))
        for keyword in call.keywords:
            if keyword.arg not in names or keyword.arg in values:
                return None
            values[keyword.arg] = keyword.value
        defaults = self.node.args.defaults
        for name, default in zip(reversed(names), reversed(defaults), strict=False):
            if name not in values and not _is_fixed(default):
                return None  # it is made once, where the function is
            values.setdefault(name, default)
        return values if len(values) == len(names) else None


def known_functions(body: list[ast.stmt], kept: Collection[str]) -> list[Known]:
    """kept: names and attributes that others use."""
    names: Counter[str] = Counter()
    attributes: Counter[str] = Counter()
    defined: Counter[str] = Counter()
    taken = set(kept)
    aliased: set[str] = set()  # methods that have another name in their class
    classes = {node.name for node in body if isinstance(node, ast.ClassDef)}
    bound = Counter(name for node in body for name in bound_names(node))
    named: dict[str, list[ast.Call]] = {}
    membered: dict[str, list[ast.Call]] = {}
    for node in body:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                defined.update(bound_names(inner))
            aliased |= class_uses(node)
        for inner in walk(node):
            if isinstance(inner, ast.Name):
                names[inner.id] += 1
            elif isinstance(inner, ast.Attribute):
                attributes[inner.attr] += 1
            elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                taken.add(inner.value)
            elif isinstance(inner, ast.ImportFrom):
                taken.update(alias.name for alias in inner.names)
            elif isinstance(inner, ast.Call):
                if isinstance(inner.func, ast.Name):
                    named.setdefault(inner.func.id, []).append(inner)
                elif isinstance(inner.func, ast.Attribute):
                    membered.setdefault(inner.func.attr, []).append(inner)
    found = []
    for node in body:
        if isinstance(node, DEFINITIONS):
            calls = named.get(node.name, [])
            alone = bound[node.name] == 1 and names[node.name] == len(calls)
            if alone and node.name not in taken and _is_plain(node):
                found.append(Known(node, None, calls))
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if not isinstance(inner, DEFINITIONS) or inner.name[:2] == "__":
                    continue
                calls = membered.get(inner.name, [])
                alone = defined[inner.name] == 1 and attributes[inner.name] == len(calls)
                if alone and inner.name not in taken | aliased and _is_plain(inner):
                    if all(has_object(call, classes) for call in calls):
                        found.append(Known(inner, node, calls))
    return [known for known in found if known.calls]


def _is_plain(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = node.args
    special = arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs
    return not (node.decorator_list or special)


def _is_fixed(default: ast.expr) -> bool:
    """Whether a default value is the same wherever it is written."""
    inside = (ast.Constant, ast.Tuple, ast.UnaryOp, ast.unaryop, ast.expr_context)
    return all(isinstance(inner, inside) for inner in walk(default))


def has_object(call: ast.Call, classes: Collection[str]) -> bool:
    """Whether a method is called as object.method(), not as Class.method(object) or
    super().method(), in which what stands in front of the dot is not what it gets."""
    value = call.func.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id != "super"
    return not (isinstance(value, ast.Name) and value.id in classes)
