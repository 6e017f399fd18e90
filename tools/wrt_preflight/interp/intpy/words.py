"""The number types and intrinsics of the restricted language, as CPython runs them.

They check the promises that the translator relies on, so running a function under CPython is also
a test of its promises: a broken one raises AssertionError.
"""

from __future__ import annotations

# 1 where an int holds a u64, so that u64 has * and, for operands below 2**63, //. The translator
# puts the dialect's value in its place.
WIDE = 1


class Trap(Exception):
    """Raised by `trap`; `kind` is the trap number."""

    def __init__(self, kind: int) -> None:
        super().__init__(f"trap {kind}")
        self.kind = kind


class Word(int):
    """An integer of a fixed width; operators give the type of the left typed operand."""

    width = 0

    def __new__(cls, value: int):
        if isinstance(value, Word) and cls.width != value.width:
            assert cls.width > value.width, f"{cls.__name__}() of a wider number: use lo or hi"
        if isinstance(value, i32):
            assert value >= 0, f"{cls.__name__}() of a negative number"
        return int.__new__(cls, int(value) & ((1 << cls.width) - 1))

    def _same(self, other: int) -> int:
        if isinstance(other, Word):
            assert type(other) is type(self), f"{type(self).__name__} with {type(other).__name__}"
        return int(other)

    def _count(self, count: int) -> int:
        assert 0 <= int(count) < self.width, f"shift count {int(count)}"
        return int(count)

    def __add__(self, other):
        return type(self)(int(self) + self._same(other))

    def __sub__(self, other):
        return type(self)(int(self) - self._same(other))

    def __rsub__(self, other):
        return type(self)(int(other) - int(self))

    def __mul__(self, other):
        return type(self)(int(self) * self._same(other))

    def __and__(self, other):
        return type(self)(int(self) & self._same(other))

    def __or__(self, other):
        return type(self)(int(self) | self._same(other))

    def __xor__(self, other):
        return type(self)(int(self) ^ self._same(other))

    __radd__, __rmul__, __rand__, __ror__, __rxor__ = __add__, __mul__, __and__, __or__, __xor__

    def __lshift__(self, count):
        return type(self)(int(self) << self._count(count))

    def __rshift__(self, count):
        return type(self)(int(self) >> self._count(count))

    def __invert__(self):
        return type(self)(~int(self))

    def __neg__(self):
        return type(self)(-int(self))


class u32(Word):
    """0 .. 2**32 - 1, wraps."""

    width = 32


class u64(Word):
    """0 .. 2**64 - 1, wraps."""

    width = 64

    def __floordiv__(self, other):
        assert 0 < self._same(other) < 1 << 63 and int(self) < 1 << 63, "// of large numbers"
        return u64(int(self) // int(other))


class i32(Word):
    """-2**31 .. 2**31 - 1; never overflows, by promise."""

    width = 32

    def __new__(cls, value: int):
        assert not isinstance(value, u64), "i32() of a u64: use lo or hi"
        assert -(1 << 31) <= int(value) < 1 << 31, f"i32 overflow: {int(value)}"
        return int.__new__(cls, int(value))

    def __floordiv__(self, other):
        assert int(self) >= 0 and self._same(other) > 0, "// needs operands that are not negative"
        return i32(int(self) // int(other))


def lo(x: u64) -> u32:
    """Low word."""
    assert type(x) is u64
    return u32(int(x) & 0xFFFFFFFF)


def hi(x: u64) -> u32:
    """High word."""
    assert type(x) is u64
    return u32(int(x) >> 32)


def pair(low: u32, high: u32) -> u64:
    """The u64 of two words."""
    return u64(int(high) << 32 | int(low))


def sar(x: Word, count: int) -> Word:
    """Arithmetic shift right of a u32 or u64, 0 <= count < width."""
    sign = 1 << (x.width - 1)
    return type(x)(((int(x) ^ sign) - sign) >> x._count(count))


def shrjam(x: Word, count: int) -> Word:
    """x >> count, with bit 0 set if any bit that was lost was set; an i32 is not negative."""
    assert int(x) >= 0
    count = x._count(count)
    return type(x)(int(x) >> count | (int(x) & ((1 << count) - 1) != 0))


def mul16(x: u64, factor: u32) -> u64:
    """x * factor, for a factor below 2**16; wraps."""
    assert type(x) is u64 and 0 <= int(factor) < 1 << 16
    return u64(int(x) * int(factor))


def mulwide(a: u32, b: u32) -> u64:
    """The whole product of two words."""
    assert type(a) is u32 and type(b) is u32
    return u64(int(a) * int(b))


def trap(kind: int) -> None:
    """End the function with a trap."""
    raise Trap(kind)
