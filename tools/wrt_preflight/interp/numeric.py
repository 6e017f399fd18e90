"""The cold numeric instructions: which there are, and the restricted function that does each.

A slow instruction names a class and a number. The number is the position of its name in the
concatenated `ops` of the class's groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..ops.instructions import BY_NAME
from .integer import add_128, count, divide, multiply_wide
from .softfloat_f32 import f32
from .softfloat_f64 import f64


@dataclass(frozen=True, slots=True)
class Group:
    """Instructions that share one body.

    ops: instruction names in numbering order.
    params: (name, type) of the body's parameters. The first is ("op", "i32"): the position of the
        instruction in `ops`; the others are operands. A u64 parameter is bound from two slots
        even where an instruction's operand has one (the body then ignores the high word), and an
        operand that an instruction does not have is bound from any slot.
    results: (name, type) of the variables that hold the results.
    function: the restricted function, for intpy.translate.
    narrow: the first `narrow` instructions have a 32-bit result: the low word of r.
    traps: the body may set the variable `trap`, which is 0 before it; the results then have no
        value.
    """

    ops: tuple[str, ...]
    params: tuple[tuple[str, str], ...]
    results: tuple[tuple[str, str], ...]
    function: Callable
    narrow: int = 0
    traps: bool = False


def _names(prefix: str, names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}.{name}" for name in names.split())


def _params(**types: str) -> tuple[tuple[str, str], ...]:
    return ("op", "i32"), *types.items()


_ONE = (("r", "u64"),)
_TWO = (("r0", "u64"), ("r1", "u64"))

_CUT = "trunc_{0}_s trunc_{0}_u trunc_sat_{0}_s trunc_sat_{0}_u"
_COMPARE = "eq ne lt gt le ge"
_CONVERT = "convert_i32_s convert_i32_u convert_i64_s convert_i64_u"
_CHOOSE = "copysign min max"
_ROUND = "ceil floor trunc nearest"
_ARITHMETIC = "add sub mul div sqrt"

GROUPS: dict[str, list[Group]] = {
    "integer": [
        Group(
            ops=_names("i64", "div_s div_u rem_s rem_u"),
            params=_params(a="u64", b="u64"),
            results=_ONE,
            function=divide,
            traps=True,
        ),
        Group(
            ops=_names("i64", "clz ctz popcnt"),
            params=_params(a="u64"),
            results=_ONE,
            function=count,
        ),
        Group(
            ops=_names("i64", "mul_wide_s mul_wide_u"),
            params=_params(a="u64", b="u64"),
            results=_TWO,
            function=multiply_wide,
        ),
        Group(
            ops=_names("i64", "add128 sub128"),
            params=_params(a0="u64", a1="u64", b0="u64", b1="u64"),
            results=_TWO,
            function=add_128,
        ),
    ],
    "f32": [
        Group(
            ops=(
                *_names("f32", _COMPARE),
                *_names("i32", _CUT.format("f32")),
                *_names("f32", f"{_CONVERT} {_ROUND} {_CHOOSE} {_ARITHMETIC}"),
                *_names("i64", _CUT.format("f32")),
            ),
            params=_params(a="u64", b="u32"),
            results=_ONE,
            function=f32,
            narrow=26,
            traps=True,
        )
    ],
    "f64": [
        Group(
            ops=(
                *_names("f64", _COMPARE),
                *_names("i32", _CUT.format("f64")),
                "f32.demote_f64",
                *_names("f64", _CHOOSE),
                *_names("i64", _CUT.format("f64")),
                *_names("f64", f"{_CONVERT} promote_f32 {_ROUND} {_ARITHMETIC}"),
            ),
            params=_params(a="u64", b="u64"),
            results=_ONE,
            function=f64,
            narrow=11,
            traps=True,
        )
    ],
}

# name: (class, number, operand types, result types)
INSTRUCTIONS: dict[str, tuple[str, int, tuple[str, ...], tuple[str, ...]]] = {
    name: (class_name, number, BY_NAME[name].params, BY_NAME[name].results)
    for class_name, groups in GROUPS.items()
    for number, name in enumerate(name for group in groups for name in group.ops)
}
