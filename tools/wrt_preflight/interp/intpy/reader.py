"""From a Python function to a Routine: types, constants, structured returns, inlined calls."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable

from .tree import (
    Assign,
    Const,
    Expr,
    If,
    Jump,
    Routine,
    Stmt,
    Var,
    While,
    binary,
    call,
    compare,
    const,
    flag,
    fold,
    logic,
    negate,
    nonzero,
    variables,
)

TYPES = ("u32", "u64", "i32")
_OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.FloorDiv: "//",
}
_COMPARISONS = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
# name: (parameter types, result type); "word" is any type, the result then has the same.
_INTRINSICS = {
    "lo": (("u64",), "u32"),
    "hi": (("u64",), "u32"),
    "pair": (("u32", "u32"), "u64"),
    "signed": (("u32",), "i32"),
    "bits": (("i32",), "u32"),
    "sar": (("word", "i32"), "word"),
    "shrjam": (("word", "i32"), "word"),
    "mul16": (("u64", "u32"), "u64"),
    "mulwide": (("u32", "u32"), "u64"),
}


class RestrictionError(Exception):
    """The function uses something that is not in the restricted language."""


def _definition(function: Callable) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return tree.body[0]


def _returns(stmts: list[ast.stmt]) -> bool:
    """Does a return or a trap stand anywhere in the statements?"""
    return any(
        isinstance(node, ast.Return) or _is_trap(node) for stmt in stmts for node in ast.walk(stmt)
    )


def _is_trap(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "trap"
    )


def _ends(stmts: list[ast.stmt]) -> bool:
    """Do all paths through the statements return or trap?"""
    if not stmts:
        return False
    last = stmts[-1]
    if isinstance(last, ast.Return) or _is_trap(last):
        return True
    return isinstance(last, ast.If) and _ends(last.body) and _ends(last.orelse)


def _structured(stmts: list[ast.stmt]) -> bool:
    """Can every return be expressed by putting what follows it into an else?"""
    for index, stmt in enumerate(stmts):
        if isinstance(stmt, ast.If) and _returns([stmt]):
            then, other, rest = stmt.body, stmt.orelse, stmts[index + 1 :]
            if _ends(then):
                return _structured(then) and _structured(other + rest)
            if _ends(other):
                return _structured(other) and _structured(then + rest)
            return not rest and _structured(then) and _structured(other)
    return True


class _Scope:
    """One function being read: its names, and where its results go.

    once: the body stands in a loop that runs once, and a return leaves it with a break.
    """

    def __init__(self, function: Callable, results: tuple[Var, ...]) -> None:
        self.function = function
        self.definition = _definition(function)
        self.names: dict[str, Expr] = {}
        self.results = results
        self.once = not _structured(self.definition.body)
        self.globals = inspect.getclosurevars(function).nonlocals | function.__globals__
        self.assigned = {
            node.id
            for node in ast.walk(self.definition)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }


def result_types(definition: ast.FunctionDef) -> tuple[str, ...]:
    """Types named in a return annotation: none, one, or tuple[...]."""
    note = definition.returns
    if note is None or (isinstance(note, ast.Constant) and note.value is None):
        return ()
    if isinstance(note, ast.Subscript):
        return tuple(item.id for item in note.slice.elts)
    return (note.id,)


class Reader:
    """Reads one function and everything it calls into one Routine."""

    def __init__(self, root: Callable) -> None:
        self.root = root
        self.types: dict[str, str] = {}
        self.scope: _Scope

    def read(self) -> Routine:
        """Raises RestrictionError with the line of the fault, counted from the `def`."""
        function = self.root
        definition = _definition(function)
        types = result_types(definition)
        names = ["r"] if len(types) == 1 else [f"r{i}" for i in range(len(types))]
        results = tuple(Var(type, name) for type, name in zip(types, names))
        self.scope = _Scope(function, results)
        params = []
        for arg in definition.args.args:
            var = Var(arg.annotation.id, arg.arg)
            self.types[arg.arg] = var.type
            self.scope.names[arg.arg] = var
            params.append(var)
        body = self._body()
        return Routine(function.__name__, tuple(params), results, body)

    # ------------------------------------------------------------ statements
    def _fail(self, node: ast.AST, message: str):
        name = self.scope.function.__name__
        raise RestrictionError(f"{name}, line {getattr(node, 'lineno', '?')}: {message}")

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
            if isinstance(stmt, ast.Return) or _is_trap(stmt):
                if not top:
                    self._fail(stmt, "return inside a loop")
                out += self._return(stmt)
                return tuple(out + [Jump("break")] if self.scope.once else out)
            if isinstance(stmt, ast.If) and _returns([stmt]) and not self.scope.once:
                then, other = stmt.body, stmt.orelse
                if _ends(then):
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
        if _is_trap(stmt):
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
        read = [self._expression(value, var.type) for var, value in zip(targets, values)]
        for index, var in enumerate(targets):
            if any(var.name in variables(later) for later in read[index + 1 :]):
                self._fail(node, f"{var.name} is assigned before it is read")
        return [Assign(var, e) for var, e in zip(targets, read) if e != var]

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
            cond = self._condition(stmt.test)
            if isinstance(cond, Const):
                cond = None
            return [While(cond, self._block(stmt.body, False))]
        if isinstance(stmt, (ast.Break, ast.Continue)):
            return [Jump("break" if isinstance(stmt, ast.Break) else "continue")]
        if isinstance(stmt, ast.Pass):
            return []
        self._fail(stmt, f"{type(stmt).__name__} is not in the language")

    def _assign(self, names: list[str], stmt: ast.Assign) -> list[Stmt]:
        function = self._callee(stmt.value)
        if function:
            types = result_types(_definition(function))
            targets = tuple(self._local(name, type, stmt) for name, type in zip(names, types))
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
        if not isinstance(node, ast.Call) or node.func.id in (*TYPES, *_INTRINSICS):
            return None
        function = self.scope.globals.get(node.func.id)
        if not inspect.isfunction(function):
            self._fail(node, f"{node.func.id} is not a function")
        return function

    def _inline(self, function: Callable, node: ast.Call, targets: tuple[Var, ...]) -> list[Stmt]:
        """The callee's body, leaving its results in `targets`."""
        outer, inner = self.scope, _Scope(function, targets)
        out: list[Stmt] = []
        for arg, value in zip(inner.definition.args.args, node.args, strict=True):
            expr = self._expression(value, arg.annotation.id)
            if arg.arg in inner.assigned or not isinstance(expr, (Const, Var)):
                name = f"{function.__name__}_{arg.arg}"
                self.types[name] = expr.type
                out.append(Assign(Var(expr.type, name), expr))
                expr = Var(expr.type, name)
            inner.names[arg.arg] = expr
        self.scope = inner
        try:
            out += self._body()
        finally:
            self.scope = outer
        return out

    # ------------------------------------------------------------ expressions
    def _condition(self, node: ast.expr) -> Expr:
        if isinstance(node, ast.BoolOp):
            op = "and" if isinstance(node.op, ast.And) else "or"
            return logic(op, [self._condition(value) for value in node.values])
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return negate(self._condition(node.operand))
        if isinstance(node, ast.Compare):
            if len(node.ops) > 1:
                self._fail(node, "chained comparison")
            a, b = self._operands(node.left, node.comparators[0], node)
            return compare(_COMPARISONS[type(node.ops[0])], a, b)
        value = self._raw(node)
        return Const("bool", int(bool(value))) if isinstance(value, int) else nonzero(value)

    def _expression(self, node: ast.expr, type: str | None) -> Expr:
        value = self._raw(node)
        if isinstance(value, int):
            if type is None:
                self._fail(node, "a number without a type: write u32(n), u64(n) or i32(n)")
            return const(type, value)
        if type not in (None, value.type):
            self._fail(node, f"{value.type} where {type} is wanted")
        return value

    def _operands(self, left: ast.expr, right: ast.expr, node: ast.AST) -> tuple[Expr, Expr]:
        a, b = self._raw(left), self._raw(right)
        if isinstance(a, int):
            a = const(b.type, a)
        if isinstance(b, int):
            b = const(a.type, b)
        if a.type != b.type:
            self._fail(node, f"{a.type} with {b.type}")
        return a, b

    def _operator(self, node: ast.BinOp | ast.AugAssign, a: Expr, right: ast.expr) -> Expr:
        op = _OPERATORS[type(node.op)]
        if op in ("<<", ">>"):
            count = self._raw(right)
            return binary(op, a, const("i32", count) if isinstance(count, int) else count)
        b = self._expression(right, a.type)
        if op == "*" and a.type == "u64" or op == "//" and a.type != "i32":
            self._fail(node, f"{op} on {a.type}")
        return binary(op, a, b)

    def _raw(self, node: ast.expr) -> Expr | int:
        """An expression, or a number that has no type yet."""
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return node.value
        if isinstance(node, ast.Name):
            value = self.scope.names.get(node.id, self.scope.globals.get(node.id))
            if value is None or callable(value):
                self._fail(node, f"{node.id} has no value")
            return value
        if isinstance(node, ast.UnaryOp):
            return self._unary(node)
        if isinstance(node, ast.BinOp):
            left, right = self._raw(node.left), self._raw(node.right)
            if isinstance(left, int) and isinstance(right, int):
                return fold(_OPERATORS[type(node.op)], "", left, right)
            if isinstance(left, int):
                left = const(right.type, left)
            return self._operator(node, left, node.right)
        if isinstance(node, ast.Call):
            return self._intrinsic(node)
        self._fail(node, f"{ast.unparse(node)} is not in the language")

    def _unary(self, node: ast.UnaryOp) -> Expr | int:
        value = self._raw(node.operand)
        if isinstance(value, int):
            return ~value if isinstance(node.op, ast.Invert) else -value
        if isinstance(node.op, ast.Invert):
            return binary("^", value, const(value.type, -1))
        return binary("-", const(value.type, 0), value)

    def _intrinsic(self, node: ast.Call) -> Expr:
        name = node.func.id
        if name in TYPES:
            return self._cast(name, node.args[0])
        if name not in _INTRINSICS:
            self._fail(node, f"{name} must be the whole right side of an assignment")
        wanted, result = _INTRINSICS[name]
        args: list[Expr] = []
        for arg, type in zip(node.args, wanted, strict=True):
            free = type == "word" or (type == "i32" and len(args) == 1)
            args.append(self._expression(arg, "i32" if type == "i32" else None if free else type))
        if name == "shrjam" and not all(isinstance(arg, (Const, Var)) for arg in args):
            self._fail(node, "shrjam of an expression")
        if result == "word":
            result = args[0].type
        if name == "sar":
            return binary("sar", *args)
        return call(name, result, *args)

    def _cast(self, type: str, node: ast.expr) -> Expr:
        if isinstance(node, (ast.Compare, ast.BoolOp)) or (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        ):
            return flag(type, self._condition(node))
        value = self._raw(node)
        if isinstance(value, int):
            return const(type, value)
        if value.type == type:
            return value
        if value.type == "u64":
            self._fail(node, f"{type}() of a u64: use lo or hi")
        return call("widen" if type == "u64" else "retype", type, value)


def read(function: Callable) -> Routine:
    """The Routine of a restricted function; calls are inlined, constants folded."""
    return Reader(function).read()
