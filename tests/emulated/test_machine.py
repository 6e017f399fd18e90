"""The emulated machine itself: small viper functions against models of them in Python."""

from __future__ import annotations

import random
from array import array

import pytest

from emulated.machine import (
    RAM,
    TARGETS,
    Fault,
    HelperCalled,
    Machine,
    compile_viper,
    small_int_floor_divide,
    small_int_modulo,
)

HIGH_RAM = 0xC000_0000  # negative as a signed word, as external memory is on some boards
EDGES = (0, 1, 2, 31, 32, 255, 256, 65535, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)

BINARY = {
    "add": ("a + b", lambda a, b: a + b),
    "sub": ("a - b", lambda a, b: a - b),
    "mul": ("a * b", lambda a, b: a * b),
    "xor": ("(a ^ b) | (a & 3)", lambda a, b: (a ^ b) | (a & 3)),
    "shl": ("a << (b & 31)", lambda a, b: a << (b & 31)),
    "shr_s": ("a >> (b & 31)", lambda a, b: a >> (b & 31)),
    "shr_u": ("int(uint(a) >> (b & 31))", lambda a, b: (a & 0xFFFFFFFF) >> (b & 31)),
    "lt_s": ("int(a < b)", lambda a, b: int(a < b)),
    "lt_u": ("int(uint(a) < uint(b))", lambda a, b: int(a & 0xFFFFFFFF < b & 0xFFFFFFFF)),
}

SOURCE = "import micropython\n" + "".join(
    f"@micropython.viper\ndef {name}(p: ptr32) -> int:\n"
    f"    a = p[0]\n    b = p[1]\n    p[2] = {text}\n    return 7\n"
    for name, (text, _) in BINARY.items()
)
SOURCE += """
@micropython.viper
def floor_divide(p: ptr32) -> int:
    p[2] = p[0] // p[1]
    p[3] = p[0] % p[1]
    return 0

@micropython.viper
def widen(p: ptr8, offset: int, to: ptr32) -> int:
    to[0] = p[offset]
    to[1] = ptr16(int(p) + offset)[0]
    to[2] = ptr32(int(p) + offset)[0]
    return 0

@micropython.viper
def narrow(p: ptr8, offset: int, value: int) -> int:
    p[offset] = value
    ptr16(int(p) + offset + 4)[0] = value
    ptr32(int(p) + offset + 8)[0] = value
    return 0

@micropython.viper
def checksum(p: ptr8, size: int) -> int:
    a = 1
    b = 0
    i = 0
    while i < size:
        a += p[i]
        if a >= 65521:
            a -= 65521
        b += a
        if b >= 65521:
            b -= 65521
        i += 1
    return b << 12 ^ a

@micropython.viper
def boxed(a: int, b: uint, c: bool) -> uint:
    if c:
        return b
    return uint(a)

@micropython.viper
def listing(a: int) -> int:
    x = [a]
    return 1
"""


def signed(value: int) -> int:
    return (value & 0xFFFFFFFF ^ 0x80000000) - 0x80000000


@pytest.fixture(
    scope="module", params=[(name, ram) for name in TARGETS for ram in (RAM, HIGH_RAM)]
)
def machine(request):
    name, ram = request.param
    return Machine(name, ram)


@pytest.fixture(scope="module")
def functions(machine):
    return machine.load(compile_viper(SOURCE, machine.target.name))


def test_arithmetic(machine, functions):
    rng = random.Random(7)
    words = array("I", [0, 0, 0])
    buffer = machine.map(words)
    for name, (_, model) in BINARY.items():
        pairs = [(a, b) for a in EDGES for b in EDGES]
        pairs += [(rng.getrandbits(32), rng.getrandbits(32)) for _ in range(40)]
        for a, b in pairs:
            words[0], words[1] = a, b
            assert machine.call(functions[name], buffer) == 7
            expected = model(signed(a), signed(b)) & 0xFFFFFFFF
            assert words[2] == expected, f"{name} {a:#x} {b:#x}"
    machine.unmap(buffer)
    assert machine.allocations == 0


def test_division_goes_through_the_helpers(machine, functions):
    words = array("I", [0] * 4)
    buffer = machine.map(words)
    before = machine.helpers["small_int_floor_divide"]
    for a, b in [(7, 2), (-7, 2), (7, -2), (-7, -2), (0x7FFFFFFF, 3), (-5, 0x40000000)]:
        words[0], words[1] = a & 0xFFFFFFFF, b & 0xFFFFFFFF
        machine.call(functions["floor_divide"], buffer)
        assert (signed(words[2]), signed(words[3])) == divmod(a, b)
    assert machine.helpers["small_int_floor_divide"] == before + 6
    machine.unmap(buffer)


