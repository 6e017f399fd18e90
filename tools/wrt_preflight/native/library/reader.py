"""Restricted functions as LLVM wants them: one for each instruction, calls left as calls.

The other forms inline everything into one body that looks at its first parameter. Here a
parameter that is a constant is put in, which decides most of the ifs, and the calls that have no
constant among their arguments stay, so that instructions share them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from ...interp.intpy.reader import Reader
from ...interp.intpy.scope import Scope, definition_of, result_types
from ...interp.intpy.tree import Const, Expr, Routine, Stmt, Var


@dataclass(frozen=True, slots=True)
class Invoke:
    """The call of another restricted function; its results go to the targets."""

    targets: tuple[Var, ...]
    function: Callable
    args: tuple[Expr, ...]


class SharingReader(Reader):
    """Reads one function, and notes those that it calls in `Invoke` statements."""

    def specialised(self, fixed: dict[str, int]) -> Routine:
        """The Routine of the function without the parameters in `fixed`, which have values."""
        types = result_types(definition_of(self.root))
        results = tuple(Var(type, f"r{i}") for i, type in enumerate(types))
        self.scope = Scope(self.root, results)
        params = []
        for arg in self.scope.definition.args.args:
            var = Var(arg.annotation.id, arg.arg)
            self.types[arg.arg] = var.type
            if arg.arg in fixed:
                self.scope.names[arg.arg] = Const(var.type, fixed[arg.arg])
            else:
                self.scope.names[arg.arg] = var
                params.append(var)
        return Routine(self.root.__name__, tuple(params), results, self._body())

    def _inline(self, function: Callable, node: ast.Call, targets: tuple[Var, ...]) -> list[Stmt]:
        types = (arg.annotation.id for arg in definition_of(function).args.args)
        args = tuple(
            self._expression(value, type) for value, type in zip(node.args, types, strict=True)
        )
        if any(isinstance(arg, Const) for arg in args):
            return super()._inline(function, node, targets)
        return [Invoke(targets, function, args)]
