"""What LLVM calls for integers that a processor cannot do, in restricted Python.

The names are those of GCC's library, which LLVM uses for these targets. Divisors are not 0.
"""

from __future__ import annotations

from ...interp.integer import divide
from ...interp.intpy import hi, i32, lo, mulwide, pair, sar, u32, u64

DIV_U = 1  # of integer.divide


def multiply_words(a: u32, b: u32) -> u64:
    """The whole product of two words, where the processor gives the low word only."""
    low = (a & 0xFFFF) * (b & 0xFFFF)
    middle = (a >> 16) * (b & 0xFFFF) + (low >> 16)
    other = (a & 0xFFFF) * (b >> 16) + (middle & 0xFFFF)
    high = (a >> 16) * (b >> 16) + (middle >> 16) + (other >> 16)
    return pair(other << 16 | low & 0xFFFF, high)


def muldi3(a: u64, b: u64) -> u64:
    cross = lo(a) * hi(b) + hi(a) * lo(b)
    return mulwide(lo(a), lo(b)) + pair(u32(0), cross)


def divide_words(a: u32, b: u32) -> tuple[u32, u32]:
    """Quotient and remainder, four bits a step."""
    q = u32(0)
    steps = i32(0)
    while b <= a >> 4:
        b <<= 4
        steps += 1
    while True:
        q <<= 4
        if a >> 3 >= b:
            a -= b << 3
            q += 8
        if a >> 2 >= b:
            a -= b << 2
            q += 4
        if a >> 1 >= b:
            a -= b << 1
            q += 2
        if a >= b:
            a -= b
            q += 1
        if not steps:
            break
        steps -= 1
        b >>= 4
    return q, a


def udivsi3(a: u32, b: u32) -> u32:
    q, rest = divide_words(a, b)
    return q


def umodsi3(a: u32, b: u32) -> u32:
    q, rest = divide_words(a, b)
    return rest


def divsi3(a: u32, b: u32) -> u32:
    s = sar(a, 31)
    t = sar(b, 31)
    q, rest = divide_words((a ^ s) - s, (b ^ t) - t)
    s ^= t
    return (q ^ s) - s


def modsi3(a: u32, b: u32) -> u32:
    s = sar(a, 31)
    t = sar(b, 31)
    q, rest = divide_words((a ^ s) - s, (b ^ t) - t)
    return (rest ^ s) - s


def udivdi3(a: u64, b: u64) -> u64:
    if not hi(a) | hi(b) and not (lo(a) | lo(b)) >> 31:
        return u64(i32(lo(a)) // i32(lo(b)))
    return divide(DIV_U, a, b)


def umoddi3(a: u64, b: u64) -> u64:
    q = udivdi3(a, b)
    q = muldi3(q, b)
    return a - q


def divdi3(a: u64, b: u64) -> u64:
    s = sar(a, 63)
    t = sar(b, 63)
    q = udivdi3((a ^ s) - s, (b ^ t) - t)
    s ^= t
    return (q ^ s) - s


def moddi3(a: u64, b: u64) -> u64:
    s = sar(a, 63)
    t = sar(b, 63)
    rest = umoddi3((a ^ s) - s, (b ^ t) - t)
    return (rest ^ s) - s


def ashldi3(a: u64, n: i32) -> u64:
    if n & 32:
        return pair(u32(0), lo(a) << (n & 31))
    if n == 0:
        return a
    return pair(lo(a) << n, hi(a) << n | lo(a) >> 32 - n)


def lshrdi3(a: u64, n: i32) -> u64:
    if n & 32:
        return pair(hi(a) >> (n & 31), u32(0))
    if n == 0:
        return a
    return pair(lo(a) >> n | hi(a) << 32 - n, hi(a) >> n)


def ashrdi3(a: u64, n: i32) -> u64:
    if n & 32:
        return pair(sar(hi(a), n & 31), sar(hi(a), 31))
    if n == 0:
        return a
    return pair(lo(a) >> n | hi(a) << 32 - n, sar(hi(a), n))


def clzsi2(x: u32) -> u32:
    """Without a loop: LLVM would take that for a count of zeros, which is this function."""
    n = u32(32)
    if x >> 16:
        x >>= 16
        n -= 16
    if x >> 8:
        x >>= 8
        n -= 8
    if x >> 4:
        x >>= 4
        n -= 4
    if x >> 2:
        x >>= 2
        n -= 2
    if x >> 1:
        return n - 2
    return n - x
