"""f32 in integers: every cold f32 instruction in one function.

IEEE 754 binary32, by the method of softfloat_f64.py. Significands are i32: they stay below 2**31,
so that no form needs a mask.
"""

from __future__ import annotations

from .intpy import WIDE, i32, lo, pair, sar, shrjam, trap, u32, u64
from .softfloat import HUGE, INVALID_CONVERSION, TO_I32, TRUE_FOR, to_integer, wide_root

# Positions of the instructions; numeric.py has their names.
CONVERT, CEIL, NEAREST, COPYSIGN, MIN, MAX = 10, 14, 17, 18, 19, 20
ADD, SUB, MUL, DIV, SQRT, TO_I64 = 21, 22, 23, 24, 25, 26

SIGN = 1 << 31
INF = 0xFF << 23
NAN = 0x1FF << 22
HIDDEN = 1 << 23
FRACTION = HIDDEN - 1
BIAS = 127
LAST = 0xFF  # exponent of infinities and NaNs
TOP = 29  # position of the leading bit of a normalised significand
ROUND = TOP - 23  # bits below the last place
EXACT = BIAS + 23  # exponent of the numbers whose last place is 1


def f32(op: i32, a: u64, b: u32) -> u64:
    """Instruction number `op`. Operands and result are bit patterns, or integers."""
    x = lo(a)
    s = i32(x >> 31)
    e = i32(x >> 23 & 0xFF)
    m = i32(x & FRACTION) | HIDDEN
    if op >= ADD and op < TO_I64:
        sb = i32(b >> 31)
        eb = i32(b >> 23 & 0xFF)
        mb = i32(b & FRACTION) | HIDDEN
        if op == SQRT:
            eb = i32(BIAS)
        if op == SUB:
            sb ^= 1
        if (e + 1 | eb + 1 | e - 1 | eb - 1) & 0x100:
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
                e += eb - (BIAS - 1)
                m = product_of(m, mb)
            else:
                e += BIAS - eb
                m = quotient(m, mb)
    elif op < TO_I32 or op >= MIN and op < ADD:
        return order(op, x, b)
    elif op == COPYSIGN:
        return u64(x & ~SIGN | b & SIGN)
    elif op >= CONVERT and op < CEIL:
        if op < CONVERT + 2:
            a = u64(x)
            if op == CONVERT:
                a = sar(pair(u32(0), x), 32)
        s = i32(0)
        if not op & 1 and a >> 63:
            s = i32(1)
            a = -a
        e = i32(BIAS + TOP)
        while a >> TOP + 1:
            a = a >> 4 | u64(lo(a) & 15 != 0)
            e += 4
        m = i32(lo(a))
    else:
        if (x & ~SIGN) > INF:
            if op >= CEIL and op < COPYSIGN:
                return u64(NAN)
            if op + 2 & 2:
                return u64(0)
            trap(INVALID_CONVERSION)
        if not e:
            m ^= HIDDEN
        e = EXACT - e
        if e > 0:
            m = round_to_integer(op, e, m, s)
        if op < CEIL or op >= TO_I64:
            v = u64(m)
            if e < 0:
                v <<= -e & 63
            return to_integer(op, TO_I64, v, s, i32(e < -40))
        if e <= 0:
            return u64(x)
        e = i32(BIAS + TOP)
    return finish(e, m, s)


def special(e: i32, m: i32, eb: i32, mb: i32) -> tuple[i32, i32, i32, i32, i32]:
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
                m = i32(HIDDEN)
        t = e
        e = eb
        eb = t
        t = m
        m = mb
        mb = t
        n -= 1
    return e, m, eb, mb, invalid


def add(e: i32, m: i32, s: i32, eb: i32, mb: i32, sb: i32) -> tuple[i32, i32, i32]:
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
    if n > 30:
        n = i32(30)
    m <<= ROUND
    y <<= ROUND
    y = shrjam(y, n)
    if opposite:
        m -= y
        if m < 0:
            m = -m
            s ^= 1
        if not m:
            s = i32(0)
    else:
        m += y
    return e, m, s


