"""Value and start definitions while a component is linked (Explainer.md, Value Definitions).

Linking follows a value through arguments, aliases and exports, so that the Plan has each one
once. That every index is consumed exactly once is checked by Scope.
"""

from __future__ import annotations

from ..errors import ProfileError
from . import tree, types
from .cursor import Cursor
from .literal import check_literal
from .plan import Func, Plan, Start, Value
from .resolve import resolve_valtype
from .scope import Scope


def define_value(scope: Scope, item: tree.Value, data: bytes) -> Value:
    """The value of a value definition. data: the file. Raises ReadError."""
    t = resolve_valtype(scope, item.type, item.offset)
    cursor = Cursor(data, scope.file, item.start, item.end, "value")
    check_literal(cursor, t)
    cursor.finish()
    return Value(t, item.offset, literal=data[item.start : item.end])


def check_value(scope: Scope, value: Value, extern: tree.ExternType) -> None:
    """Checks a value against the type of an import or export. Raises ReadError, LinkError."""
    if extern.valtype is None:
        if scope.peek("value", extern.index, extern.offset) is not value:
            scope.refuse(f"expected a value equal to value {extern.index}", extern.offset)
    elif not types.equal(value.type, resolve_valtype(scope, extern.valtype, extern.offset)):
        scope.refuse("the value is not of the type that is declared for it", extern.offset)


def add_value(plan: Plan, value: Value) -> Value:
    """Adds a value to the plan. Raises ProfileError if it could hold what cannot be kept."""
    kept_out = (types.Borrow, types.Stream, types.Future)
    if types.contains(value.type, kept_out) or _has_error_context(value.type):
        raise ProfileError(
            "a component-level value cannot have a borrow, stream, future or error-context",
            file=plan.file,
            offset=value.offset,
        )
    plan.values.append(value)
    return value


def _has_error_context(t: types.ValType) -> bool:
    if isinstance(t, types.Primitive):
        return t.name == "error-context"
    return any(map(_has_error_context, t.children()))


def check_consumed(scope: Scope) -> None:
    """Raises ReadError if a value of an instance was never used."""
    for index, value in enumerate(scope.spaces.get("value", ())):
        if index not in scope.consumed:
            scope.fail(f"value {index} is never used: each must be, exactly once", value.offset)


def start(scope: Scope, item: tree.Start, plan: Plan) -> None:
    """Adds the call of a start definition to the plan, and its results to the scope."""
    callee = scope.typed("func", item.func, item.offset, Func, "a function")
    ft = callee.type
    arguments = tuple(
        scope.typed("value", index, item.offset, Value, "a value") for index in item.arguments
    )
    if ft.async_:
        scope.refuse("a start function cannot be async: instantiation never blocks", item.offset)
    if len(arguments) != len(ft.params) or not all(
        types.equal(value.type, t) for value, (_, t) in zip(arguments, ft.params, strict=True)
    ):
        found = f"found {len(arguments)} arguments" if len(arguments) != len(ft.params) else ""
        expected = f"the start function expects {len(ft.params)} arguments of its types"
        scope.refuse(", ".join(filter(None, (expected, found))), item.offset)
    if item.results != (ft.result is not None):
        wanted = int(ft.result is not None)
        message = f"the start function has {wanted} results, the definition {item.results}"
        scope.refuse(message, item.offset)
    result = None
    if ft.result:
        result = add_value(plan, Value(ft.result, item.offset))
        scope.add("value", result)
    plan.steps.append(Start(callee, arguments, result, scope.instance, item.offset))
