"""A function that is called in one place stands in that place.

Each function costs a device some forty bytes besides its code: an object, an entry of a dict, a
head, and what is left of its last block. What is put in place of a call: the body of a function of
the module, or of a method that no other class has, if nothing else names it and the call is a
statement, a value that is assigned, or one that is returned.
"""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Collection

from .calls import Known, known_functions
from .scopes import DEFINITIONS, FUNCTIONS, bound_names, own_nodes, without
from .walk import walk

_NEVER = (
    *(ast.Yield, ast.YieldFrom, ast.Await, ast.Global, ast.Nonlocal, ast.Lambda, ast.Import),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ImportFrom),
    ast.GeneratorExp,  # it looks at variables later, when a caller may have given them others
)
_LOOPS = (ast.For, ast.While)


def inline(body: list[ast.stmt], kept: Collection[str]) -> list[ast.stmt]:
    """The statements of a linked module. kept: names and attributes that others use."""
    while True:
        done = _Round(body, set(kept)).run()
        if not done:
            return body
        body = without(body, done)


class _Round:
    def __init__(self, body: list[ast.stmt], kept: set[str]) -> None:
        self.body = body
        # What no variable may be called.
        self.globals = {*dir(builtins), *(name for node in body for name in bound_names(node))}
        self.functions: dict[str, Known] = {}
        self.methods: dict[str, Known] = {}
        for known in known_functions(body, kept):
            if len(known.calls) == 1 and _is_fit(known.node):
                (self.methods if known.owner else self.functions)[known.node.name] = known
        self.done: list[ast.stmt] = []
        self.part: str = ""

    def run(self) -> list[ast.stmt]:
        """Put in place what can be. The definitions that are not needed any more."""
        for node in self.body:
            self.part = getattr(node, "part", "")
            if isinstance(node, DEFINITIONS):
                self._in_function(node)
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, DEFINITIONS):
                        self._in_function(inner)
        return self.done

    def _in_function(self, function) -> None:
        if function in self.done:
            return
        names = {n.id for n in walk(function) if isinstance(n, ast.Name)}
        names |= {n.arg for n in walk(function) if isinstance(n, ast.arg)}
        names = names.union(*(bound_names(n, deep=False) for n in walk(function)))
        self.caller, self.names = function, names
        function.body = self._block(function.body)

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for statement in body:
            if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
                made.append(statement)  # its variables are others
                continue
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(statement, name, None)
                if isinstance(inner, list) and inner:
                    setattr(statement, name, self._block(inner))
            for handler in getattr(statement, "handlers", ()):
                handler.body = self._block(handler.body)
            made += self._statement(statement)
        return made

    def _statement(self, statement: ast.stmt) -> list[ast.stmt]:
        value = getattr(statement, "value", None)
        if not isinstance(value, ast.Call):
            return [statement]
        callee = self._callee(value)
        if not callee:
            return [statement]
        if isinstance(statement, ast.Return):
            how = None
        elif isinstance(statement, ast.Expr):
            how = statement
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            how = statement
        else:
            return [statement]
        if how is not None and not _ends_well(callee.node.body):
            return [statement]
        made = self._bound(callee, value)
        if made is None:
            return [statement]
        head, body = made
        self.done.append(callee.node)
        if how is None:
            return [*head, *body] if _never_ends(body) else [*head, *body, ast.Return(None)]
        return [*head, *_converted(body, how)]

    def _callee(self, call: ast.Call) -> Known | None:
        function = call.func
        found = None
        if isinstance(function, ast.Name):
            found = self.functions.get(function.id)
        elif isinstance(function, ast.Attribute):
            found = self.methods.get(function.attr)
        if not found or found.node in self.done or found.node is self.caller:
            return None
        part = getattr(found.owner or found.node, "part", "")
        if part != self.part or any(isinstance(a, ast.Starred) for a in call.args):
            return None
        return found

    def _bound(
        self, callee: Known, call: ast.Call
    ) -> tuple[list[ast.stmt], list[ast.stmt]] | None:
        """(what gives the function's arguments their values, its body), in names of the caller."""
        node = copy.deepcopy(callee.node)
        parameters = [argument.arg for argument in node.args.args]
        given = list(call.args)
        if callee.owner is not None:
            given.insert(0, call.func.value)
        values: dict[str, ast.expr] = dict(zip(parameters, given, strict=False))
        if len(given) > len(parameters):
            return None
        for keyword in call.keywords:
            if keyword.arg not in parameters or keyword.arg in values:
                return None
            values[keyword.arg] = keyword.value
        defaults = dict(zip(reversed(parameters), reversed(node.args.defaults), strict=False))
        for name in parameters:
            if name not in values:
                if not isinstance(defaults.get(name), ast.Constant):
                    return None
                values[name] = defaults[name]
        assigned = {name for inner in own_nodes(node) for name in bound_names(inner, deep=False)}
        local = {n for inner in own_nodes(self.caller) for n in bound_names(inner, deep=False)}
        local |= {a.arg for a in walk(self.caller.args) if isinstance(a, ast.arg)}
        used = {n.id for s in node.body for n in walk(s) if isinstance(n, ast.Name)}
        used -= assigned | set(parameters)  # globals, and variables of comprehensions
        targets = {n for n in used if n not in self.globals}
        if (used - targets) & local:
            return None
        self.names |= used
        steady = local - targets - _declared(self.caller)
        replaced: dict[str, ast.expr] = {}
        head: list[ast.stmt] = []
        for name, value in values.items():
            simple = isinstance(value, ast.Constant) or (
                isinstance(value, ast.Name) and value.id in steady
            )
            if simple and name not in assigned:
                replaced[name] = value
            else:
                new = self._fresh(name)
                replaced[name] = ast.Name(new, ast.Load())
                head.append(ast.Assign([ast.Name(new, ast.Store())], value))
        for name in sorted(assigned - set(parameters)):
            replaced[name] = ast.Name(self._fresh(name), ast.Load())
        renamer = _Renamer(replaced)
        return head, [renamer.visit(statement) for statement in node.body]

    def _fresh(self, name: str) -> str:
        made, number = name, 1
        while made in self.names | self.globals:
            number += 1
            made = f"{name}_{number}"
        self.names.add(made)
        return made


