"""The cold instructions on i64: division, 128-bit arithmetic, counting bits."""

from __future__ import annotations

from ..ops.traps import TRAPS
from .intpy import WIDE, hi, i32, lo, mulwide, pair, trap, u32, u64

DIVIDE_BY_ZERO = TRAPS["integer_divide_by_zero"]
INTEGER_OVERFLOW = TRAPS["integer_overflow"]


def divide(op: i32, a: u64, b: u64) -> u64:
    """div_s, div_u, rem_s, rem_u."""
    if not b:
        trap(DIVIDE_BY_ZERO)
    negative = i32(0)
    if not op & 1:
        if a >> 63:
            a = -a
            negative = i32(1)
        if b >> 63:
            b = -b
            if op == 0:
                negative ^= 1
        if op == 0 and a >> 63 and not negative and b == 1:
            trap(INTEGER_OVERFLOW)
    q = u64(0)
    if WIDE and not (a | b) >> 63:
        q = a // b
        a -= q * b
    elif not WIDE and not b >> 31:
        # Eight bits a step; the quotient takes the place of a. Estimated from all but the low
        # bits of a large divisor, a digit is right or one too small.
        d = lo(b)
        rest = u32(0)
        n = i32(8)
        while n:
            x = rest << 8 | hi(a) >> 24
            if d >> 23:
                digit = u32(i32(rest) // i32((d >> 8) + 1))
            else:
                digit = u32(i32(x) // i32(d))
            rest = x - digit * d
            if rest >= d:
                rest -= d
                digit += 1
            a = a << 8 | u64(digit)
            n -= 1
        q = a
        a = u64(rest)
    else:
        bit = u64(1)
        while b < a and not b >> 63:
            b <<= 1
            bit <<= 1
        while bit:
            if a >= b:
                a -= b
                q |= bit
            b >>= 1
            bit >>= 1
    if op < 2:
        a = q
    if negative:
        a = -a
    return a


def multiply_wide(op: i32, a: u64, b: u64) -> tuple[u64, u64]:
    """mul_wide_s, mul_wide_u: low and high half of the product."""
    low = u64(0)
    high = u64(0)
    factor = lo(b)
    n = i32(2)
    while n:
        x = lo(a)
        t = mulwide(x, factor)
        t += u64(lo(high))
        x = hi(a)
        y = mulwide(x, factor)
        high = y + u64(hi(high)) + u64(hi(t))
        low = pair(hi(low), lo(t))
        factor = hi(b)
        n -= 1
    if op == 0:
        if a >> 63:
            high -= b
        if b >> 63:
            high -= a
    return low, high


def add_128(op: i32, a0: u64, a1: u64, b0: u64, b1: u64) -> tuple[u64, u64]:
    """add128, sub128: low and high half; operands in the same order."""
    if op:
        low = a0 - b0
        high = a1 - b1
        if a0 < b0:
            high -= 1
    else:
        low = a0 + b0
        high = a1 + b1
        if low < a0:
            high += 1
    return low, high


def count(op: i32, a: u64) -> u64:
    """clz, ctz, popcnt."""
    n = u32(0)
    if op == 2:
        while a:
            a &= a - 1
            n += 1
        return u64(n)
    if op == 1:
        # As many ones as there are zeros below the lowest one.
        a = ~a & (a - 1)
    x = lo(a)
    if hi(a):
        x = hi(a)
        n = u32(32)
    while x >> 8:
        x >>= 8
        n += 8
    while x:
        x >>= 1
        n += 1
    if op == 0:
        n = 64 - n
    return u64(n)
