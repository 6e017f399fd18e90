"""What of a linked program can ever run; the rest goes away.

A function or class is reached by its name, a method by a use of its name on any object of a class
that is ever called, as nobody knows what objects are. What is stored in attributes that nobody
ever reads goes, too.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from .scopes import DEFINITIONS, bound_names, class_uses
from .walk import children, walk

_PURE = (ast.Constant, ast.Name, ast.Attribute, ast.Load, ast.Tuple)


@dataclass(slots=True)
class _Item:
    """A statement of the module, or a method. names, attributes: what it uses. made: names that
    it calls, or hands on. members: (class, attribute) that it takes from a class itself. stored:
    attributes that it sets.
    """

    node: ast.stmt
    owner: str | None = None  # class of a method
    names: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    members: set[tuple[str, str]] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)


def uses(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes of a statement; of a class those that run when it is made, without its methods."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        if inner is node and isinstance(inner, ast.ClassDef):
            waiting += [*inner.bases, *inner.decorator_list]
            for statement in inner.body:
                if isinstance(statement, DEFINITIONS):
                    waiting += [*statement.decorator_list, *statement.args.defaults]
                else:
                    waiting.append(statement)
        else:
            waiting += children(inner)


def _item(node: ast.stmt, owner: str | None = None) -> _Item:
    item = _Item(node, owner)
    asked = _only_asked_about(node)
    for inner in uses(node):
        if isinstance(inner, ast.Name):
            item.names.add(inner.id)
            if id(inner) not in asked:
                item.made.add(inner.id)
        elif isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
            item.stored.add(inner.attr)
        elif isinstance(inner, ast.Attribute):
            item.attributes.add(inner.attr)
            if isinstance(inner.value, ast.Name):
                item.members.add((inner.value.id, inner.attr))
        elif isinstance(inner, ast.AugAssign) and isinstance(inner.target, ast.Attribute):
            item.attributes.add(inner.target.attr)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            item.strings.add(inner.value)
        elif isinstance(inner, ast.ImportFrom) and inner.module[:1] == "<":  # of another part
            item.names |= {alias.name for alias in inner.names}
            item.made |= {alias.name for alias in inner.names}
    if isinstance(node, ast.ClassDef):  # methods that have another name, too
        item.members |= {(node.name, name) for name in class_uses(node)}
    return item


def _setters(node: ast.stmt) -> Iterator[ast.Attribute]:
    """What makes methods of a class set an attribute: `@value.setter`."""
    for inner in getattr(node, "body", ()) if isinstance(node, ast.ClassDef) else ():
        for decorator in getattr(inner, "decorator_list", ()):
            if isinstance(decorator, ast.Attribute) and isinstance(decorator.value, ast.Name):
                yield decorator


def _only_asked_about(node: ast.stmt) -> set[int]:
    """Names of classes in a statement that make no objects there: bases, what isinstance and
    except look for, and classes whose attributes are taken."""
    found: list[ast.AST] = []
    for inner in uses(node):
        if isinstance(inner, ast.ClassDef):
            found += inner.bases
        elif isinstance(inner, ast.ExceptHandler) and inner.type:
            found.append(inner.type)
        elif isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
            found.append(inner.value)
        elif isinstance(inner, ast.Call) and getattr(inner.func, "id", "") == "isinstance":
            found.append(inner.args[1])
    return {id(name) for node in found for name in walk(node) if isinstance(name, ast.Name)}


class _Reach:
    def __init__(self, body: list[ast.stmt], attributes: Collection[str]) -> None:
        self.items: dict[str, list[_Item]] = {}
        self.methods: dict[str, dict[str, list[_Item]]] = {}  # by class and name
        self.bases: dict[str, list[str]] = {}
        self.always: list[_Item] = []
        self.setters = {d.value.id for node in body for d in _setters(node)}
        for node in body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                continue
            item = _item(node)
            bound = bound_names(node)
            for name in bound:
                self.items.setdefault(name, []).append(item)
            if not bound or isinstance(node, ast.For | ast.While):  # which does more than bind
                self.always.append(item)
            if isinstance(node, ast.ClassDef):
                self.bases[node.name] = [b.id for b in node.bases if isinstance(b, ast.Name)]
                mine = self.methods.setdefault(node.name, {})
                for inner in node.body:
                    if isinstance(inner, DEFINITIONS):
                        mine.setdefault(inner.name, []).append(_item(inner, node.name))
        self.attributes = set(attributes)
        self.names: set[str] = set()
        self.reached: set[int] = set()
        self.made: set[str] = set()  # classes of which there are objects
        self.members: set[tuple[str, str]] = set()

    def run(self, roots: Collection[str]) -> None:
        for item in self.always:
            self.reach(item)
        for name in roots:
            self.name(name)
            self.made.add(name)
        before = -1
        while before != len(self.reached):
            before = len(self.reached)
            for name in list(self.made & set(self.methods)):
                for method in self._all_methods(name):
                    if method in self.attributes or method[:2] == "__":
                        self._method(name, method)
            for name, attribute in list(self.members):
                if name in self.methods:
                    self._method(name, attribute)

    def _all_methods(self, name: str) -> set[str]:
        found = set(self.methods.get(name, ()))
        return found.union(*(self._all_methods(base) for base in self.bases.get(name, ())))

    def _method(self, name: str, method: str) -> None:
        """The method that an object of this class has is called; super() asks its bases too."""
        if method in self.methods.get(name, ()):
            for item in self.methods[name][method]:
                self.reach(item)
            return
        for base in self.bases.get(name, ()):
            self._method(base, method)

    def name(self, name: str) -> None:
        if name in self.names:
            return
        self.names.add(name)
        for item in self.items.get(name, ()):
            self.reach(item)

    def reach(self, item: _Item) -> None:
        if id(item.node) in self.reached:
            return
        self.reached.add(id(item.node))
        if item.owner and "super" in item.names:
            for base in self.bases[item.owner]:
                self.members |= {(base, attribute) for attribute in item.attributes}
        self.attributes |= item.attributes | item.strings | item.stored & self.setters
        self.made |= item.made
        self.members |= item.members
        for name in item.names:
            self.name(name)


def reachable(
    body: list[ast.stmt], roots: Collection[str], attributes: Collection[str]
) -> list[ast.stmt]:
    """The statements of a module without what nothing reaches.

    roots: names that are used from outside. attributes: likewise, of any object.
    """
    size = -1
    while size != _size(body):
        size = _size(body)
        reach = _Reach(body, attributes)
        reach.run(roots)
        body = [_without(node, reach) for node in body if _is_kept(node, reach)]
    return body


def _size(body: list[ast.stmt]) -> int:
    return sum(1 for node in body for _ in walk(node))


def _is_kept(node: ast.stmt, reach: _Reach) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        node.names = [a for a in node.names if (a.asname or a.name).split(".")[0] in reach.names]
        return bool(node.names)
    return id(node) in reach.reached


def _without(node: ast.stmt, reach: _Reach) -> ast.stmt:
    """A class without the methods that nobody calls, anything without stores that nobody reads."""
    if isinstance(node, ast.ClassDef):
        node.body = [
            inner
            for inner in node.body
            if not isinstance(inner, DEFINITIONS) or id(inner) in reach.reached
        ] or [ast.Pass()]
        own = class_uses(node)
        for inner in node.body:
            if isinstance(inner, ast.Assign):
                inner.targets = [
                    target
                    for target in inner.targets
                    if not isinstance(target, ast.Name)
                    or target.id[:2] == "__"
                    or target.id in reach.attributes | own
                ]
        node.body = [
            inner for inner in node.body if not isinstance(inner, ast.Assign) or inner.targets
        ] or [ast.Pass()]
    return _Stores(reach.attributes).visit(node)


class _Stores(ast.NodeTransformer):
    """Takes out stores to attributes that nobody reads."""

    def __init__(self, attributes: set[str]) -> None:
        self.attributes = attributes

    def _is_dead(self, target: ast.expr) -> bool:
        if not isinstance(target, ast.Attribute) or target.attr in self.attributes:
            return False
        return all(isinstance(inner, _PURE) for inner in walk(target.value))

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | None:
        left = [target for target in node.targets if not self._is_dead(target)]
        if len(left) == len(node.targets):
            return node
        if left:
            node.targets = left
            return node
        if all(isinstance(inner, _PURE) for inner in walk(node.value)):
            return ast.Pass()
        return ast.Expr(node.value)
