"""How each WebAssembly instruction runs on the register machine, as the documentation says it."""

from __future__ import annotations

from ..interp.numeric import INSTRUCTIONS as NUMERIC
from .cold import KINDS
from .instructions import Instruction
from .machine import BY_NAME

_FORMS = ("", ".i", ".w", ".a", ".x4", ".rr")
_LABELS = "folded: a label, no code"
_OPERAND = "folded: an operand of what uses it; else `%s`"

# What is neither a row nor a cold instruction of the same name.
_SPECIAL = {
    "unreachable": "row `trap`",
    "nop": "folded: no code",
    "block": _LABELS,
    "loop": "folded: a label; constants that the loop needs go to slots with `const`, `const32`, "
    "`const64`, `const64.w` before it",
    "if": "folded: `br_z`, or the comparison before it as a branch, `br_i32.*`, `br_i64.*`",
    "else": "row `br`",
    "end": "folded: a label; at the end of a function `ret`, `ret32`, `ret64`",
    "br": "row `br`, with a value to move `br_mov`; far away `br.far`",
    "br_if": "row `br_nz`; with the instruction before it `br_z`, `br_i32.*`, `br_i64.*`, "
    "`br_and_nz`, `br_and_z`, `br_add_*`, `br_sub_nz`",
    "br_on_null": "row `br_z`",
    "br_on_non_null": "row `br_nz`",
    "return": "rows `ret`, `ret32`, `ret64`",
    "return_call_indirect": "sequence `table.func`, `return_call_ref`",
    "try_table": "folded: entries of the handler table",
    "drop": "folded: no code",
    "select": "rows `select`, `select64`",
    "select_t": "rows `select`, `select64`",
    "local.get": _OPERAND % "mov",
    "local.set": "folded: what computes the value writes the local; else `mov`, `mov64`",
    "local.tee": "folded: as local.set and local.get",
    "global.get": "rows `global.get`, `global.get64`",
    "global.set": "rows `global.set`, `global.set64`",
    "ref.null": _OPERAND % "const",
    "ref.is_null": "row `i32.eqz`",
    "table.init": "class table: `table.copy` from the segment's table",
    "memory.init": "class memory: `memory.copy` from the segment's memory",
    "i32.const": _OPERAND % "const`, `const32",
    "i64.const": _OPERAND % "const64`, `const64.w",
    "f32.const": _OPERAND % "const`, `const32",
    "f64.const": _OPERAND % "const64`, `const64.w",
    "i64.extend32_s": "row `i64.extend_i32_s`",
    "i32.wrap_i64": "folded: the low slot of the pair",
    "f32.abs": "row `i32.and.w` on the sign bit",
    "f32.neg": "row `i32.xor.w` on the sign bit",
    "f64.abs": "row `i32.and.w` on the high word",
    "f64.neg": "row `i32.xor.w` on the high word",
    "atomic.fence": "folded: no code",
    "memory.atomic.notify": "sequence with `host`: a function of the runtime",
    "memory.atomic.wait32": "sequence with `host`: a function of the runtime",
    "memory.atomic.wait64": "sequence with `host`: a function of the runtime",
}
_SAME_BITS = "folded: the same slots, under another type"
_AS_INTEGER = {
    "f32.load": "i32.load",
    "f64.load": "i64.load",
    "f32.store": "i32.store",
    "f64.store": "i64.store",
    "i64.store8": "i32.store8",
    "i64.store16": "i32.store16",
    "i64.store32": "i32.store",
}
# Rows of another name: with the operands exchanged, or the constant negated.
_ALSO = {
    "i32.sub": ("i32.add",),
    "i64.sub": ("i64.add",),
    "i32.rotr": ("i32.rotl",),
    "i64.rotr": ("i64.rotl",),
} | {
    f"{kind}.{more}_{sign}": (f"{kind}.{less}_{sign}",)
    for kind in ("i32", "i64")
    for more, less in (("gt", "lt"), ("ge", "le"))
    for sign in "su"
}


def how(instruction: Instruction) -> str:
    """How an instruction runs, as Markdown. Raises KeyError for one that nothing is known of."""
    name = instruction.name
    if name in _SPECIAL:
        return _SPECIAL[name]
    if name in NUMERIC:
        class_name, number, _, _ = NUMERIC[name]
        return f"class {class_name}, number {number}"
    for class_name, rows in KINDS.items():
        if name in rows:
            return f"class {class_name}, number {list(rows).index(name)}"
    if ".reinterpret_" in name:
        return _SAME_BITS
    if ".atomic." in name:
        return _atomic(name)
    found = forms(_AS_INTEGER.get(name, name))
    found += [row for other in _ALSO.get(name, ()) for row in forms(other)]
    if not found:
        raise KeyError(name)
    return "row " + ", ".join(f"`{row}`" for row in found)


def forms(name: str) -> list[str]:
    """The rows that do one instruction: with registers, with constants, as a branch."""
    names = [name + form for form in _FORMS]
    return [row for row in [*names, *(f"br_{n}" for n in names)] if row in BY_NAME]


def _atomic(name: str) -> str:
    kind, _, operation = name.partition(".atomic.")
    if operation.startswith(("load", "store")):
        row = _AS_INTEGER.get(f"{kind}.{operation}", f"{kind}.{operation}")
        return f"sequence `memory.aligned`, `{row}`"
    width, _, op = operation.removeprefix("rmw").removesuffix("_u").partition(".")
    load = f"{kind}.load{width}_u" if width else f"{kind}.load"
    store = _AS_INTEGER.get(f"{kind}.store{width}", f"{kind}.store{width}")
    middle = {"cmpxchg": [f"br_{kind}.ne"], "xchg": []}.get(op, [f"{kind}.{op}"])
    if op == "cmpxchg" and width:
        middle.insert(0, "i64.extend_i32_u" if width == "32" else f"{kind}.and.i")
    parts = ["memory.aligned", load, *middle, store, "mov" if kind == "i32" else "mov64"]
    return "sequence " + ", ".join(f"`{part}`" for part in parts)
