"""Every cold numeric instruction, in every form, against the host's arithmetic."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulated.machine import TARGETS
from unit import numeric_forms as forms
from unit.number_oracle import expected, to_bits
from wrt_preflight.interp import integer, softfloat_f32, softfloat_f64
from wrt_preflight.interp.numeric import GROUPS, INSTRUCTIONS, Group

ALL = [group for groups in GROUPS.values() for group in groups]
IDS = [group.function.__name__ for group in ALL]
FLOATS = [group for group in ALL if group.function.__name__ in ("f32", "f64")]

_VALUES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 0.1, 1 / 3, 1e10, 1e-10)
_EDGES = {
    64: [
        *(to_bits(x, 64) for x in _VALUES),
        *(2**p - k for p in (31, 32, 63, 64) for k in (1, 2) if 2**p - k < 2**63),
        *(to_bits(2.0**p, 64) for p in (-1074, -1022, -149, -126, 30, 31, 32, 52, 53, 63, 64)),
        *(to_bits(2.0**p - 1, 64) for p in (24, 25, 31, 32, 52, 53)),
        *(to_bits(2.0**p + 0.5, 64) for p in (31, 32, 51, 52)),
        *(to_bits(2.0**p * (1 - 2.0**-53), 64) for p in (63, 64, 128)),
        *(1, 2, 3, 0xFFFFFFFFFFFFF, 0x10000000000000, 0x10000000000001, 0x1FFFFFFFFFFFFF),
        *(0x36A0000000000000, 0x36A0000000000001, 0x380FFFFFE0000000, 0x380FFFFFFFFFFFFF),
        *(0x47EFFFFFE0000000, 0x47EFFFFFEFFFFFFF, 0x47EFFFFFF0000000, 0x3FF0000010000000),
        *(0x7FE0000000000000, 0x7FEFFFFFFFFFFFFF, 0x7FF0000000000000),
        *(0x7FF0000000000001, 0x7FF8000000000000, 0x7FFFFFFFFFFFFFFF),
    ],
    32: [
        *(to_bits(x, 32) for x in _VALUES),
        *(2**p - k for p in (31, 30) for k in (1, 2)),
        *(to_bits(2.0**p, 32) for p in (-149, -126, 22, 23, 24, 30, 31, 32, 62, 63, 64)),
        *(to_bits(2.0**p - 1, 32) for p in (8, 23, 24)),
        *(to_bits(2.0**p * (1 - 2.0**-24), 32) for p in (31, 32, 63, 64)),
        *(to_bits(2.0**p + 0.5, 32) for p in (21, 22)),
        *(1, 2, 3, 0x7FFFFF, 0x800000, 0x800001, 0xFFFFFF),
        *(0x7F000000, 0x7F7FFFFF, 0x7F800000, 0x7F800001, 0x7FC00000, 0x7FFFFFFF),
    ],
}
_INTEGERS = [0, 1, 2, 3, 5, 10, 2**16, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 1, 2**32, 2**32 + 1]
_INTEGERS += [2**53 + 1, 2**54 + 3, 2**62, 2**63 - 1, 2**63, 2**63 + 1, 2**63 + 2**39, 2**64 - 1]
_INTEGERS += [2**24 + 1, 2**25 + 3, 2**40 + 2**16, 2**40 + 2**16 + 1, 2**64 - 2**10, 2**64 - 2**32]


def numbers(width: int) -> list[int]:
    """Bit patterns of one width: floats of both signs, and integers."""
    sign = 1 << (width - 1)
    values = {value ^ flip for value in _EDGES[width] for flip in (0, sign)}
    return sorted(values | {value & (1 << width) - 1 for value in _INTEGERS})


def operand_widths(group: Group, number: int) -> list[int]:
    """Significant bits of each operand of an instruction (a float class has always two)."""
    types = INSTRUCTIONS[group.ops[number]][2]
    if group not in FLOATS:
        return [64] * len(types)
    first = int(types[0][1:])
    return [first, int(group.function.__name__[1:])]


@cache
def edge_cases(index: int) -> list[forms.Case]:
    """All pairs of edge values for an instruction of two operands, all values for one."""
    group = ALL[index]
    out: list[forms.Case] = []
    for number, name in enumerate(group.ops):
        widths = operand_widths(group, number)
        firsts = numbers(widths[0])
        if len(widths) == 1:
            out += [(number, (a,)) for a in firsts]
        elif len(widths) == 2 and len(INSTRUCTIONS[name][2]) == 1:
            out += [(number, (a, 0)) for a in firsts]
        elif len(widths) == 2:
            out += [(number, (a, b)) for a in firsts for b in numbers(widths[1])]
        else:
            some = (0, 1, 2**63, 2**64 - 1, 2**32)
            out += [(number, (a, b, c, d)) for a in some for b in some for c in some for d in some]
    return out


def random_cases(index: int, count: int, seed: int) -> list[forms.Case]:
    """Random operands, many of them near each other or near powers of two."""
    group, rng = ALL[index], random.Random(seed)
    out: list[forms.Case] = []

    def pattern(width: int) -> int:
        digits = {32: 23, 64: 52}[width]
        choice = rng.randrange(4)
        if choice == 0:
            return rng.getrandbits(width)
        if choice == 1:
            return rng.choice(numbers(width)) ^ rng.choice((0, 1, 1 << rng.randrange(width)))
        middle = (1 << width - digits - 2) - 1
        exponent = middle + rng.choice((0, 1, -1, 2, digits, -digits, rng.randrange(-70, 70)))
        exponent = exponent if choice == 2 else rng.choice((exponent, 0, 1, 2, 2 * middle))
        fraction = rng.getrandbits(digits) >> rng.choice((0, 0, 20)) << rng.choice((0, 0, 18))
        return rng.getrandbits(1) << width - 1 | exponent << digits | fraction & (1 << digits) - 1

    for _ in range(count):
        number = rng.randrange(len(group.ops))
        widths = operand_widths(group, number)
        values = [pattern(width) for width in widths]
        if rng.randrange(4) == 0:
            values[-1] = values[0] ^ rng.choice((0, 1, 3, 1 << widths[-1] - 1)) & (
                (1 << widths[-1]) - 1
            )
            values[-1] &= (1 << widths[-1]) - 1
        if group not in FLOATS and rng.randrange(2):
            values[-1] >>= rng.randrange(64)
        out.append((number, tuple(values)))
    return out


def wanted(group: Group, case: forms.Case) -> forms.Outcome:
    """The oracle's outcome, with only the bits that the instruction has."""
    return expected(group.ops[case[0]], case[1])


