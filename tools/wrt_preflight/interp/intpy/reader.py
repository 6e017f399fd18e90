"""From a Python function to a Routine: structured returns, inlined calls, types of variables."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable

from .expressions import INTRINSICS, TYPES, Expressions
from .scope import Scope, definition_of, ends, is_trap, result_types, returns
from .tree import Assign, Const, If, Jump, Routine, Stmt, Var, While, negate, variables


class Reader(Expressions):
    """Reads one function and everything it calls into one Routine."""

    def __init__(self, root: Callable, wide: bool) -> None:
        self.root = root
        self.wide = wide
        self.types: dict[str, str] = {}

    def read(self) -> Routine:
        """Raises RestrictionError with the line of the fault, counted from the `def`."""
        types = result_types(definition_of(self.root))
        results = tuple(
            Var(type, f"r{i}" if len(types) > 1 else "r") for i, type in enumerate(types)
        )
        self.scope = Scope(self.root, results)
        params = []
        for arg in self.scope.definition.args.args:
            type = arg.annotation.id if isinstance(arg.annotation, ast.Name) else None
            if type not in TYPES:
                self._fail(arg, f"parameter {arg.arg} needs a type: {', '.join(TYPES)}")
            self.types[arg.arg] = type
            self.scope.names[arg.arg] = Var(type, arg.arg)
            params.append(Var(type, arg.arg))
        body = self._body()
        return Routine(self.root.__name__, tuple(params), results, body)

    # ------------------------------------------------------------ statements
    def _body(self) -> tuple[Stmt, ...]:
        body = self._block(self.scope.definition.body, top=True)
        if not self.scope.once:
            return body
        if not isinstance(body[-1], Jump):
            body += (Jump("break"),)
        return (While(None, body),)

    def _block(self, stmts: list[ast.stmt], top: bool) -> tuple[Stmt, ...]:
        """top: outside any loop, where return and trap are allowed."""
        out: list[Stmt] = []
        for index, stmt in enumerate(stmts):
            rest = stmts[index + 1 :]
            if isinstance(stmt, ast.Return) or is_trap(stmt):
                if not top:
                    self._fail(stmt, "return inside a loop")
                out += self._return(stmt)
                return tuple(out + [Jump("break")] if self.scope.once else out)
            if isinstance(stmt, ast.If) and returns([stmt]) and not self.scope.once:
                then, other = stmt.body, stmt.orelse
                if ends(then):
                    other = other + rest
                else:
                    then = then + rest
                return tuple(out) + self._if(stmt, then, other, top)
            out += self._statement(stmt, top)
        return tuple(out)

    def _if(self, stmt: ast.If, then: list, other: list, top: bool) -> tuple[Stmt, ...]:
        cond = self._condition(stmt.test)
        if isinstance(cond, Const):
            return self._block(then if cond.value else other, top)
        yes, no = self._block(then, top), self._block(other, top)
        if not yes and not no:
            return ()
        if not yes:
            cond, yes, no = negate(cond), no, ()
        return (If(cond, yes, no),)

    def _return(self, stmt: ast.stmt) -> list[Stmt]:
        if is_trap(stmt):
            kind = self._expression(stmt.value.args[0], "i32")
            return [Assign(Var("i32", "trap"), kind)]
        values = stmt.value.elts if isinstance(stmt.value, ast.Tuple) else [stmt.value]
        return self._bind(self.scope.results, values, stmt)

    def _bind(self, targets: tuple[Var, ...], values: list, node: ast.AST) -> list[Stmt]:
        """targets = values, where values is one call of a function or a value for each."""
        if len(values) == 1 and (function := self._callee(values[0])):
            return self._inline(function, values[0], targets)
        if len(values) != len(targets):
            self._fail(node, f"{len(targets)} results wanted")
        read = [
            self._expression(value, var.type) for var, value in zip(targets, values, strict=True)
        ]
        first: list[Stmt] = []
        last: list[Stmt] = []
        for index, (var, value) in enumerate(zip(targets, read, strict=True)):
            if any(var.name in variables(later) for later in read[index + 1 :]):
                # A later value is made of this variable: its own has to wait aside.
                saved = Var(var.type, f"{self.scope.function.__name__}_result{index}")
                first.insert(0, Assign(saved, value))
                last.append(Assign(var, saved))
            elif value != var:
                first.append(Assign(var, value))
        return first + last

    def _statement(self, stmt: ast.stmt, top: bool) -> list[Stmt] | tuple[Stmt, ...]:
        if isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Constant):
            return []
        if isinstance(stmt, ast.Assign):
            target = stmt.targets[0]
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            return self._assign([name.id for name in names], stmt)
        if isinstance(stmt, ast.AugAssign):
            var = self.scope.names[stmt.target.id]
            value = self._operator(stmt, var, stmt.value)
            return [Assign(var, value)]
        if isinstance(stmt, ast.If):
            return self._if(stmt, stmt.body, stmt.orelse, top)
        if isinstance(stmt, ast.While):
            for_ever = isinstance(stmt.test, ast.Constant) and stmt.test.value is True
            cond = None if for_ever else self._condition(stmt.test)
            if isinstance(cond, Const) and not cond.value:
                return []
            return [While(cond, self._block(stmt.body, False))]
        if isinstance(stmt, (ast.Break, ast.Continue)):
            return [Jump("break" if isinstance(stmt, ast.Break) else "continue")]
        if isinstance(stmt, ast.Pass):
            return []
        self._fail(stmt, f"{type(stmt).__name__} is not in the language")

    def _assign(self, names: list[str], stmt: ast.Assign) -> list[Stmt]:
        function = self._callee(stmt.value)
        if function:
            types = result_types(definition_of(function))
            if len(names) != len(types):
                self._fail(stmt, f"{function.__name__} has {len(types)} results")
            targets = tuple(
                self._local(name, type, stmt) for name, type in zip(names, types, strict=True)
            )
            return self._inline(function, stmt.value, targets)
        if len(names) > 1:
            self._fail(stmt, "several targets need a call")
        known = self.scope.names.get(names[0])
        value = self._expression(stmt.value, known.type if known else None)
        var = self._local(names[0], value.type, stmt)
        return [Assign(var, value)] if value != var else []

    def _local(self, name: str, type: str, node: ast.AST) -> Var:
        """The variable behind a name of the scope, made at its first assignment."""
        var = self.scope.names.get(name)
        if var is None:
            unique = name
            if self.scope.function is not self.root:
                unique = f"{self.scope.function.__name__}_{name}"
            var = Var(type, unique)
            if self.types.setdefault(unique, type) != type:
                self._fail(node, f"{unique} is {self.types[unique]} elsewhere")
            self.scope.names[name] = var
        if not isinstance(var, Var) or var.type != type:
            self._fail(node, f"{name} has another type")
        return var

    # ------------------------------------------------------------ calls
    def _callee(self, node: ast.expr) -> Callable | None:
        """The restricted function that a call expression calls, if it is one."""
        if not isinstance(node, ast.Call) or node.func.id in (*TYPES, *INTRINSICS):
            return None
        function = self.scope.globals.get(node.func.id)
        if not inspect.isfunction(function):
            self._fail(node, f"{node.func.id} is not a function")
        return function

    def _inline(self, function: Callable, node: ast.Call, targets: tuple[Var, ...]) -> list[Stmt]:
        """The callee's body, leaving its results in `targets`."""
        outer, inner = self.scope, Scope(function, targets)
        out: list[Stmt] = []
        for param, value in zip(inner.definition.args.args, node.args, strict=True):
            arg = self._expression(value, param.annotation.id)
            if param.arg in inner.assigned or not isinstance(arg, (Const, Var)):
                name = f"{function.__name__}_{param.arg}"
                self.types[name] = arg.type
                out.append(Assign(Var(arg.type, name), arg))
                arg = Var(arg.type, name)
            inner.names[param.arg] = arg
        self.scope = inner
        try:
            out += self._body()
        finally:
            self.scope = outer
        return out


def read(function: Callable, wide: bool) -> Routine:
    """The Routine of a restricted function; calls are inlined, constants folded.

    wide: the value of WIDE.
    """
    return Reader(function, wide).read()
