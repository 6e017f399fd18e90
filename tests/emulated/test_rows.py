"""Every row of the op table, as 32-bit machine code and as plain Python: both must do the same.

The plain form is the one that the conformance suites can check anywhere, so agreeing with it ties
the machine code of Cortex-M0, Cortex-M3 and RV32 to the specification.
"""

from __future__ import annotations

import random
import struct
from array import array

import pytest

from emulated.engine import EmulatedInterp, Processor
from emulated.machine import RAM, TARGETS
from wrt_micro.engine import DONE, F32, F64, HOST, TRAP, YIELD
from wrt_micro.engine.plain import Portable
from wrt_preflight.ops.encoding import BRANCH_BIAS, encode
from wrt_preflight.ops.machine import BY_NAME, TABLE, Row

HIGH_RAM = 0xC000_0000  # addresses that are negative as signed words
SLOTS = 20  # operands
MARK, LINK = 20, 22
FRAME_BYTES = 4 * (LINK + 2)
MEMORY = 100
GLOBALS = 12
CONTROL = (
    "call call_indirect call_ref return_call return_call_ref ret ret32 ret64 br_table host slow "
    "table.func"
)
EDGES = (0, 1, 2, 3, 7, 31, 32, 33, 63, 64, 127, 128, 255, 256, 32767, 32768, 65535, 65536)
EDGES += (0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFF0000, 0xFFFFFFFE, 0xFFFFFFFF)


class State:
    """The buffers of a store and of a thread of it, in the shape that engines expect of both."""

    def __init__(self, code_bytes: int = 512, stack_words: int = 64):
        self.store = self
        self.code = bytearray(code_bytes)
        self.stack = array("I", [0] * stack_words)
        self.globals = array("I", [0] * GLOBALS)
        self.memories = [bytearray(MEMORY), bytearray(MEMORY)]
        self.mems = array("I", [0, 0, MEMORY, MEMORY, 0, MEMORY, 0, 0] * 2)
        self.tables = [array("I", [0] * 4)]
        self.tabs = array("I", [0, 0, 4, 4])
        self.exceptions = array("I", [0])
        self.st = array("I", [0] * 24)
        self.st[12] = 4 * stack_words

    def fill(self, rng: random.Random, start: int, fuel: int = 1000) -> None:
        """Random contents, drawn in the same order for the same generator state."""
        for i in range(len(self.stack)):
            self.stack[i] = value(rng)
        for i in range(GLOBALS):
            self.globals[i] = value(rng)
        for memory in self.memories:
            memory[:] = rng.randbytes(MEMORY)
        self.stack[LINK] = self.stack[LINK + 1] = 0
        self.st[0:6] = array("I", [start, 0, fuel, 0, 0, 0])

    def visible(self) -> tuple:
        return (
            *(self.st[i] for i in range(6)),
            *(list(x) for x in (self.stack, self.globals, *self.memories)),
        )


def value(rng: random.Random) -> int:
    return rng.choice(EDGES) if rng.random() < 0.6 else rng.getrandbits(32)


def header(at: int, frame_bytes: int, link: int, zeros: int = 0, first: int = 0, type_id: int = 0):
    """A function header, after the word with the function's index."""
    words = (0, type_id, frame_bytes | zeros << 16, 4 * first | 4 * link << 16)
    return struct.pack("<4I", *words)


class Pair:
    """The same state twice, one for each engine, and one way to compare what they make of it."""

    def __init__(self, architecture: str, ram: int, features: int = 0, **sizes: int):
        self.states = State(**sizes), State(**sizes)
        self.processor = Processor(architecture, ram)
        self.emulated, self.portable = EmulatedInterp(self.processor, features), Portable(0)
        self.emulated.bind_store(self.states[0])
        self.emulated.bind_thread(self.states[0])

    def write(self, offset: int, code: bytes) -> None:
        for state in self.states:
            state.code[offset : offset + len(code)] = code

    def fill(self, seed: str, start: int, fuel: int = 1000) -> None:
        for state in self.states:
            state.fill(random.Random(seed), start, fuel)

    def poke(self, name: str, index: int, word: int) -> None:
        for state in self.states:
            getattr(state, name)[index] = word

    def resume(self, what: str) -> int:
        """Run both to their next stop; returns the status and compares everything visible."""
        statuses = [
            engine.loop(0, 0, state.st) if engine is self.emulated else engine.loop(state)
            for engine, state in zip((self.emulated, self.portable), self.states, strict=True)
        ]
        assert statuses[0] == statuses[1], what
        mine, other = (state.visible() for state in self.states)
        if statuses[0] == TRAP:  # word 5 says where an access failed, each engine in its own way
            mine, other = mine[:5] + mine[6:], other[:5] + other[6:]
        assert mine == other, what
        return statuses[0]