def check(index: int, cases: list[forms.Case], got: list[forms.Outcome]) -> None:
    group = ALL[index]
    wrong = []
    for case, outcome in zip(cases, got, strict=True):
        want = wanted(group, case)
        values = outcome[0]
        if case[0] < group.narrow:
            values = tuple(value & 0xFFFFFFFF for value in values)
        if (values, outcome[1]) != want:
            operands = ", ".join(f"{value:#x}" for value in case[1])
            wrong.append(f"{group.ops[case[0]]}({operands}): {outcome}, wanted {want}")
    assert not wrong, "\n".join([f"{len(wrong)} of {len(cases)}:", *wrong[:10]])


def test_every_instruction_has_its_number():
    for class_name, groups in GROUPS.items():
        names = [name for group in groups for name in group.ops]
        assert [INSTRUCTIONS[name][:2] for name in names] == [
            (class_name, number) for number in range(len(names))
        ]
        for group in groups:
            narrow = [INSTRUCTIONS[name][3][0] in ("i32", "f32") for name in group.ops]
            assert narrow == [i < group.narrow for i in range(len(group.ops))]


@pytest.mark.parametrize("index", range(len(ALL)), ids=IDS)
def test_edges_in_plain_form(index):
    cases = edge_cases(index)
    check(index, cases, forms.plain(ALL[index])(cases))


@pytest.mark.parametrize("index", range(len(ALL)), ids=IDS)
@pytest.mark.parametrize("form", ["narrow reference", "reference", "viper32", "viper64"])
def test_promises_and_types_hold(index, form, monkeypatch):
    """The checking forms: slow, so a sample."""
    group = ALL[index]
    if form == "narrow reference":
        for module in (integer, softfloat_f32, softfloat_f64):
            monkeypatch.setattr(module, "WIDE", 0)
    run = {
        "narrow reference": forms.reference,
        "reference": forms.reference,
        "viper32": lambda group: forms.model(group, 32),
        "viper64": lambda group: forms.model(group, 64),
    }[form](group)
    cases = random.Random(index).sample(edge_cases(index), min(600, len(edge_cases(index))))
    cases += random_cases(index, 300, index)
    check(index, cases, run(cases))


@pytest.mark.parametrize("architecture", TARGETS)
@pytest.mark.parametrize("index", range(len(ALL)), ids=IDS)
def test_viper_on_32_bit_processors(index, architecture):
    cases = edge_cases(index)
    cases = random.Random(architecture).sample(cases, min(4000, len(cases)))
    cases += random_cases(index, 2000, index + 100)
    check(index, cases, forms.emulated(ALL[index], architecture)(cases))


@pytest.mark.micropython
def test_viper_on_64_bit_words(micropython, tmp_path):
    work = [
        (group, edge_cases(index) + random_cases(index, 5000, index + 200))
        for index, group in enumerate(ALL)
    ]
    for index, got in enumerate(forms.native(micropython, tmp_path, work)):
        check(index, work[index][1], got)


@pytest.mark.micropython
def test_plain_form_under_micropython(micropython, tmp_path):
    work = []
    for index, group in enumerate(ALL):
        cases = edge_cases(index)
        cases = random.Random(index).sample(cases, min(2000, len(cases)))
        work.append((group, cases + random_cases(index, 500, index + 300)))
    for index, got in enumerate(forms.plain_native(micropython, tmp_path, work)):
        check(index, work[index][1], got)


@cache
def plain_form(index: int):
    return forms.plain(ALL[index])


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_operands(data):
    index = data.draw(st.sampled_from(range(len(ALL))))
    group = ALL[index]
    number = data.draw(st.sampled_from(range(len(group.ops))))
    values = []
    for width in operand_widths(group, number):
        floats = st.floats(width=width).map(lambda x, width=width: to_bits(x, width))
        values.append(data.draw(st.one_of(floats, st.integers(0, (1 << width) - 1))))
    cases = [(number, tuple(values))]
    check(index, cases, plain_form(index)(cases))