def _declared(function: ast.AST) -> set[str]:
    """Variables of a function that others may set meanwhile."""
    nodes = (n for n in walk(function) if isinstance(n, ast.Global | ast.Nonlocal))
    return {name for node in nodes for name in node.names}


def _is_fit(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if isinstance(node, ast.AsyncFunctionDef):
        return False
    inside = [inner for statement in node.body for inner in walk(statement)]
    if any(isinstance(inner, _NEVER) for inner in inside):
        return False
    targets = {
        name.id
        for inner in inside
        if isinstance(inner, ast.comprehension)
        for name in walk(inner.target)
        if isinstance(name, ast.Name)
    }
    own = {name for inner in own_nodes(node) for name in bound_names(inner, deep=False)}
    own |= {argument.arg for argument in node.args.args}
    names = {inner.id for inner in inside if isinstance(inner, ast.Name)}
    return not targets & own and "super" not in names


def _never_ends(body: list[ast.stmt]) -> bool:
    """Whether a block always leaves by a return or an exception."""
    last = body[-1] if body else None
    if isinstance(last, ast.If):
        return _never_ends(last.body) and _never_ends(last.orelse)
    return isinstance(last, ast.Return | ast.Raise)


def _returns(node: ast.AST) -> bool:
    return any(isinstance(inner, ast.Return) for inner in walk(node))


def _ends_well(body: list[ast.stmt]) -> bool:
    """Whether all returns are where the rest of a block can be an `else` of theirs."""
    for i, statement in enumerate(body):
        if isinstance(statement, ast.Return):
            return True
        if isinstance(statement, ast.If) and _returns(statement):
            if _never_ends(statement.body):
                return _ends_well(statement.body) and _ends_well(statement.orelse + body[i + 1 :])
            if i == len(body) - 1:
                return _ends_well(statement.body) and _ends_well(statement.orelse)
            return False
        if _returns(statement):
            return False
    return True


def _converted(body: list[ast.stmt], how: ast.Expr | ast.Assign) -> list[ast.stmt]:
    """A block that puts what it returned where the value of `how` goes."""
    made: list[ast.stmt] = []
    for i, statement in enumerate(body):
        if isinstance(statement, ast.Return):
            return made + _given(statement.value, how)
        if isinstance(statement, ast.If) and _returns(statement):
            rest = body[i + 1 :] if _never_ends(statement.body) else []
            statement.body = _converted(statement.body, how) or [ast.Pass()]
            statement.orelse = _converted(statement.orelse + rest, how)
            return [*made, statement]
        made.append(statement)
    if isinstance(how, ast.Assign) and not (made and isinstance(made[-1], ast.Raise)):
        made += _given(None, how)
    return made


def _given(value: ast.expr | None, how: ast.Expr | ast.Assign) -> list[ast.stmt]:
    if isinstance(how, ast.Assign):
        return [ast.Assign(copy.deepcopy(how.targets), value or ast.Constant(None))]
    if value is None or isinstance(value, ast.Constant | ast.Name):
        return []
    return [ast.Expr(value)]


class _Renamer(ast.NodeTransformer):
    def __init__(self, replaced: dict[str, ast.expr]) -> None:
        self.replaced = replaced

    def visit_Name(self, node: ast.Name) -> ast.expr:
        new = self.replaced.get(node.id)
        if new is None:
            return node
        if isinstance(node.ctx, ast.Load):
            return copy.deepcopy(new)
        return ast.Name(new.id, node.ctx)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        if node.name in self.replaced:
            node.name = self.replaced[node.name].id
        return self.generic_visit(node)