def immediate(row: Row, field: str, rng: random.Random) -> int:
    """A legal value for an immediate field: what the lowering could have put there."""
    name = row.name
    if ".load" in name or ".store" in name:
        bits = [width for width in (8, 16, 32) if str(width) in name.split(".")[1]]
        width = (bits[0] if bits else int(name[1:3])) // 8
        return width + rng.choice((0, 1, 2, 3, 4, 8, 50, MEMORY - 8))
    special = {
        "trap": range(1, 17),
        "memory.aligned": (1, 3, 7),
        "memory.select": (0, 1),
        "memory.address": (1, 2, 4, 8),
        "i32.rotl.i": range(1, 32),
        "i64.rotl.i": range(64),
    }
    if name in special:
        return rng.choice(special[name])
    if name.startswith("global."):
        return rng.randrange(GLOBALS - 1)
    if ".sh" in name or name.endswith("_shr"):
        return rng.randrange(32 if name.startswith("i32") else 64)
    return rng.choice([x for x in EDGES if x < (256 if field == "b" else 65536)])


def fields(row: Row, rng: random.Random) -> dict[str, int]:
    """Random operands. Pairs start at even slots, so that operands are the same or apart."""
    chosen = {}
    for field in ("a", "b", "c", "d", "n", "imm"):
        kind = row.kind(field)
        if kind in "wrx":
            chosen[field] = rng.randrange(SLOTS)
        elif kind in "WR":
            chosen[field] = 2 * rng.randrange(SLOTS // 2)
        elif kind == "i":
            chosen[field] = immediate(row, field, rng)
        elif kind in "If":
            chosen[field] = value(rng) & (0xFFFF if field == "d" else 0xFFFFFFFF)
        elif kind == "j":
            chosen[field] = BRANCH_BIAS + row.size + 24
    if row.name == "br.far":
        chosen["imm"] = row.size + 24
    return chosen


LOOPS = ((RAM, 0), (HIGH_RAM, F32 | F64))  # the smallest loop, and the largest


@pytest.fixture(scope="module", params=[(name, *loop) for name in TARGETS for loop in LOOPS])
def pair(request):
    return Pair(*request.param)


STRAIGHT = [row for row in TABLE if row.name not in CONTROL.split()]


@pytest.mark.parametrize("name", [row.name for row in STRAIGHT])
def test_row(pair, name):
    row = BY_NAME[name]
    rng = random.Random(name)
    pair.write(0, header(0, FRAME_BYTES, LINK))
    for case in range(25):
        chosen = fields(row, rng)
        code = encode(name, **chosen)
        for mark in (1, 2):  # a branch that is not taken, and one that is
            code += encode("const32", a=MARK, imm=mark) + encode("ret", c=LINK)
        pair.write(16, code)
        pair.fill(f"{name} {case}", 16)
        if "b" in chosen and (".load" in name or ".store" in name or name == "memory.address"):
            address = rng.choice((rng.randrange(MEMORY + 4), rng.randrange(60), value(rng)))
            for state in pair.states:
                state.stack[chosen["b"]] = address
        if name == "memory.address":
            address = rng.choice((0, 1, 40, MEMORY - 1, MEMORY, MEMORY + 1, 1 << 31))
            pair.write(16 + 12, struct.pack("<I", address))
        status = pair.resume(f"{name} {chosen}, case {case}")
        assert status in (DONE, TRAP)


@pytest.fixture(params=TARGETS)
def program(request):
    return Pair(request.param, RAM, code_bytes=1024, stack_words=48)


def place(pair: Pair, functions: dict[int, tuple[bytes, bytes]]) -> None:
    """Write functions, each given as (header with its index word, code), at their offsets."""
    for offset, (head, code) in functions.items():
        pair.write(offset - 4, head + code)


ADD, CHAIN, MAIN = 0x100, 0x140, 0x200


def calling(pair: Pair) -> None:
    """main calls add directly, through the table, by reference, and through a tail call."""
    main = b"".join(
        (
            encode("call", c=8, imm=ADD),
            encode("mov", a=0, b=8),
            encode("const32", a=8, imm=70000),
            encode("call_indirect", b=1, c=8, d=0, imm=5),
            encode("mov", a=2, b=8),
            encode("call_ref", b=3, c=8),
            encode("mov", a=3, b=8),
            encode("table.func", a=5, b=1, d=0, imm=5),
            encode("call", c=8, imm=CHAIN),
            encode("mov", a=4, b=8),
            encode("ret64", b=2, c=6),
        )
    )
    add = encode("i32.add", a=0, b=0, c=1) + encode("i32.add", a=0, b=0, c=4)
    add += encode("ret32", b=0, c=2)
    chain = b"".join(
        (
            encode("mov", a=6, b=1),
            encode("mov", a=7, b=0),
            encode("return_call", c=6, d=2, n=2, imm=ADD),
        )
    )
    place(
        pair,
        {
            ADD: (header(ADD, 24, 2, zeros=2, first=4, type_id=5), add),
            CHAIN: (header(CHAIN, 40, 2, type_id=5), chain),
            MAIN: (header(MAIN, 64, 6), main),
        },
    )
    pair.fill("calling", MAIN + 12)
    pair.poke("stack", 1, 1)
    pair.poke("stack", 3, ADD)
    for slot in (6, 7):
        pair.poke("stack", slot, 0)
    for state in pair.states:
        state.tables[0][1] = CHAIN


@pytest.mark.parametrize("fuel", [1, 2, 3, 1000])
def test_calls(program, fuel):
    calling(program)
    program.poke("st", 2, fuel)
    yields = 0
    while (status := program.resume(f"{yields} yields")) == YIELD:
        yields += 1
        program.poke("st", 2, fuel + 1)
    assert status == DONE
    assert yields >= (4 if fuel == 1 else 2 if fuel < 1000 else 0)
    assert program.states[0].stack[0] == program.states[0].stack[2]


@pytest.mark.parametrize(
    ("what", "trap"),
    [("index", 7), ("null", 8), ("type", 9), ("reference", 11), ("stack", 10)],
)
def test_calls_that_trap(program, what, trap):
    calling(program)
    if what == "index":
        program.poke("stack", 1, 4)
    elif what == "null":
        program.poke("stack", 1, 2)
    elif what == "type":
        for state in program.states:
            state.tables[0][1] = MAIN
    elif what == "reference":
        program.poke("stack", 3, 0)
    else:
        program.poke("st", 12, 8 * 4 + 20)
    assert program.resume(what) == TRAP
    assert program.states[0].st[4] == trap


def test_tail_calls_by_reference_run_in_one_frame(program):
    """A countdown: each round replaces the frame, so the stack never grows."""
    round_ = b"".join(
        (
            encode("i32.sub.i", a=6, b=0, c=1),
            encode("mov", a=7, b=1),
            encode("return_call_ref", b=1, c=6, d=4, n=2),
        )
    )
    loop = encode("br_z", a=0, c=BRANCH_BIAS + 8 + len(round_))
    loop += round_ + encode("ret32", b=1, c=4)
    place(program, {CHAIN: (header(CHAIN, 40, 4), loop)})
    program.fill("tail", CHAIN + 12)
    for slot, word in ((0, 500), (1, CHAIN), (4, 0), (5, 0)):
        program.poke("stack", slot, word)
    assert program.resume("countdown") == DONE
    assert program.states[0].st[1] == 0
    assert program.states[0].stack[0] == CHAIN


@pytest.mark.parametrize("index", [0, 1, 2, 3, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_br_table(program, index):
    targets = 4
    start = 8 + 4 * targets
    code = encode("br_table", a=0, c=targets - 1)
    code += struct.pack("<4i", *(start + 16 * i for i in (2, 0, 3, 1)))
    for i in range(targets):
        body = encode("const", a=MARK, c=10 + i) + encode("ret", c=LINK)
        assert len(body) == 16
        code += body
    place(program, {MAIN: (header(MAIN, FRAME_BYTES, LINK), code)})
    program.fill("br_table", MAIN + 12)
    program.poke("stack", 0, index)
    assert program.resume(f"index {index}") == DONE
    assert program.states[0].stack[MARK] == 10 + (2, 0, 3, 1)[min(index, 3)]


def test_host_and_slow(program):
    code = encode("host", c=8, d=0x8001) + encode("slow", a=1, b=2, c=3, n=4 << 8 | 7)
    place(program, {MAIN: (header(MAIN, FRAME_BYTES, LINK), code)})
    program.fill("host", MAIN + 12)
    assert program.resume("host") == HOST
    st = program.states[0].st
    assert (st[0], st[4], st[5]) == (MAIN + 12 + 16, 0x8001, 32)
    assert program.resume("slow") == 16 + 4
    assert st[0] == MAIN + 12 + 16  # the cold function finds its operands there
