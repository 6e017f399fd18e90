"""What the cold numeric instructions compute, from the host's floats and exact fractions.

Nothing here shares a method with the code under test: f64 results are the host's own, f32 results
are the double results rounded once more, which is exact for one operation on two f32 (a double
has more than twice their digits), and everything else goes through Fraction.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from fractions import Fraction

NAN = {32: 0x7FC00000, 64: 0x7FF8000000000000}
DIVIDE_BY_ZERO, OVERFLOW, INVALID = 2, 3, 4
_CODES = {32: ("<f", "<I"), 64: ("<d", "<Q")}


class Trapped(Exception):
    """The instruction traps; args[0] is the kind."""


def to_float(bits: int, width: int) -> float:
    code, integer = _CODES[width]
    return struct.unpack(code, struct.pack(integer, bits & (1 << width) - 1))[0]


def to_bits(value: float, width: int) -> int:
    """Bits of a double rounded to the width; canonical for NaN."""
    if math.isnan(value):
        return NAN[width]
    code, integer = _CODES[width]
    try:
        return struct.unpack(integer, struct.pack(code, value))[0]
    except OverflowError:
        return struct.unpack(integer, struct.pack(code, math.copysign(math.inf, value)))[0]


def nearest(value: Fraction, width: int) -> int:
    """Bits of the float nearest to a number >= 0, ties to even; found by rounding an integer."""
    digits, low = {32: (24, -149), 64: (53, -1074)}[width]
    if value == 0:
        return 0
    scale = value.numerator.bit_length() - value.denominator.bit_length() - digits - 1
    while value >= Fraction(2) ** (scale + digits):
        scale += 1
    scale = max(scale, low)
    count = round(value / Fraction(2) ** scale)
    # Bit patterns of floats >= 0 are consecutive integers.
    pattern = count + (scale - low) * (1 << (digits - 1))
    return min(pattern, {32: 0x7F800000, 64: 0x7FF << 52}[width])


def signed(value: int, width: int) -> int:
    value &= (1 << width) - 1
    return value - (value >> (width - 1) << width)


def _divide(x: float, y: float) -> float:
    if y != 0:
        return x / y
    if x == 0 or math.isnan(x):
        return math.nan
    return math.copysign(math.inf, x) * math.copysign(1, y)


def _overflowing(function: Callable[..., float]) -> Callable[..., float]:
    def run(*args: float) -> float:
        try:
            return function(*args)
        except OverflowError:
            return math.inf

    return run


def _extreme(x: float, y: float, least: bool) -> float:
    if math.isnan(x) or math.isnan(y):
        return math.nan
    if x == y == 0:
        negative = [math.copysign(1, v) < 0 for v in (x, y)]
        return -0.0 if (any(negative) if least else all(negative)) else 0.0
    return min(x, y) if least else max(x, y)


def _to_integral(function: Callable[[float], int]) -> Callable[[float], float]:
    def run(x: float) -> float:
        if math.isnan(x) or math.isinf(x):
            return x
        return math.copysign(float(function(x)), x)

    return run


_FLOAT: dict[str, Callable[..., float]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": _divide,
    "sqrt": lambda x: math.sqrt(x) if not x < 0 else math.nan,
    "min": lambda x, y: _extreme(x, y, True),
    "max": lambda x, y: _extreme(x, y, False),
    "ceil": _to_integral(math.ceil),
    "floor": _to_integral(math.floor),
    "trunc": _to_integral(math.trunc),
    "nearest": _to_integral(round),
}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
    "lt": lambda x, y: x < y,
    "gt": lambda x, y: x > y,
    "le": lambda x, y: x <= y,
    "ge": lambda x, y: x >= y,
}


def _cut(to: str, op: str, a: int) -> int:
    """trunc_[sat_]fNN_{s,u}."""
    width, source = int(to[1:]), int(op[-4:-2])
    low, high = (0, (1 << width) - 1) if op[-1] == "u" else (-1 << width - 1, (1 << width - 1) - 1)
    x = to_float(a, source)
    saturate = "sat" in op
    if math.isnan(x):
        if saturate:
            return 0
        raise Trapped(INVALID)
    value = (high + 1 if x > 0 else low - 1) if math.isinf(x) else math.trunc(x)
    if not low <= value <= high:
        if not saturate:
            raise Trapped(OVERFLOW)
        value = max(low, min(value, high))
    return value & (1 << width) - 1


def _convert(width: int, op: str, a: int) -> int:
    """convert_iNN_{s,u}."""
    source = int(op[9:11])
    value = signed(a, source) if op[-1] == "s" else a & (1 << source) - 1
    sign = 1 << (width - 1) if value < 0 else 0
    return nearest(Fraction(abs(value)), width) | sign


def _float(width: int, op: str, a: int, b: int) -> int:
    sign = 1 << (width - 1)
    if op == "copysign":
        return a & ~sign & (1 << width) - 1 | b & sign
    if op == "promote_f32":
        return to_bits(to_float(a, 32), 64)
    if op == "demote_f64":
        return to_bits(to_float(a, 64), 32)
    if op.startswith("convert"):
        return _convert(width, op, a)
    x, y = to_float(a, width), to_float(b, width)
    if op in _COMPARE:
        return int(_COMPARE[op](x, y))
    function = _FLOAT[op]
    one = op in ("sqrt", "ceil", "floor", "trunc", "nearest")
    return to_bits(_overflowing(function)(*((x,) if one else (x, y))), width)


def _integer(op: str, *args: int) -> int | tuple[int, int]:
    if op in ("add128", "sub128"):
        a, b = args[0] | args[1] << 64, args[2] | args[3] << 64
        return _halves(a + b if op == "add128" else a - b)
    a, b = args[0], args[1] if len(args) > 1 else 0
    if op == "clz":
        return 64 - a.bit_length()
    if op == "ctz":
        return (a & -a).bit_length() - 1 if a else 64
    if op == "popcnt":
        return a.bit_count()
    if op.endswith("_s"):
        a, b = signed(a, 64), signed(b, 64)
    if op.startswith("mul_wide"):
        return _halves(a * b)
    if b == 0:
        raise Trapped(DIVIDE_BY_ZERO)
    quotient = abs(a) // abs(b) * (-1 if (a < 0) != (b < 0) else 1)
    if op == "div_s" and quotient == 1 << 63:
        raise Trapped(OVERFLOW)
    value = quotient if op.startswith("div") else a - quotient * b
    return value & (1 << 64) - 1


def _halves(value: int) -> tuple[int, int]:
    mask = (1 << 64) - 1
    return value & mask, value >> 64 & mask


def expected(name: str, args: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
    """(results, trap kind or 0) of an instruction; operands are bit patterns."""
    type, _, op = name.partition(".")
    try:
        if op.startswith("trunc_"):
            value = _cut(type, op, args[0])
        elif type[0] == "f":
            value = _float(int(type[1:]), op, args[0], args[1])
        else:
            value = _integer(op, *args)
    except Trapped as trapped:
        return (), trapped.args[0]
    return (value if isinstance(value, tuple) else (value,)), 0
