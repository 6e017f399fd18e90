"""f64 in integers: every cold f64 instruction in one function.

IEEE 754 binary64, round to nearest, ties to even, with subnormals. Every NaN that is made is the
canonical one, which WebAssembly allows for all instructions but copysign.

A number is taken apart into sign s (0 or 1), exponent e and significand m, and `finish` puts any
s, e, m together again: it normalises, rounds once and packs. Every instruction that computes an
f64 ends there.
"""

from __future__ import annotations

from .intpy import WIDE, hi, i32, lo, mul16, pair, sar, shrjam, trap, u32, u64
from .softfloat import HUGE, INVALID_CONVERSION, TO_I32, TRUE_FOR, to_integer, wide_root

# Positions of the instructions; numeric.py has their names.
DEMOTE, COPYSIGN, MIN, MAX, TO_I64, CONVERT, PROMOTE = 10, 11, 12, 13, 14, 18, 22
CEIL, NEAREST, ADD, SUB, MUL, DIV, SQRT = 23, 26, 27, 28, 29, 30, 31

SIGN = 1 << 63
INF = 0x7FF << 52
NAN = 0xFFF << 51
HIDDEN = 1 << 52
FRACTION = HIDDEN - 1
BIAS = 1023
LAST = 0x7FF  # exponent of infinities and NaNs
TOP = 62  # position of the leading bit of a normalised significand
ROUND = TOP - 52  # bits below the last place
EXACT = BIAS + 52  # exponent of the numbers whose last place is 1


def f64(op: i32, a: u64, b: u64) -> u64:
    """Instruction number `op`. Operands and result are bit patterns, or integers."""
    s = i32(hi(a) >> 31)
    e = i32(hi(a) >> 20 & 0x7FF)
    m = a & FRACTION | HIDDEN
    if op >= ADD:
        sb = i32(hi(b) >> 31)
        eb = i32(hi(b) >> 20 & 0x7FF)
        mb = b & FRACTION | HIDDEN
        if op == SQRT:
            eb = i32(BIAS)
        if op == SUB:
            sb ^= 1
        if (e + 1 | eb + 1 | e - 1 | eb - 1) & 0x800:
            e, m, eb, mb, invalid = special(e, m, eb, mb)
            product = e * eb
            if op == MUL:
                product = -product
            if product == HUGE * HUGE and (op >= MUL or e > 0 and s != sb):
                invalid = i32(1)
            if invalid:
                return u64(NAN)
        if op <= SUB:
            e, m, s = add(e, m, s, eb, mb, sb)
        elif op == SQRT:
            if s and e != -HUGE:
                return u64(NAN)
            e, m = root(e, m)
        else:
            s ^= sb
            if op == MUL:
                e += eb - (BIAS - 2)
                m = product_of(m, mb)
            else:
                e += BIAS - eb
                m = quotient(m, mb)
    elif op < TO_I32 or op >= MIN and op < TO_I64:
        return order(op, a, b)
    elif op == COPYSIGN:
        return a & ~SIGN | b & SIGN
    elif op >= CONVERT and op < CEIL:
        if op == PROMOTE:
            s = i32(lo(a) >> 31)
            e = i32(lo(a) >> 23 & 0xFF)
            f = lo(a) << 8 >> 1 | 0x40000000
            if e == 0xFF:
                e = i32(HUGE)
                if lo(a) << 9:
                    return u64(NAN)
            elif not e:
                e = i32(1)
                f ^= 0x40000000
            e += BIAS - 127
            m = pair(u32(0), f)
        else:
            m = a
            if op < CONVERT + 2:
                m = u64(lo(a))
                if op == CONVERT:
                    m = sar(pair(u32(0), lo(a)), 32)
            s = i32(0)
            if not op & 1 and m >> 63:
                s = i32(1)
                m = -m
            e = i32(BIAS + TOP)
    else:
        if (a & ~SIGN) > INF:
            if op >= CEIL:
                return u64(NAN)
            if op == DEMOTE:
                return u64(0x7FC00000)
            if op + 2 & 2:
                return u64(0)
            trap(INVALID_CONVERSION)
        if op == DEMOTE:
            return demote(e, m, s)
        if not e:
            m ^= HIDDEN
        e = EXACT - e
        if e > 0:
            m = round_to_integer(op, e, m, s)
        if op < CEIL:
            if e < 0:
                m <<= -e & 15
            return to_integer(op, TO_I64, m, s, i32(e < -11))
        if e <= 0:
            return a
        e = i32(BIAS + TOP)
    return finish(e, m, s)