def test_the_division_helper_overflows_as_the_real_one_does():
    assert small_int_floor_divide(-0x80000000, 0x7FFFFFFF) == 0  # floor is -2: the sum wrapped
    assert small_int_floor_divide(0x7FFFFFFF, -3) == 715827882  # wrapped to a positive result
    assert small_int_modulo(-0x80000000, 0x7FFFFFFF) == 0x7FFFFFFE
    for a in (-9, -1, 0, 5, 1 << 29):
        for b in (-4, -1, 1, 6):
            assert (small_int_floor_divide(a, b), small_int_modulo(a, b)) == divmod(a, b)


@pytest.mark.parametrize("offset", [0, 4, 8])
def test_loads_and_stores(machine, functions, offset):
    data = bytearray(range(0x81, 0x81 + 32))
    words = array("I", [0] * 3)
    source, to = machine.map(data), machine.map(words)
    machine.call(functions["widen"], source, offset, to)
    assert list(words) == [
        data[offset],
        int.from_bytes(data[offset : offset + 2], "little"),
        int.from_bytes(data[offset : offset + 4], "little"),
    ]
    machine.call(functions["narrow"], source, offset, -2)
    expected = bytearray(range(0x81, 0x81 + 32))
    expected[offset] = 0xFE
    expected[offset + 4 : offset + 6] = b"\xfe\xff"
    expected[offset + 8 : offset + 12] = b"\xfe\xff\xff\xff"
    assert data == expected
    machine.unmap(source)
    machine.unmap(to)


@pytest.mark.parametrize("offset", [1, 2, 3])
def test_unaligned_accesses_fault_where_boards_fault(machine, functions, offset):
    data = bytearray(range(32))
    words = array("I", [0] * 3)
    source, to = machine.map(data), machine.map(words)
    if machine.target.name == "armv7m":
        machine.call(functions["widen"], source, offset, to)
        assert words[2] == int.from_bytes(data[offset : offset + 4], "little")
    else:
        with pytest.raises(Fault, match="widen"):
            machine.call(functions["widen"], source, offset, to)
        with pytest.raises(Fault, match="narrow"):
            machine.call(functions["narrow"], source, offset, 0)
    machine.unmap(source)
    machine.unmap(to)


def test_loop(machine, functions):
    data = bytearray(random.Random(1).randbytes(5000))
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    buffer = machine.map(data)
    result = machine.call(functions["checksum"], buffer, len(data))
    machine.unmap(buffer)
    assert result == b << 12 ^ a


def test_a_large_result_counts_as_an_allocation(machine, functions):
    before = machine.allocations
    assert machine.call(functions["boxed"], -2, 5, False) == 0xFFFFFFFE
    assert machine.allocations == before + 1
    assert machine.call(functions["boxed"], 0x7FFFFFFF, 1 << 29, True) == 1 << 29
    assert machine.allocations == before + 1


def test_any_other_helper_raises(machine, functions):
    with pytest.raises(HelperCalled, match="build_list"):
        machine.call(functions["listing"], 1)


def test_addresses_that_are_not_mapped_fault(machine, functions):
    data = bytearray(16)
    buffer = machine.map(data)
    with pytest.raises(Fault, match="nothing is mapped"):
        machine.call(functions["narrow"], buffer, 0x10000, 1)
    machine.unmap(buffer)
    with pytest.raises(Fault, match="nothing is mapped"):
        machine.call(functions["narrow"], buffer, 0, 1)


def test_wrong_number_of_arguments(machine, functions):
    with pytest.raises(HelperCalled, match="arg_check_num_sig"):
        machine.call(functions["listing"])


def test_instruction_counts():
    machine = Machine("armv6m")
    functions = machine.load(compile_viper(SOURCE, "armv6m"))
    buffer = machine.map(bytearray(1000))
    totals = []
    for size in (100, 200):
        with machine.instructions() as counts:
            machine.call(functions["checksum"], buffer, size)
        totals.append(sum(counts.values()))
    per_round, rest = divmod(totals[1] - totals[0], 100)
    assert rest == 0  # every round of the loop takes the same way
    assert 10 < per_round < 60


def test_read_only_memory_cannot_be_written(machine, functions):
    buffer = machine.map(bytes(range(16)))
    words = array("I", [0] * 3)
    to = machine.map(words)
    machine.call(functions["widen"], buffer, 4, to)
    assert words[2] == 0x07060504
    with pytest.raises(Fault):
        machine.call(functions["narrow"], buffer, 0, 1)
    machine.unmap(to)
    machine.unmap(buffer)
