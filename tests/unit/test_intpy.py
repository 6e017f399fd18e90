"""The restricted language: every construct in every dialect, and what it refuses."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulated.machine import TARGETS, compile_viper
from unit import numeric_forms as forms
from wrt_preflight.interp.intpy import (
    RestrictionError,
    hi,
    i32,
    lo,
    mul16,
    mulwide,
    pair,
    sar,
    shrjam,
    translate,
    trap,
    u32,
    u64,
)
from wrt_preflight.interp.numeric import Group

LIMIT = 1 << 40
WORDS = [0, 1, 2, 31, 32, 33, 63, 64, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 32]
WORDS += [(1 << 63) - 1, 1 << 63, (1 << 64) - 1, 0x0123456789ABCDEF, 0xFEDCBA9800000000]


def arithmetic(op: i32, a: u64, b: u64) -> u64:
    if op == 0:
        return a + b
    if op == 1:
        return a - b
    if op == 2:
        return (a & b) + (a | ~b) - (a ^ b)
    if op == 3:
        a += a
        return a - (b + 1)
    if op == 4:
        return -a + u64(b == a)
    if op == 5:
        return mul16(a, lo(b) & 0xFFFF)
    if op == 6:
        x = lo(a)
        y = hi(b)
        return mulwide(x, y)
    if op == 7:
        return u64(lo(a) * lo(b)) + u64(lo(a) - hi(b))
    b = b - a
    return b


def constant_shifts(op: i32, a: u64) -> u64:
    if op == 0:
        return a << 1 ^ a << 31 ^ a << 32 ^ a << 33 ^ a << 63
    if op == 1:
        return a >> 1 ^ a >> 31 ^ a >> 32 ^ a >> 33 ^ a >> 63
    if op == 2:
        return sar(a, 1) ^ sar(a, 31) ^ sar(a, 32) ^ sar(a, 40) ^ sar(a, 63)
    if op == 3:
        return u64(sar(lo(a), 7)) ^ u64(lo(a) << 5) ^ u64(lo(a) >> 5) << 20
    a = a << 9 | a >> 55
    return a


def variable_shifts(op: i32, a: u64, b: u64) -> u64:
    n = i32(lo(b) & 63)
    if op == 0:
        return a << n
    if op == 1:
        return a >> n
    if op == 2:
        return sar(a, n)
    if op == 3:
        a = shrjam(a, n)
        return a
    if op == 4:
        return (a ^ b) << (n & 31) | b >> (n & 15)
    x = lo(a)
    if op == 5:
        return u64(x << (n & 31)) + u64(x >> (n & 31))
    if op == 6:
        return u64(sar(x, n & 31))
    n &= 31
    if op == 7:
        return u64(shrjam(x, n))
    y = i32(x >> 1)
    if n > 30:
        n = i32(30)
    return u64(shrjam(y, n))


def comparisons(op: i32, a: u64, b: u64) -> u64:
    r = u64(0)
    if a < b:
        r |= 1
    if a <= b:
        r |= 2
    if a > b:
        r |= 4
    if a >= b:
        r |= 8
    if a == b:
        r |= 16
    if a != b:
        r |= 32
    if a > LIMIT and not b > LIMIT:
        r |= 64
    if a < LIMIT or b <= LIMIT:
        r |= 128
    if a >= LIMIT:
        r |= 256
    if not a:
        r |= 512
    if lo(a) < hi(b) or lo(a) >= 0x80000000:
        r |= 1024
    if sar(lo(a), 31) < sar(lo(b), 31):
        r |= 2048
    if u64(lo(a)) < LIMIT and u64(lo(b)) >= LIMIT >> 8:
        r |= 16384
    if u64(lo(a)) > LIMIT:
        r |= 32768
    if a - b >> 63:
        r |= 8192
    return r | u64(a < b) << 20 | u64(lo(a) == lo(b)) << 21 | u64(lo(a) < lo(b)) << 22


def small_numbers(op: i32, a: u64) -> u64:
    n = i32(lo(a) >> 1) - 0x40000000
    m = i32(hi(a) & 0xFFFF) + 1
    q = i32(lo(a) >> 1) // m
    r = n - m
    if r < 0:
        r = -r
    if op:
        return u64((n >> 3) + 0x8000000) | u64(q) << 32
    return pair(u32(r >> 1), u32((n >> 20) * -5 & 0xFFFF))


def loops(op: i32, a: u64) -> u64:
    n = i32(0)
    while True:
        if not a:
            break
        n += 1
        if lo(a) & 1:
            a >>= 1
            continue
        a >>= 2
        while n > 20:
            n -= 7
    return u64(n)


def smaller(a: u64, b: u64) -> tuple[u64, u64]:
    """A return inside an if that goes on."""
    if a > 10:
        if b > 10:
            return b, a
        a = u64(3)
    return a, b


def kind_of(a: u64, wanted: i32) -> i32:
    if wanted == 5:
        return i32(a > 5)
    return i32(wanted)


def calls(op: i32, a: u64, b: u64) -> tuple[u64, u64]:
    a, b = smaller(a, b)
    x = kind_of(a, 5)
    y = kind_of(b + 1, 7)
    if op == 1 and x:
        trap(y)
    c, d = smaller(b, a)
    return c + u64(x), d + u64(y)


FUNCTIONS = {
    arithmetic: 9,
    constant_shifts: 5,
    variable_shifts: 9,
    comparisons: 1,
    small_numbers: 2,
    loops: 1,
    calls: 2,
}


def group_of(function) -> Group:
    names = ("a", "b")[: function.__code__.co_argcount - 1]
    results = (("r0", "u64"), ("r1", "u64")) if function is calls else (("r", "u64"),)
    return Group(
        ops=("",) * FUNCTIONS[function],
        params=(("op", "i32"), *((name, "u64") for name in names)),
        results=results,
        function=function,
    )


GROUPS = [group_of(function) for function in FUNCTIONS]
IDS = [function.__name__ for function in FUNCTIONS]


def cases(group: Group, count: int) -> list[forms.Case]:
    rng = random.Random(count)
    operands = len(group.params) - 1
    some = WORDS + [rng.getrandbits(rng.choice((8, 33, 64))) for _ in range(20)]
    if operands == 1:
        pairs = [(a,) for a in some]
    else:
        pairs = [(a, b) for a in some for b in some]
    every = [(op, values) for op in range(len(group.ops)) for values in pairs]
    return rng.sample(every, min(count, len(every)))


@pytest.mark.parametrize("group", GROUPS, ids=IDS)
@pytest.mark.parametrize("form", ["plain", "model 32", "model 64"])
def test_same_as_reference(group, form):
    run = {
        "plain": forms.plain,
        "model 32": lambda group: forms.model(group, 32),
        "model 64": lambda group: forms.model(group, 64),
    }[form](group)
    wanted = cases(group, 1500)
    for case, got, want in zip(wanted, run(wanted), forms.reference(group)(wanted), strict=True):
        assert got == want, (case, got, want)


@pytest.mark.parametrize("group", GROUPS, ids=IDS)
@pytest.mark.parametrize("architecture", TARGETS)
def test_same_on_processors(group, architecture):
    wanted = cases(group, 1500)
    got = forms.emulated(group, architecture)(wanted)
    for case, one, want in zip(wanted, got, forms.reference(group)(wanted), strict=True):
        assert one == want, (case, one, want)


@pytest.mark.micropython
def test_same_on_64_bit_words(micropython, tmp_path):
    work = [(group, cases(group, 3000)) for group in GROUPS]
    for (group, wanted), got in zip(work, forms.native(micropython, tmp_path, work), strict=True):
        for case, one, want in zip(wanted, got, forms.reference(group)(wanted), strict=True):
            assert one == want, (group.function.__name__, case, one, want)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, (1 << 64) - 1), st.integers(0, (1 << 64) - 1))
def test_large_constants(a, b):
    """Any constant can be written in any dialect."""
    scope: dict = {"u64": u64, "A": a, "B": b}
    text = "def constant(op: i32, x: u64) -> u64:\n    return x ^ A & ~(x - B)\n"
    function = _define(text, scope)
    group = Group(
        ops=("",), params=(("op", "i32"), ("x", "u64")), results=(("r", "u64"),), function=function
    )
    wanted = (b ^ (a & ~(b - b)) & (1 << 64) - 1,)
    for run in (forms.plain(group), forms.model(group, 32), forms.model(group, 64)):
        assert run([(0, (b,))]) == [(wanted, 0)]


def _define(text: str, scope: dict | None = None):
    """A function whose source `inspect` can find."""
    import linecache

    name = f"<restricted {hash(text)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space = globals() | (scope or {})
    exec(compile(text, name, "exec", dont_inherit=True), space)
    return next(value for key, value in space.items() if key in text.split("(")[0].split())


REFUSED = {
    "mixed types": ("return a + u64(b)", "u64 where u32"),
    "untyped local": ("x = 5\n    return a", "without a type"),
    "changed type": ("x = a\n    x = u64(a)\n    return a", "u64 where u32"),
    "unknown name": ("return a + missing", "missing has no value"),
    "return in a loop": ("while a:\n        return a\n    return a", "return inside a loop"),
    "for": ("for x in a:\n        pass\n    return a", "For is not in the language"),
    "float": ("return a + 1.5", "not in the language"),
    "call in an expression": ("return a + smaller(a, b)", "whole right side"),
    "narrowing cast": ("return u32(u64(a))", "use lo or hi"),
    "wrong result": ("return u64(a)", "u64 where u32"),
    "chained": ("return u32(a < b < 3)", "chained comparison"),
    "division": ("return a // b", "// on u32"),
    "results": ("x, y = kind_of(u64(a), 3)\n    return a", "has 1 results"),
    "jam of an expression": ("return shrjam(a + 1, 3)", "shrjam of an expression"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_name_the_function_and_the_fault(name):
    body, message = REFUSED[name]
    function = _define(f"def refused(a: u32, b: u32) -> u32:\n    {body}\n")
    with pytest.raises(RestrictionError, match=message.replace("(", r"\(")) as caught:
        translate(function, "plain")
    assert "refused, line 2" in str(caught.value) or "line 3" in str(caught.value)


def test_parameters_need_types():
    with pytest.raises(RestrictionError, match="parameter b needs a type"):
        translate(_define("def untyped(a: u32, b) -> u32:\n    return a\n"), "plain")


def test_constant_arguments_decide_branches():
    lines = translate(
        _define("def decided(a: u64) -> i32:\n    x = kind_of(a, 7)\n    return x\n"), "viper32"
    )
    assert lines == ["r = 7"]


def test_no_mask_where_nothing_can_be_lost():
    lines = translate(
        _define("def packed(a: u32) -> u32:\n    return (a >> 8 & 255) + (a & 15)\n"), "viper64"
    )
    assert lines == ["r = (a >> 8 & 255) + (a & 15)"]


def test_what_is_never_alive_together_shares_a_variable():
    text = (
        "def shared(a: u32) -> u32:\n    x = a + 1\n    y = x * 3\n    z = y & 7\n    return z\n"
    )
    assert translate(_define(text), "viper32") == ["r = a + 1", "r = r * 3", "r = r & 7"]
    text = "def dead(a: u32) -> u32:\n    x = a + 1\n    y = x * 3\n    return x\n"
    assert translate(_define(text), "viper32") == ["r = a + 1"]
    text = "def kept(a: u32) -> u32:\n    while a:\n        a = a * 3\n    return a\n"
    assert translate(_define(text), "viper32")[-1] == "r = a"


@pytest.mark.parametrize("group", GROUPS, ids=IDS)
def test_only_integers_reach_viper(group):
    """An object anywhere would be a compile error: viper does not mix objects and ints."""
    for architecture in TARGETS:
        module = compile_viper(forms.viper_source(group, 32), architecture)
        assert list(module.functions) == ["run"]
