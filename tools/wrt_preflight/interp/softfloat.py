"""What the two float formats share: see softfloat_f64.py for the method."""

from __future__ import annotations

from ..ops.traps import TRAPS
from .intpy import i32, trap, u64

INTEGER_OVERFLOW = TRAPS["integer_overflow"]
INVALID_CONVERSION = TRAPS["invalid_conversion_to_integer"]

# Positions of the first instructions, the same in both classes; numeric.py has the names.
EQ, TO_I32 = 0, 6

# Exponents for infinity and (negative) zero in arithmetic: they overflow and underflow by
# themselves, and their product shows the combinations that have no result.
HUGE = 0x4000

# For eq, ne, lt, gt, le, ge: which of 1 less, 2 equal, 4 greater, 8 unordered make it true.
TRUE_FOR = 0b0010 | 0b1101 << 4 | 0b0001 << 8 | 0b0100 << 12 | 0b0011 << 16 | 0b0110 << 20


def to_integer(op: i32, first_i64: i32, magnitude: u64, s: i32, too_large: i32) -> u64:
    """The trunc and trunc_sat instructions, given the magnitude or that it exceeds a u64.

    They stand at 4n + 2 in the order s, u, sat_s, sat_u.
    """
    top = u64(-1)
    if op < first_i64:
        top >>= 32
    if not op & 1:
        top = (top >> 1) + u64(s)
    elif s:
        top = u64(0)
    if too_large or magnitude > top:
        if not op + 2 & 2:
            trap(INTEGER_OVERFLOW)
        magnitude = top
    if s:
        magnitude = -magnitude
    return magnitude


def wide_root(n: u64) -> u64:
    """The integer square root of 2**60 <= n < 2**62, where WIDE is 1.

    Heron's method from a straight line, wrong by 1/32 at most, which three steps make 2**-47.
    """
    s = ((n >> 30) + (2 << 30)) * 11 >> 5
    i = i32(3)
    while i:
        s = s + n // s >> 1
        i -= 1
    if s * s > n:
        s -= 1
    return s
