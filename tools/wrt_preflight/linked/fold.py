"""What is known before a program runs is put where it is used, and what it decides is decided.

Constants become numbers. What an image tells (facts.py) makes comparisons constant: where no type
is a record, `kind == RECORD` is False. Branches that are never taken go away.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from ..integers import BINARY, COMPARE, UNARY
from .constants import Facts, constant_globals
from .scopes import FUNCTIONS, bound_names, is_generator, own_nodes, shared_names, stay_generator
from .walk import walk

# What must run, even if the attribute of its value is known.
_DOES_SOMETHING = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


def fold(body: list[ast.stmt], facts: Facts, kept: Collection[str] = ()) -> list[ast.stmt]:
    """The statements of a linked module with all that is known in its place.

    kept: globals that others use.
    """
    constants = constant_globals(body) | dict(facts.constants)
    folder = _Folder(constants, facts)
    made = []
    for statement in body:
        if isinstance(statement, ast.Assign) and all(
            name in constants and name not in kept for name in bound_names(statement)
        ):
            continue
        made += _listed(folder.visit(statement))
    return made


def _listed(value: ast.AST | list | None) -> list:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


class _Folder(ast.NodeTransformer):
    def __init__(self, constants: Mapping[str, int], facts: Facts) -> None:
        self.constants, self.facts = constants, facts
        self.locals: list[dict[str, ast.Constant]] = []
        self.true_names: list[set[str]] = []  # variables that only ever have what is true

    # Names and attributes

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if isinstance(node.ctx, ast.Load):
            if node.id in self.constants:
                return ast.Constant(self.constants[node.id])
            if self.locals and node.id in self.locals[-1]:
                return self.locals[-1][node.id]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        node.value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load) and node.attr in self.facts.attributes:
            if any(isinstance(inner, _DOES_SOMETHING) for inner in walk(node.value)):
                return node
            return ast.Constant(self.facts.attributes[node.attr])
        return node

    # Functions: variables that are only ever one constant

    def visit_FunctionDef(self, node):
        return self._function(node)

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def _function(self, node):
        node.args = self.visit(node.args)
        generates = is_generator(node)
        if not isinstance(node, ast.Lambda):
            node.decorator_list = [self.visit(value) for value in node.decorator_list]
        before = -1
        while before != (before := _size(node)):
            self.locals.append(self._constant_locals(node))
            self.true_names.append(self._true_locals(node))
            if isinstance(node, ast.Lambda):
                node.body = self.visit(node.body)
            else:
                node.body = self._body(node.body) or [ast.Pass()]
            self.locals.pop()
            self.true_names.pop()
        if generates:
            stay_generator(node)
        return node

    def _true_locals(self, node) -> set[str]:
        """Variables that are given nothing but an attribute that is always true."""
        given = dict.fromkeys(shared_names(node), False)
        known = set()
        for inner in own_nodes(node):
            if isinstance(inner, ast.Assign):
                value = inner.value
                for target in inner.targets:
                    if isinstance(target, ast.Name):
                        known.add(id(target))
                        true = isinstance(value, ast.Attribute) and value.attr in self.facts.truths
                        given[target.id] = given.get(target.id, True) and true
        for inner in own_nodes(node):
            if id(inner) not in known:
                given |= dict.fromkeys(bound_names(inner, deep=False), False)
        return {name for name, true in given.items() if true}

    def _constant_locals(self, node) -> dict[str, ast.Constant]:
        shared = shared_names(node)
        values: dict[str, list[ast.expr | None]] = {}
        simple: set[int] = set()
        for inner in own_nodes(node):
            if isinstance(inner, ast.Assign) and all(
                isinstance(target, ast.Name) for target in inner.targets
            ):
                for target in inner.targets:
                    values.setdefault(target.id, []).append(inner.value)
                    simple.add(id(target))
        for inner in own_nodes(node):
            if id(inner) not in simple:
                for name in bound_names(inner, deep=False):
                    values.setdefault(name, []).append(None)
        found = {}
        for name, given in values.items():
            first = given[0]
            if name not in shared and isinstance(first, ast.Constant):
                same = [
                    isinstance(value, ast.Constant) and repr(value.value) == repr(first.value)
                    for value in given
                ]
                if all(same) and not isinstance(first.value, str | bytes):
                    found[name] = first
        return found

    # Statements

    def _body(self, body: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for statement in body:
            made += _listed(self.visit(statement))
            if made and isinstance(made[-1], ast.Return | ast.Raise | ast.Continue | ast.Break):
                break
        real = [statement for statement in made if not isinstance(statement, ast.Pass)]
        return real

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.bases = [self.visit(base) for base in node.bases]
        node.body = [made for s in node.body for made in _listed(self.visit(s))] or [ast.Pass()]
        return node

    def _tested(self, node: ast.expr) -> ast.expr:
        """An expression whose truth alone matters."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self._tested(node.operand)
            return ast.Constant(not inner.value) if is_constant(inner) else self.visit(node)
        if isinstance(node, ast.Attribute) and node.attr in self.facts.truths:
            return ast.Constant(True)
        if isinstance(node, ast.Name) and self.true_names and node.id in self.true_names[-1]:
            return ast.Constant(True)
        return self.visit(node)

    def visit_If(self, node: ast.If) -> ast.stmt | list[ast.stmt]:
        node.test = self._tested(node.test)
        if is_constant(node.test):
            return self._body(node.body if node.test.value else node.orelse)
        node.body = self._body(node.body) or [ast.Pass()]
        node.orelse = self._body(node.orelse)
        return node

    def visit_While(self, node: ast.While) -> ast.stmt | list[ast.stmt]:
        node.test = self.visit(node.test)
        if is_constant(node.test) and not node.test.value:
            return self._body(node.orelse)
        node.body = self._body(node.body) or [ast.Pass()]
        node.orelse = self._body(node.orelse)
        return node

    def visit_For(self, node: ast.For) -> ast.stmt:
        node.iter = self.visit(node.iter)
        node.target = self.visit(node.target)
        node.body = self._body(node.body) or [ast.Pass()]
        node.orelse = self._body(node.orelse)
        return node

    def visit_With(self, node: ast.With) -> ast.stmt:
        node.items = [self.visit(item) for item in node.items]
        node.body = self._body(node.body) or [ast.Pass()]
        return node

    visit_AsyncFor, visit_AsyncWith = visit_For, visit_With

    def visit_Try(self, node: ast.Try) -> ast.stmt | list[ast.stmt]:
        node.body = self._body(node.body)
        node.finalbody = self._body(node.finalbody)
        node.orelse = self._body(node.orelse)
        for handler in node.handlers:
            handler.type = handler.type and self.visit(handler.type)
            handler.body = self._body(handler.body) or [ast.Pass()]
        if not node.body and node.orelse and node.finalbody:
            node.body, node.handlers, node.orelse = node.orelse, [], []
        if not node.body:
            return [*node.orelse, *node.finalbody]
        if not node.handlers and not node.finalbody:
            return node.body
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | None:
        node.value = self.visit(node.value)
        if self.locals and is_constant(node.value):
            node.targets = [
                target
                for target in node.targets
                if not (isinstance(target, ast.Name) and target.id in self.locals[-1])
            ]
            if not node.targets:
                return None
        node.targets = [self.visit(target) for target in node.targets]
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | None:
        node.value = self.visit(node.value)
        return None if isinstance(node.value, ast.Constant | ast.Name) else node

    # Expressions

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        known = self._by_range(node)
        if known is not None:
            return ast.Constant(known)
        self.generic_visit(node)
        values = [node.left, *node.comparators]
        if len(values) == 2 and all(map(is_constant, values)):
            a, b = (value.value for value in values)
            op = type(node.ops[0])
            if op in (ast.Is, ast.IsNot) and (a is None or b is None):
                return ast.Constant((a is b) == (op is ast.Is))
            if op in COMPARE and type(a) is type(b) is int:
                return ast.Constant(COMPARE[op](a, b))
            if op in (ast.In, ast.NotIn) and b == ():
                return ast.Constant(op is ast.NotIn)
        return node

    def _by_range(self, node: ast.Compare) -> bool | None:
        """The answer where all values that occur give the same one: kind == RECORD."""
        if not all(type(op) in COMPARE for op in node.ops):
            return None
        terms = [node.left, *node.comparators]
        groups = {self.facts.groups.get(t.id) for t in terms if isinstance(t, ast.Name)} - {None}
        unknown = [
            i
            for i, term in enumerate(terms)
            if not (isinstance(term, ast.Name) and term.id in self.facts.groups)
        ]
        if len(groups) != 1 or len(unknown) != 1 or not _only_reads(terms[unknown[0]]):
            return None
        (group,) = groups
        if group not in self.facts.ranges:
            return None
        answers = set()
        for value in self.facts.ranges[group]:
            given = [
                self.constants.get(term.id) if isinstance(term, ast.Name) else None
                for term in terms
            ]
            given[unknown[0]] = value
            pairs = zip(given, node.ops, given[1:], strict=False)
            answers.add(all(COMPARE[type(op)](a, b) for a, op, b in pairs))
        return answers.pop() if len(answers) == 1 else None

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        is_and = isinstance(node.op, ast.And)
        values: list[ast.expr] = []
        for value in node.values:
            value = self.visit(value)
            last = value is None
            if is_constant(value):
                if bool(value.value) == is_and:
                    if value is not node.values[-1]:
                        rest = value
                        values.append(rest)
                    else:
                        values.append(value)
                    continue
                values.append(value)
                last = True
            else:
                values.append(value)
            if last:
                break
        # A constant that does not decide is only worth something as the last value.
        values = [
            value
            for i, value in enumerate(values)
            if i == len(values) - 1 or not (is_constant(value) and bool(value.value) == is_and)
        ]
        if len(values) == 1:
            return values[0]
        node.values = values
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        node.operand = self.visit(node.operand)
        if is_constant(node.operand) and type(node.op) in UNARY:
            value = node.operand.value
            if isinstance(node.op, ast.Not) or type(value) is int:
                return ast.Constant(UNARY[type(node.op)](value))
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if is_constant(node.left) and is_constant(node.right) and type(node.op) in BINARY:
            a, b = node.left.value, node.right.value
            if type(a) is type(b) is int:
                return ast.Constant(BINARY[type(node.op)](a, b))
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        node.test = self._tested(node.test)
        node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
        if is_constant(node.test):
            return node.body if node.test.value else node.orelse
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                part.value = self.visit(part.value)
        return node


def _only_reads(node: ast.expr) -> bool:
    """Whether it does not matter if an expression is evaluated."""
    return all(
        isinstance(inner.func, ast.Attribute) and inner.func.attr in ("kind", "word")
        for inner in walk(node)
        if isinstance(inner, ast.Call)
    )


def _size(node: ast.AST) -> int:
    return sum(1 for _ in walk(node))


__all__ = ["FUNCTIONS", "Facts", "fold"]
