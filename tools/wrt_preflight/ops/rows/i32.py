"""Arithmetic on i32."""

from collections.abc import Iterator

from ..row import Row, row


def _arithmetic(name: str, sign: str, weight: float) -> Iterator[Row]:
    yield row(f"i32.{name}", "wrr", weight, f"A = B {sign} C")
    yield row(f"i32.{name}.i", "wri", weight, f"A = B {sign} c")
    if name != "sub":
        yield row(f"i32.{name}.w", "wr---I", 3, f"A = B {sign} imm")


_ROTATE = ("u = B", "if t: u = (u << t) | INT(U(u) >> (32 - t))", "A = u")

# 32-bit words: the C helper behind // is wrong for operands of 2^31 and more, so halve and fix up.
_UNSIGNED_32 = (
    "if u < 0:",
    "  v = INT(uint(t) >= uint(u))",
    "  if v: t = t - u",
    "else:",
    "  v = (INT(uint(t) >> 1) // u) << 1",
    "  t = t - v * u",
    "  if uint(t) >= uint(u):",
    "    t = t - u",
    "    v = v + 1",
)
_MAGNITUDES = ("if t < 0: t = 0 - t", "if u < 0: u = 0 - u")
_DIVISOR = ("u = C", "if u == 0: TRAP(integer_divide_by_zero)")
_SIGNED = ("t = S(B)", "u = S(C)", "if u == 0: TRAP(integer_divide_by_zero)")

ARITHMETIC = [
    *_arithmetic("add", "+", 60),
    *_arithmetic("sub", "-", 20),
    *_arithmetic("mul", "*", 8),
    *_arithmetic("and", "&", 25),
    *_arithmetic("or", "|", 12),
    *_arithmetic("xor", "^", 15),
    row("i32.shl", "wrr", 4, "A = B << (C & 31)"),
    row("i32.shl.i", "wri", 25, "A = B << c"),
    row("i32.shr_u", "wrr", 4, "A = U(B) >> (C & 31)"),
    row("i32.shr_u.i", "wri", 22, "A = U(B) >> c"),
    row("i32.shr_s", "wrr", 3, "A = S(B) >> (C & 31)"),
    row("i32.shr_s.i", "wri", 8, "A = S(B) >> c"),
    row("i32.rotl", "wrr", 2, "t = C & 31", *_ROTATE),
    row("i32.rotr", "wrr", 2, "t = (0 - C) & 31", *_ROTATE),
    row("i32.rotl.i", "wri", 4, "u = B", "A = (u << c) | INT(U(u) >> (32 - c))"),
    row(
        "i32.div_s",
        "wrr",
        2,
        *_SIGNED,
        "if u == 0 - 1:",
        "  if t == 0 - (1 << 31): TRAP(integer_overflow)",
        "s = t ^ u",
        *_MAGNITUDES,
        "t = t // u",
        "if s < 0: t = 0 - t",
        "A = t",
        body32=(
            *_SIGNED,
            "if u == 0 - 1:",
            "  if t == 0 - t:",
            "    if t: TRAP(integer_overflow)",
            "s = t ^ u",
            *_MAGNITUDES,
            *_UNSIGNED_32,
            "if s < 0: v = 0 - v",
            "A = v",
        ),
    ),
    row(
        "i32.div_u",
        "wrr",
        2,
        *_DIVISOR,
        "A = B // u",
        body32=("t = B", *_DIVISOR, *_UNSIGNED_32, "A = v"),
    ),
    row(
        "i32.rem_s",
        "wrr",
        2,
        *_SIGNED,
        "s = t",
        *_MAGNITUDES,
        "t = t % u",
        "if s < 0: t = 0 - t",
        "A = t",
        body32=(*_SIGNED, "s = t", *_MAGNITUDES, *_UNSIGNED_32, "if s < 0: t = 0 - t", "A = t"),
    ),
    row(
        "i32.rem_u",
        "wrr",
        2,
        *_DIVISOR,
        "A = B % u",
        body32=("t = B", *_DIVISOR, *_UNSIGNED_32, "A = t"),
    ),
    row(
        "i32.clz",
        "wr",
        1,
        "t = B",
        "u = 32",
        "while U(t) > U(255):",
        "  t = INT(U(t) >> 8)",
        "  u = u - 8",
        "while t:",
        "  t = t >> 1",
        "  u = u - 1",
        "A = u",
    ),
    row(
        "i32.ctz",
        "wr",
        1,
        "t = B",
        "u = 0",
        "if t == 0: u = 32",
        "else:",
        "  while (t & 255) == 0:",
        "    t = INT(U(t) >> 8)",
        "    u = u + 8",
        "  while (t & 1) == 0:",
        "    t = INT(U(t) >> 1)",
        "    u = u + 1",
        "A = u",
    ),
    row(
        "i32.popcnt",
        "wr",
        1,
        "t = B",
        "u = 0",
        "while t:",
        "  t = t & (t - 1)",
        "  u = u + 1",
        "A = u",
    ),
    row("i32.extend8_s", "wr", 2, "A = ((B & 255) ^ 128) - 128"),
    row("i32.extend16_s", "wr", 2, "A = ((B & 65535) ^ 32768) - 32768"),
]