def special(e: i32, m: u64, eb: i32, mb: u64) -> tuple[i32, u64, i32, u64, i32]:
    """Zero and infinity become HUGE exponents, subnormals are normalised; and 1 for a NaN."""
    invalid = i32(0)
    n = i32(2)
    while n:
        if e == LAST:
            e = i32(HUGE)
            if m != HIDDEN:
                invalid = i32(1)
        elif not e:
            m ^= HIDDEN
            if m:
                e = i32(1)
                while m < HIDDEN:
                    m <<= 1
                    e -= 1
            else:
                e = i32(-HUGE)
                m = u64(HIDDEN)
        t = e
        e = eb
        eb = t
        f = m
        m = mb
        mb = f
        n -= 1
    return e, m, eb, mb, invalid


def add(e: i32, m: u64, s: i32, eb: i32, mb: u64, sb: i32) -> tuple[i32, u64, i32]:
    """Sum of two numbers, the leading bit at TOP + 1 or below."""
    opposite = s ^ sb
    n = e - eb
    y = mb
    if n < 0:
        n = -n
        y = m
        m = mb
        e = eb
        s = sb
    if n > 63:
        n = i32(63)
    m <<= ROUND
    y <<= ROUND
    y = shrjam(y, n)
    if opposite:
        m -= y
        if m >> 63:
            m = -m
            s ^= 1
        if not m:
            s = i32(0)
    else:
        m += y
    return e, m, s


def product_of(m: u64, y: u64) -> u64:
    """m * y / 2**44 of two 53-bit significands; bit 0 also tells whether anything was lost."""
    if WIDE:
        m_low = m & 0x7FFFFFF
        m >>= 27
        y_low = y & 0x7FFFFFF
        y >>= 27
        low = m_low * y_low
        middle = m * y_low + m_low * y + (low >> 27)
        lost = (low & 0x7FFFFFF) | (middle & 0x1FFFF)
        return (m * y << 10) + (middle >> 17) | u64(lost != 0)
    p = u64(0)
    lost = u32(0)
    while y:
        lost |= lo(p) & 0x7FF
        p = mul16(m, lo(y) & 0x7FF) + (p >> 11)
        y >>= 11
    return p | u64(lost != 0)