def product_of(m: i32, y: i32) -> i32:
    """m * y / 2**18 of two 24-bit significands; bit 0 also tells whether anything was lost."""
    if WIDE:
        w = u64(m) * u64(y)
        return i32(lo(w >> 18)) | i32(w & 0x3FFFF != 0)
    p = i32(0)
    lost = i32(0)
    while y:
        lost |= p & 0x7F
        p = m * (y & 0x7F) + (p >> 7)
        y >>= 7
    return p << 3 | i32(lost != 0)


def quotient(m: i32, mb: i32) -> i32:
    """m / mb * 2**29 of two 24-bit significands, likewise; seven bits a step."""
    if WIDE:
        w = (u64(m) << 29) // u64(mb)
        return i32(lo(w)) | i32((u64(m) << 29) - w * u64(mb) != 0)
    q = i32(0)
    n = i32(4)
    while n:
        m <<= 7
        digit = m // mb
        m -= digit * mb
        q = (q << 7) + digit
        n -= 1
    return q << 1 | i32(m != 0)


def root(e: i32, m: i32) -> tuple[i32, i32]:
    """Square root, the leading bit at TOP, bit 0 likewise.

    Else than WIDE, one bit a step; m stays (radicand - q * q) / b.
    """
    m <<= 3
    if not e & 1:
        m <<= 1
    e = e + BIAS >> 1
    if WIDE:
        n = u64(m) << 34
        w = wide_root(n)
        return e, i32(lo(w) >> 1) | i32((n - w * w | w & 1) != 0)
    q = i32(0)
    b = i32(1 << 26)
    while b:
        t = (q << 1) + b
        if m >= t:
            m -= t
            q |= b
        m <<= 1
        b >>= 1
    return e, q << 3 | i32(m != 0)


def order(op: i32, a: u32, b: u32) -> u64:
    """The comparisons, min and max."""
    c = i32(8)
    if (a & ~SIGN) <= INF and (b & ~SIGN) <= INF:
        # As keys, the numbers are ordered like unsigned integers, -0 before 0.
        x = a ^ (sar(a, 31) | SIGN)
        y = b ^ (sar(b, 31) | SIGN)
        c = i32(4)
        if x < y:
            c = i32(1)
        if op >= MIN:
            if c & 1 == op & 1:
                return u64(a)
            return u64(b)
        if x == y or not (a | b) << 1:
            c = i32(2)
    elif op >= MIN:
        return u64(NAN)
    return u64(TRUE_FOR >> (op << 2) & c != 0)


def round_to_integer(op: i32, e: i32, m: i32, s: i32) -> i32:
    """m / 2**e, e > 0, as ceil, floor and nearest want it; toward zero for other instructions."""
    n = e
    if n > 30:
        n = i32(30)
    y = m << 2
    y = shrjam(y, n)
    if op == NEAREST:
        y += (y >> 2 & 1) + 1
    elif op == CEIL + s:
        y += 3
    return y >> 2


def finish(e: i32, m: i32, s: i32) -> u64:
    """The f32 nearest to m * 2**(e - BIAS - TOP); zero keeps the sign, large e is infinity."""
    if not m:
        return u64(u32(s) << 31)
    while m < 1 << TOP - 7:
        m <<= 8
        e -= 8
    while m < 1 << TOP:
        m <<= 1
        e -= 1
    if m >> TOP + 1:
        m = m >> 1 | m & 1
        e += 1
    if e >= LAST:
        e = i32(LAST)
        m = i32(1 << TOP)
    elif e <= 0:
        n = 1 - e
        if n > 30:
            n = i32(30)
        m = shrjam(m, n)
        e = i32(1)
    m = m + ((1 << ROUND - 1) - 1) + (m >> ROUND & 1) >> ROUND
    return u64(u32(m) + (u32(e - 1 | s << 8) << 23))
