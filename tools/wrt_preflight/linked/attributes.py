"""Short names for attributes.

An attribute that only methods of one family of classes use, of `self`, is theirs alone: other
families may have the same name for something else. All others have a name for themselves, as
nobody knows what objects are.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .scopes import bound_names

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(slots=True)
class AttributeNames:
    """shared: new names by old ones. alone: likewise, by family (a class of it) and old name."""

    shared: dict[str, str] = field(default_factory=dict)
    alone: dict[tuple[str, str], str] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)

    def new(self, name: str, family: str | None) -> str:
        """The new name of an attribute that is used of a family's self, or of anything."""
        if family and (family, name) in self.alone:
            return self.alone[family, name]
        return self.shared.get(name, name)


def name_attributes(
    modules: list[ast.Module],
    hidden: Collection[str],
    taken: Collection[str],
    kept: Collection[str],
    names: Iterable[str],
    hidden_names: Iterable[str],
) -> AttributeNames:
    """Choose names; nothing is renamed yet.

    hidden: classes whose attributes get hidden_names. taken: names that mean something else. kept:
    attributes that stay as they are.
    """
    found = AttributeNames(families=_families(modules))
    uses = _Uses(found.families)
    for module in modules:
        uses.module(module)
    own = {name for name in uses.defined if name not in kept and name[:2] != "__"}
    hidden_families = {found.families[name] for name in hidden if name in found.families}
    alone: dict[str, list[str]] = defaultdict(list)
    shared: list[str] = []
    for name in own:
        if name in uses.anywhere:
            shared.append(name)
        else:
            for family in uses.families_of[name]:
                alone[family].append(name)
    free = (name for name in names if name not in taken)
    free_hidden = (name for name in hidden_names if name not in taken)
    for is_hidden, pool in ((False, free), (True, free_hidden)):
        families = [f for f in sorted(alone) if (f in hidden_families) == is_hidden]
        most = max((len(alone[family]) for family in families), default=0)
        common = [next(pool) for _ in range(most)]
        for family in families:
            ranked = sorted(alone[family], key=lambda name: (-uses.count[name], name))
            for name, new in zip(ranked, common, strict=False):
                found.alone[family, name] = new
        rest = [name for name in shared if bool(uses.of(name) & hidden_families) == is_hidden]
        for name in sorted(rest, key=lambda name: (-uses.count[name], name)):
            found.shared[name] = next(pool)
    return found


def _families(modules: list[ast.Module]) -> dict[str, str]:
    """For each class the first one of those that it shares bases with."""
    bases = {
        node.name: [base.id for base in node.bases if isinstance(base, ast.Name)]
        for module in modules
        for node in module.body
        if isinstance(node, ast.ClassDef)
    }

    def root(name: str) -> str:
        known = [base for base in bases[name] if base in bases]
        return root(known[0]) if known else name

    return {name: root(name) for name in bases}


class _Uses:
    """families_of: the families that use or define an attribute. anywhere: attributes of objects
    that are no self.
    """

    def __init__(self, families: Mapping[str, str]) -> None:
        self.families = families
        self.families_of: dict[str, set[str]] = defaultdict(set)
        self.anywhere: set[str] = set()
        self.defined: set[str] = set()
        self.count: Counter[str] = Counter()

    def of(self, name: str) -> set[str]:
        return self.families_of.get(name, set())

    def module(self, module: ast.Module) -> None:
        for node in module.body:
            if isinstance(node, ast.ClassDef):
                family = self.families[node.name]
                for inner in node.body:
                    for name in bound_names(inner):
                        self.defined.add(name)
                        self.families_of[name].add(family)
                    self._code(inner, family)
            else:
                self._code(node, self.families.get(getattr(node, "of_class", "")))

    def _code(self, node: ast.stmt, family: str | None) -> None:
        for inner in ast.walk(node):
            if isinstance(inner, ast.ClassDef):  # inside of a function: its objects are anything
                names = {name for s in inner.body for name in bound_names(s)}
                self.defined |= names
                self.anywhere |= names
            if not isinstance(inner, ast.Attribute):
                continue
            self.count[inner.attr] += 1
            if isinstance(inner.ctx, ast.Store):
                self.defined.add(inner.attr)
            used = family_used(inner, node, family, self.families)
            if used:
                self.families_of[inner.attr].add(used)
            else:
                self.anywhere.add(inner.attr)


def family_used(
    attribute: ast.Attribute,
    function: ast.stmt,
    family: str | None,
    families: Mapping[str, str],
) -> str | None:
    """The family of the object whose attribute is used in a method, if that is known: it is the
    method's self, or a class."""
    value = attribute.value
    if not isinstance(value, ast.Name):
        return None
    if value.id in families:
        return families[value.id]
    if family and isinstance(function, _DEFINITIONS) and function.args.args:
        return family if value.id == function.args.args[0].arg else None
    return None


def rename_attributes(modules: list[ast.Module], names: AttributeNames) -> None:
    """Give them their names, in place."""
    for module in modules:
        for node in module.body:
            if isinstance(node, ast.ClassDef):
                family = names.families[node.name]
                mine = {name for inner in node.body for name in bound_names(inner)}
                for inner in node.body:
                    _rename_in(inner, family, names)
                    _rename_definition(inner, mine, family, names)
            else:
                _rename_in(node, names.families.get(getattr(node, "of_class", "")), names)


def _rename_in(node: ast.stmt, family: str | None, names: AttributeNames) -> None:
    for inner in list(ast.walk(node)):
        if isinstance(inner, ast.Attribute):
            used = family_used(inner, node, family, names.families)
            inner.attr = names.new(inner.attr, used)
        elif isinstance(inner, ast.ClassDef):
            mine = {name for s in inner.body for name in bound_names(s)}
            for statement in inner.body:
                _rename_definition(statement, mine, None, names)


def _rename_definition(
    node: ast.stmt, mine: set[str], family: str | None, names: AttributeNames
) -> None:
    """The names that a statement of a class defines, and those of the class that it uses."""
    if isinstance(node, _DEFINITIONS):
        node.name = names.new(node.name, family)
        for decorator in node.decorator_list:
            for name in _names_in(decorator):
                if name.id in mine:
                    name.id = names.new(name.id, family)
        return
    for name in _names_in(node):
        if not isinstance(name.ctx, ast.Load) or name.id in mine:
            name.id = names.new(name.id, family)


def _names_in(node: ast.AST) -> Iterator[ast.Name]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Name))
