"""A restricted integer Python, translated to every form that wrt-micro runs.

The language
    A function has annotated parameters and results of the types
        u32, u64  unsigned, wrap at 2**32 and 2**64
        i32       signed; a value outside -2**31 .. 2**31-1 must never arise
    Results: `-> u64`, or `-> tuple[u64, u64]`. A local variable has the type of its first
    assignment, which must come first on every path: `x = u64(0)`. A plain number takes the type
    of the other operand. Names of module constants may be used as numbers.

    Operators: + - * & | ^ ~ << >> and unary -. // is for i32, both operands not negative and the
    divisor not zero; on u64, * and // exist only where WIDE is 1, below an `if WIDE`. A shift
    count has any 32-bit type and lies, by construction, in 0 .. width-1. Comparisons are unsigned
    for u32 and u64. Conditions may use and, or, not, and any number as a truth value.

    Statements: assignment, augmented assignment, if, while, break, continue, return, and the
    call of another restricted function as a whole right side: `x, y = f(a, b)`; it is inlined,
    and where an argument is a constant, its ifs are decided. A return may stand anywhere
    outside loops.

    Casts: u64(x) widens, u32(x) and i32(x) keep a value that fits both types; each also makes 0
    or 1 of a single comparison, and a typed number of a plain one.
    Intrinsics: lo, hi, pair, sar, shrjam, mul16, mulwide, trap (see words.py); the arguments of
    shrjam are variables or numbers.

The same functions run under CPython with the classes of words.py, which check all promises.

Forms of a translated body
    Parameters are variables that hold values (a u64 x is x_lo and x_hi in "viper32"); results
    are assigned to r, or r0, r1, ...; a trap assigns its kind to `trap`, which is otherwise left
    alone. A parameter that the function does not assign keeps its value. No return, no call, no
    object. Variables have the names of locals, with the function's in front where it is inlined,
    or t0, t1, ...; in viper all are ints. "viper64": a word has 64 bits. "viper32": 32 bits.
    "plain": ints of any size.
"""

from __future__ import annotations

from collections.abc import Callable

from .allocate import allocate
from .reader import read
from .scope import RestrictionError
from .split import split
from .words import (
    WIDE,
    Trap,
    hi,
    i32,
    lo,
    mul16,
    mulwide,
    pair,
    sar,
    shrjam,
    trap,
    u32,
    u64,
)
from .writer import Writer

__all__ = [
    "RestrictionError",
    "Trap",
    "WIDE",
    "hi",
    "i32",
    "lo",
    "mul16",
    "mulwide",
    "pair",
    "read",
    "sar",
    "shrjam",
    "translate",
    "trap",
    "u32",
    "u64",
]

DIALECTS = {"viper64": 64, "viper32": 32, "plain": None}


def translate(function: Callable, dialect: str) -> list[str]:
    """The body of a restricted function as source lines, indented by two spaces a level.

    dialect: "viper64", "viper32" or "plain". Raises RestrictionError.
    """
    routine = read(function, dialect != "viper32")
    if dialect == "viper32":
        routine = split(routine)
    return Writer(DIALECTS[dialect]).write(allocate(routine))