def quotient(m: u64, mb: u64) -> u64:
    """m / mb * 2**62 of two 53-bit significands, likewise; nine bits a step, or about thirty.

    A digit estimated from the high bits of mb may be too small, and then the next one makes up
    for it, so that only the last remainder can be as large as mb.
    """
    if WIDE:
        high = (mb >> 22) + 1
        q = (m << 9) // high
        m = (m << 31) - q * mb
        digit = (m << 7) // high
        m = (m << 29) - digit * mb
        q = (q << 29) + digit
        while m >= mb:
            m -= mb
            q += 1
        return q << 2 | u64(m != 0)
    d = i32(hi(mb)) + 1
    q = u64(0)
    n = i32(6)
    while n:
        m <<= 9
        g = u32(i32(hi(m)) // d)
        m -= mul16(mb, g)
        q = (q << 9) + u64(g)
        n -= 1
    if m >= mb:
        m -= mb
        q += 1
    return q << 8 | u64(m != 0)


def root(e: i32, m: u64) -> tuple[i32, u64]:
    """Square root, the leading bit at TOP, bit 0 likewise.

    WIDE: 31 bits, then 23. Else 22 single bits, then four times eight; at every step m is
    (radicand - q * q) / unit, where unit is the last place of q so far. An exact root has zeros
    below the places that count, so bit 0 may then be wrong.
    """
    if not e & 1:
        m <<= 1
    e = e + BIAS >> 1
    if WIDE:
        m <<= 8
        s = wide_root(m)
        m = m - s * s << 22
        d = m // s
        m = (m - d * s << 24) - d * d
        q = (s << 23) + d
        if m >> 63:
            q -= 1
        return e, q << 9 | u64(m != 0)
    high = u32(0)
    unit = u32(1 << 21)
    while unit:
        m <<= 1
        t = (high << 1) + unit
        if hi(m) >= t:
            m = pair(lo(m), hi(m) - t)
            high |= unit
        unit >>= 1
    q = pair(u32(0), high)
    unit = u32(1 << 24)
    while unit:
        m <<= 8
        digit = u32(i32(hi(m) >> 1) // (i32(hi(q)) + 2))
        step = u64(digit * unit)
        m -= mul16((q << 1) + step, digit)
        q += step
        unit >>= 8
    if m > q << 1:
        q += 1
    return e, q << 9 | u64(m != 0)


def order(op: i32, a: u64, b: u64) -> u64:
    """The comparisons, min and max."""
    c = i32(8)
    if (a & ~SIGN) <= INF and (b & ~SIGN) <= INF:
        # As keys, the numbers are ordered like unsigned integers, -0 before 0.
        x = a ^ (sar(a, 63) | SIGN)
        y = b ^ (sar(b, 63) | SIGN)
        c = i32(4)
        if x < y:
            c = i32(1)
        if op >= MIN:
            if c & 1 != op & 1:
                return a
            return b
        if x == y or not (a | b) << 1:
            c = i32(2)
    elif op >= MIN:
        return u64(NAN)
    return u64(TRUE_FOR >> (op << 2) & c != 0)


def demote(e: i32, m: u64, s: i32) -> u64:
    """f32 of an f64 that is not NaN."""
    f = hi(m << ROUND) | u32(lo(m) << ROUND != 0)
    e -= BIAS - 127
    if e > 254:
        e = i32(255)
        f = u32(1 << 30)
    elif e <= 0:
        n = 1 - e
        if n > 31:
            n = i32(31)
        f = shrjam(f, n)
        e = i32(1)
    f = f + 0x3F + (f >> 7 & 1) >> 7
    return u64(f + (u32(e - 1 | s << 8) << 23))


def round_to_integer(op: i32, e: i32, m: u64, s: i32) -> u64:
    """m / 2**e, e > 0, as ceil, floor and nearest want it; toward zero for other instructions."""
    n = e
    if n > 63:
        n = i32(63)
    y = m << 2
    y = shrjam(y, n)
    up = i32(0)
    if op == NEAREST:
        up = i32(lo(y) >> 2 & 1) + 1
    elif op == CEIL + s:
        up = i32(3)
    return y + u64(up) >> 2


def finish(e: i32, m: u64, s: i32) -> u64:
    """The f64 nearest to m * 2**(e - BIAS - TOP); zero keeps the sign, large e is infinity."""
    if not m:
        return u64(s) << 63
    while not m >> 55:
        if hi(m):
            m <<= 8
            e -= 8
        else:
            m <<= 32
            e -= 32
    while not m >> TOP:
        m <<= 1
        e -= 1
    if m >> 63:
        m = m >> 1 | m & 1
        e += 1
    if e >= LAST:
        e = i32(LAST)
        m = u64(1 << TOP)
    elif e <= 0:
        n = 1 - e
        if n > 63:
            n = i32(63)
        m = shrjam(m, n)
        e = i32(1)
    m = m + ((1 << ROUND - 1) - 1) + (m >> ROUND & 1) >> ROUND
    return m + (u64(e - 1 | s << 11) << 52)
